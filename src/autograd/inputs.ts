/** Reading the point at which a function is differentiated: one tensor, nested arrays, or several tensors. */
import type { Tensor, TensorLike } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import { InputError } from './errors.js';
import { readNested } from './nested.js';

/** A function of one or several tensors. (Declared as a method, so that `(x: tf.Tensor1D) => …` is one too.) */
export type TensorFunction = { bivariant(...inputs: Tensor[]): Tensor }['bivariant'];

/** Values with their shape, row by row. */
export interface ShapedValues {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * One tensor, a number, nested or typed arrays, values with a shape; or, for several arguments, an array of tf.Tensors or of
 * values with a shape (whose whole numbers in an Int32Array are int32: indices, labels).
 */
export type Inputs = TensorLike | Tensor | readonly (Tensor | ShapedValues)[] | ShapedValues;

export function isTensor(value: unknown): value is Tensor {
  return value instanceof engine().Tensor;
}

export function isShapedValues(value: unknown): value is ShapedValues {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isTensor(value) &&
    'data' in value &&
    'shape' in value &&
    Array.isArray(value.shape)
  );
}

function fromValues(values: Inputs, argument: number): Tensor {
  const tf = engine();
  if (isShapedValues(values)) return tf.tensor(Float32Array.from(values.data), [...values.shape], 'float32');
  if (ArrayBuffer.isView(values)) return tf.tensor(Float32Array.from(values as Float32Array));
  const read = readNested(values, {
    what: `Argument ${argument}`,
    fail: (message) => new InputError(message),
  });
  return tf.tensor(Float32Array.from(read.values), read.shape, 'float32');
}

interface WholeValues extends ShapedValues {
  readonly data: Int32Array;
}

function isWhole(values: unknown): values is WholeValues {
  return isShapedValues(values) && values.data instanceof Int32Array;
}

function fromWhole({ data, shape }: WholeValues): Tensor {
  return engine().tensor(data, [...shape], 'int32');
}

/** The position in a tensor of its flat entry `k`. */
export function position(k: number, shape: readonly number[]): number[] {
  const indices: number[] = [];
  let rest = k;
  for (const length of [...shape].reverse()) {
    indices.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return indices;
}

function refuseNotFinite(tensor: Tensor, argument: number): void {
  const at = tensor.dataSync().findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new InputError(
    `Argument ${argument} is not finite at [${position(at, tensor.shape)}] (in float32, whose largest number is 3.4e38). ` +
      'A derivative needs a finite point; choose another.',
  );
}

function check(tensor: Tensor, argument: number, differentiated: boolean): void {
  if (tensor.size === 0) {
    throw new InputError(
      `Argument ${argument} is empty (shape [${tensor.shape}]); give it at least one entry on each axis.`,
    );
  }
  if (tensor.dtype === 'float32') refuseNotFinite(tensor, argument);
  else if (differentiated) {
    throw new InputError(
      `Argument ${argument} is of ${tensor.dtype}; derivatives are taken with respect to float32. ` +
        (tensor.dtype === 'complex64'
          ? 'Differentiate by its real and imaginary part.'
          : 'Use .toFloat(), or wrt for another argument.'),
    );
  }
}

/**
 * The arguments as tensors (of their own, so that a tensor given twice counts as two arguments). float64 values are
 * rounded to float32, which is all that TensorFlow.js has; whole numbers in an array are read as float32; an int32
 * tensor may stand where it is not differentiated (indices, labels).
 *
 * @throws InputError for empty, non-finite, complex or int32 input, or a `wrt` that names no argument.
 */
export function readInputs(inputs: Inputs, wrt: number): Tensor[] {
  const several =
    Array.isArray(inputs) &&
    inputs.length > 0 &&
    inputs.every((input) => isTensor(input) || isShapedValues(input));
  const given = several ? (inputs as readonly (Tensor | ShapedValues)[]) : [inputs];
  if (!Number.isInteger(wrt) || wrt < 0 || wrt >= given.length) {
    throw new InputError(`wrt is ${wrt}; the function has ${given.length} argument(s), counted from 0.`);
  }
  const tensors = given.map((input, k) => {
    if (isTensor(input)) return input.clone();
    return several && isWhole(input) ? fromWhole(input) : fromValues(input as Inputs, k);
  });
  tensors.forEach((tensor, k) => {
    check(tensor, k, k === wrt);
  });
  return tensors;
}
