/** The report of a run: one HTML file that needs nothing else, and that no content of a notebook can steer. */
import { createHash } from 'node:crypto';
import {
  escapeHtml,
  expectationNote,
  meetsExpectation,
  type PlotlyFigure,
  plotlyScript,
  statusSign,
} from '../../display/index.js';
import type { NotebookCell } from '../notebook.js';
import { type CellOutcome, cellName, failed, failuresOf, type NotebookOutcome } from '../outcome.js';
import { summaryLine } from '../summary.js';
import { mathStyle } from './math.js';
import { type Figures, outputHtml } from './outputs.js';
import { type Attachments, proseHtml } from './prose.js';
import { style } from './style.js';

/** Draws every figure from the data that stands in its place. */
const drawFigures = `
for (const place of document.querySelectorAll('.figure')) {
  const figure = JSON.parse(place.firstElementChild.textContent);
  place.replaceChildren();
  Plotly.newPlot(place, { ...figure, config: { displaylogo: false } });
}
`;

/**
 * The report as HTML: the summary and what failed, every claim with a link to its cell, then the notebooks as they ran.
 * Formulas are typeset, figures can be hovered, and nothing is loaded from anywhere: the page's content security policy
 * allows its own style sheets and scripts by their hashes, and no connection.
 */
export async function reportHtml(outcomes: readonly NotebookOutcome[]): Promise<string> {
  const figures: PlotlyFigure[] = [];
  const notebooks = outcomes.map((outcome, place) =>
    notebookHtml(outcome, place, { add: (figure) => figures.push(figure) }),
  );
  const body = [headHtml(outcomes), ...notebooks].join('\n');
  const styles = [style, ...(body.includes('class="katex') ? [await mathStyle()] : [])];
  const scripts = figures.length === 0 ? [] : [await plotlyScript(figures), drawFigures];
  const [title = ''] = summaryText(outcomes).split('\n');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(styles, scripts)}">`,
    '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
    `<title>handgrad: ${escapeHtml(title)}</title>`,
    ...styles.map((text) => `<style>${text}</style>`),
    `</head><body>${body}`,
    ...scripts.map((text) => `<script>${text}</script>`),
    '</body></html>',
    '',
  ].join('\n');
}

/** Scripts and style sheets by their hashes only; plotly.js makes an empty style sheet, hence the hash of nothing. */
function policy(styles: readonly string[], scripts: readonly string[]): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src-elem ${[...styles, ''].map(hash).join(' ')}`,
    "style-src-attr 'unsafe-inline'",
    `script-src ${scripts.length === 0 ? "'none'" : scripts.map(hash).join(' ')}`,
    'img-src data: blob:',
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function summaryText(outcomes: readonly NotebookOutcome[]): string {
  return summaryLine(outcomes, (_colour, text) => text);
}

function headHtml(outcomes: readonly NotebookOutcome[]): string {
  const summary = escapeHtml(summaryText(outcomes)).replaceAll('\n', '<br>');
  return `<h1>Every claim, and what became of it</h1><p>${summary}</p>${failuresHtml(outcomes)}${claimsHtml(outcomes)}`;
}

function failuresHtml(outcomes: readonly NotebookOutcome[]): string {
  const items = outcomes.flatMap((outcome, place) =>
    failuresOf(outcome).map(({ path, cell, verdict, reason }) => {
      const where = cell
        ? `<a href="#${anchor(place, cell)}">${escapeHtml(`${path}, ${cellName(cell)}`)}</a>`
        : escapeHtml(path);
      const claim = verdict ? `: ${escapeHtml(verdict.claim)}` : '';
      return `<li>${where}: ${escapeHtml(reason)}${claim}</li>`;
    }),
  );
  return items.length === 0
    ? ''
    : `<div class="failures"><h2>What failed</h2><ul>${items.join('')}</ul></div>`;
}

function claimsHtml(outcomes: readonly NotebookOutcome[]): string {
  const rows = outcomes.flatMap((outcome, place) =>
    outcome.cells.flatMap((cell) =>
      cell.verdicts.map((verdict) => {
        const cells = [
          `<a href="#${anchor(place, cell)}">${cell.number} ${escapeHtml(cell.id)}</a>`,
          escapeHtml(verdict.claim),
          `${statusSign[verdict.status]} ${verdict.status}${expectationNote(verdict)}`,
          escapeHtml(verdict.witnesses.map(({ name }) => name).join(', ')),
        ];
        const mark = meetsExpectation(verdict) ? '' : ' class="bad"';
        return `<tr${mark}>${cells.map((text) => `<td>${text}</td>`).join('')}</tr>`;
      }),
    ),
  );
  const head = '<tr><th>cell</th><th>claim</th><th>verdict</th><th>witnesses</th></tr>';
  return rows.length === 0 ? '' : `<table class="claims">${head}${rows.join('')}</table>`;
}

/** Names on the page are ours: made of positions, never of content. */
function anchor(place: number, { number }: { readonly number: number }): string {
  return `n${place}c${number}`;
}

function notebookHtml(outcome: NotebookOutcome, place: number, figures: Figures): string {
  const byId = new Map(outcome.cells.map((cell) => [cell.id, cell]));
  const cells = outcome.notebook.cells.map((cell) => {
    const ran = byId.get(cell.id);
    if (ran) return codeHtml(cell, ran, anchor(place, ran), figures);
    return cell.type === 'markdown' ? proseHtml(cell.source, attachmentsOf(cell)) : '';
  });
  const error =
    outcome.startError === undefined ? '' : `<p><strong>${escapeHtml(outcome.startError)}</strong></p>`;
  return `<hr><h2>${escapeHtml(outcome.path)}</h2>${error}${cells.join('\n')}`;
}

function attachmentsOf({ attachments }: NotebookCell): Attachments {
  return typeof attachments === 'object' && attachments !== null ? (attachments as Attachments) : {};
}

function codeHtml(cell: NotebookCell, outcome: CellOutcome, id: string, figures: Figures): string {
  const bad = failed(outcome) || outcome.verdicts.some((verdict) => !meetsExpectation(verdict));
  const name = `${cellName(outcome)}${outcome.status === 'ok' ? '' : `: ${outcome.status}`}`;
  const outputs = cell.outputs.map((output) => outputHtml(output, figures)).join('');
  return (
    `<div class="cell${bad ? ' failed' : ''}" id="${id}"><div class="name">${escapeHtml(name)}</div>` +
    `<pre class="source">${escapeHtml(cell.source)}</pre>${outputs}</div>`
  );
}
