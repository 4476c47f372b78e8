/**
 * How a cell is stopped wherever it is.
 *
 * A cell that waits leaves the event loop free: the request `interrupt` arrives there and the cell is given up. A cell
 * that loops blocks it: then a worker thread, which hears of the interrupt on a channel of its own, ends the running
 * JavaScript through the inspector. That unwinds everything without `catch` or `finally`, and the next thing the event
 * loop does is to read the request and give the cell up. Values assigned so far are kept.
 *
 * Node takes the unwound stack of asynchronous contexts for corrupted, unless it runs with
 * `--no-force-async-hooks-checks` (the parent sees to that) and the stack has been emptied before.
 * `vm`'s own `breakOnSigint` would stop only what runs before the first `await`.
 */
import { Worker } from 'node:worker_threads';
import { descriptors } from '../link/protocol.js';

/** Milliseconds that the event loop is given to take the interrupt before the worker steps in. */
const grace = 50;
/** Milliseconds that the event loop is given to exit once the parent is gone. */
const farewell = 1000;
/** Evaluated in the main thread just before it is unwound. */
const unwinding = 'handgrad.kernel.unwinding';

/** Runs in the worker; plain JavaScript, because it is handed over as text and so starts without loading a file. */
const watcher = `
const { workerData } = require('node:worker_threads');
const { Socket } = require('node:net');
const { Session } = require('node:inspector');
const { state, descriptor, grace, farewell, unwinding } = workerData;
const [taken, started] = [0, 1];
const interrupts = new Socket({ fd: descriptor, readable: true, writable: false });
interrupts.on('data', (numbers) => {
  const number = numbers[numbers.length - 1];
  const before = Atomics.load(state, taken);
  if (before !== number) Atomics.wait(state, taken, before, grace);
  if (Atomics.load(state, taken) === number || Atomics.load(state, started) === 0) return;
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.evaluate', { expression: 'globalThis[Symbol.for("' + unwinding + '")]?.()' });
  session.post('Runtime.terminateExecution', () => session.disconnect());
});
// The parent is gone. The event loop of the main thread notices too and exits; but a cell may be looping.
interrupts.on('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), farewell));
`;

export class Interrupts {
  /** The number of the last interrupt that was taken; whether there is anything to be interrupted. */
  readonly #state = new Int32Array(new SharedArrayBuffer(8));
  #stack: string | undefined;

  constructor() {
    const clearAsyncStack = findClearAsyncStack();
    Object.defineProperty(globalThis, Symbol.for(unwinding), {
      value: () => {
        this.#stack = withoutOwnFrames(new Error().stack ?? '');
        clearAsyncStack?.();
      },
    });
    const worker = new Worker(watcher, {
      eval: true,
      workerData: { state: this.#state, descriptor: descriptors.interrupts, grace, farewell, unwinding },
      // The person's preloaded modules and flags are not for this thread.
      execArgv: [],
    });
    worker.unref();
  }

  /** The engine has loaded: from here on what blocks the event loop may be ended. */
  started(): void {
    Atomics.store(this.#state, 1, 1);
  }

  /**
   * The event loop has taken the interrupt with this number: the worker need not step in. Returns the stack of what
   * was unwound, if it did.
   */
  take(number: number): string | undefined {
    Atomics.store(this.#state, 0, number);
    Atomics.notify(this.#state, 0);
    const stack = this.#stack;
    this.#stack = undefined;
    return stack;
  }
}

/** The two frames on top are the inspector's expression and what it calls. */
function withoutOwnFrames(stack: string): string {
  const [heading, , , ...frames] = stack.split('\n');
  return [heading, ...frames].join('\n');
}

/**
 * Node up to 22 keeps a stack of asynchronous contexts for AsyncLocalStorage and aborts when it finds it deeper than it
 * should be. Later versions keep none, and have no such binding.
 */
function findClearAsyncStack(): (() => void) | undefined {
  const host = process as {
    noDeprecation?: boolean;
    binding?: (name: string) => { clearAsyncIdStack?: () => void };
  };
  const before = host.noDeprecation ?? false;
  host.noDeprecation = true; // DEP0111: there is no other way to it.
  try {
    return host.binding?.('async_wrap').clearAsyncIdStack;
  } catch {
    return undefined;
  } finally {
    host.noDeprecation = before;
  }
}
