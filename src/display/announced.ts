/** Verdicts are plain data; here they get their way of showing themselves. */
import type { Verdict } from '../check/index.js';
import { attachDisplay } from './bundle.js';
import { verdictBundle } from './verdict.js';

/** Where every verdict is announced before it is returned: see `publish` in check/. */
const channel = Symbol.for('handgrad.verdicts');

/**
 * From now on every verdict shows itself, in a notebook and in Node's `util.inspect`: it is given its display when it is
 * announced. Called once, by the package's entrance; calling it again changes nothing.
 */
export function showAnnouncedVerdicts(): void {
  const host = globalThis as { [channel]?: Set<(verdict: Verdict) => void> };
  host[channel] ??= new Set();
  host[channel].add(show);
}

function show(verdict: Verdict): void {
  if (Object.isExtensible(verdict)) attachDisplay(verdict, verdictBundle);
}
