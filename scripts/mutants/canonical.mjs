// Mutants of the canonical form: each line puts one wrong thing for one right thing in the compiled rules.
import { mutantsOf } from './differentiate.mjs';

export const canonical = [
  ...mutantsOf('canonical/sums.js', {
    'δ contraction': [
      ['new Map([[gone, kept]])', 'new Map()'],
      ['!sameDimension(context, gone, kept)', 'false'],
      ['const others = binders.filter((b) => b !== binder);', 'const others = binders;'],
    ],
    'sums joined': [
      [
        'const fresh = atom.binders.map((b) => ({ id: freshId(context, b.dimension), dimension: b.dimension }))',
        'const fresh = atom.binders',
      ],
      ['copy < Number(exponent.rational.n)', 'copy < 1'],
    ],
    'an unused dummy counts its size': [['atomPoly(sizeAtom(first.dimension))', 'ofFactors(context, [])']],
  }),
  ...mutantsOf('canonical/product.js', {
    'exponents added': [
      ['a.rational.add(b.rational)', 'a.rational.mul(b.rational)'],
      ['add(a.symbolic ?? zeroPoly, b.symbolic ?? zeroPoly)', '(a.symbolic ?? zeroPoly)'],
    ],
    'δ² = δ': [
      ['[...without(factors, factor), { atom, exponent: unitExponent }]', 'without(factors, factor)'],
    ],
    'brackets that exclude each other': [
      ['keys.has(polyKey(negate(a.argument))))', 'keys.has(polyKey(a.argument)))'],
      ['if (keys.has(polyKey(atom.argument)) ||', 'if (!keys.has(polyKey(atom.argument)) ||'],
    ],
    '|x|² = x²': [['value.div(2).floor().mul(2)', 'value']],
    'powers of a number': [['{ rational: whole.neg() }', '{ rational: whole }']],
    'δ makes two indices one': [['multiply(context, moved, polyOf(ONE, monomialOf([factor])))', 'moved']],
  }),
  ...mutantsOf('canonical/functions.js', {
    exp: [
      [
        'exponent: { rational: term.coefficient } });\n    }\n    return multiplyAll',
        'exponent: { rational: term.coefficient.abs() } });\n    }\n    return multiplyAll',
      ],
    ],
    log: [
      [
        '[part, by] of [\n        [number.n, ONE],\n        [number.d, MINUS_ONE],',
        '[part, by] of [\n        [number.n, ONE],\n        [number.d, ONE],',
      ],
    ],
    σ: [
      [
        "return subtract(onePoly, atomPoly(callAtom('sigmoid', [negate(argument)])));",
        "return atomPoly(callAtom('sigmoid', [negate(argument)]));",
      ],
      ['return constantPoly(HALF);', 'return onePoly;'],
    ],
    'odd functions': [
      [
        'return negate(atomPoly(callAtom(name, [negate(argument)])));',
        'return atomPoly(callAtom(name, [negate(argument)]));',
      ],
    ],
    cos: [['leadingSign(argument) < 0 ? negate(argument) : argument', 'argument']],
    '|x|': [
      ['constantPoly(term.coefficient.abs())', 'constantPoly(term.coefficient)'],
      [
        'if (polyIsPositive(context, argument))\n        return argument;\n    if (holdsPosition',
        'return argument;\n    if (holdsPosition',
      ],
    ],
    sign: [['power(context, absolute(context, argument), MINUS_ONE)', 'absolute(context, argument)']],
    'max and min': [
      ['direction === 1 ? difference : negate(difference)', 'difference'],
      ['add(b, multiply(context, difference, ahead))', 'add(a, multiply(context, difference, ahead))'],
    ],
    brackets: [
      [
        "atomPoly(indicatorAtom('positive', splitContent(context, argument, false).primitive))",
        "atomPoly(indicatorAtom('positive', splitContent(context, argument, true).primitive))",
      ],
    ],
    'σ beside its exponential': [['direction.s > 0n ? exponential(context, argument) : onePoly', 'onePoly']],
  }),
  ...mutantsOf('canonical/power.js', {
    'a power of a product': [
      ['integerPower(term.coefficient, exponent.rational)', 'term.coefficient'],
      ['const size = absolute(context, atomPoly(factor.atom));', 'const size = atomPoly(factor.atom);'],
    ],
    'e^u + e^v': [['sigmoid(context, subtract(v, u))', 'sigmoid(context, subtract(u, v))']],
    '1/(1 − σ)': [
      ['exponential(context, argument)), inverse)', 'exponential(context, negate(argument))), inverse)'],
    ],
    content: [['smaller ? factor : before.factor', 'smaller ? before.factor : factor']],
  }),
  ...mutantsOf('canonical/denominators.js', {
    'common denominator': [
      ['exponent.rational.sub(lowest));', 'exponent.rational);'],
      ['.every((part) => isZeroOverDenominators', '.some((part) => isZeroOverDenominators'],
    ],
    'denominator cancelled': [['exponent = exponent.add(ONE);', 'exponent = exponent.add(ONE).add(ONE);']],
    'sums over the same index joined': [
      ['ofTerm({ coefficient, monomial: sum.body })', 'ofTerm({ coefficient: ONE, monomial: sum.body })'],
    ],
  }),
  ...mutantsOf('canonical/assumptions.js', {
    signs: [
      [
        "relation === '<' || relation === '≤'\n                ? [right, left]",
        "relation === '<' || relation === '≤'\n                ? [left, right]",
      ],
      ['low.value.s < 0n', 'false'],
      ["if (low.value.n === 0n && (relation === '≥' || relation === '≤'))", 'if (false)'],
    ],
    symmetry: [
      ["relation !== '=' || left.kind", 'left.kind', 'rulesOf in decide.ts hands on equations only'],
    ],
    'a sum that has a value': [
      ['MINUS_ONE.div(term.coefficient)', 'MINUS_ONE'],
      [
        'part.length !== rule.atom.body.factors.length',
        'false',
        'the key of the part is compared as well: this only spares the work',
      ],
    ],
    'a power that has a value': [
      ['exponent.rational.sub(rule.exponent.mul(times))', 'exponent.rational.sub(times)'],
    ],
    'assumptions are named': [["if (rule.text !== '')\n                context.used.add(rule.text);", '']],
  }),
  ...mutantsOf('canonical/relations.js', {
    tanh: [
      [
        'scale(sigmoid(context, scale(atom.args[0], rational(2))), rational(2))',
        'scale(sigmoid(context, atom.args[0]), rational(2))',
      ],
    ],
    'sin² + cos² = 1': [['exponent.rational.sub(half.mul(2))', 'exponent.rational.sub(half)']],
    'one bracket': [
      [
        'subtract(onePoly, positive(context, negate(atom.argument)))',
        'positive(context, negate(atom.argument))',
      ],
    ],
    'sums turned round': [
      ['exponent.rational.n % 2n === 0n ? onePoly', 'exponent.rational.n % 2n === 1n ? onePoly'],
    ],
  }),
  ...mutantsOf('canonical/matrix.js', {
    'inverse of a chain': [['.reverse()\n', '\n']],
    'inverse of a multiple': [['power(context, scaled.scalar, MINUS_ONE), inner', 'scaled.scalar, inner']],
    'transposed inverse': [['straight ? [i, j] : [j, i]', '[i, j]']],
    determinant: [
      ['powerPoly(context, scaled.scalar, size)', 'scaled.scalar'],
      [
        'atom.body), MINUS_ONE);\n    }\n    const chain = squareChain(context, row, column, body);\n    if (chain !== undefined)\n        return multiplyAll',
        'atom.body), ONE);\n    }\n    const chain = squareChain(context, row, column, body);\n    if (chain !== undefined)\n        return multiplyAll',
      ],
    ],
  }),
  ...mutantsOf('canonical/totals.js', {
    'Π of what does not vary': [
      ['ofFactors(context, [factor]), size)', 'ofFactors(context, [factor]), onePoly)'],
    ],
    'Π but for one': [['powerOf(context, rest, { rational: ONE.neg() })', 'rest']],
    'max of a multiple': [
      ['multiply(context, by, atomPoly(totalAtom', 'multiply(context, onePoly, atomPoly(totalAtom'],
    ],
    'max and a constant': [
      ['return add(outside, multiply(context, by', 'return add(zeroPoly, multiply(context, by'],
    ],
  }),
];
