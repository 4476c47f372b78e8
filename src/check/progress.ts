/** How far a long check has come, for whoever shows it. A check that takes less than a second says nothing. */
import { whileChanged } from '../autograd/index.js';

/** What is said of a check that takes long. */
export interface Progress {
  /** What is judged. */
  readonly claim: string;
  readonly doing: Stage;
  /** Passes so far: forward, backward or by hand. */
  readonly passes: number;
  /** Since the check began. */
  readonly seconds: number;
  /** It is over; said once, of a check that was announced before. */
  readonly done: boolean;
}

/** Comparing comes first; the others only where something is wrong. */
export type Stage = 'comparing' | 'locating' | 'diagnosing';

/**
 * Where progress is announced: `globalThis[Symbol.for('handgrad.progress')]`, a set of listeners, as verdicts are. They are
 * called synchronously, between two passes.
 */
const channel = Symbol.for('handgrad.progress');

type Listener = (progress: Progress) => void;

/** Milliseconds before anything is said, and between two announcements. */
const silence = 1000;
const interval = 250;

interface Running {
  readonly claim: string;
  readonly began: number;
  doing: Stage;
  passes: number;
  said?: number;
}

let running: Running | undefined;

function announce(check: Running, now: number, done: boolean): void {
  const { claim, doing, passes, began } = check;
  const listeners = (globalThis as { [channel]?: ReadonlySet<Listener> })[channel];
  check.said = now;
  for (const listener of listeners ?? []) {
    listener({ claim, doing, passes, seconds: (now - began) / 1000, done });
  }
}

/** Runs a check whose progress is followed; one inside another counts as part of it. */
export function followed<Result>(claim: string, check: () => Result): Result {
  if (running !== undefined) return check();
  const started: Running = { claim, began: performance.now(), doing: 'comparing', passes: 0 };
  running = started;
  const over = (): void => {
    running = undefined;
    if (started.said !== undefined) announce(started, performance.now(), true);
  };
  return whileChanged(over, check);
}

/** One more pass is done. */
export function passed(): void {
  if (running === undefined) return;
  running.passes += 1;
  const now = performance.now();
  if (now - running.began < silence || now - (running.said ?? 0) < interval) return;
  announce(running, now, false);
}

/** What the check does from here on. */
export function nowDoing(stage: Stage): void {
  if (running !== undefined) running.doing = stage;
}
