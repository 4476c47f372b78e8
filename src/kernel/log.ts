/** What must not be shown to any client goes to a file beside the connection file, made when there is something to say. */
import { appendFileSync } from 'node:fs';

/** Lines after which nothing more is written: somebody who sends rubbish must not fill the disk. */
const limit = 10_000;

export type Log = (line: string) => void;

export function createLog(path: string): Log {
  let lines = 0;
  return (line) => {
    if (++lines > limit) return;
    try {
      appendFileSync(path, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
    } catch {
      // There is nowhere else to say it.
    }
  };
}
