/** Ctrl-C: once to end a run in order, twice to end it at once. */

export interface Stop {
  /** Aborted at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Listens no more. */
  release(): void;
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) aborts the signal and says so; at the second `atOnce` is called and the process ends. */
export function stopOnSignals(say: (text: string) => void, atOnce: () => void): Stop {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (): void => {
    if (controller.signal.aborted) {
      atOnce();
      process.exit(1);
    }
    controller.abort();
    say('Stopping; what has run so far is written. Once more to stop at once.');
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    release() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
