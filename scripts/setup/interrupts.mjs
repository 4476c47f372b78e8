// What must be undone when a person presses Ctrl-C, or the machine says stop, in the middle of set-up.

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @type {Set<() => void | Promise<void>>} */
const undoings = new Set();
let leaving = false;

/** Whether an interrupt is being carried out: nothing new must be begun. */
export function isLeaving() {
  return leaving;
}

/**
 * Registers something to be undone on an interrupt; returns a function that forgets it again. What was registered last is undone
 * first, and waited for: a child process must have ended before the folder that it writes to is removed. While nothing is
 * registered, signals do what they always do.
 * @param {() => void | Promise<void>} undo
 */
export function onInterrupt(undo) {
  if (undoings.size === 0) for (const signal of signals) process.on(signal, interrupted);
  undoings.add(undo);
  return () => {
    undoings.delete(undo);
    if (undoings.size === 0 && !leaving) for (const signal of signals) process.off(signal, interrupted);
  };
}

/** @param {NodeJS.Signals} signal */
function interrupted(signal) {
  if (leaving) return;
  leaving = true;
  void leave(signal);
}

/** Dies of the same signal in the end, so that the caller's shell sees the truth. @param {NodeJS.Signals} signal */
async function leave(signal) {
  for (const undo of [...undoings].reverse()) {
    try {
      await undo();
    } catch {
      // The next ones must still be undone.
    }
  }
  process.stderr.write(
    '\nInterrupted. Nothing is broken: the same command goes on where this one stopped.\n',
  );
  process.off(signal, interrupted);
  process.kill(process.pid, signal);
}
