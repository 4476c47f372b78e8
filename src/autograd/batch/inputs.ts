/**
 * All rows of a Jacobian in one backward pass, where the function acts on each row of a batch alike: the input repeated
 * once for each output, the identity as cotangent. Whether it does is found by trying, never assumed.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from '../engine.js';
import type { TensorFunction } from '../inputs.js';
import { pullBack, withRecording } from '../products.js';
import { numbersOf } from '../scope.js';
import { scrambled } from '../scrambled.js';
import { whileChanged } from '../taken-back.js';
import { close } from './confirm.js';
import { identityRows } from './cotangents.js';

/** At most so many numbers in one batch of inputs; more rows are taken in several passes. */
const largestBatch = 4e6;

/** `inputs` with argument `wrt` replaced. */
export function replaced(inputs: readonly Tensor[], wrt: number, by: Tensor): Tensor[] {
  return inputs.map((input, k) => (k === wrt ? by : input));
}

/**
 * Runs a trial that may give operations arguments that do not fit. WebAssembly's kernels would then write beyond their
 * memory instead of throwing, so there the trial is run by the plain backend.
 */
function safely<Result>(trial: () => Result): Result {
  const tf = engine();
  if (tf.getBackend() !== 'wasm') return trial();
  void tf.setBackend('cpu');
  return whileChanged(() => {
    void tf.setBackend('wasm');
  }, trial);
}

/**
 * Tries `f` on a batch of two different inputs: it acts on rows alike if the results are those of each input alone.
 * The second input is the first with each entry scaled by 0.75 … 1.25, which keeps signs.
 */
export function actsOnRowsAlike(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  output: Tensor,
): boolean {
  const input = inputs[wrt];
  if (input === undefined) return false;
  const tf = engine();
  try {
    return safely(() =>
      numbersOf(() => {
        const other = tf.mul(input, tf.tensor(scrambled(input.size, 0.75, 1.25), input.shape));
        const both: unknown = f(...replaced(inputs, wrt, tf.stack([input, other])));
        if (!(both instanceof tf.Tensor) || both.shape.join() !== [2, ...output.shape].join()) return false;
        const values = both.dataSync();
        return (
          close(values.subarray(0, output.size), output.dataSync()) &&
          close(values.subarray(output.size), f(...replaced(inputs, wrt, other)).dataSync())
        );
      }),
    );
  } catch {
    return false;
  }
}

/** The Jacobian from batched backward passes, shape [outputs, inputs]. */
export function jacobianInBatches(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  output: Tensor,
): Tensor {
  const tf = engine();
  const input = inputs[wrt] ?? output;
  const rowsAtOnce = Math.max(1, Math.floor(largestBatch / Math.max(input.size, output.size)));
  const parts: Tensor[] = [];
  for (let first = 0; first < output.size; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, output.size - first);
    const part = tf.tidy(() => {
      const batch = tf.tile(input.expandDims(0), [rows, ...input.shape.map(() => 1)]);
      return withRecording(f, replaced(inputs, wrt, batch), wrt, (recording) =>
        pullBack(recording, identityRows(first, rows, output.shape)).reshape([rows, input.size]),
      );
    });
    parts.push(part);
  }
  return tf.concat(parts, 0);
}
