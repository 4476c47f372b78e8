/**
 * What a formula is interpreted in. The interpreter knows the language; an algebra knows how to compute: float64 arrays
 * with error scales here, TensorFlow.js tensors in `autograd/compile`. A value carries its axes by index id, so
 * broadcasting, and a batch axis nobody wrote, need no further rules.
 */
import type { MatrixName, Relation } from '../nodes.js';
import type { BinaryName, UnaryName } from './functions.js';
import type { NDArray } from './ndarray.js';

export interface Axis {
  readonly id: string;
  readonly size: number;
}

/** An index at a tensor with its sizes known: Σ sign·position(axis) + offset. */
export interface Place {
  readonly parts: readonly { readonly sign: 1 | -1; readonly axis: Axis }[];
  readonly offset: number;
}

export interface Algebra<Value> {
  /** Whether gradients flow: values that a guard hides must then be kept finite, since 0 · ∞ would come back. */
  readonly differentiates: boolean;
  axes(value: Value): readonly Axis[];
  /** An exact constant entry by entry; `at` gets the position along each axis. */
  table(axes: readonly Axis[], at: (positions: readonly number[]) => number): Value;
  /** A number of the formula. */
  number(value: number): Value;
  /** A given array, its axes named in order. */
  input(array: NDArray, axes: readonly Axis[]): Value;
  /** Renames axes; none may meet another. */
  rename(value: Value, names: ReadonlyMap<string, Axis>): Value;
  /** The entries where the axes `from` and `to` are equal; `from` is gone. */
  diagonal(value: Value, from: string, to: string): Value;
  /** value[places[0], places[1], …] for the axes given; 0 outside the range. Other axes stay. */
  gather(value: Value, axes: readonly Axis[], places: readonly Place[]): Value;
  unary(name: UnaryName, value: Value): Value;
  binary(name: BinaryName, left: Value, right: Value): Value;
  /** A function of numbers registered from outside. */
  apply(name: string, args: readonly Value[]): Value;
  /** 1 where the relation holds, 0 elsewhere; nothing flows through it. */
  compare(relation: Relation, left: Value, right: Value): Value;
  /** `yes` where the mask is not 0, `no` where it is 0, whatever stands in the one not taken. */
  select(mask: Value, yes: Value, no: Value): Value;
  reduce(operation: 'sum' | 'product' | 'max', value: Value, over: ReadonlySet<string>): Value;
  /** Σ over the given ids of left · right; every one of them stands in both. */
  contract(left: Value, right: Value, over: ReadonlySet<string>): Value;
  matrix(name: MatrixName, value: Value, row: string, column: string): Value;
  /** The same numbers, taken as exact and constant. */
  constant(value: Value): Value;
  /** Whether an entry may be infinite or NaN. */
  hasNonFinite(value: Value): boolean;
  /** The first position where the mask is not 0. */
  firstNonZero(mask: Value): readonly number[] | undefined;
}

/** The number of entries over the given axes. */
export function entries(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.size, 1);
}

/** The axes of several values, each once, in order of appearance. */
export function unionAxes(...lists: readonly (readonly Axis[])[]): Axis[] {
  const seen = new Map<string, Axis>();
  for (const list of lists) for (const axis of list) if (!seen.has(axis.id)) seen.set(axis.id, axis);
  return [...seen.values()];
}
