/** A cell that was interrupted. As an Error, so that an engine can say where it was. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** @param stack of the code that was running, where any was. */
  constructor(stack: string | undefined) {
    super('The cell was interrupted. What it had computed so far is kept.');
    this.stack = stack ?? '';
  }
}
