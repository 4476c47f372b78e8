import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

/** A gradient summed over the axes along which the input was repeated, so that it has the input's shape. */
function summedTo(tf: Engine, gradient: Tensor, shape: readonly number[]): Tensor {
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((length, axis) => {
    const own = axis < extra ? 1 : (shape[axis - extra] ?? 1);
    return axis < extra || (own === 1 && length > 1) ? [axis] : [];
  });
  return axes.length === 0 ? gradient : tf.sum(gradient, axes).reshape([...shape]);
}

/**
 * C = A B: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄, summed over batch axes along which A or B was repeated. Replaces the gradient of
 * TensorFlow.js 4.22.0, which does not sum.
 */
export function matMulGradient(tf: Engine, before: GradConfig | undefined): GradConfig[] {
  if (before === undefined) return [];
  return [
    {
      kernelName: 'BatchMatMul',
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, saved, attrs) => {
        const [a, b] = saved;
        const gradients = before.gradFunc(dy, saved, attrs);
        return {
          a: () => summedTo(tf, gradients.a?.() ?? tf.scalar(0), a?.shape ?? []),
          b: () => summedTo(tf, gradients.b?.() ?? tf.scalar(0), b?.shape ?? []),
        };
      },
    },
  ];
}
