/** What fails outside a cell's own course: rejections nobody awaits, throws in timers. Shown, never fatal. */
import type { Failure } from '../language/interpreter.js';
import type { Output } from './output.js';

export function reportLateFailures(output: Output, describe: (thrown: unknown) => Failure): void {
  const report = (thrown: unknown): void => {
    output.packet({ type: 'error', origin: output.origin, failure: describe(thrown) });
  };
  process.on('unhandledRejection', report);
  process.on('uncaughtException', report);
}

/** `process.exit` in a cell is told to the parent before the process ends, so that it can say so. Returns the way to exit in silence. */
export function announceExit(output: Output): (code: number) => never {
  const exit = process.exit.bind(process);
  process.exit = (code?: number | string | null): never => {
    output.packet({ type: 'exit', code: Number(code ?? process.exitCode ?? 0) });
    return exit(code);
  };
  return exit;
}
