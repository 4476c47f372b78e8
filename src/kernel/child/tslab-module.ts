/** What `import { display } from 'tslab'` gives: tslab's public API, showing through this kernel. */
import { randomBytes } from 'node:crypto';
import type { Displays } from './display.js';

type Bytes = Uint8Array;

/** tslab's `Display`: one method a kind of content. Made by `newDisplay()`, all of them overwrite one place. */
class TslabDisplay {
  readonly #displays: Displays;
  readonly #id: string | undefined;
  #shown = false;

  constructor(displays: Displays, id?: string) {
    this.#displays = displays;
    this.#id = id;
  }

  javascript(text: string): void {
    this.raw('text/javascript', text);
  }
  html(text: string): void {
    this.raw('text/html', text);
  }
  markdown(text: string): void {
    this.raw('text/markdown', text);
  }
  latex(text: string): void {
    this.raw('text/latex', text);
  }
  svg(text: string): void {
    this.raw('image/svg+xml', text);
  }
  png(bytes: Bytes): void {
    this.raw('image/png', bytes);
  }
  jpeg(bytes: Bytes): void {
    this.raw('image/jpeg', bytes);
  }
  gif(bytes: Bytes): void {
    this.raw('image/gif', bytes);
  }
  pdf(bytes: Bytes): void {
    this.raw('application/pdf', bytes);
  }
  text(text: string): void {
    this.raw('text/plain', text);
  }

  raw(contentType: string, content: string | Bytes): void {
    const data = typeof content === 'string' ? content : Buffer.from(content).toString('base64');
    this.#displays.raw({ [contentType]: data }, this.#id, this.#id !== undefined && this.#shown);
    this.#shown = true;
  }
}

/** @param versions what `tslab.versions` says. */
export function createTslabModule(displays: Displays, versions: Readonly<Record<string, string>>): object {
  return {
    display: new TslabDisplay(displays),
    newDisplay: () => new TslabDisplay(displays, randomBytes(8).toString('hex')),
    versions,
  };
}
