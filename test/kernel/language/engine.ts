/** Starts the engine in a directory of its own, and runs cells in it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Failure, Interpreter, InterpreterOptions } from '../../../src/kernel/language/interpreter.js';
import { createInterpreter } from '../../../src/kernel/language/stock/index.js';

export interface Notebook {
  readonly interpreter: Interpreter;
  readonly directory: string;
  /** The value of the cell; throws if it failed. */
  run(code: string): Promise<unknown>;
  /** The failure of the cell; throws if it did not fail. */
  fail(code: string): Promise<Failure>;
  write(path: string, text: string): void;
  close(): void;
}

export function openNotebook(options: Partial<InterpreterOptions> = {}): Notebook {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'handgrad-engine-')));
  const interpreter = createInterpreter({
    directory,
    declarations: '',
    modules: new Map(),
    fallbackDirectory: process.cwd(),
    ...options,
  });
  let count = 0;
  const execute = (code: string) => {
    count += 1;
    return interpreter.execute({ code, count, id: `run ${count}` });
  };
  return {
    interpreter,
    directory,
    async run(code) {
      const outcome = await execute(code);
      if (outcome.status === 'error') throw new Error(outcome.failure.traceback.join('\n'));
      return outcome.hasValue ? outcome.value : undefined;
    },
    async fail(code) {
      const outcome = await execute(code);
      if (outcome.status === 'ok') throw new Error(`The cell did not fail: ${code}`);
      return outcome.failure;
    },
    write(path, text) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    close() {
      interpreter.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
