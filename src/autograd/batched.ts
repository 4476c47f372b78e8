/**
 * All rows of a Jacobian in one backward pass, where the function acts on each row of a batch alike: the input repeated
 * once for each output, the identity as cotangent. Whether it does is found by trying, never assumed.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import type { TensorFunction } from './inputs.js';
import { pullBack, withRecording } from './products.js';
import { numbersOf } from './scope.js';

/** At most so many numbers in one batch of inputs; more rows are taken in several passes. */
const largestBatch = 4e6;
/** Fewer outputs than this are taken one by one: the trial would cost more than it saves. */
const fewestOutputs = 8;

/** `inputs` with argument `wrt` replaced. */
export function replaced(inputs: readonly Tensor[], wrt: number, by: Tensor): Tensor[] {
  return inputs.map((input, k) => (k === wrt ? by : input));
}

/** Numbers as they come out of two orders of summation: equal within 10⁻⁴ of the largest. */
function close(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  let largest = 0;
  let difference = 0;
  for (let k = 0; k < left.length; k += 1) {
    const [a, b] = [left[k] ?? Number.NaN, right[k] ?? Number.NaN];
    if (Number.isNaN(a) !== Number.isNaN(b)) return false;
    if (Number.isNaN(a) || a === b) continue;
    largest = Math.max(largest, Math.abs(a), Math.abs(b));
    difference = Math.max(difference, Math.abs(a - b));
  }
  return difference <= 1e-4 * largest;
}

/** 32 bits at a time that look random and are the same each time (xorshift). */
export function scrambledBits(seed: number): () => number {
  let bits = (0x9e3779b9 ^ Math.imul(seed, 0x85ebca6b)) | 1;
  const next = (): number => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return bits >>> 0;
  };
  for (let k = 0; k < 8; k += 1) next();
  return next;
}

/** Numbers between `from` and `to` that look random and are the same each time. */
export function scrambled(size: number, from: number, to: number, seed = 1): Float32Array {
  const bits = scrambledBits(seed);
  return Float32Array.from({ length: size }, () => from + (bits() / 2 ** 32) * (to - from));
}

/**
 * Runs a trial that may give operations arguments that do not fit. WebAssembly's kernels would then write beyond their
 * memory instead of throwing, so there the trial is run by the plain backend.
 */
function safely<Result>(trial: () => Result): Result {
  const tf = engine();
  if (tf.getBackend() !== 'wasm') return trial();
  void tf.setBackend('cpu');
  try {
    return trial();
  } finally {
    void tf.setBackend('wasm');
  }
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
  if (input === undefined || output.size < fewestOutputs) return false;
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

/** Rows `first` … of the identity, as cotangents of a batch: shape [rows, …output]. */
function identityRows(first: number, rows: number, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(rows * size);
  for (let row = 0; row < rows; row += 1) values[row * size + first + row] = 1;
  return engine().tensor(values, [rows, ...shape]);
}

/** The Jacobian's values, row by row, from batched backward passes. */
export function jacobianInBatches(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  output: Tensor,
): Float32Array {
  const tf = engine();
  const input = inputs[wrt] ?? output;
  const values = new Float32Array(output.size * input.size);
  const rowsAtOnce = Math.max(1, Math.floor(largestBatch / Math.max(input.size, output.size)));
  for (let first = 0; first < output.size; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, output.size - first);
    const part = numbersOf(() => {
      const batch = tf.tile(input.expandDims(0), [rows, ...input.shape.map(() => 1)]);
      return withRecording(f, replaced(inputs, wrt, batch), wrt, (recording) =>
        pullBack(recording, identityRows(first, rows, output.shape)).dataSync(),
      );
    });
    values.set(part, first * input.size);
  }
  return values;
}

/** Confirms a batched Jacobian: a random combination of its rows against one backward pass of the function itself. */
export function confirmed(jacobian: Float32Array, cotangent: Float32Array, product: Float32Array): boolean {
  const columns = product.length;
  const combined = new Float64Array(columns);
  cotangent.forEach((weight, row) => {
    for (let column = 0; column < columns; column += 1) {
      combined[column] = (combined[column] ?? 0) + weight * (jacobian[row * columns + column] ?? 0);
    }
  });
  return close(combined, product);
}
