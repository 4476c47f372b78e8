import type { Verdict } from './verdict.js';

/**
 * Where verdicts are announced: `globalThis[Symbol.for('handgrad.verdicts')]`, a set of listeners. The kernel's child
 * process and other hosts add one; the library never needs to know who listens.
 */
const channel = Symbol.for('handgrad.verdicts');

type Listener = (verdict: Verdict) => void;

function listeners(): Set<Listener> {
  const host = globalThis as { [channel]?: Set<Listener> };
  host[channel] ??= new Set();
  return host[channel];
}

/** Announces a verdict, displayed or not; returns it. */
export function publish(verdict: Verdict): Verdict {
  for (const listener of listeners()) listener(verdict);
  return verdict;
}
