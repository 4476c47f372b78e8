/** The meaning of each node of a formula, in any algebra. */
import type { Bracket, Declarations, Derivative, Expr, Power, TensorRef, Total } from '../nodes.js';
import type { Algebra, Axis } from './algebra.js';
import { casesOf } from './cases.js';
import { IndexRangeError, MissingValueError, UnworkedDerivativeError } from './errors.js';
import { exponentOf } from './exponentials.js';
import { fieldFunction } from './fields.js';
import { isUnaryName } from './functions.js';
import { deltaTable, positionsTable, readAt, toSlots } from './indexing.js';
import { keyOf } from './keys.js';
import { stableLog } from './logarithms.js';
import { matrixFunction } from './matrix.js';
import { toNumber } from './numbers.js';
import { sumOfProducts } from './products.js';
import { stableRoot } from './roots.js';

/** What a formula is interpreted in. */
export interface Surroundings<Value> {
  readonly algebra: Algebra<Value>;
  readonly declarations: Declarations;
  readonly sizeOf: (dimension: string) => number;
  /** Given values by name, their axes called `@0`, `@1`, … */
  readonly inputs: ReadonlyMap<string, Value>;
  /** What a derivative that is not worked out stands for, over the same free indices. */
  readonly derivatives?: ((derivative: Derivative) => Expr) | undefined;
}

/** Where in a formula we are. */
export interface Context<Value> {
  /** The dimension of each index id in reach. */
  readonly ranges: ReadonlyMap<string, string>;
  /** 1 where the value counts, 0 where a bracket or another branch hides it; absent: it counts everywhere. */
  readonly active?: Value;
  readonly cache: Map<string, Value>;
}

export class Interpreter<Value> {
  readonly algebra: Algebra<Value>;
  private readonly defined = new Map<string, Value>();
  private readonly underway = new Set<string>();

  constructor(readonly surroundings: Surroundings<Value>) {
    this.algebra = surroundings.algebra;
  }

  /** The value of an expression, over (some of) its free ids. Equal subexpressions are computed once. */
  evaluate(expr: Expr, context: Context<Value>): Value {
    if (leaves.has(expr.kind)) return this.dispatch(expr, context);
    return this.remember('', expr, context, () => this.dispatch(expr, context));
  }

  /** A value kept under the key of an expression and what it is of it. */
  remember(what: string, expr: Expr, context: Context<Value>, compute: () => Value): Value {
    const key = what + keyOf(expr, (id) => `${id}:${context.ranges.get(id) ?? ''}`);
    const known = context.cache.get(key);
    if (known !== undefined) return known;
    const value = compute();
    context.cache.set(key, value);
    return value;
  }

  axis(id: string, context: Context<Value>): Axis {
    const dimension = context.ranges.get(id);
    if (dimension === undefined) {
      throw new IndexRangeError(
        `The index ${id} has no range: it is not bound, and the formula does not say over which dimension it runs. ` +
          'Put it at a tensor on the left, or bind it by Σ.',
      );
    }
    return { id, size: this.surroundings.sizeOf(dimension) };
  }

  /** The context inside binders. */
  within(
    context: Context<Value>,
    binders: readonly { readonly id: string; readonly dimension: string }[],
  ): Context<Value> {
    const ranges = new Map(context.ranges);
    for (const { id, dimension } of binders) ranges.set(id, dimension);
    return { ...context, ranges };
  }

  /** The context in which only the entries count where the mask is not 0. */
  where(context: Context<Value>, mask: Value): Context<Value> {
    const active =
      context.active === undefined ? mask : this.algebra.binary('multiply', context.active, mask);
    return { ranges: context.ranges, active, cache: new Map() };
  }

  /** 1 in place of what does not count, where gradients would otherwise meet 0 · ∞. */
  guarded(value: Value, context: Context<Value>): Value {
    if (context.active === undefined || !this.algebra.differentiates) return value;
    return this.algebra.select(context.active, value, this.exact(1));
  }

  /** An exact number. */
  exact(value: number): Value {
    return this.algebra.table([], () => value);
  }

  /** The same value with all of the given axes. */
  ensure(value: Value, axes: readonly Axis[]): Value {
    const present = new Set(this.algebra.axes(value).map((axis) => axis.id));
    const missing = axes.filter((axis) => !present.has(axis.id));
    if (missing.length === 0) return value;
    return this.algebra.binary(
      'add',
      value,
      this.algebra.table(missing, () => 0),
    );
  }

  /** The value of a defined name over `@0`, `@1`, …, computed once. */
  definition(name: string): Value {
    const known = this.defined.get(name);
    if (known !== undefined) return known;
    const tensor = this.surroundings.declarations.tensors.get(name);
    if (tensor?.definition === undefined || this.underway.has(name)) {
      throw new MissingValueError(name, this.surroundings.inputs.keys());
    }
    this.underway.add(name);
    const { body, indices } = tensor.definition;
    const value = this.evaluate(body, this.definitionContext(name));
    this.underway.delete(name);
    const stored = toSlots(this, value, indices);
    this.defined.set(name, stored);
    return stored;
  }

