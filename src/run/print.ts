/** What a run or a merge prints when it is over, and its exit code. */
import { relative } from 'node:path';
import { type Paint, painter, type Terminal } from '../display/index.js';
import { runJson } from './json.js';
import { failuresOf } from './outcome.js';
import type { RunResult } from './run.js';
import { claimTable, failureAnnotations, failureList, summaryLine } from './summary.js';
import { usageTable } from './usage-table.js';

export interface PrintOptions {
  /** The result as JSON in place of everything else. */
  readonly json: boolean;
  /** Also what each kernel took of the machine. */
  readonly time: boolean;
  /** Also annotations for GitHub. */
  readonly annotations: boolean;
  /** The files that were written. */
  readonly written: readonly string[];
}

/** From the flags of a command; on GitHub annotations are wanted without being asked for. */
export function printOptions(
  flags: Partial<Pick<PrintOptions, 'json' | 'time' | 'annotations'>>,
  written: readonly string[],
): PrintOptions {
  const { json = false, time = false, annotations = process.env.GITHUB_ACTIONS === 'true' } = flags;
  return { json, time, annotations, written };
}

/** Prints the result to stdout; answers the exit code: 0 when everything came out as it should, else 1. */
export function printResult(result: RunResult, { json, time, annotations, written }: PrintOptions): number {
  const { outcomes } = result;
  const failures = outcomes.flatMap(failuresOf);
  if (json) {
    process.stdout.write(`${runJson(result)}\n`);
  } else {
    const terminal: Terminal = process.stdout;
    const paint = painter(terminal);
    const width = terminal.isTTY ? terminal.columns : undefined;
    const blocks = [
      claimTable(outcomes, paint, width),
      failureList(failures, paint),
      time ? usageTable(outcomes, paint, width) : '',
      summaryLine(outcomes, paint),
      writtenLine(
        outcomes.flatMap(({ writtenTo }) => writtenTo ?? []),
        written,
        paint,
      ),
    ];
    process.stdout.write(`${blocks.filter(Boolean).join('\n\n')}\n`);
  }
  // Beside JSON they go to stderr, which GitHub reads too.
  if (annotations) (json ? process.stderr : process.stdout).write(failureAnnotations(failures));
  return failures.length === 0 && !result.interrupted ? 0 : 1;
}

/** Where to look: each notebook where they are few. */
function writtenLine(notebooks: readonly string[], reports: readonly string[], paint: Paint): string {
  const [first] = notebooks;
  const few = notebooks.length <= 4 || first === undefined;
  const named = few
    ? notebooks.map((file) => relative('.', file))
    : [`${notebooks.length} notebooks (${relative('.', first)}, …)`];
  const files = [...named, ...reports.map((file) => relative('.', file))];
  return files.length === 0 ? '' : paint('dim', `Written: ${files.join(', ')}`);
}
