/** Gives each request that may cause output a number, and remembers which request it was, for late output. */
import type { Message } from '../wire/message.js';
import type { Parent } from './kernel.js';

export interface Origin {
  readonly parent: Parent;
  /** Where questions to the person go. */
  readonly identities: readonly Uint8Array[];
  /** Output of silent cells is not published. */
  readonly silent: boolean;
}

/** Requests further back than this are forgotten; their late output then has no parent. */
const limit = 10_000;

export class Origins {
  readonly #origins = new Map<number, Origin>();
  #last = 0;

  add(request: Message, silent: boolean): number {
    this.#last++;
    this.#origins.set(this.#last, { parent: request.header, identities: request.identities, silent });
    this.#origins.delete(this.#last - limit);
    return this.#last;
  }

  get(origin: number): Origin | undefined {
    return this.#origins.get(origin);
  }

  /** The last request, for what belongs to none. */
  get last(): number {
    return this.#last;
  }
}
