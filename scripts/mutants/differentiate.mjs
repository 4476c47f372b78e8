// Mutants of the rules of differentiation: each line puts one wrong thing for one right thing in the compiled rules.

/** @typedef {{ file: string, rule: string, from: string, to: string, equivalent?: string }} Mutant */

/**
 * @param {string} file
 * @param {Record<string, readonly (readonly [from: string, to: string, equivalent?: string])[]>} rules
 * @returns {Mutant[]}
 */
export function mutantsOf(file, rules) {
  return Object.entries(rules).flatMap(([rule, changes]) =>
    changes.map(([from, to, equivalent]) => ({ file, rule, from, to, ...(equivalent && { equivalent }) })),
  );
}

export const functions = mutantsOf('differentiate/functions.js', {
  exp: [
    ["exp: (u) => call('exp', u)", "exp: (u) => call('exp', negate(u))"],
    ["exp: (u) => call('exp', u)", "exp: (u) => multiply(u, call('exp', u))"],
  ],
  log: [
    ['log: (u) => divide(one, u)', 'log: (u) => divide(u, one)'],
    ['log: (u) => divide(one, u)', 'log: (u) => negate(divide(one, u))'],
  ],
  sqrt: [
    ["multiply(num(2), call('sqrt', u))", "call('sqrt', u)"],
    ["multiply(num(2), call('sqrt', u))", 'multiply(num(2), u)'],
  ],
  tanh: [
    ["subtract(one, square(call('tanh', u)))", "subtract(one, call('tanh', u))"],
    ["subtract(one, square(call('tanh', u)))", "subtract(square(call('tanh', u)), one)"],
  ],
  sigmoid: [
    ["multiply(call('sigmoid', u), subtract(one, call('sigmoid', u)))", "call('sigmoid', u)"],
    ["subtract(one, call('sigmoid', u))", "subtract(one, square(call('sigmoid', u)))"],
  ],
  relu: [
    ["relu: (u) => bracket(u, '>', num(0))", "relu: (u) => bracket(u, '<', num(0))"],
    ["relu: (u) => bracket(u, '>', num(0))", "relu: (u) => multiply(u, bracket(u, '>', num(0)))"],
    ["relu: (u) => bracket(u, '>', num(0))", "relu: (u) => bracket(u, '>', one)"],
  ],
  softplus: [
    ["softplus: (u) => call('sigmoid', u)", "softplus: (u) => call('sigmoid', negate(u))"],
    ["softplus: (u) => call('sigmoid', u)", "softplus: (u) => call('tanh', u)"],
  ],
  erf: [
    ["divide(num(2), call('sqrt', constant('π')))", "divide(one, call('sqrt', constant('π')))"],
    ["call('exp', negate(square(u)))", "call('exp', square(u))"],
    ["call('sqrt', constant('π'))", "constant('π')"],
  ],
  sin: [
    ["sin: (u) => call('cos', u)", "sin: (u) => call('sin', u)"],
    ["sin: (u) => call('cos', u)", "sin: (u) => negate(call('cos', u))"],
  ],
  cos: [
    ["cos: (u) => negate(call('sin', u))", "cos: (u) => call('sin', u)"],
    ["cos: (u) => negate(call('sin', u))", "cos: (u) => negate(call('cos', u))"],
  ],
  abs: [
    ["abs: (u) => call('sign', u)", "abs: (u) => negate(call('sign', u))"],
    ["abs: (u) => call('sign', u)", "abs: (u) => call('abs', u)"],
  ],
  sign: [
    ['sign: () => num(0)', 'sign: () => one'],
    ['sign: () => num(0)', "sign: (u) => call('sign', u)"],
  ],
  'max and min of two': [
    ["name === 'max' ? '>' : '<'", "name === 'max' ? '<' : '>'"],
    [
      '[bracket(a, relation, b), bracket(b, relation, a)]',
      '[bracket(b, relation, a), bracket(a, relation, b)]',
    ],
    ['bracket(b, relation, a)]', 'bracket(a, relation, b)]'],
  ],
});

