/** `prompt()`: a question to the person at the front end. */
import type { Output } from './output.js';

/** Nobody can be asked: the request that runs the cell did not allow it. */
export class PromptNotAllowedError extends Error {
  override readonly name = 'PromptNotAllowedError';
  constructor() {
    super(
      'prompt() was called where nobody can answer (allow_stdin is false). Run the notebook in a front end, or set the value in the cell.',
    );
  }
}

interface Waiting {
  readonly resolve: (value: string) => void;
  readonly reject: (reason: Error) => void;
  readonly send: () => void;
}

/** Questions are asked one at a time, in order. */
export class Prompts {
  allowed = false;
  readonly #output: Output;
  readonly #waiting: Waiting[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  async ask(question = '', options: { readonly password?: boolean } = {}): Promise<string> {
    if (!this.allowed) throw new PromptNotAllowedError();
    const origin = this.#output.origin;
    return new Promise((resolve, reject) => {
      const send = (): void =>
        this.#output.packet({
          type: 'prompt',
          origin,
          question: String(question),
          password: options.password === true,
        });
      this.#waiting.push({ resolve, reject, send });
      if (this.#waiting.length === 1) send();
    });
  }

  answer(value: string): void {
    this.#waiting.shift()?.resolve(value);
    this.#waiting[0]?.send();
  }

  /** The cell was interrupted: nobody waits for an answer any more. */
  cancel(reason: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
