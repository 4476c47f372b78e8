import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.js';

const binary = [
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
];

/**
 * A comparison is constant almost everywhere: it passes nothing on, ∂[a > b]/∂a = ∂[a > b]/∂b = 0. With it `tf.where`
 * and the second derivatives of `max` and `logSumExp` work.
 */
export function comparisonGradients(tf: Engine): GradConfig[] {
  const zeros = (input: Tensor | undefined) => () => tf.zeros(input?.shape ?? [], 'float32');
  return [
    ...binary.map((kernelName) => ({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_: Tensor | Tensor[], [a, b]: Tensor[]) => ({ a: zeros(a), b: zeros(b) }),
    })),
    {
      kernelName: 'LogicalNot',
      inputsToSave: ['x'],
      gradFunc: (_: Tensor | Tensor[], [x]: Tensor[]) => ({ x: zeros(x) }),
    },
  ];
}
