/** What sends frames; of a ZeroMQ socket only this is needed. */
export interface FrameSink {
  send(frames: Uint8Array[]): Promise<void>;
}

/**
 * Sends one after the other, in the order of the calls. zeromq.js answers a `send` with EBUSY while another is pending
 * (https://github.com/zeromq/zeromq.js, "only one of send() may be in progress"), so nobody else may send on the socket.
 */
export class SendQueue {
  readonly #sink: FrameSink;
  readonly #failed: (error: unknown) => void;
  readonly #waiting: Uint8Array[][] = [];
  #running: Promise<void> | undefined;

  constructor(sink: FrameSink, failed: (error: unknown) => void) {
    this.#sink = sink;
    this.#failed = failed;
  }

  send(frames: Uint8Array[]): void {
    this.#waiting.push(frames);
    this.#running ??= this.#run();
  }

  /** Resolves when everything handed over so far is on its way. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await this.#sink.send(next);
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#running = undefined;
  }
}
