/** Joins the text that a child writes in many small pieces into few messages, without reordering or losing any. */

/** Milliseconds that text may wait for more. */
const delay = 15;
/** Characters above which it does not wait. */
const enough = 256 * 1024;

export type EmitText = (name: 'stdout' | 'stderr', origin: number, text: string) => void;

export class TextCoalescer {
  readonly #emit: EmitText;
  #pieces: string[] = [];
  #length = 0;
  #name: 'stdout' | 'stderr' = 'stdout';
  #origin = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(emit: EmitText) {
    this.#emit = emit;
  }

  add(name: 'stdout' | 'stderr', origin: number, text: string): void {
    if (name !== this.#name || origin !== this.#origin) this.flush();
    this.#name = name;
    this.#origin = origin;
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= enough) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), delay);
  }

  /** Sends what is waiting; to be called before anything else is sent. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0) return;
    const text = this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    this.#emit(this.#name, this.#origin, text);
  }
}
