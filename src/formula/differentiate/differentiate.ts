/**
 * Differentiation in index notation: one short function per node, its doc comment is the rule. The result is not
 * simplified; `simplify` makes it readable. What no rule covers throws a `NoRuleError`.
 */
import {
  add,
  bracket,
  call,
  cases,
  delta,
  divide,
  fieldFunction,
  matrixFunction,
  multiply,
  negate,
  num,
  power,
  size,
  subtract,
  total,
} from '../build.js';
import { NoRuleError } from '../errors.js';
import { freshId, renameBinders, simpleIndex, substituteIndices } from '../indices.js';
import type {
  Call,
  Cases,
  Declarations,
  Divide,
  Expr,
  FieldFunction,
  MatrixFunction,
  Multiply,
  Power,
  TensorRef,
  Total,
} from '../nodes.js';
import { type CustomRule, registeredFunction } from '../registry.js';
import { unfoldDefinition, unfoldField } from '../unfold.js';
import { everyNode, exhausted, mapChildren } from '../walk.js';
import { elementwiseRules, extremePartials } from './functions.js';
import type { RuleId, TraceStep } from './trace.js';

export interface DifferentiationOptions {
  /** Rules beside those of the registry, and before them. */
  readonly customRules?: ReadonlyMap<string, CustomRule>;
}

export interface Differentiated {
  readonly result: Expr;
  readonly trace: readonly TraceStep[];
}

/**
 * ∂of/∂by, or the second derivative for two `by`. A defined name is differentiated through its definition; a name that is
 * itself a `by` counts as the variable even where it has a definition.
 *
 * @throws NoRuleError where no rule covers a part of the formula.
 */
export function differentiate(
  declarations: Declarations,
  of: Expr,
  by: readonly TensorRef[],
  options: DifferentiationOptions = {},
): Differentiated {
  const trace: TraceStep[] = [];
  let result = of;
  for (const variable of by) {
    // Every index id in use: binders are renamed apart here, and what the rules add keeps clear of all of them.
    const taken = new Set(variable.indices.flatMap((index) => index.parts.map((p) => p.id)));
    const scope = new Differentiation(declarations, variable, taken, trace, options);
    result = scope.of(renameBinders(scope.resolved(result), taken));
  }
  return { result, trace };
}

/** Every derivative in the expression worked out. */
export function resolveDerivatives(
  declarations: Declarations,
  expr: Expr,
  options: DifferentiationOptions = {},
): Expr {
  if (expr.kind === 'derivative') return differentiate(declarations, expr.of, expr.by, options).result;
  return mapChildren(expr, (child) => resolveDerivatives(declarations, child, options));
}

class Differentiation {
  private readonly dependence = new Map<string, boolean>();

  constructor(
    private readonly declarations: Declarations,
    private readonly by: TensorRef,
    private readonly taken: Set<string>,
    private readonly trace: TraceStep[],
    private readonly options: DifferentiationOptions,
    private depth = 0,
  ) {}

  resolved(expr: Expr): Expr {
    return resolveDerivatives(this.declarations, expr, this.options);
  }

  /** ∂expr/∂by. What does not depend on the variable has derivative 0 by that very fact. */
  of(expr: Expr): Expr {
    if (!this.depends(expr)) return num(0);
    this.depth += 1;
    const [rule, after] = this.apply(expr);
    this.depth -= 1;
    this.trace.push({ rule, before: expr, by: this.by, after, depth: this.depth });
    return after;
  }

  private apply(expr: Expr): readonly [RuleId, Expr] {
    switch (expr.kind) {
      case 'tensor':
        return this.ofTensor(expr);
      case 'add':
        return ['sum rule', sumOf(expr.terms.map((t) => this.of(t)))];
      case 'negate':
        return ['sum rule', minus(this.of(expr.operand))];
      case 'multiply':
        return this.ofProduct(expr);
      case 'divide':
        return this.ofQuotient(expr);
      case 'power':
        return this.ofPower(expr);
      case 'call':
        return this.ofCall(expr);
      case 'total':
        return this.ofTotal(expr);
      case 'cases':
        return this.ofCases(expr);
      case 'matrix':
        return this.ofMatrix(expr);
      case 'field':
        return this.ofField(expr);
      case 'derivative':
        return ['chain rule', this.of(renameBinders(this.resolved(expr), this.taken))];
      case 'bracket':
        return ['constant', num(0)];
      case 'number':
      case 'constant':
      case 'size':
      case 'position':
      case 'delta':
        return ['constant', num(0)];
      default:
        return exhausted(expr);
    }
  }

