/**
 * Reading the library runs the whole compiler once, cold: V8 optimises functions, finds its guesses wrong and starts over.
 * Without its optimiser that takes 105 ms in place of 200; what comes later is optimised as ever. (`--no-opt` and back
 * would do as well, but changes what Node 22 takes for its set of flags, and with it the validity of the code cache.)
 */
import { setFlagsFromString } from 'node:v8';

export function withoutOptimizing(work: () => void): void {
  setFlagsFromString('--max-optimized-bytecode-size=0');
  try {
    work();
  } finally {
    optimizeAgain();
  }
}

/** Puts V8's own default back; also needed after an interrupt, which does not run `finally`. */
export function optimizeAgain(): void {
  setFlagsFromString('--max-optimized-bytecode-size=61440');
}
