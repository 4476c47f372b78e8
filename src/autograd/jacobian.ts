/** Dense derivatives: every output by every input. */
import type { Tensor } from '@tensorflow/tfjs';
import { refuseTooLarge } from '../jacobian/index.js';
import { close, combinedRows } from './batch/confirm.js';
import { jacobianByCotangents } from './batch/cotangents.js';
import { actsOnRowsAlike, jacobianInBatches } from './batch/inputs.js';
import { engine } from './engine.js';
import { type Inputs, readInputs, type TensorFunction } from './inputs.js';
import { gradientOfTensors, pullBack, withRecording } from './products.js';
import { numbersOf, tidied } from './scope.js';
import { scrambled } from './scrambled.js';
import { type Recording, refuseHiddenIntermediate } from './tape.js';

/**
 * How a Jacobian's rows are made: all at once by a batch of `cotangents`, or of `inputs` where the function acts on the
 * rows of a batch alike, or one backward pass for each of the `rows`.
 */
export type Method = 'cotangents' | 'inputs' | 'rows';

/** A dense Jacobian as numbers: output axes first, then input axes, row by row. */
export interface DenseJacobian {
  readonly values: Float32Array;
  readonly outputShape: readonly number[];
  readonly inputShape: readonly number[];
  readonly method: Method;
}

/** A dense Jacobian as a tensor of shape [outputs, inputs]. */
interface DenseTensor extends Omit<DenseJacobian, 'values'> {
  readonly rows: Tensor;
}

/** Cotangent e_row, as a tensor of the output's shape. */
function oneHot(row: number, shape: readonly number[]): Tensor {
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  values[row] = 1;
  return engine().tensor(values, [...shape]);
}

/** One backward pass for each output, over one recording. */
function jacobianByRows(recording: Recording, input: Tensor): Tensor {
  const tf = engine();
  const { size, shape } = recording.value;
  const values = new Float32Array(size * input.size);
  for (let row = 0; row < size; row += 1) {
    values.set(
      numbersOf(() => pullBack(recording, oneHot(row, shape)).dataSync()),
      row * input.size,
    );
  }
  return tf.tensor(values, [size, input.size]);
}

/** Fewer outputs than this are taken one by one: to try and to confirm would cost more than it saves. */
const fewestOutputs = 8;

/** The weights by which rows are combined for a confirmation. */
const weightsOf = ({ value }: Recording): Float32Array => scrambled(value.size, -1, 1, 2);

/** One backward pass with those weights as cotangent: what the rows of the Jacobian must combine to. */
function product(recording: Recording): Float32Array {
  const { shape } = recording.value;
  return numbersOf(() => {
    const cotangent = engine().tensor(weightsOf(recording), shape);
    return Float32Array.from(pullBack(recording, cotangent).dataSync());
  });
}

/** A computation that may fail: undefined if it does. */
function attempt<Result>(compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

/** The first way that gives the right Jacobian. */
function firstRight(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  recording: Recording,
  input: Tensor,
): Pick<DenseTensor, 'rows' | 'method'> {
  const { value } = recording;
  if (value.size >= fewestOutputs) {
    const wanted = product(recording);
    const weights = weightsOf(recording);
    const isRight = (rows: Tensor | undefined): rows is Tensor =>
      rows !== undefined && close(combinedRows(rows, weights), wanted);
    const byCotangents = attempt(() => jacobianByCotangents(recording, input));
    if (isRight(byCotangents)) return { rows: byCotangents, method: 'cotangents' };
    if (actsOnRowsAlike(f, inputs, wrt, value)) {
      const inBatches = attempt(() => jacobianInBatches(f, inputs, wrt, value));
      if (isRight(inBatches)) return { rows: inBatches, method: 'inputs' };
    }
  }
  return { rows: jacobianByRows(recording, input), method: 'rows' };
}

/** Tensors that are made on the way are disposed by whoever asked. */
function denseTensor(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  method?: Method,
): DenseTensor {
  return withRecording(f, inputs, wrt, (recording, input): DenseTensor => {
    const { value } = recording;
    refuseTooLarge(value.size, input.size);
    const shapes = { outputShape: value.shape, inputShape: input.shape };
    if (method === 'inputs') return { rows: jacobianInBatches(f, inputs, wrt, value), ...shapes, method };
    if (method === 'rows') return { rows: jacobianByRows(recording, input), ...shapes, method };
    const rows = method === 'cotangents' ? jacobianByCotangents(recording, input) : undefined;
    if (rows !== undefined) return { rows, ...shapes, method: 'cotangents' };
    return { ...firstRight(f, inputs, wrt, recording, input), ...shapes };
  });
}

/**
 * The Jacobian of `f` at tensors. `method` says how, where that is known from an earlier call; otherwise the batch is
 * tried and confirmed.
 */
export function jacobianOfTensors(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  method?: Method,
): DenseJacobian {
  return numbersOf(() => {
    const { rows, ...rest } = denseTensor(f, inputs, wrt, method);
    return { values: rows.dataSync<'float32'>(), ...rest };
  });
}

/**
 * The Jacobian of `f` with respect to its argument `wrt`, by autograd: entry [i…, j…] is ∂y_i/∂x_j, so its shape is the
 * output's followed by the input's.
 *
 * @throws InputError, OutputError, MissingGradientError, NotConnectedError, DenseTooLargeError
 * @example
 * jacobian((x) => tf.softmax(x), [-1, -1, 1]); // shape [3, 3]: s_i (δ_ij − s_j)
 */
export function jacobian(f: TensorFunction, inputs: Inputs, wrt = 0): Tensor {
  return tidied(() => {
    const { rows, outputShape, inputShape } = denseTensor(f, readInputs(inputs, wrt), wrt);
    return rows.reshape([...outputShape, ...inputShape]);
  });
}

/**
 * The Hessian of a scalar function with respect to its argument `wrt`: the Jacobian of its gradient, of shape
 * [input…, input…]. A function that is linear in the argument has the Hessian 0.
 *
 * @example
 * hessian((x) => tf.sum(tf.pow(x, 3)), [1, 2]); // [[6, 0], [0, 12]]
 */
export function hessian(f: TensorFunction, inputs: Inputs, wrt = 0): Tensor {
  const tf = engine();
  return tidied(() => {
    const tensors = readInputs(inputs, wrt);
    const { size, shape } = tensors[wrt] ?? tf.scalar(0);
    refuseTooLarge(size, size);
    // + 0·x: connects a gradient that does not depend on the input any more, so that its Hessian is seen to be 0.
    const slope: TensorFunction = (...at) => {
      const input = at[wrt] ?? tf.scalar(0);
      const slopes = gradientOfTensors(f, at, wrt);
      refuseHiddenIntermediate();
      return tf.add(slopes, tf.mul(tf.zerosLike(input), input));
    };
    return denseTensor(slope, tensors, wrt).rows.reshape([...shape, ...shape]);
  });
}
