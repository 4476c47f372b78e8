/** The values of the cells' top-level names. */

export interface Box {
  value: unknown;
}

export class Boxes {
  readonly #boxes = new Map<string, Box>();

  /** The one box of a name, made when first asked for. */
  get(name: string): Box {
    const known = this.#boxes.get(name);
    if (known !== undefined) return known;
    const box: Box = { value: undefined };
    this.#boxes.set(name, box);
    return box;
  }

  /** Whether any cell has used the name. */
  find(name: string): Box | undefined {
    return this.#boxes.get(name);
  }

  /** Makes the box an ordinary one again after an import bound it to a module's export. */
  declare(name: string): void {
    const box = this.get(name);
    const property = Object.getOwnPropertyDescriptor(box, 'value');
    if (property?.get === undefined) return;
    Object.defineProperty(box, 'value', {
      value: box.value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** Binds a box to a module's export, which the module may still change. An assignment makes it ordinary. */
export function bindBox(box: Box, read: () => unknown): void {
  Object.defineProperty(box, 'value', {
    get: read,
    set: (value: unknown) =>
      Object.defineProperty(box, 'value', { value, writable: true, enumerable: true, configurable: true }),
    enumerable: true,
    configurable: true,
  });
}
