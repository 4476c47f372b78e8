/** What fails outside a cell's own course: rejections nobody awaits, throws in timers. Shown, never fatal. */
import type { Failure } from '../language/interpreter.js';
import type { Output } from './output.js';

export function reportLateFailures(output: Output, describe: (thrown: unknown) => Failure): void {
  const report = (thrown: unknown): void => {
    output.packet({ type: 'error', origin: output.origin, failure: describe(thrown) });
  };
  let broken = 0;
  process.on('unhandledRejection', report);
  process.on('uncaughtException', (thrown) => {
    broken = isBrokenQueue(thrown) ? broken + 1 : 0;
    if (broken === 0) report(thrown);
    else if (broken > mostBroken) {
      process.stderr.write(
        'An interrupt met a cell inside setImmediate and broke Node.js’s own queue, which cannot be mended.\n',
      );
      process.exit(1);
    }
  });
}

/** So many in a row are no accident: the queue is never emptied again. */
const mostBroken = 10;

/** What Node throws at every turn once a callback of `setImmediate` that was not the first of its turn has been unwound. */
function isBrokenQueue(thrown: unknown): boolean {
  return (
    thrown instanceof TypeError &&
    thrown.message.includes('_idleNext') &&
    /at process\.processImmediate/.test(thrown.stack ?? '')
  );
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
