/** Functions made with `tf.customGrad`, differentiated as if they had no gradient of their own. */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import { whileReplaced } from './taken-back.js';

interface CustomCall {
  readonly forwardFunc?: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor;
  readonly backwardsFunc?: unknown;
}

/**
 * Runs `compute` with every `tf.customGrad` function reduced to its forward part, whose operations are then recorded and
 * differentiated like any other: an independent witness of the gradient written by hand. (The engine's `runKernelFunc`,
 * through which these functions go, is replaced for that time.)
 */
export function withoutOwnGradients<Result>(compute: () => Result): Result {
  type RunKernelFunc = (call: CustomCall) => unknown;
  const runner = engine().engine() as unknown as { runKernelFunc: RunKernelFunc; readonly backend: unknown };
  const forwardOnly =
    (before: RunKernelFunc): RunKernelFunc =>
    (call) =>
      call.forwardFunc !== undefined && call.backwardsFunc !== undefined
        ? call.forwardFunc(runner.backend, () => undefined)
        : before(call);
  return whileReplaced(runner, 'runKernelFunc', forwardOnly, compute);
}