  /** ∂x_i/∂x_j = δ_ij, for every index of x; a defined name is differentiated through its definition. */
  private ofTensor(expr: TensorRef): readonly [RuleId, Expr] {
    if (expr.name === this.by.name) {
      const deltas = expr.indices.map((index, axis) => {
        const other = this.by.indices[axis];
        if (other === undefined)
          throw new NoRuleError(
            `${expr.name} is written with ${expr.indices.length} indices here and ${this.by.indices.length} there.`,
          );
        return delta(index, other);
      });
      return ['variable', multiply(...deltas)];
    }
    const body = unfoldDefinition(expr, this.declarations, this.taken);
    if (body === undefined) throw new NoRuleError(`${expr.name} has no definition to differentiate.`);
    return ['definition', this.of(body)];
  }

  /** (f g h)′ = f′ g h + f g′ h + f g h′; factors that do not depend on the variable stay. */
  private ofProduct(expr: Multiply): readonly [RuleId, Expr] {
    const parts: Expr[] = [];
    expr.factors.forEach((factor, at) => {
      if (!this.depends(factor)) return;
      const change = this.of(factor);
      parts.push(productOf(expr.factors.map((f, other) => (other === at ? change : f))));
    });
    return ['product rule', sumOf(parts)];
  }

  /** (f/g)′ = (f′ g − f g′)/g²; f′/g where g does not depend on the variable. */
  private ofQuotient(expr: Divide): readonly [RuleId, Expr] {
    const { numerator: f, denominator: g } = expr;
    if (!this.depends(g)) return ['quotient rule', quotient(this.of(f), g)];
    const top = sumOf([productOf([this.of(f), g]), minus(productOf([f, this.of(g)]))]);
    return ['quotient rule', quotient(top, power(g, 2))];
  }

  /** (f^c)′ = c f^(c−1) f′; (a^g)′ = a^g log(a) g′; both where base and exponent depend on the variable. */
  private ofPower(expr: Power): readonly [RuleId, Expr] {
    const { base, exponent } = expr;
    const parts: Expr[] = [];
    if (this.depends(base)) {
      const lower = exponent.kind === 'number' ? num(exponent.value.sub(1)) : subtract(exponent, num(1));
      const outer = isNumber(lower, 0)
        ? exponent
        : multiply(exponent, isNumber(lower, 1) ? base : power(base, lower));
      parts.push(productOf([outer, this.of(base)]));
    }
    if (this.depends(exponent)) {
      const log = base.kind === 'constant' && base.name === 'e' ? [] : [call('log', base)];
      parts.push(productOf([expr, ...log, this.of(exponent)]));
    }
    return [this.depends(exponent) ? 'exponential rule' : 'power rule', sumOf(parts)];
  }

  /** f(u)′ = f′(u) u′, with f′ from the table of functions; several arguments add up. */
  private ofCall(expr: Call): readonly [RuleId, Expr] {
    const parts = expr.args.map((argument, at) => {
      if (!this.depends(argument)) return num(0);
      return productOf([this.partial(expr, at), this.of(argument)]);
    });
    return ['chain rule', sumOf(parts)];
  }

  private partial(expr: Call, at: number): Expr {
    const { name, args } = expr;
    const [first, second] = args;
    const extreme = name === 'max' ? 'max' : name === 'min' ? 'min' : undefined;
    if (extreme !== undefined && first !== undefined && second !== undefined && args.length === 2) {
      return extremePartials(extreme, first, second)[at === 0 ? 0 : 1];
    }
    const rule = (elementwiseRules as Readonly<Record<string, (u: Expr) => Expr>>)[name];
    if (
      rule !== undefined &&
      Object.hasOwn(elementwiseRules, name) &&
      first !== undefined &&
      args.length === 1
    )
      return rule(first);
    const custom = this.options.customRules?.get(name) ?? registeredFunction(name)?.derivative;
    if (custom !== undefined) return custom(args, at);
    throw new NoRuleError(
      `No rule is known for the derivative of ${name}(…). Give one with extend.elementwise('${name}', …).`,
    );
  }

