/** Derivatives by differences of the function's own values: the last resort, for functions that autograd cannot see into. */
import type { Tensor } from '@tensorflow/tfjs';
import { replaced } from './batch/inputs.js';
import { engine } from './engine.js';
import type { TensorFunction } from './inputs.js';
import { numbersOf } from './scope.js';

/** Numbers, and how far each may be off. */
export interface Estimated {
  readonly values: Float64Array;
  readonly errors: Float64Array;
}

/**
 * uᵀJ by central differences of fourth order with two steps; the error is what the two differ by, and the rounding of the
 * function's values over the step. Eight evaluations for each entry of the input.
 */
export function vjpByDifferences(
  f: TensorFunction,
  inputs: readonly Tensor[],
  wrt: number,
  cotangent: Float32Array,
): Estimated {
  const tf = engine();
  const input = inputs[wrt] ?? tf.scalar(0);
  const base = Float32Array.from(input.dataSync());
  let largest = 0;
  const weighted = (entry: number, value: number): number =>
    numbersOf(() => {
      const moved = base.slice();
      moved[entry] = value;
      const output = f(...replaced(inputs, wrt, tf.tensor(moved, input.shape))).dataSync();
      return cotangent.reduce((sum, weight, k) => {
        const term = weight * (output[k] ?? Number.NaN);
        largest = Math.max(largest, Math.abs(term));
        return sum + term;
      }, 0);
    });
  const values = new Float64Array(base.length);
  const errors = new Float64Array(base.length);
  base.forEach((at, entry) => {
    const slope = (step: number): number => {
      const [up, down] = [Math.fround(at + step) - at, at - Math.fround(at - step)];
      const [up2, down2] = [Math.fround(at + 2 * step) - at, at - Math.fround(at - 2 * step)];
      const near = (weighted(entry, at + up) - weighted(entry, at - down)) / (up + down);
      const far = (weighted(entry, at + up2) - weighted(entry, at - down2)) / (up2 + down2);
      return (4 * near - far) / 3;
    };
    const step = 2 ** -6 * Math.max(1, Math.abs(at));
    const [fine, coarse] = [slope(step), slope(2 * step)];
    values[entry] = fine;
    errors[entry] = Math.abs(fine - coarse) + (4 * largest * 2 ** -23) / step;
  });
  return { values, errors };
}