export const nodes = mutantsOf('differentiate/differentiate.js', {
  'sum rule': [
    ["['sum rule', minus(this.of(expr.operand))]", "['sum rule', this.of(expr.operand)]"],
    ['sumOf(expr.terms.map((t) => this.of(t)))', 'sumOf(expr.terms.slice(0, 1).map((t) => this.of(t)))'],
  ],
  variable: [
    ['return delta(index, other);', 'return num(1);'],
    ["['variable', multiply(...deltas)]", "['variable', multiply(...deltas.slice(0, 1))]"],
    [
      'const other = this.by.indices[axis];',
      'const other = this.by.indices[expr.indices.length - 1 - axis];',
    ],
  ],
  definition: [
    ["return ['definition', this.of(body)];", "return ['definition', num(0)];"],
    ["return ['definition', this.of(body)];", "return ['definition', body];"],
  ],
  'product rule': [
    ['other === at ? change : f', 'other === at ? change : num(1)'],
    ["['product rule', sumOf(parts)]", "['product rule', sumOf(parts.slice(0, 1))]"],
    ['other === at ? change : f', 'change'],
  ],
  'quotient rule': [
    ['quotient(top, power(g, 2))', 'quotient(top, g)'],
    ['minus(productOf([f, this.of(g)]))', 'productOf([f, this.of(g)])'],
    ['productOf([this.of(f), g]), minus', 'this.of(f), minus'],
    ["return ['quotient rule', quotient(this.of(f), g)];", "return ['quotient rule', this.of(f)];"],
  ],
  'power rule': [
    ['exponent.value.sub(1)', 'exponent.value'],
    ['subtract(exponent, num(1))', 'exponent'],
    ['multiply(exponent, isNumber(lower, 1)', 'multiply(num(1), isNumber(lower, 1)'],
    ['productOf([outer, this.of(base)])', 'outer'],
    ['isNumber(lower, 1) ? base', 'isNumber(lower, 1) ? power(base, 2)'],
  ],
  'exponential rule': [
    ["[] : [call('log', base)]", '[] : []'],
    ["? [] : [call('log', base)]", "? [num(2)] : [call('log', base)]"],
    ['productOf([expr, ...log, this.of(exponent)])', 'productOf([expr, ...log])'],
    ['productOf([expr, ...log, this.of(exponent)])', 'productOf([base, ...log, this.of(exponent)])'],
  ],
  'chain rule': [
    ['productOf([this.partial(expr, at), this.of(argument)])', 'this.partial(expr, at)'],
    ['productOf([this.partial(expr, at), this.of(argument)])', 'this.of(argument)'],
    ['first, second)[at === 0 ? 0 : 1]', 'first, second)[0]'],
    ["return ['chain rule', sumOf(parts)];", "return ['chain rule', sumOf(parts.slice(0, 1))];"],
    [
      "case 'derivative':\n                return ['chain rule', this.of(this.resolved(expr))]",
      "case 'derivative':\n                return ['chain rule', num(0)]",
    ],
  ],
  'derivative of a total': [
    ["totalOf('sum', expr, this.of(expr.body))]", 'this.of(expr.body)]'],
    ['total(operation, like.binder, body, like.where)', 'total(operation, like.binder, body)'],
  ],
  'derivative of a product over an index': [
    ["total('product', binder, expr.body, apart)", "total('product', binder, expr.body)"],
    ["simpleIndex(binder.id) }, '≠'", "simpleIndex(binder.id) }, '='"],
    ['productOf([change, others]), where)', 'productOf([change, others]))'],
    ['condition: expr.where }], num(1)), apart)', 'condition: expr.where }], num(0)), apart)'],
    ['productOf([change, others]), where)', 'change, where)'],
  ],
  'derivative of a maximum': [
    ["bracket(expr.body, '=', renameBinders", "bracket(expr.body, '<', renameBinders"],
    ['productOf([reached, this.of(expr.body)])', 'this.of(expr.body)'],
  ],
  'derivative by cases': [
    ['value: this.of(b.value), condition', 'value: b.value, condition'],
    ['expr.otherwise && this.of(expr.otherwise)', 'expr.otherwise'],
  ],
  'derivative of an inverse': [
    [
      'minus(over(productOf([inv([i, a]), change, inv([b, j])])))',
      'over(productOf([inv([i, a]), change, inv([b, j])]))',
    ],
    ['inv([i, a]), change, inv([b, j])', 'inv([a, i]), change, inv([b, j])'],
    ['inv([i, a]), change, inv([b, j])', 'inv([i, a]), change, inv([j, b])'],
    ['inv([i, a]), change, inv([b, j])', 'inv([i, b]), change, inv([a, j])'],
    ['[expr.row.id, simpleIndex(a)],', '[expr.row.id, simpleIndex(b)],'],
  ],
  'derivative of a determinant': [
    ['productOf([inv([b, a]), change])', 'productOf([inv([a, b]), change])'],
    ["expr.name === 'det' ? productOf([expr, trace]) : trace", 'trace'],
    ["expr.name === 'det' ? productOf([expr, trace]) : trace", 'productOf([expr, trace])'],
  ],
  'derivative of logsumexp': [
    ['over(productOf([weight, this.of(expr.body)]))]', 'over(this.of(expr.body))]'],
    [
      "fieldFunction('softmax', binders, expr.body, binder.id));\n                return",
      "fieldFunction('softmax', binders, negate(expr.body), binder.id));\n                return",
    ],
  ],
  'derivative of a mean': [
    ['quotient(over(this.of(expr.body)), count)', 'over(this.of(expr.body))'],
    ['quotient(over(this.of(expr.body)), count)', 'quotient(over(this.of(expr.body)), power(count, 2))'],
  ],
  'derivative of a variance': [
    ['quotient(productOf([num(2), over', 'quotient(productOf([num(1), over'],
    ["subtract(expr.body, again(fieldFunction('mean', binders, expr.body)))", 'expr.body'],
  ],
  'derivative of a norm': [
    [
      'over(productOf([expr.body, this.of(expr.body)])), again(expr)',
      'over(productOf([expr.body, this.of(expr.body)])), power(again(expr), 2)',
    ],
    [
      'over(productOf([expr.body, this.of(expr.body)])), again(expr)',
      'over(this.of(expr.body)), again(expr)',
    ],
  ],
  'derivative of softmax': [
    ['productOf([expr, subtract(here, mean)])', 'subtract(here, mean)'],
    ['productOf([expr, subtract(here, mean)])', 'productOf([expr, here])'],
    ['productOf([expr, subtract(here, mean)])', 'productOf([expr, subtract(mean, here)])'],
    ["total('sum', binder, productOf([weight, change]))", "total('sum', binder, change)"],
  ],
  dependence: [
    ['if (name === this.by.name)\n            return true;', ''],
    ['body !== undefined && this.depends(body)', 'false'],
    ['return this.depends(this.resolved(node));', 'return false;'],
  ],
  'a range that depends on the variable is refused': [
    ['this.depends(expr.where.left) || this.depends(expr.where.right)', 'false'],
  ],
});
