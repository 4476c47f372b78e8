/** A dense array of float64 numbers in row-major order: what formulas are evaluated from and to. */
import { EvaluationError } from './errors.js';

export interface NDArray {
  /** The size of each axis; empty for a number. */
  readonly shape: readonly number[];
  /** Row-major entries: the last axis varies fastest. */
  readonly data: Float64Array;
}

/** Nested arrays of numbers, or one number. */
export type Nested = number | readonly Nested[];

/** The number of entries of a shape; 1 for a number. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** An array of the given shape, filled entry by entry in row-major order. */
export function fill(shape: readonly number[], entry: (position: number) => number): NDArray {
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, position) => entry(position)) };
}

/**
 * Nested arrays as an NDArray.
 * @throws EvaluationError where the nesting is ragged.
 * @example fromNested([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function fromNested(nested: Nested): NDArray {
  const shape: number[] = [];
  for (let at: Nested | undefined = nested; typeof at === 'object'; at = at[0]) shape.push(at.length);
  const data: number[] = [];
  const visit = (value: Nested, depth: number): void => {
    if (typeof value === 'number') {
      if (depth !== shape.length) throw ragged(shape);
      data.push(value);
      return;
    }
    if (value.length !== shape[depth]) throw ragged(shape);
    for (const inner of value) visit(inner, depth + 1);
  };
  visit(nested, 0);
  return { shape, data: Float64Array.from(data) };
}

function ragged(shape: readonly number[]): EvaluationError {
  return new EvaluationError(
    `The rows of the nested array differ in length: its first row has the shape [${shape.join(', ')}], another has not. ` +
      'Give every row the same number of entries.',
  );
}

/** An NDArray as nested arrays: `[[1, 2], [3, 4]]`; a plain number where it has no axes. */
export function toNested(array: NDArray): Nested {
  const build = (depth: number, start: number, length: number): Nested => {
    const size = array.shape[depth];
    if (size === undefined) return array.data[start] ?? Number.NaN;
    const step = length / size;
    return Array.from({ length: size }, (_, position) => build(depth + 1, start + position * step, step));
  };
  return build(0, 0, array.data.length);
}

/** The position along each axis of the entry at a row-major offset. */
export function positionsOf(shape: readonly number[], offset: number): number[] {
  const positions: number[] = [];
  let rest = offset;
  for (const size of [...shape].reverse()) {
    positions.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return positions;
}

/** The row-major offset of each axis' unit step: [6, 3, 1] for the shape [2, 2, 3]. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}
