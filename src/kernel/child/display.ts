/** `display` and `clearOutput`, as cells call them. */
import { randomUUID } from 'node:crypto';
import type { Json } from '../wire/message.js';
import type { Output } from './output.js';
import { show, toMimeBundle } from './show.js';

export interface DisplayOptions {
  readonly id?: string;
  readonly raw?: boolean;
}

export interface DisplayHandle {
  readonly id: string;
  update(value: unknown): void;
}

/** Displays whose value takes time to show itself; a cell ends only when they have. */
export class Displays {
  readonly #output: Output;
  readonly #pending = new Map<number, Set<Promise<void>>>();

  constructor(output: Output) {
    this.#output = output;
  }

  display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
    const id = options.id ?? randomUUID();
    this.#send(value, id, options.raw === true, false);
    return { id, update: (next) => this.#send(next, id, options.raw === true, true) };
  }

  clear(options: { readonly wait?: boolean } = {}): void {
    this.#output.packet({ type: 'clear', origin: this.#output.origin, wait: options.wait === true });
  }

  /** A bundle that is ready to be sent, such as those of tslab's display API. */
  raw(data: Json, id: string | undefined, update: boolean, metadata: Json = {}): void {
    const origin = this.#output.origin;
    this.#output.packet({
      type: 'display',
      origin,
      data,
      metadata,
      update,
      ...(id === undefined ? {} : { id }),
    });
  }

  /** Waits for the displays of one request; rejects with the first one's failure. */
  async settled(origin: number): Promise<void> {
    for (;;) {
      const pending = this.#pending.get(origin);
      if (!pending) return;
      this.#pending.delete(origin);
      await Promise.all(pending);
    }
  }

  /** Sends at once where the value can be shown at once, so that displays and prints keep their order. */
  #send(value: unknown, id: string, raw: boolean, update: boolean): void {
    if (raw) {
      if (typeof value !== 'object' || value === null) {
        throw new TypeError(`display(…, { raw: true }) was given ${typeof value}; expected a MIME bundle.`);
      }
      this.raw(toMimeBundle(value as Record<string, unknown>), id, update);
      return;
    }
    const shown = show(value);
    if (!(shown instanceof Promise)) {
      this.raw(shown, id, update);
      return;
    }
    const origin = this.#output.origin;
    const pending = this.#pending.get(origin) ?? new Set();
    this.#pending.set(origin, pending);
    pending.add(shown.then((bundle) => this.raw(bundle, id, update)));
  }
}
