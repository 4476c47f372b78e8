/** The meaning of each node of a formula, in any algebra. */
import type {
  Bracket,
  Cases,
  Declarations,
  Delta,
  Derivative,
  Expr,
  Index,
  MatrixFunction,
  Power,
  Rational,
  TensorRef,
  Total,
} from '../nodes.js';
import { type Algebra, type Axis, type Place, unionAxes } from './algebra.js';
import {
  IndexRangeError,
  MissingValueError,
  NoBranchError,
  SizeConflictError,
  UnworkedDerivativeError,
} from './errors.js';
import { fieldFunction } from './fields.js';
import { isUnaryName } from './functions.js';
import { keyOf } from './keys.js';
import { sumOfProducts } from './products.js';
import { exponentOf, stableLog, stableRoot } from './stable.js';

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

  /** A value over `@0`, `@1`, … (of these dimensions) read at indices: 0 outside the range. */
  read(
    value: Value,
    dimensions: readonly string[],
    indices: readonly Index[],
    context: Context<Value>,
  ): Value {
    const places = indices.map((index) => this.place(index, context));
    const axes = dimensions.map(
      (dimension, at): Axis => ({ id: `@${at}`, size: this.surroundings.sizeOf(dimension) }),
    );
    if (!indices.every(isPlain)) return this.algebra.gather(value, axes, places);
    indices.forEach((index, at) => {
      const range = context.ranges.get(index.parts[0]?.id ?? '');
      if (range !== dimensions[at]) {
        throw new IndexRangeError(
          `The index ${index.parts[0]?.id} runs over ${range} but stands at an axis of the dimension ${dimensions[at]}. ` +
            'Use an index of that dimension.',
        );
      }
    });
    const names = new Map<string, Axis>();
    const repeated: [string, string][] = [];
    const taken = new Set(this.algebra.axes(value).map((axis) => axis.id));
    places.forEach((place, at) => {
      const [part] = place.parts;
      if (part === undefined) return;
      if (taken.has(part.axis.id)) repeated.push([`@${at}`, part.axis.id]);
      else names.set(`@${at}`, part.axis);
      taken.add(part.axis.id);
    });
    const renamed = this.algebra.rename(this.ensure(value, repeated.length > 0 ? axes : []), names);
    return repeated.reduce((sofar, [from, to]) => this.algebra.diagonal(sofar, from, to), renamed);
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
    const stored = this.toSlots(value, indices);
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

  /** Renames the given ids to `@0`, `@1`, … in order. */
  toSlots(value: Value, ids: readonly string[]): Value {
    const names = new Map<string, Axis>();
    for (const axis of this.algebra.axes(value)) {
      const at = ids.indexOf(axis.id);
      if (at >= 0) names.set(axis.id, { id: `@${at}`, size: axis.size });
    }
    return this.algebra.rename(value, names);
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
        return this.positions([expr.index], context, ([position = 0]) => position);
      case 'delta':
        return this.delta(expr, context);
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
        return this.cases(expr, context);
      case 'derivative':
        return this.derivative(expr, context);
      case 'matrix':
        return this.matrix(expr, context);
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

  private place(index: Index, context: Context<Value>): Place {
    return {
      parts: index.parts.map(({ sign, id }) => ({ sign, axis: this.axis(id, context) })),
      offset: index.offset,
    };
  }

  /** 1 where the two indices are the same number. */
  private delta(expr: Delta, context: Context<Value>): Value {
    const { left, right } = expr;
    if (isPlain(left) && isPlain(right) && left.parts[0]?.id !== right.parts[0]?.id) {
      const axes = [left, right].flatMap((index) =>
        this.place(index, context).parts.map((part) => part.axis),
      );
      return this.algebra.table(axes, (positions) => (positions[0] === positions[1] ? 1 : 0));
    }
    return this.positions([left, right], context, (numbers) => (numbers[0] === numbers[1] ? 1 : 0));
  }

  /** A table of a function of the numbers that indices stand for. */
  private positions(
    indices: readonly Index[],
    context: Context<Value>,
    of: (numbers: readonly number[]) => number,
  ): Value {
    const places = indices.map((index) => this.place(index, context));
    const axes = unionAxes(...places.map((place) => place.parts.map((part) => part.axis)));
    const slots = places.map(({ parts }) =>
      parts.map(({ sign, axis }) => ({ sign, at: axes.findIndex(({ id }) => id === axis.id) })),
    );
    const numbers = places.map(({ offset }) => offset);
    return this.algebra.table(axes, (positions) => {
      slots.forEach((parts, which) => {
        let number = places[which]?.offset ?? 0;
        for (const { sign, at } of parts) number += sign * (positions[at] ?? 0);
        numbers[which] = number;
      });
      return of(numbers);
    });
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
    return this.read(given ?? this.definition(expr.name), tensor.dimensions, expr.indices, context);
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

  /** The first branch whose condition holds; where none does and nothing hides the entry, an error. */
  private cases(expr: Cases, context: Context<Value>): Value {
    const { algebra } = this;
    let open = this.exact(1);
    const taken: { mask: Value; value: Value }[] = [];
    for (const { value, condition } of expr.branches) {
      const holds = this.bracket(condition, context);
      const mask = algebra.binary('multiply', open, holds);
      taken.push({ mask, value: this.evaluate(value, this.where(context, mask)) });
      open = algebra.binary('multiply', open, algebra.compare('=', holds, this.exact(0)));
    }
    if (expr.otherwise === undefined) this.refuseOpen(open, context);
    const last =
      expr.otherwise === undefined ? this.exact(0) : this.evaluate(expr.otherwise, this.where(context, open));
    return taken.reduceRight((sofar, { mask, value }) => algebra.select(mask, value, sofar), last);
  }

  private refuseOpen(open: Value, context: Context<Value>): void {
    const missed =
      context.active === undefined ? open : this.algebra.binary('multiply', open, context.active);
    const entry = this.algebra.firstNonZero(missed);
    if (entry === undefined) return;
    throw new NoBranchError(
      this.algebra.axes(missed).map(({ id }, at) => ({ id, position: entry[at] ?? 0 })),
    );
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

  private matrix(expr: MatrixFunction, context: Context<Value>): Value {
    const { row, column, at, name } = expr;
    const inner = this.within(context, [row, column]);
    const axes = [this.axis(row.id, inner), this.axis(column.id, inner)];
    if (axes[0]?.size !== axes[1]?.size) {
      throw new SizeConflictError(
        `${name} was given a matrix of ${axes.map((axis) => axis.size).join(' × ')} entries ` +
          `(${row.dimension} × ${column.dimension}). It must be square: use one dimension for both axes.`,
      );
    }
    const body = this.ensure(this.evaluate(expr.body, inner), axes);
    const result = this.algebra.matrix(
      name,
      this.guardedMatrix(body, row.id, column.id, inner),
      row.id,
      column.id,
    );
    if (at === undefined) return result;
    return this.read(
      this.toSlots(result, [row.id, column.id]),
      [row.dimension, column.dimension],
      at,
      context,
    );
  }

  /** The unit matrix in place of a matrix that does not count. */
  private guardedMatrix(value: Value, row: string, column: string, context: Context<Value>): Value {
    if (context.active === undefined || !this.algebra.differentiates) return value;
    const axes = [this.axis(row, context), this.axis(column, context)];
    const unit = this.algebra.table(axes, ([i, j]) => (i === j ? 1 : 0));
    return this.algebra.select(context.active, value, unit);
  }
}

const leaves: ReadonlySet<Expr['kind']> = new Set(['number', 'constant', 'size', 'tensor']);

/** One index id and nothing else. */
export function isPlain(index: Index): boolean {
  return index.offset === 0 && index.parts.length === 1 && index.parts[0]?.sign === 1;
}

/** The double nearest to a rational number, also where its terms exceed 2⁵³. */
export function toNumber(value: Rational): number {
  const limit = 2n ** 53n;
  if (value.n <= limit && value.d <= limit) return Number(value.s) * (Number(value.n) / Number(value.d));
  const lengthOf = (whole: bigint): number => whole.toString(2).length;
  const shift = 66 - (lengthOf(value.n) - lengthOf(value.d));
  const scaled = shift >= 0 ? value.n << BigInt(shift) : value.n;
  const divisor = shift >= 0 ? value.d : value.d << BigInt(-shift);
  const quotient = (scaled / divisor) | (scaled % divisor === 0n ? 0n : 1n);
  return Number(value.s) * Number(quotient) * 2 ** -shift;
}
