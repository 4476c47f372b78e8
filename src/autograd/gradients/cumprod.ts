import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

/** x with `axis` last and the others flattened before it: shape [rest, n]; and the way back. */
function withAxisLast(tf: Engine, shape: readonly number[], axis: number) {
  const order = [...shape.keys()].filter((k) => k !== axis).concat(axis);
  const length = shape[axis] ?? 1;
  const back = order.map((_, k) => order.indexOf(k));
  const permuted = order.map((k) => shape[k] ?? 1);
  return {
    length,
    flatten: (tensor: Tensor) => tf.transpose(tensor, order).reshape([-1, length]),
    restore: (tensor: Tensor) => tf.transpose(tensor.reshape(permuted), back),
  };
}

/**
 * y_i = Π_{j ≤ i} x_j, so x̄_k = Π_{j < k} x_j · Σ_{i ≥ k} ȳ_i Π_{k < j ≤ i} x_j. No division: zeros are no trouble, and the
 * rule is made of cumprod again, so second derivatives follow. `exclusive` shifts ȳ by one; `reverse` turns the axis.
 * Takes n times the memory of x.
 */
export function cumprodGradient(tf: Engine): GradConfig {
  return {
    kernelName: 'Cumprod',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => {
        const input = x ?? tf.scalar(1);
        const axis = Number(attrs.axis);
        const turn = (tensor: Tensor): Tensor => (attrs.reverse === true ? tf.reverse(tensor, 1) : tensor);
        const line = withAxisLast(tf, input.shape, (axis + input.rank) % input.rank);
        const { length } = line;
        const values = turn(line.flatten(input));
        let cotangent = turn(line.flatten(dy as Tensor));
        if (attrs.exclusive === true) {
          const rows = values.shape[0] ?? 1;
          const later = tf.slice(cotangent, [0, 1], [rows, length - 1]);
          cotangent = tf.concat([later, tf.zeros([rows, 1])], 1);
        }
        const position = tf.range(0, length);
        const after = tf.greater(position.expandDims(0), position.expandDims(1));
        const upTo = tf.greaterEqual(position.expandDims(0), position.expandDims(1));
        const factors = tf.where(
          after.expandDims(0),
          values.expandDims(1),
          tf.onesLike(values).expandDims(1),
        );
        const between = tf.mul(tf.cumprod(factors, 2), upTo.expandDims(0).toFloat());
        const sums = tf.sum(tf.mul(cotangent.expandDims(1), between), 2);
        return line.restore(turn(tf.mul(tf.cumprod(values, 1, true), sums)));
      },
    }),
  };
}
