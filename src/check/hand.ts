/** Reading what a person built by hand, whatever it was built as. */
import type { Tensor } from '@tensorflow/tfjs';
import {
  describeValue,
  isShapedValues,
  isTensor,
  type NestedNumbers,
  position,
  readNested,
  type ShapedValues,
} from '../autograd/index.js';
import { isJacobianOperator, type JacobianOperator } from '../jacobian/index.js';
import { HandError } from './errors.js';

/** Numbers built by hand: nested arrays, a typed array (rank 1), values with their shape, a tensor, or an operator. */
export type HandValues =
  | NestedNumbers
  | Float32Array
  | Float64Array
  | ShapedValues
  | Tensor
  | JacobianOperator;

/** Numbers built by hand, or a function that builds them from the inputs. */
export type Hand = HandValues | { bivariant(...inputs: Tensor[]): HandValues }['bivariant'];

/** Hand-built numbers in one form. */
export interface HandNumbers {
  readonly values: Float64Array;
  readonly shape: readonly number[];
  /** Whether they carry no more than float32's 24 bits. */
  readonly single: boolean;
  /** How they were rounded to be stored, where that was coarser than float32. */
  readonly stored?: Storage;
}

/** A storage that rounds: to a share of each number, and near 0 to an absolute grid. */
export interface Storage {
  readonly name: string;
  readonly relative: number;
  readonly absolute: number;
}

/** Half precision, as files and GPUs hold it: half a unit in the last place. */
const storages: Readonly<Record<string, Storage>> = {
  float16: { name: 'float16', relative: 2 ** -11, absolute: 2 ** -25 },
  bfloat16: { name: 'bfloat16', relative: 2 ** -8, absolute: 0 },
};

function storageOf(values: ShapedValues): Storage | undefined {
  return 'dtype' in values && typeof values.dtype === 'string' ? storages[values.dtype] : undefined;
}

function fromTensor(tensor: Tensor): HandNumbers {
  if (tensor.dtype === 'complex64' || tensor.dtype === 'string') {
    throw new HandError(`The hand-built tensor is of ${tensor.dtype}; it must be of real numbers.`);
  }
  return {
    values: Float64Array.from(tensor.dataSync()),
    shape: tensor.shape,
    single: tensor.dtype === 'float32',
  };
}

/**
 * Hand-built numbers, with their shape.
 *
 * @throws HandError for anything else, and for what is empty.
 */
export function readHand(hand: HandValues): HandNumbers {
  const read = readAny(hand);
  if (read.values.length > 0) return read;
  throw new HandError(
    `What was built by hand is empty (shape [${read.shape}]); it must have an entry for each derivative.`,
  );
}

function readAny(hand: HandValues): HandNumbers {
  if (isTensor(hand)) return fromTensor(hand);
  if (isJacobianOperator(hand))
    return {
      values: Float64Array.from(hand.toDense().flat()),
      shape: [hand.rows, hand.columns],
      single: false,
    };
  if (isShapedValues(hand)) {
    const size = hand.shape.reduce((product, length) => product * length, 1);
    if (size !== hand.data.length) {
      throw new HandError(
        `The hand-built values are ${hand.data.length}; the shape [${hand.shape}] given with them holds ${size}.`,
      );
    }
    const stored = storageOf(hand);
    return {
      values: Float64Array.from(hand.data),
      shape: hand.shape,
      single: hand.data instanceof Float32Array,
      ...(stored === undefined ? {} : { stored }),
    };
  }
  if (ArrayBuffer.isView(hand)) {
    return { values: Float64Array.from(hand), shape: [hand.length], single: hand instanceof Float32Array };
  }
  if (typeof hand === 'number' || Array.isArray(hand)) {
    const read = readNested(hand, {
      what: 'What was built by hand',
      fail: (message) => new HandError(message),
    });
    return { values: Float64Array.from(read.values), shape: read.shape, single: false };
  }
  const what = hand instanceof Promise ? 'a promise (await it first)' : describeValue(hand);
  throw new HandError(
    `What was built by hand is ${what}; it must be nested arrays of numbers, a typed array, { data, shape }, a tf.Tensor, ` +
      'a Jacobian operator, or a function of the inputs returning one of these.',
  );
}

/** Refuses a hand-built NaN or infinity where the truth is finite. */
export function refuseNotFinite(hand: HandNumbers, truth: ArrayLike<number>, shape: readonly number[]): void {
  const at = hand.values.findIndex((value, k) => !Number.isFinite(value) && Number.isFinite(truth[k] ?? 0));
  if (at < 0) return;
  throw new HandError(
    `The hand-built value at [${position(at, shape)}] is ${hand.values[at]}, where autograd has ${truth[at]}. ` +
      'Look for a division by 0, a logarithm of 0 or an overflow (above 3.4e38 in float32) in how it was computed.',
  );
}
