// What must be undone when a person presses Ctrl-C, or the machine says stop, in the middle of set-up.

/** @type {Set<() => void>} */
const undoings = new Set();
let listening = false;

/**
 * Registers something to be undone on an interrupt (synchronously); returns a function that forgets it again.
 * @param {() => void} undo
 */
export function onInterrupt(undo) {
  listen();
  undoings.add(undo);
  return () => {
    undoings.delete(undo);
  };
}

function listen() {
  if (listening) return;
  listening = true;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, leave);
}

/** Undoes the newest first, then dies of the same signal, so that the caller's shell sees the truth.
 * @param {NodeJS.Signals} signal */
function leave(signal) {
  for (const undo of [...undoings].reverse()) {
    try {
      undo();
    } catch {
      // The next ones must still be undone.
    }
  }
  process.stderr.write(
    '\nInterrupted. Nothing is broken: the same command goes on where this one stopped.\n',
  );
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
