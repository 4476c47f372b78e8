import { MessageChannel } from 'node:worker_threads';

/**
 * Turns of the event loop in which nothing of Node's own bookkeeping is on the stack. An interrupt unwinds JavaScript without
 * `finally`; inside `setImmediate` that leaves Node's queue pointing at a callback that has run (where it was not the first of its
 * turn), and from then on every turn throws. A message on a port is handed over by native code, one at a time, which bears it.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #channel = new MessageChannel();

  constructor() {
    this.#channel.port1.on('message', () => this.#waiting.shift()?.());
    // What keeps the process alive is the pipe of requests.
    this.#channel.port1.unref();
  }

  /** Runs `work` in a turn of its own, after what was given before. */
  run(work: () => void): void {
    this.#waiting.push(work);
    this.#channel.port2.postMessage(null);
  }
}
