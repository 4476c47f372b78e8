import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

/** Y = diag(x): ∂Y_ij/∂x_k = δ_ij δ_ik, so x̄_k = Ȳ_kk. (`tf.diag` of rank r gives rank 2r, the same over flat indices.) */
export function diagGradient(tf: Engine): GradConfig {
  return {
    kernelName: 'Diag',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({
      x: () => {
        const cotangent = dy as Tensor;
        const shape = x?.shape ?? [];
        const size = shape.reduce((product, length) => product * length, 1);
        return tf
          .mul(cotangent.reshape([size, size]), tf.eye(size))
          .sum(1)
          .reshape(shape);
      },
    }),
  };
}
