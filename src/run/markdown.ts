/** The outcome of a run as Markdown, for the summary page of a CI job or a comment on a change. */
import {
  counterexampleText,
  escapeMarkdown,
  expectationNote,
  findsSign,
  statusSign,
} from '../display/index.js';
import { cellName, failuresOf, type NotebookOutcome } from './outcome.js';
import { summaryLine } from './summary.js';

/** The summary, what failed, and a table of every claim. */
export function runMarkdown(outcomes: readonly NotebookOutcome[]): string {
  const summary = summaryLine(outcomes, (_colour, text) => text).split('\n');
  const failures = outcomes.flatMap(failuresOf).map(({ path, cell, verdict, reason }) => {
    const where = cell ? `${path}, ${cellName(cell)}` : path;
    const entry = verdict?.counterexample ? `; ${counterexampleText(verdict.counterexample)}` : '';
    const claim = verdict ? `: ${verdict.claim}${entry}` : '';
    return `- **${escapeMarkdown(where)}**: ${escapeMarkdown(`${reason}${claim}`)}`;
  });
  const rows = outcomes.flatMap(({ path, cells }) =>
    cells.flatMap((cell) =>
      cell.verdicts.map((verdict) => {
        const witnesses = verdict.witnesses
          .map(({ name, finds }) => `${name} ${findsSign[finds]}`)
          .join(', ');
        const status = `${statusSign[verdict.status]} ${verdict.status}${expectationNote(verdict)}`;
        const texts = [path, `${cell.number} ${cell.id}`, verdict.claim].map(escapeMarkdown);
        return `| ${[...texts, status, witnesses].join(' | ')} |`;
      }),
    ),
  );
  const table = [
    '| notebook | cell | claim | verdict | witnesses |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
  return [
    ...summary.map((line) => `${escapeMarkdown(line)}  `),
    '',
    ...(failures.length === 0 ? [] : [...failures, '']),
    ...(rows.length === 0 ? [] : [...table, '']),
  ].join('\n');
}
