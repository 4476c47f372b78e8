/** A tensor read from a file, and what a file says of one before it is read. */
import type { FileDtype, FileNumbers } from './dtypes.js';
import { decode, decodedWidthOf, widthOf } from './dtypes.js';
import { TensorFileError, TensorTooLargeError } from './errors.js';
import type { Source } from './source.js';

/** A tensor from a file: values with their shape, row by row, as every check accepts them. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** As it was in the file; a check allows for the rounding of a float16 or bfloat16. */
  readonly dtype: FileDtype;
  readonly data: FileNumbers;
}

/** Where a tensor's bytes are, and what they mean. */
export interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: FileDtype;
  readonly littleEndian: boolean;
  /** The first index runs fastest. */
  readonly fortran: boolean;
  readonly offset: number;
}

/** How many entries a shape has; refuses lengths that are no whole numbers, or too many for any machine. */
export function sizeOf(shape: readonly unknown[], what: string): number {
  let size = 1;
  for (const length of shape) {
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
      throw new TensorFileError(
        `${what} has the shape [${shape}]; every length must be a whole number of 0 or more.`,
      );
    }
    size *= length;
  }
  if (Number.isSafeInteger(size)) return size;
  throw new TensorFileError(`${what} has the shape [${shape}], which no file can hold.`);
}

/** Refuses what would take more than `limit` bytes, before it is allocated. */
export function refuseTooLarge(bytes: number, limit: number, what: string): void {
  if (bytes <= limit) return;
  throw new TensorTooLargeError(
    `${what} takes ${megabytes(bytes)} once it is read; ${megabytes(limit)} are allowed. ` +
      'Save a part of it, or allow more: readTensors(path, { limit: bytes }).',
  );
}

function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} MB`;
}

/** Entries whose first index runs fastest, put row by row. */
function rowByRow(values: FileNumbers, shape: readonly number[]): FileNumbers {
  const ordered = values.slice();
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1),
  );
  const index = shape.map(() => 0);
  let from = 0;
  for (let k = 0; k < ordered.length; k += 1) {
    ordered[k] = values[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const [at, stride, length] = [index[axis] ?? 0, strides[axis] ?? 0, shape[axis] ?? 1];
      if (at + 1 < length) {
        index[axis] = at + 1;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= at * stride;
    }
  }
  return ordered;
}

/** Reads the numbers of a tensor. */
export function load(source: Source, stored: Stored, limit: number): FileTensor {
  const { name, shape, dtype, littleEndian, fortran, offset } = stored;
  const what = `The tensor '${name}' of ${source.path}`;
  const size = sizeOf(shape, what);
  const copies = fortran && shape.length > 1 ? 2 : 1;
  refuseTooLarge(size * decodedWidthOf(dtype) * copies, limit, what);
  const values = decode(source.read(offset, size * widthOf(dtype)), dtype, littleEndian, what);
  const data = copies === 2 ? rowByRow(values, shape) : values;
  return Object.freeze({ name, shape: Object.freeze([...shape]), dtype, data });
}
