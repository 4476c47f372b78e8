import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

/**
 * y_i = Σ_{j ≤ i} x_j, so x̄_j = Σ_{i ≥ j} ȳ_i: the same sum taken from the other end. Replaces the gradient of
 * TensorFlow.js 4.22.0, which transposes the result where the axis is not the last one.
 */
export function cumsumGradient(tf: Engine): GradConfig {
  return {
    kernelName: 'Cumsum',
    gradFunc: (dy, _, attrs) => ({
      x: () => tf.cumsum(dy as Tensor, Number(attrs.axis), attrs.exclusive === true, attrs.reverse !== true),
    }),
  };
}
