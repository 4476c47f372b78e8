/** What a run or a merge prints when it is over, and its exit code. */
import { relative } from 'node:path';
import { painter, type Terminal } from '../display/index.js';
import { runJson } from './json.js';
import { failuresOf } from './outcome.js';
import type { RunResult } from './run.js';
import { claimTable, failureList, summaryLine } from './summary.js';
import { usageTable } from './usage-table.js';

export interface PrintOptions {
  /** The result as JSON in place of everything else. */
  readonly json: boolean;
  /** Also what each kernel took of the machine. */
  readonly time: boolean;
  /** The files that were written. */
  readonly written: readonly string[];
}

/** Prints the result to stdout; answers the exit code: 0 when everything came out as it should, else 1. */
export function printResult(result: RunResult, { json, time, written }: PrintOptions): number {
  const { outcomes } = result;
  const failures = outcomes.flatMap(failuresOf);
  if (json) {
    process.stdout.write(`${runJson(result)}\n`);
  } else {
    const terminal: Terminal = process.stdout;
    const paint = painter(terminal);
    const width = terminal.isTTY ? terminal.columns : undefined;
    const files = [...outcomes.flatMap(({ writtenTo }) => writtenTo ?? []), ...written];
    const blocks = [
      claimTable(outcomes, paint, width),
      failureList(failures, paint),
      time ? usageTable(outcomes, paint, width) : '',
      summaryLine(outcomes, paint),
      files.length === 0
        ? ''
        : paint('dim', `Written: ${files.map((file) => relative('.', file)).join(', ')}`),
    ];
    process.stdout.write(`${blocks.filter(Boolean).join('\n\n')}\n`);
  }
  return failures.length === 0 && !result.interrupted ? 0 : 1;
}
