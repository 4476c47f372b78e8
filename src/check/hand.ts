/** Reading what a person built by hand, whatever it was built as. */
import type { Tensor } from '@tensorflow/tfjs';
import { isShapedValues, isTensor, position, type ShapedValues } from '../autograd/index.js';
import { isJacobianOperator, type JacobianOperator } from '../jacobian/index.js';
import { HandError } from './errors.js';

/** Nested arrays of numbers; a number is an array of rank 0. */
export type NestedNumbers = number | readonly NestedNumbers[];

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
}

function shapeOf(nested: NestedNumbers): number[] {
  const shape: number[] = [];
  let part: NestedNumbers | undefined = nested;
  while (Array.isArray(part)) {
    shape.push(part.length);
    part = (part as readonly NestedNumbers[])[0];
  }
  return shape;
}

function flatten(
  nested: NestedNumbers,
  shape: readonly number[],
  path: readonly number[],
  into: number[],
): void {
  const [length, ...rest] = shape;
  if (length === undefined) {
    if (typeof nested === 'number') into.push(nested);
    else
      throw new HandError(
        `The hand-built array holds ${describe(nested)} at [${path}]; it must hold numbers, ${evenly}.`,
      );
    return;
  }
  if (!Array.isArray(nested) || nested.length !== length) {
    throw new HandError(
      `The hand-built array is uneven: at [${path}] ${length} entries were expected, found ${describe(nested)}; ${evenly}.`,
    );
  }
  (nested as readonly NestedNumbers[]).forEach((part, k) => {
    flatten(part, rest, [...path, k], into);
  });
}

const evenly = 'nested evenly, as in [[1, 2], [3, 4]]';

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return value === undefined || value === null || typeof value === 'object'
    ? String(value)
    : `${typeof value} ${String(value)}`;
}

function fromNested(nested: NestedNumbers): HandNumbers {
  const shape = shapeOf(nested);
  const values: number[] = [];
  flatten(nested, shape, [], values);
  return { values: Float64Array.from(values), shape, single: false };
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
 * @throws HandError for anything else.
 */
export function readHand(hand: HandValues): HandNumbers {
  if (isTensor(hand)) return fromTensor(hand);
  if (isJacobianOperator(hand))
    return { values: hand.toDense(), shape: [hand.rows, hand.columns], single: false };
  if (isShapedValues(hand)) {
    const size = hand.shape.reduce((product, length) => product * length, 1);
    if (size !== hand.data.length) {
      throw new HandError(
        `The hand-built values are ${hand.data.length}; the shape [${hand.shape}] given with them holds ${size}.`,
      );
    }
    return {
      values: Float64Array.from(hand.data),
      shape: hand.shape,
      single: hand.data instanceof Float32Array,
    };
  }
  if (ArrayBuffer.isView(hand)) {
    return { values: Float64Array.from(hand), shape: [hand.length], single: hand instanceof Float32Array };
  }
  if (typeof hand === 'number' || Array.isArray(hand)) return fromNested(hand as NestedNumbers);
  const what = hand instanceof Promise ? 'a promise (await it first)' : describe(hand);
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