  /** The context of a definition's body: its own indices over the tensor's dimensions. */
  definitionContext(name: string): Context<Value> {
    const tensor = this.surroundings.declarations.tensors.get(name);
    const ranges = new Map<string, string>();
    tensor?.definition?.indices.forEach((id, at) => {
      const dimension = tensor.dimensions[at];
      if (dimension !== undefined) ranges.set(id, dimension);
    });
    return { ranges, cache: new Map() };
  }

  private dispatch(expr: Expr, context: Context<Value>): Value {
    const { algebra } = this;
    switch (expr.kind) {
      case 'number':
        return algebra.number(toNumber(expr.value));
      case 'constant':
        return algebra.number(expr.name === 'e' ? Math.E : Math.PI);
      case 'size':
        return this.exact(this.surroundings.sizeOf(expr.dimension));
      case 'position':
        return positionsTable(this, [expr.index], context, ([position = 0]) => position);
      case 'delta':
        return deltaTable(this, expr, context);
      case 'tensor':
        return this.tensor(expr, context);
      case 'bracket':
        return this.bracket(expr, context);
      case 'add':
        return this.sum(expr.terms.map((term) => this.evaluate(term, context)));
      case 'multiply':
      case 'divide':
      case 'negate':
        return sumOfProducts(this, expr, context);
      case 'power':
        return this.power(expr, context);
      case 'call':
        return this.call(expr.name, expr.args, context);
      case 'total':
        return this.total(expr, context);
      case 'cases':
        return casesOf(this, expr, context);
      case 'derivative':
        return this.derivative(expr, context);
      case 'matrix':
        return matrixFunction(this, expr, context);
      case 'field':
        return fieldFunction(this, expr, context);
    }
  }

  sum(values: readonly Value[]): Value {
    const [first, ...rest] = values;
    if (first === undefined) return this.exact(0);
    return rest.reduce((sofar, value) => this.algebra.binary('add', sofar, value), first);
  }

  bracket(expr: Bracket, context: Context<Value>): Value {
    return this.algebra.compare(
      expr.relation,
      this.evaluate(expr.left, context),
      this.evaluate(expr.right, context),
    );
  }

  private tensor(expr: TensorRef, context: Context<Value>): Value {
    const tensor = this.surroundings.declarations.tensors.get(expr.name);
    const given = this.surroundings.inputs.get(expr.name);
    if (tensor === undefined) throw new MissingValueError(expr.name, this.surroundings.inputs.keys());
    if (tensor.dimensions.length !== expr.indices.length) {
      throw new IndexRangeError(
        `${expr.name} has ${tensor.dimensions.length} axes (${tensor.dimensions.join(', ')}) but stands here with ` +
          `${expr.indices.length} indices. Give it one index for each axis.`,
      );
    }
    return readAt(this, given ?? this.definition(expr.name), tensor.dimensions, expr.indices, context);
  }

  private power(expr: Power, context: Context<Value>): Value {
    const exponent = exponentOf(expr);
    if (exponent !== undefined) return this.call('exp', [exponent], context);
    const base = this.guarded(this.evaluate(expr.base, context), context);
    if (expr.exponent.kind === 'number') {
      const value = toNumber(expr.exponent.value);
      if (value === 0.5) return this.algebra.unary('sqrt', base);
      return this.algebra.binary('power', base, this.exact(value));
    }
    return this.algebra.binary('power', base, this.evaluate(expr.exponent, context));
  }

  private call(name: string, args: readonly Expr[], context: Context<Value>): Value {
    const [only] = args;
    if (name === 'log' && only !== undefined) {
      const stable = stableLog(this, only, context);
      if (stable !== undefined) return stable;
    }
    if (name === 'sqrt' && only !== undefined) {
      const stable = stableRoot(this, only, context);
      if (stable !== undefined) return stable;
    }
    const values = args.map((arg) => this.guarded(this.evaluate(arg, context), context));
    const [first, ...rest] = values;
    if (first !== undefined && (name === 'max' || name === 'min')) {
      return rest.reduce((sofar, value) => this.algebra.binary(name, sofar, value), first);
    }
    if (first !== undefined && rest.length === 0 && isUnaryName(name)) return this.algebra.unary(name, first);
    return this.algebra.apply(name, values);
  }

  /** Σ is contracted; Π and max run over the body, 1 or −∞ standing where `where` does not hold. */
  private total(expr: Total, context: Context<Value>): Value {
    if (expr.operation === 'sum') return sumOfProducts(this, expr, context);
    const inner = this.within(context, [expr.binder]);
    const axis = this.axis(expr.binder.id, inner);
    const neutral = this.exact(expr.operation === 'product' ? 1 : Number.NEGATIVE_INFINITY);
    let body: Value;
    if (expr.where === undefined) {
      body = this.evaluate(expr.body, inner);
    } else {
      const mask = this.bracket(expr.where, inner);
      body = this.algebra.select(mask, this.evaluate(expr.body, this.where(inner, mask)), neutral);
    }
    return this.algebra.reduce(expr.operation, this.ensure(body, [axis]), new Set([axis.id]));
  }

  private derivative(expr: Derivative, context: Context<Value>): Value {
    const { derivatives } = this.surroundings;
    if (derivatives === undefined) {
      throw new UnworkedDerivativeError(
        expr.of.name,
        expr.by.map(({ name }) => name),
      );
    }
    return this.evaluate(derivatives(expr), context);
  }
}

const leaves: ReadonlySet<Expr['kind']> = new Set(['number', 'constant', 'size', 'tensor']);
