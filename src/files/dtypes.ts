/** The types of numbers that files hold, and how their bytes become numbers. */
import { endianness } from 'node:os';
import { TensorFileError } from './errors.js';

/** The types of numbers that files hold. */
export type FileDtype =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'uint8'
  | 'bool';

/** What the numbers are read into: half precision as float32, whole numbers as int32, or as float64 where they need more. */
export type FileNumbers = Float64Array | Float32Array | Int32Array;

interface Type {
  /** Bytes to a number. */
  readonly width: 1 | 2 | 4 | 8;
  /** Bytes to a number once it is read. */
  readonly decoded: 4 | 8;
  /** From bytes in the order of this machine, aligned. */
  readonly decode: (buffer: ArrayBuffer, what: string) => FileNumbers;
}

/** Float16 (1 sign, 5 exponent, 10 fraction bits) as a number. */
function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >>> 10) & 31, bits & 1023];
  const size =
    exponent === 31
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >>> 15 === 0 ? size : -size;
}

/** bfloat16 is the upper half of float32. */
function fromBrain(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let k = 0; k < halves.length; k += 1) words[k] = ((halves[k] ?? 0) << 16) >>> 0;
  return new Float32Array(words.buffer);
}

/** Whole numbers as int32 where all fit, else as float64 where all are exact in it. */
function fromWide(numbers: BigInt64Array | BigUint64Array | Uint32Array, what: string): FileNumbers {
  const values = Float64Array.from(numbers as ArrayLike<unknown> as ArrayLike<number>, Number);
  if (values.every((value) => value === (value | 0))) return Int32Array.from(values);
  const at = values.findIndex((value) => !Number.isSafeInteger(value));
  if (at < 0) return values;
  throw new TensorFileError(
    `${what} holds ${numbers[at]} at flat position ${at}, which no float64 holds exactly. Save it as float64 or as int32.`,
  );
}

const types: Readonly<Record<FileDtype, Type>> = {
  float64: { width: 8, decoded: 8, decode: (buffer) => new Float64Array(buffer) },
  float32: { width: 4, decoded: 4, decode: (buffer) => new Float32Array(buffer) },
  float16: {
    width: 2,
    decoded: 4,
    decode: (buffer) => Float32Array.from(new Uint16Array(buffer), fromHalf),
  },
  bfloat16: { width: 2, decoded: 4, decode: (buffer) => fromBrain(new Uint16Array(buffer)) },
  int64: { width: 8, decoded: 8, decode: (buffer, what) => fromWide(new BigInt64Array(buffer), what) },
  uint64: { width: 8, decoded: 8, decode: (buffer, what) => fromWide(new BigUint64Array(buffer), what) },
  uint32: { width: 4, decoded: 8, decode: (buffer, what) => fromWide(new Uint32Array(buffer), what) },
  int32: { width: 4, decoded: 4, decode: (buffer) => new Int32Array(buffer) },
  int16: { width: 2, decoded: 4, decode: (buffer) => Int32Array.from(new Int16Array(buffer)) },
  uint16: { width: 2, decoded: 4, decode: (buffer) => Int32Array.from(new Uint16Array(buffer)) },
  int8: { width: 1, decoded: 4, decode: (buffer) => Int32Array.from(new Int8Array(buffer)) },
  uint8: { width: 1, decoded: 4, decode: (buffer) => Int32Array.from(new Uint8Array(buffer)) },
  bool: {
    width: 1,
    decoded: 4,
    decode: (buffer) => Int32Array.from(new Uint8Array(buffer), (byte) => (byte === 0 ? 0 : 1)),
  },
};

/** Bytes to a number in the file. */
export const widthOf = (dtype: FileDtype): number => types[dtype].width;

/** Bytes to a number in memory. */
export const decodedWidthOf = (dtype: FileDtype): number => types[dtype].decoded;

/** Turns the order of the bytes of each number, in place. */
function swap(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** Bytes as numbers; the bytes are used up. `what` is what messages call the tensor. */
export function decode(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: FileDtype,
  littleEndian: boolean,
  what: string,
): FileNumbers {
  if (littleEndian !== (endianness() === 'LE')) swap(bytes, widthOf(dtype));
  return types[dtype].decode(bytes.buffer, what);
}
