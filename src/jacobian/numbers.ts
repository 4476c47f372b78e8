/** Reading vectors and matrices, whatever they come as. */
import { MatrixError } from './errors.js';

/** Nested arrays of numbers, evenly nested. */
export type Nested = number | readonly Nested[];

/** A tensor of TensorFlow.js, as far as it is needed here: this room does not know TensorFlow.js. */
export interface TensorLike {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
}

/** Numbers in a flat list with the shape they have, row by row. */
export interface ShapedNumbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Numbers with any shape; a vector is read from them row by row. */
export type Numbers = Nested | ArrayLike<number> | TensorLike | ShapedNumbers;

/** Numbers with their shape. */
export interface Shaped {
  readonly values: Float64Array;
  readonly shape: readonly number[];
  /** Whether they came as float32 and carry no more than its 24 bits. */
  readonly single: boolean;
}

function isTensorLike(value: unknown): value is TensorLike {
  return typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value;
}

function isShapedNumbers(value: unknown): value is ShapedNumbers {
  return typeof value === 'object' && value !== null && 'data' in value && 'shape' in value;
}

function flatten(nested: Nested, shape: readonly number[], into: number[]): void {
  const [length, ...rest] = shape;
  if (length === undefined) {
    if (typeof nested !== 'number')
      throw new MatrixError(`A number was expected, found ${String(nested)}; nest the arrays evenly.`);
    into.push(nested);
    return;
  }
  if (!Array.isArray(nested) || nested.length !== length) {
    throw new MatrixError(
      `The array is uneven: ${length} entries were expected; nest it evenly, as in [[1, 2], [3, 4]].`,
    );
  }
  for (const part of nested as readonly Nested[]) flatten(part, rest, into);
}

function withShape(data: ArrayLike<number>, shape: readonly number[]): Shaped {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length)
    throw new MatrixError(
      `There are ${data.length} numbers; the shape [${shape}] given with them holds ${size}.`,
    );
  return { values: new Float64Array(data), shape, single: data instanceof Float32Array };
}

function shaped(given: Numbers): Shaped {
  if (isTensorLike(given)) return withShape(given.dataSync(), given.shape);
  if (ArrayBuffer.isView(given)) {
    const values = given as unknown as ArrayLike<number>;
    return withShape(values, [values.length]);
  }
  if (isShapedNumbers(given)) return withShape(given.data, given.shape);
  const shape: number[] = [];
  let part = given as Nested | undefined;
  while (Array.isArray(part)) {
    shape.push(part.length);
    part = (part as readonly Nested[])[0];
  }
  const values: number[] = [];
  flatten(given as Nested, shape, values);
  return { values: Float64Array.from(values), shape, single: false };
}

/** Whether all are finite: 0 · v is 0 for those and NaN for the others. Four sums, so that none waits for the one before. */
export function areFinite(values: Float64Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const even = values.length - (values.length % 4);
  for (let k = 0; k < even; k += 4) {
    a += 0 * (values[k] as number);
    b += 0 * (values[k + 1] as number);
    c += 0 * (values[k + 2] as number);
    d += 0 * (values[k + 3] as number);
  }
  for (let k = even; k < values.length; k += 1) a += 0 * (values[k] as number);
  return a + b + c + d === 0;
}

function refuseNotFinite(values: Float64Array): void {
  if (values.length === 0)
    throw new MatrixError('The array is empty; a Jacobian has at least one output and one input.');
  if (areFinite(values)) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new MatrixError(`Entry ${at} is ${values[at]}; a Jacobian holds finite numbers.`);
}

/**
 * Numbers of any shape, copied.
 *
 * @throws MatrixError for what is not finite numbers, evenly nested.
 */
export function readNumbers(given: Numbers): Shaped {
  const read = shaped(given);
  refuseNotFinite(read.values);
  return read;
}

/**
 * A vector: the entries of numbers of any shape, row by row.
 *
 * @throws MatrixError for what is not finite numbers, evenly nested.
 */
export function readVector(given: Numbers): Float64Array {
  return readNumbers(given).values;
}

/** A vector to look at only: a Float64Array is not copied. */
export function viewVector(given: Numbers): Float64Array {
  if (!(given instanceof Float64Array)) return readVector(given);
  refuseNotFinite(given);
  return given;
}

/** A matrix; a list of numbers is one row, the gradient of one output. */
export function readMatrix(given: Numbers): {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
} {
  const read = readNumbers(given);
  const [rows, columns] = read.shape.length < 2 ? [1, read.values.length] : read.shape;
  if (read.shape.length > 2 || rows === undefined || columns === undefined) {
    throw new MatrixError(
      `A matrix was expected, given was an array of shape [${read.shape}]. Name its axes, outputs first: ` +
        "dense(values, { rows: ['i', 'j'], columns: ['k', 'l'] }), or reshape it to [all outputs, all inputs].",
    );
  }
  return { values: read.values, rows, columns };
}
