/** The axes of a Jacobian's rows and columns by name: what makes ∂Y_ij/∂X_kl a matrix, and what chains are matched by. */
import { LayoutError, MatrixError } from './errors.js';

/** One axis of an output or of an input. */
export interface Axis {
  readonly name: string;
  readonly size: number;
}

/** Axes in order, the last one running fastest: `{ batch: 32, class: 10 }`, or a list where a name stands twice. */
export type Axes = Readonly<Record<string, number>> | readonly Axis[];

/** How many entries the axes span; 1 for none. */
export function spanOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { size }) => product * size, 1);
}

/**
 * Axes as a list, checked against the number of rows or columns they are to name.
 *
 * @throws MatrixError for a size that is none; LayoutError where they span another number.
 */
export function readAxes(given: Axes, length: number, what: 'rows' | 'columns'): readonly Axis[] {
  const axes = isList(given) ? [...given] : Object.entries(given).map(([name, size]) => ({ name, size }));
  for (const { name, size } of axes) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new MatrixError(`The axis ${name} has the size ${size}; a size is a whole number of 1 or more.`);
  }
  if (spanOf(axes) === length) return axes;
  throw new LayoutError(
    `The axes (${describeAxes(axes)}) span ${spanOf(axes)} ${what}; there are ${length}. Give the size of each axis, the last running fastest.`,
  );
}

function isList(given: Axes): given is readonly Axis[] {
  return Array.isArray(given);
}

/** `batch 32, class 10`; `a scalar` for no axes. */
export function describeAxes(axes: readonly Axis[]): string {
  return axes.length === 0 ? 'a scalar' : axes.map(({ name, size }) => `${name} ${size}`).join(', ');
}

const sameAxis = (left: Axis, right: Axis): boolean => left.name === right.name && left.size === right.size;

/** Whether two lists are the same axes in the same order. */
export function sameAxes(left: readonly Axis[], right: readonly Axis[]): boolean {
  return left.length === right.length && left.every((axis, at) => sameAxis(axis, right[at] ?? axis));
}

/**
 * Where each axis of `wanted` stands in `from`, when both are the same axes in some order; undefined when they are not, or when a
 * name stands twice, so that which is which cannot be told.
 */
export function orderOf(wanted: readonly Axis[], from: readonly Axis[]): readonly number[] | undefined {
  if (sameAxes(wanted, from)) return wanted.map((_, at) => at);
  const distinct = new Set(wanted.map(({ name }) => name)).size === wanted.length;
  if (!distinct || wanted.length !== from.length) return undefined;
  const order = wanted.map((axis) => from.findIndex((other) => sameAxis(axis, other)));
  return order.includes(-1) ? undefined : order;
}

/**
 * Entry by entry, where what stands at a place of the axes `from[order[0]], from[order[1]] …` stands over `from`.
 *
 * @example placesIn([{ name: 'a', size: 2 }, { name: 'b', size: 3 }], [1, 0]) // [0, 3, 1, 4, 2, 5]
 */
export function placesIn(from: readonly Axis[], order: readonly number[]): Int32Array {
  const steps: number[] = [];
  let step = 1;
  for (const { size } of [...from].reverse()) {
    steps.unshift(step);
    step *= size;
  }
  let places = Int32Array.of(0);
  for (const at of order) {
    const [size, stride] = [from[at]?.size ?? 1, steps[at] ?? 0];
    const next = new Int32Array(places.length * size);
    for (let k = 0; k < places.length; k += 1)
      for (let p = 0; p < size; p += 1) next[k * size + p] = (places[k] as number) + p * stride;
    places = next;
  }
  return places;
}
