/** Puts what cells use without an import on `globalThis`; declared to TypeScript in child/declarations.ts. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { Comms } from './comms.js';
import type { Displays } from './display.js';
import type { Output } from './output.js';
import type { Prompts } from './prompt.js';

export interface Facilities {
  readonly output: Output;
  readonly displays: Displays;
  readonly prompts: Prompts;
  readonly comms: Comms;
}

export function installGlobals({ output, displays, prompts, comms }: Facilities): void {
  replaceStream(output, 'stdout');
  replaceStream(output, 'stderr');
  globalThis.console = new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false });
  const provided = {
    display: displays.display.bind(displays),
    clearOutput: displays.clear.bind(displays),
    prompt: prompts.ask.bind(prompts),
    comms: { register: comms.register.bind(comms), open: comms.open.bind(comms) },
  };
  for (const [name, value] of Object.entries(provided)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** `process.stdout` and `process.stderr` that write at once and know which cell they write for. */
function replaceStream(output: Output, name: 'stdout' | 'stderr'): void {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      output.text(
        name,
        typeof chunk === 'string' && encoding !== 'utf8' ? Buffer.from(chunk, encoding) : chunk,
      );
      done();
    },
  });
  Object.assign(stream, { fd: name === 'stdout' ? 1 : 2 });
  Object.defineProperty(process, name, {
    value: stream,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
