/** A matrix as aligned text, as a LaTeX matrix and as an HTML table, each short enough to be read. */
import { escapeHtml, oneLine } from './escape.js';
import type { Matrix } from './matrix.js';
import { entryAt, entryText, type Panel, placeLabel, shownPlaces } from './panel.js';

/** Entries along an axis that text shows. */
const limit = 8;

function cells(panel: Panel, digits: number, most = limit): readonly (readonly string[])[] {
  const { matrix, mark } = panel;
  const { rows, columns } = shownPlaces(panel, most);
  return rows.map((row) =>
    columns.map((column) => {
      const value = entryAt(matrix, row, column);
      const marked = mark && row === mark.row && column === mark.column;
      const room = mark && column === mark.column ? (marked ? ' ←' : '  ') : '';
      return `${value === undefined ? '⋯' : entryText(value, panel, digits)}${room}`;
    }),
  );
}

/** A matrix that stands alone, without title, mark or colours. */
function bare(matrix: Matrix): Panel {
  return { title: '', matrix, range: 1 };
}

/** A matrix as aligned plain text. */
export function gridText(matrix: Matrix): string {
  return panelGrid(bare(matrix));
}

function panelGrid(panel: Panel): string {
  const grid = cells(panel, 4);
  const widths = (grid[0] ?? []).map((_, column) =>
    Math.max(...grid.map((row) => [...(row[column] ?? '')].length)),
  );
  return grid
    .map((row) => `  ${row.map((entry, column) => entry.padStart(widths[column] ?? 0)).join('  ')}`)
    .join('\n');
}

/** Panels one below the other as plain text, a marked entry with an arrow behind it. */
export function panelsText(title: string, panels: readonly Panel[]): string {
  const heading = title === '' ? [] : [oneLine(title)];
  const blocks = panels.map((panel) => {
    const { title: name, matrix } = panel;
    const size = `${matrix.rowLabels.length} × ${matrix.columnLabels.length}`;
    return `${name === '' ? '' : `${oneLine(name)}, `}${size}\n${panelGrid(panel)}`;
  });
  return [...heading, ...blocks].join('\n');
}

/** A matrix as LaTeX: `\begin{bmatrix} … \end{bmatrix}`, wide ones elided with dots. */
export function gridLatex(matrix: Matrix): string {
  const rows = cells(bare(matrix), 4, 7).map((row) => row.map(latexEntry).join(' & '));
  return `\\begin{bmatrix}${rows.join(' \\\\[2pt] ')}\\end{bmatrix}`;
}

function latexEntry(entry: string): string {
  if (entry === '⋯') return '\\cdots';
  const power = /^(-?[\d.]+)e(-?\d+)$/.exec(entry);
  if (power) return `${power[1]} \\cdot 10^{${power[2]}}`;
  return entry.replace('∞', '\\infty').replace('NaN', '\\text{NaN}');
}

/** A matrix as an HTML table with the labels of its rows and columns; the largest that is shown has 8 of each. */
export function gridHtml(matrix: Matrix): string {
  const { rows, columns } = shownPlaces(bare(matrix), limit);
  const head = columns
    .map((column) => `<th>${escapeHtml(placeLabel(matrix.columnLabels, column))}</th>`)
    .join('');
  const body = cells(bare(matrix), 6).map((row, index) => {
    const label = escapeHtml(placeLabel(matrix.rowLabels, rows[index] ?? null));
    return `<tr><th>${label}</th>${row.map((entry) => `<td>${escapeHtml(entry)}</td>`).join('')}</tr>`;
  });
  return `<table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}
