/** Chooses the language engine and gives it what the host provides. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { languageVersion, loadEngine } from '../language/index.js';
import type { Interpreter, InterpreterOptions } from '../language/interpreter.js';
import { declarations } from './declarations.js';
import type { Displays } from './display.js';
import { createTslabModule } from './tslab-module.js';

export async function createEngine(displays: Displays): Promise<Interpreter> {
  const createInterpreter = await loadEngine();
  const options: InterpreterOptions = {
    directory: process.cwd(),
    declarations,
    modules: new Map([
      [
        'tslab',
        {
          exports: createTslabModule(displays, {
            tslab: tslabVersion(),
            typescript: languageVersion(),
            node: process.version,
          }),
        },
      ],
    ]),
    fallbackDirectory: dirname(fileURLToPath(import.meta.url)),
    onImport,
  };
  return createInterpreter(options);
}

/** handgrad's backend may need a wait (WebAssembly); a notebook should not have to write it. */
function onImport(specifier: string, module: object): Promise<void> | undefined {
  if (specifier !== 'handgrad') return undefined;
  const { ready } = module as { ready?: unknown };
  if (typeof ready !== 'function') return undefined;
  return Promise.resolve(ready() as unknown).then(() => undefined);
}

function tslabVersion(): string {
  try {
    const { version } = createRequire(import.meta.url)('tslab/package.json') as { version: string };
    return version;
  } catch {
    return '';
  }
}
