/** The report of a run: one HTML file that needs nothing else, that no content of a notebook can steer. */
import { createHash } from 'node:crypto';
import { escapeHtml, meetsExpectation, statusSign, verdictHtml } from '../display/index.js';
import { type CellOutcome, cellName, failed, failuresOf, type NotebookOutcome } from './outcome.js';
import { summaryLine, withoutAnsi } from './summary.js';

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid #8886; }
pre { overflow-x: auto; padding: 0.5rem; border: 1px solid #8886; }
.bad { font-weight: bold; }
@media print { body { max-width: none; } a { color: inherit; text-decoration: none; } }
`;

/** Nothing is loaded from anywhere; the one style sheet is known by its hash, and verdicts style themselves inline. */
function policy(): string {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src-elem 'sha256-${hash}'; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
}

/** The report as HTML: what failed first, then every claim with its cell, then the cells. */
export function reportHtml(outcomes: readonly NotebookOutcome[]): string {
  const summary = summaryLine(outcomes, (_colour, text) => text);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy()}">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>handgrad: ${escapeHtml(summary.split('\n')[0] ?? '')}</title>`,
    `<style>${style}</style></head><body>`,
    '<h1>Every claim, and what became of it</h1>',
    `<p>${escapeHtml(summary).replaceAll('\n', '<br>')}</p>`,
    failuresHtml(outcomes),
    ...outcomes.map(notebookHtml),
    '</body></html>',
    '',
  ].join('\n');
}

function failuresHtml(outcomes: readonly NotebookOutcome[]): string {
  const items = outcomes.flatMap(failuresOf).map(({ path, cell, verdict, reason }) => {
    const where = cell ? `${path}, ${cellName(cell)}` : path;
    return `<li><strong>${escapeHtml(where)}</strong>: ${escapeHtml(reason)}${verdict ? ` – ${escapeHtml(verdict.claim)}` : ''}</li>`;
  });
  return items.length === 0 ? '' : `<h2>What failed</h2><ul>${items.join('')}</ul>`;
}

function notebookHtml(outcome: NotebookOutcome, place: number): string {
  const anchor = (cell: CellOutcome) => `n${place}c${cell.number}`;
  const rows = outcome.cells.flatMap((cell) =>
    cell.verdicts.map((verdict) => {
      const mark = meetsExpectation(verdict) ? '' : ' class="bad"';
      const expected = verdict.expected === undefined ? '' : ` (expected ${verdict.expected})`;
      return (
        `<tr${mark}><td><a href="#${anchor(cell)}">${escapeHtml(cellName(cell))}</a></td><td>${escapeHtml(verdict.claim)}</td>` +
        `<td>${statusSign[verdict.status]} ${verdict.status}${expected}</td></tr>`
      );
    }),
  );
  const cells = outcome.cells.map((cell) => cellHtml(outcome, cell, anchor(cell)));
  const head = '<tr><th>cell</th><th>claim</th><th>verdict</th></tr>';
  return `<h2>${escapeHtml(outcome.path)}</h2><table>${head}${rows.join('')}</table>${cells.join('')}`;
}

function cellHtml({ notebook }: NotebookOutcome, cell: CellOutcome, anchor: string): string {
  const source = notebook.cells.find(({ id }) => id === cell.id)?.source ?? '';
  const error = cell.error
    ? withoutAnsi([`${cell.error.ename}: ${cell.error.evalue}`, ...cell.error.traceback].join('\n'))
    : '';
  const status = failed(cell) ? `<strong>✗ ${cell.status}</strong>` : cell.status;
  return (
    `<h3 id="${anchor}">${escapeHtml(cellName(cell))}: ${status}</h3><pre>${escapeHtml(source)}</pre>` +
    `${cell.verdicts.map(verdictHtml).join('')}${error && `<pre>${escapeHtml(error)}</pre>`}`
  );
}
