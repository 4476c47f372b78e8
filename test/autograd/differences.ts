/** Central differences, the independent judge of every gradient here. */
import type { Tensor } from '@tensorflow/tfjs';
import { type TensorFunction, tf } from '../../src/autograd/index.js';

/** The Jacobian by differences of fourth order, outputs by inputs, row by row. */
export function differences(f: TensorFunction, at: Tensor, step = 0.02): number[] {
  const base = Float32Array.from(at.dataSync());
  const moved = (entry: number, by: number): ArrayLike<number> =>
    tf.tidy(() => {
      const values = base.slice();
      values[entry] = (values[entry] ?? 0) + by;
      return f(tf.tensor(values, at.shape)).dataSync();
    }) as unknown as ArrayLike<number>;
  const columns = Array.from(base, (_, entry) => {
    const [near, back, far, farBack] = [1, -1, 2, -2].map((k) => moved(entry, k * step));
    return Array.from(near ?? [], (value, i) => {
      const slope = 8 * (value - (back?.[i] ?? 0)) - ((far?.[i] ?? 0) - (farBack?.[i] ?? 0));
      return slope / (12 * step);
    });
  });
  return (columns[0] ?? []).flatMap((_, i) => columns.map((column) => column[i] ?? Number.NaN));
}

/** The largest deviation in relation to the largest entry. */
export function deviation(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let [far, size] = [0, 1e-3];
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  for (let k = 0; k < wanted.length; k += 1) {
    const difference = Math.abs((found[k] ?? Number.NaN) - (wanted[k] ?? Number.NaN));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    far = Math.max(far, difference);
    size = Math.max(size, Math.abs(wanted[k] ?? 0));
  }
  return far / size;
}