  private ofTotal(expr: Total): readonly [RuleId, Expr] {
    if (expr.where !== undefined && (this.depends(expr.where.left) || this.depends(expr.where.right))) {
      throw new NoRuleError('The range of a total depends on the variable: no rule covers that.');
    }
    switch (expr.operation) {
      case 'sum':
        return this.ofSum(expr);
      case 'product':
        return this.ofIndexedProduct(expr);
      case 'max':
        return this.ofMaximum(expr);
      default:
        return exhausted(expr.operation);
    }
  }

  /** ∂/∂x_j Σ_k f = Σ_k ∂f/∂x_j, with k renamed apart from j. */
  private ofSum(expr: Total): readonly [RuleId, Expr] {
    return ['derivative of a total', totalOf('sum', expr, this.of(expr.body))];
  }

  /** ∂/∂x_j Π_k f_k = Σ_m (∂f_m/∂x_j) Π_{k≠m} f_k */
  private ofIndexedProduct(expr: Total): readonly [RuleId, Expr] {
    const { binder } = expr;
    const m = this.fresh(binder.id);
    const toM = new Map([[binder.id, simpleIndex(m)]]);
    const change = renameBinders(substituteIndices(this.of(expr.body), toM), this.taken);
    const apart = bracket({ kind: 'position', index: simpleIndex(binder.id) }, '≠', {
      kind: 'position',
      index: simpleIndex(m),
    });
    const others: Expr = expr.where
      ? total('product', binder, cases([{ value: expr.body, condition: expr.where }], num(1)), apart)
      : total('product', binder, expr.body, apart);
    const where = expr.where && (substituteIndices(expr.where, toM) as typeof expr.where);
    return [
      'derivative of a product over an index',
      total('sum', { id: m, dimension: binder.dimension }, productOf([change, others]), where),
    ];
  }

  /** ∂/∂x_j max_k f_k = Σ_k [f_k = max_m f_m] ∂f_k/∂x_j, where the maximum is reached only once. */
  private ofMaximum(expr: Total): readonly [RuleId, Expr] {
    const reached = bracket(expr.body, '=', renameBinders(expr, this.taken));
    return ['derivative of a maximum', totalOf('sum', expr, productOf([reached, this.of(expr.body)]))];
  }

  /** Branch by branch, under the same conditions. */
  private ofCases(expr: Cases): readonly [RuleId, Expr] {
    const branches = expr.branches.map((b) => ({ value: this.of(b.value), condition: b.condition }));
    return ['derivative by cases', cases(branches, expr.otherwise && this.of(expr.otherwise))];
  }

  /**
   * ∂inv(M)_ij = − Σ_ab inv(M)_ia ∂M_ab inv(M)_bj; ∂det(M) = det(M) Σ_ab inv(M)_ba ∂M_ab; ∂logdet(M) = Σ_ab inv(M)_ba ∂M_ab.
   * The entries of M count as independent.
   */
  private ofMatrix(expr: MatrixFunction): readonly [RuleId, Expr] {
    const a = this.fresh('a');
    const b = this.fresh('b');
    const entry = this.of(expr.body);
    const change = renameBinders(
      substituteIndices(
        entry,
        new Map([
          [expr.row.id, simpleIndex(a)],
          [expr.column.id, simpleIndex(b)],
        ]),
      ),
      this.taken,
    );
    const inv = (i: Parameters<typeof matrixFunction>[4]): Expr =>
      renameBinders(matrixFunction('inv', expr.row, expr.column, expr.body, i), this.taken);
    const over = (e: Expr): Expr =>
      total(
        'sum',
        { id: a, dimension: expr.row.dimension },
        total('sum', { id: b, dimension: expr.column.dimension }, e),
      );
    if (expr.name === 'inv') {
      if (expr.at === undefined) throw new NoRuleError('inv(M) is written without the indices of its entry.');
      const [i, j] = expr.at;
      return ['derivative of an inverse', minus(over(productOf([inv([i, a]), change, inv([b, j])])))];
    }
    const trace = over(productOf([inv([b, a]), change]));
    return ['derivative of a determinant', expr.name === 'det' ? productOf([expr, trace]) : trace];
  }

