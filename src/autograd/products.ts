/** Gradients and products with the Jacobian: what one or two backward passes give. */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import { InputError, NotScalarError, ShapeError } from './errors.js';
import { type Inputs, isTensor, readInputs, type TensorFunction } from './inputs.js';
import { tidied } from './scope.js';
import { type Recording, recorded, refuseUnconnected } from './tape.js';

/** Runs and records `f` on tensors; its argument `wrt` is what the backward passes lead to. */
export function withRecording<Result>(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  use: (recording: Recording, input: Tensor) => Result,
): Result {
  const input = inputs[wrt];
  if (input === undefined)
    throw new InputError(`wrt is ${wrt}; the function has ${inputs.length} argument(s), counted from 0.`);
  return recorded(
    () => f(...inputs),
    [input],
    (recording) => {
      refuseUnconnected(recording, wrt);
      return use(recording, input);
    },
  );
}

/** The only gradient of a recording with one input. */
export function pullBack(recording: Recording, cotangent: Tensor): Tensor {
  const [gradient] = recording.backward(cotangent);
  if (gradient === undefined) throw new InputError('The recording has no input.');
  return gradient;
}

/** A cotangent or tangent as a tensor of the shape it must have. */
function direction(given: Inputs, shape: readonly number[], what: string): Tensor {
  const [tensor] = readInputs(isTensor(given) ? [given] : given, 0);
  if (tensor === undefined || tensor.shape.join() !== shape.join()) {
    throw new ShapeError(`${what} must have shape [${shape}]; given was [${tensor?.shape ?? ''}].`);
  }
  return tensor;
}

/**
 * The gradient of a scalar function with respect to its argument `wrt`; it has that argument's shape.
 *
 * @throws NotScalarError if the function has more than one output.
 * @example
 * gradient((x) => tf.sum(tf.square(x)), [1, 2, 3]); // [2, 4, 6]
 */
export function gradient(f: TensorFunction, inputs: Inputs, wrt = 0): Tensor {
  return tidied(() => gradientOfTensors(f, readInputs(inputs, wrt), wrt));
}

export function gradientOfTensors(f: TensorFunction, inputs: readonly Tensor[], wrt: number): Tensor {
  return withRecording(f, inputs, wrt, (recording) => {
    const { shape, size } = recording.value;
    if (size !== 1) {
      throw new NotScalarError(
        `A gradient needs a function with one output; this one has shape [${shape}]. Use jacobian() for all of its ` +
          'derivatives, vjp() for a weighted sum of them, or end the function with tf.sum or another loss.',
      );
    }
    return pullBack(recording, engine().ones(shape));
  });
}

/**
 * The vector-Jacobian product uᵀJ = Σ_i u_i ∂y_i/∂x, in one backward pass. The cotangent u has the output's shape, the
 * result that of the argument `wrt`.
 *
 * @example
 * vjp((x) => tf.square(x), [1, 2, 3], [1, 0, 1]); // [2, 0, 6]
 */
export function vjp(f: TensorFunction, inputs: Inputs, cotangent: Inputs, wrt = 0): Tensor {
  return tidied(() => vjpOfTensors(f, readInputs(inputs, wrt), cotangent, wrt));
}

export function vjpOfTensors(
  f: TensorFunction,
  inputs: readonly Tensor[],
  cotangent: Inputs,
  wrt: number,
): Tensor {
  return withRecording(f, inputs, wrt, (recording) =>
    pullBack(
      recording,
      direction(cotangent, recording.value.shape, 'The cotangent (one weight for each output)'),
    ),
  );
}

/**
 * The Jacobian-vector product J v: how the output changes when the argument `wrt` moves along the tangent v, which has
 * its shape; the result has the output's. TensorFlow.js has no forward mode: u ↦ uᵀJ is linear in u, and its own
 * VJP with v is J v (two backward passes).
 *
 * @example
 * jvp((x) => tf.square(x), [1, 2, 3], [1, 1, 1]); // [2, 4, 6]
 */
export function jvp(f: TensorFunction, inputs: Inputs, tangent: Inputs, wrt = 0): Tensor {
  return tidied(() => jvpOfTensors(f, readInputs(inputs, wrt), tangent, wrt));
}

export function jvpOfTensors(
  f: TensorFunction,
  inputs: readonly Tensor[],
  tangent: Inputs,
  wrt: number,
): Tensor {
  const tf = engine();
  const moved = direction(tangent, inputs[wrt]?.shape ?? [], 'The tangent (one step for each input)');
  const shape = tf.tidy(() => f(...inputs).shape);
  const cotangent = tf.zeros(shape);
  return recorded(
    () => withRecording(f, inputs, wrt, (inner) => pullBack(inner, cotangent)),
    [cotangent],
    (outer) => pullBack(outer, moved),
  );
}
