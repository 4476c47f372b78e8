/** Remembers the signatures seen, so that a recorded message cannot be sent a second time. */
export class ReplayGuard {
  readonly #seen = new Set<string>();
  readonly #limit: number;

  /** @param limit how many signatures are remembered; the oldest are forgotten first. */
  constructor(limit = 65_536) {
    this.#limit = limit;
  }

  /** True the first time a signature is shown. */
  accept(signature: string): boolean {
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#seen.size > this.#limit) {
      const oldest = this.#seen.values().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return true;
  }
}
