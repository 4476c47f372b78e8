/** Which comms are open, for `comm_info_request`; both sides open and close them. */
export class OpenComms {
  readonly #targets = new Map<string, string>();

  opened(id: string, target: string): void {
    this.#targets.set(id, target);
  }

  closed(id: string): void {
    this.#targets.delete(id);
  }

  /** The child that held the other ends is gone. Returns the ids, so that front ends can be told. */
  closeAll(): readonly string[] {
    const ids = [...this.#targets.keys()];
    this.#targets.clear();
    return ids;
  }

  /** As the protocol wants it; of one target only where it is given. */
  list(target: string | undefined): Record<string, { readonly target_name: string }> {
    const list: Record<string, { readonly target_name: string }> = {};
    for (const [id, name] of this.#targets) {
      if (target === undefined || name === target) list[id] = { target_name: name };
    }
    return list;
  }
}
