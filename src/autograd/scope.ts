import { engine } from './engine.js';

/**
 * Like `tf.tidy`, for results that are numbers: every tensor made inside is disposed, whatever throws. (`tf.tidy` looks
 * for tensors in the result entry by entry, which takes longer than a Jacobian.)
 */
export function numbersOf<Result>(compute: () => Result): Result {
  const scopes = engine().engine();
  scopes.startScope();
  try {
    return compute();
  } finally {
    scopes.endScope();
  }
}
