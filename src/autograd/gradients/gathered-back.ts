import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

/**
 * The cotangent of x for y_k = x_{source(k)} along one axis: entries shown more than once add up, x̄_j = Σ_{source(k) = j} ȳ_k.
 */
export function gatheredBack(
  tf: Engine,
  cotangent: Tensor,
  axis: number,
  sources: readonly number[],
  length: number,
): Tensor {
  const order = [axis, ...[...cotangent.shape.keys()].filter((k) => k !== axis)];
  const back = order.map((_, k) => order.indexOf(k));
  const shown = tf.tensor1d([...sources], 'int32');
  return tf.transpose(tf.unsortedSegmentSum(tf.transpose(cotangent, order), shown, length), back);
}
