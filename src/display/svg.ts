/** Panels of matrices as a static SVG: what stands beside every plotly.js figure. */
import { entryColour, inkOn, innerMarkColour, markColour, neutralColour } from './colours.js';
import type { Place } from './elide.js';
import { escapeHtml } from './escape.js';
import { entryAt, entryText, type Names, type Panel, placeLabel, shownPlaces } from './panel.js';

/** Entries along an axis that a picture shows. */
const limit = 24;
const gap = 34;
/** How wide a letter of the title is, at most on average: a long title widens the picture. */
const boldLetter = 10;
const margin = { left: 62, top: 70, right: 12, bottom: 10 };

interface Layout {
  readonly rows: readonly Place[];
  readonly columns: readonly Place[];
  readonly cell: number;
  readonly left: number;
}

/**
 * Draws panels side by side as one SVG. Texts are grey, so that they are read on a light and on a dark page; each entry
 * has its value written in where there is room.
 */
export function panelsSvg(title: string, panels: readonly Panel[], names: Names): string {
  let left = margin.left;
  const layouts = panels.map((panel): Layout => {
    const { rows, columns } = shownPlaces(panel, limit);
    const cell = Math.max(14, Math.min(58, Math.floor(300 / Math.max(rows.length, columns.length))));
    const layout = { rows, columns, cell, left };
    left += Math.max(cell * columns.length, 120) + gap;
    return layout;
  });
  const width = Math.max(left - gap + margin.right, margin.left + title.length * boldLetter);
  const top = title === '' ? margin.top - 28 : margin.top;
  const height = top + margin.bottom + Math.max(...layouts.map(({ rows, cell }) => rows.length * cell));
  const heading = title === '' ? '' : text(margin.left, 20, title, { size: 15, weight: 'bold' });
  const drawn = panels.map((panel, index) =>
    panelSvg(panel, layouts[index], top, index === 0 ? names : undefined),
  );
  const label = [title, ...panels.map((panel) => panel.title)].filter(Boolean).join('; ');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${escapeHtml(label)}" font-family="sans-serif">${heading}${drawn.join('')}</svg>`
  );
}

function panelSvg(panel: Panel, layout: Layout | undefined, top: number, names: Names | undefined): string {
  if (layout === undefined) return '';
  const { rows, columns, cell, left } = layout;
  const parts = [text(left, top - 20, panel.title, { size: 13 })];
  if (names)
    parts.push(text(left - 8, top - 6, `${names.output} ↓ ${names.input} →`, { size: 10, anchor: 'end' }));
  columns.forEach((place, column) => {
    if (cell < 20 && column % 2 === 1) return;
    const label = placeLabel(panel.matrix.columnLabels, place);
    parts.push(text(left + (column + 0.5) * cell, top - 5, label, { size: 10, anchor: 'middle' }));
  });
  rows.forEach((place, row) => {
    const y = top + (row + 0.5) * cell + 4;
    parts.push(text(left - 6, y, placeLabel(panel.matrix.rowLabels, place), { size: 10, anchor: 'end' }));
    columns.forEach((columnPlace, column) => {
      parts.push(entrySvg(panel, place, columnPlace, left + column * cell, top + row * cell, cell));
    });
  });
  const { mark } = panel;
  if (mark) parts.push(markSvg(rows.indexOf(mark.row), columns.indexOf(mark.column), layout, top));
  return `<g>${parts.join('')}</g>`;
}

function entrySvg(panel: Panel, row: Place, column: Place, x: number, y: number, cell: number): string {
  const value = entryAt(panel.matrix, row, column);
  if (value === undefined) return text(x + cell / 2, y + cell / 2 + 4, '⋯', { size: 10, anchor: 'middle' });
  const size = cell - 1;
  const box = `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="${entryColour(value, panel.range)}"/>`;
  if (cell < 36) return box;
  const ink = inkOn(value, panel.range);
  const size10 = cell < 48 ? 9 : 11;
  return (
    box +
    text(x + size / 2, y + size / 2 + 4, entryText(value, panel, 3), {
      size: size10,
      anchor: 'middle',
      fill: ink,
    })
  );
}

function markSvg(row: number, column: number, { left, cell }: Layout, top: number): string {
  const box = (inset: number, colour: string) =>
    `<rect x="${left + column * cell + inset}" y="${top + row * cell + inset}" width="${cell - 1 - 2 * inset}" ` +
    `height="${cell - 1 - 2 * inset}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  return box(0, markColour) + box(2, innerMarkColour);
}

interface TextStyle {
  readonly size: number;
  readonly anchor?: 'middle' | 'end';
  readonly weight?: 'bold';
  readonly fill?: string;
}

function text(x: number, y: number, content: string, { size, anchor, weight, fill }: TextStyle): string {
  const style = `${anchor ? ` text-anchor="${anchor}"` : ''}${weight ? ` font-weight="${weight}"` : ''}`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill ?? neutralColour}"${style}>${escapeHtml(content)}</text>`;
}
