import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import { whileChanged } from './taken-back.js';

/**
 * Like `tf.tidy`, for results that are numbers: every tensor made inside is disposed, whatever throws. (`tf.tidy` looks
 * for tensors in the result entry by entry, which takes longer than a Jacobian.)
 */
export function numbersOf<Result>(compute: () => Result): Result {
  return whileChanged(nothing, () => {
    const scopes = engine().engine();
    scopes.startScope();
    try {
      return compute();
    } finally {
      scopes.endScope();
    }
  });
}

/** Scopes and tapes are brought back to where they were in any case: see taken-back.ts. */
const nothing = (): void => undefined;

/** `tf.tidy` for a tensor, where a person calls the library. */
export function tidied(compute: () => Tensor): Tensor {
  return whileChanged(nothing, () => engine().tidy(compute));
}
