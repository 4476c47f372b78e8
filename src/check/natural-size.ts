import type { Tensor } from '@tensorflow/tfjs';

/** The size of a derivative to be expected: largest output over largest input. */
export function naturalSize(output: Tensor, input: Tensor | undefined): number {
  const largest = (tensor: Tensor): number =>
    Float32Array.from(tensor.dataSync()).reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  return largest(output) / ((input === undefined ? 0 : largest(input)) || 1);
}