  private ofField(expr: FieldFunction): readonly [RuleId, Expr] {
    const { binders } = expr;
    const over = (e: Expr): Expr => binders.reduceRight<Expr>((inner, b) => total('sum', b, inner), e);
    const again = (e: Expr): Expr => renameBinders(e, this.taken);
    const count = productOf(binders.map((b) => size(b.dimension)));
    switch (expr.name) {
      case 'softmax':
        return this.ofSoftmax(expr);
      case 'logsumexp': {
        /** ∂logsumexp(v) = Σ_k softmax(v)_k ∂v_k */
        const [binder] = binders;
        if (binder === undefined || binders.length > 1)
          return ['derivative of logsumexp', this.of(unfoldField(expr, this.taken))];
        const weight = again(fieldFunction('softmax', binders, expr.body, binder.id));
        return ['derivative of logsumexp', over(productOf([weight, this.of(expr.body)]))];
      }
      case 'mean':
        /** ∂mean(v) = (Σ_k ∂v_k)/n */
        return ['derivative of a mean', quotient(over(this.of(expr.body)), count)];
      case 'var': {
        /** ∂var(v) = 2/n Σ_k (v_k − mean(v)) ∂v_k, the part through the mean being zero */
        const centred = subtract(expr.body, again(fieldFunction('mean', binders, expr.body)));
        return [
          'derivative of a variance',
          quotient(productOf([num(2), over(productOf([centred, this.of(expr.body)]))]), count),
        ];
      }
      case 'norm':
        /** ∂‖v‖ = Σ_k v_k ∂v_k / ‖v‖, for v ≠ 0 */
        return [
          'derivative of a norm',
          quotient(over(productOf([expr.body, this.of(expr.body)])), again(expr)),
        ];
      default:
        return exhausted(expr.name);
    }
  }

  /** ∂softmax(v)_i = softmax(v)_i (∂v_i − Σ_k softmax(v)_k ∂v_k) */
  private ofSoftmax(expr: FieldFunction): readonly [RuleId, Expr] {
    const [binder] = expr.binders;
    if (binder === undefined || expr.at === undefined)
      throw new NoRuleError('softmax needs the index it is taken at: softmax(x)_i.');
    const change = this.of(expr.body);
    const here = renameBinders(substituteIndices(change, new Map([[binder.id, expr.at]])), this.taken);
    const weight = renameBinders(fieldFunction('softmax', expr.binders, expr.body, binder.id), this.taken);
    const mean = renameBinders(total('sum', binder, productOf([weight, change])), this.taken);
    return ['derivative of softmax', productOf([expr, subtract(here, mean)])];
  }

  private fresh(letter: string): string {
    const id = freshId(letter, this.taken);
    this.taken.add(id);
    return id;
  }

  /** Whether the variable occurs in it, definitions included. */
  private depends(expr: Expr): boolean {
    for (const node of everyNode(expr)) {
      if (node.kind === 'tensor' && this.nameDepends(node.name)) return true;
      if (node.kind === 'derivative') return this.depends(this.resolved(node));
    }
    return false;
  }

  private nameDepends(name: string): boolean {
    if (name === this.by.name) return true;
    const before = this.dependence.get(name);
    if (before !== undefined) return before;
    const body = this.declarations.tensors.get(name)?.definition?.body;
    const answer = body !== undefined && this.depends(body);
    this.dependence.set(name, answer);
    return answer;
  }
}

function isNumber(expr: Expr, value: number): boolean {
  return expr.kind === 'number' && expr.value.equals(value);
}

/** The sum without its zeros. */
function sumOf(terms: readonly Expr[]): Expr {
  return add(...terms.filter((t) => !isNumber(t, 0)));
}

/** The product without its ones; 0 where a factor is 0. */
function productOf(factors: readonly Expr[]): Expr {
  if (factors.some((f) => isNumber(f, 0))) return num(0);
  return multiply(...factors.filter((f) => !isNumber(f, 1)));
}

function minus(expr: Expr): Expr {
  return isNumber(expr, 0) ? expr : negate(expr);
}

function quotient(numerator: Expr, denominator: Expr): Expr {
  return isNumber(numerator, 0) ? numerator : divide(numerator, denominator);
}

function totalOf(operation: Total['operation'], like: Total, body: Expr): Expr {
  return isNumber(body, 0) ? body : total(operation, like.binder, body, like.where);
}
