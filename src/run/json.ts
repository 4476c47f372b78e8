/** The outcome of a run as JSON, for other programs and for `handgrad merge`. */
import { dirname, relative, sep } from 'node:path';
import { jsonSafe } from '../display/index.js';
import { failuresOf, type NotebookOutcome } from './outcome.js';
import type { RunResult } from './run.js';

/** What the file says it is. */
export const reportFormat = 'handgrad report 1';

/**
 * `{ format, passed, interrupted, shard?: { index, of, plan }, notebooks: [{ path, parameters?, writtenTo?, executed?, passed,
 * cells: [{ id, number, status, verdicts, error?, milliseconds }], milliseconds, usage?: { cpuMilliseconds, peakBytes } }],
 * failures: [{ path, cell?, number?, reason, claim? }] }`; numbers that JSON cannot carry are given by name (`"NaN"`). Where the
 * JSON goes to a file, `executed` leads from there to the executed notebook.
 */
export function runJson({ outcomes, interrupted, shard }: RunResult, file?: string): string {
  const failures = outcomes.flatMap(failuresOf);
  const notebooks = outcomes.map((outcome) => {
    const { notebook: _content, ...rest } = outcome;
    return { ...rest, ...executedFrom(file, outcome), passed: failuresOf(outcome).length === 0 };
  });
  const named = failures.map(({ path, cell, verdict, reason }) => ({
    path,
    ...(cell ? { cell: cell.id, number: cell.number } : {}),
    ...(verdict ? { claim: verdict.claim } : {}),
    reason,
  }));
  const passed = failures.length === 0 && !interrupted;
  const report = {
    format: reportFormat,
    passed,
    interrupted,
    ...(shard ? { shard } : {}),
    notebooks,
    failures: named,
  };
  return JSON.stringify(jsonSafe(report), null, 2);
}

function executedFrom(
  file: string | undefined,
  { writtenTo }: NotebookOutcome,
): { readonly executed?: string } {
  if (file === undefined || writtenTo === undefined) return {};
  return { executed: relative(dirname(file), writtenTo).split(sep).join('/') };
}
