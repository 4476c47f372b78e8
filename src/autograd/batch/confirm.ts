/** Whether a batch gave what a single pass gives: a random combination of its rows against one backward pass. */

import type { Tensor } from '@tensorflow/tfjs';
import { engine } from '../engine.js';
import { numbersOf } from '../scope.js';

/** Numbers as they come out of two orders of summation: equal within 10⁻⁴ of the largest. */
export function close(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
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

/** The combination Σ_i w_i J_ij of a Jacobian's rows. */
export function combinedRows(rows: Tensor, weights: Float32Array): ArrayLike<number> {
  const tf = engine();
  return numbersOf(() => tf.matMul(tf.tensor(weights, [1, weights.length]), rows).dataSync());
}
