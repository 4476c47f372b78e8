/** Reading vectors and matrices, whatever they come as. */
import { MatrixError } from './errors.js';

/** Nested arrays of numbers, evenly nested. */
export type Nested = number | readonly Nested[];

/** A tensor of TensorFlow.js, as far as it is needed here: this room does not know TensorFlow.js. */
export interface TensorLike {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
}

/** Numbers with any shape; a vector is read from them row by row. */
export type Numbers = Nested | ArrayLike<number> | TensorLike;

interface Shaped {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

function isTensorLike(value: unknown): value is TensorLike {
  return typeof value === 'object' && value !== null && 'dataSync' in value && 'shape' in value;
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

function shaped(given: Numbers): Shaped {
  if (isTensorLike(given)) return { values: Float64Array.from(given.dataSync()), shape: given.shape };
  if (ArrayBuffer.isView(given)) {
    const values = Float64Array.from(given as unknown as ArrayLike<number>);
    return { values, shape: [values.length] };
  }
  const shape: number[] = [];
  let part = given as Nested | undefined;
  while (Array.isArray(part)) {
    shape.push(part.length);
    part = (part as readonly Nested[])[0];
  }
  const values: number[] = [];
  flatten(given as Nested, shape, values);
  return { values: Float64Array.from(values), shape };
}

function refuseNotFinite({ values }: Shaped): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new MatrixError(`Entry ${at} is ${values[at]}; a Jacobian holds finite numbers.`);
  if (values.length === 0)
    throw new MatrixError('The array is empty; a Jacobian has at least one output and one input.');
}

/**
 * A vector: the entries of numbers of any shape, row by row.
 *
 * @throws MatrixError for what is not finite numbers, evenly nested.
 */
export function readVector(given: Numbers): Float64Array {
  const read = shaped(given);
  refuseNotFinite(read);
  return read.values;
}

/** A matrix; a list of numbers is one row, the gradient of one output. */
export function readMatrix(given: Numbers): {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
} {
  const read = shaped(given);
  refuseNotFinite(read);
  const [rows, columns] = read.shape.length < 2 ? [1, read.values.length] : read.shape;
  if (read.shape.length > 2 || rows === undefined || columns === undefined) {
    throw new MatrixError(
      `A matrix was expected, given was an array of shape [${read.shape}]; reshape it to [all outputs, all inputs].`,
    );
  }
  return { values: read.values, rows, columns };
}
