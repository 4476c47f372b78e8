/** A long check says how far it is: one line on a terminal, written over and then cleared; nothing anywhere else. */
import type { Progress } from '../check/index.js';
import { fit, type Terminal } from './terminal.js';

/** Where the progress of checks is announced: see check/progress.ts. */
const channel = Symbol.for('handgrad.progress');

/** "Jacobian of softmax by x, shape [5]: comparing, 12 passes, 3 s". */
export function progressText({ claim, doing, passes, seconds }: Progress): string {
  return `${claim}: ${doing}, ${passes} passes, ${Math.floor(seconds)} s`;
}

/** Writes progress over one line of a terminal, and clears it when the check is over. */
export function showProgressOn(terminal: Terminal): (progress: Progress) => void {
  return (progress) => {
    if (terminal.isTTY !== true) return;
    const text = progress.done ? '' : fit(progressText(progress), (terminal.columns ?? 80) - 1);
    terminal.write(`\r\u001b[2K${text}`);
  };
}

/** From now on long checks show their progress on this process's terminal, if it has one. */
export function showAnnouncedProgress(): void {
  const host = globalThis as { [channel]?: Set<(progress: Progress) => void> };
  host[channel] ??= new Set();
  host[channel].add(show);
}

const show = (progress: Progress): void => {
  showProgressOn(process.stderr)(progress);
};
