/** The outcome of a run as JSON, for other programs. */
import { jsonSafe } from '../display/index.js';
import { failuresOf, type NotebookOutcome } from './outcome.js';

/**
 * `{ passed, notebooks: [{ path, writtenTo, passed, cells: [{ id, number, status, verdicts, error?, milliseconds }] }],
 * failures: [{ path, cell?, reason, claim? }] }`; numbers that JSON cannot carry are given by name (`"NaN"`).
 */
export function runJson(outcomes: readonly NotebookOutcome[]): string {
  const failures = outcomes.flatMap(failuresOf);
  const notebooks = outcomes.map(({ notebook: _content, ...outcome }) => ({
    ...outcome,
    passed: failuresOf({ ...outcome, notebook: _content }).length === 0,
  }));
  const named = failures.map(({ path, cell, verdict, reason }) => ({
    path,
    ...(cell ? { cell: cell.id, number: cell.number } : {}),
    ...(verdict ? { claim: verdict.claim } : {}),
    reason,
  }));
  return JSON.stringify(jsonSafe({ passed: failures.length === 0, notebooks, failures: named }), null, 2);
}
