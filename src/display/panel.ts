/** What is drawn side by side: one matrix a panel, the same for plotly.js, SVG and text. */
import { elide, type Place } from './elide.js';
import type { Matrix } from './matrix.js';
import { formatNumber } from './numbers.js';

/** An entry of a panel that is marked: where the worst deviation sits. */
export interface Mark {
  readonly row: number;
  readonly column: number;
}

export interface Panel {
  readonly title: string;
  readonly matrix: Matrix;
  /** The colours run from −range over 0 to range. */
  readonly range: number;
  readonly mark?: Mark;
  /** Entries no larger than this are rounding, and written as `≈0`. */
  readonly noise?: number;
  /** The one column holds the sums of the rows beside it. */
  readonly sums?: true;
}

/** An entry as it is written into a figure. */
export function entryText(value: number, { noise }: Panel, digits: number): string {
  if (noise !== undefined && value !== 0 && Math.abs(value) <= noise) return '≈0';
  return formatNumber(value, digits);
}

/** How the two sides are called in labels and on hover: ∂output/∂input. */
export interface Names {
  readonly output: string;
  readonly input: string;
}

/** The rows and columns of a panel that are shown, at most `limit` along each axis, the marked entry among them. */
export function shownPlaces(
  panel: Panel,
  limit: number,
): { rows: readonly Place[]; columns: readonly Place[] } {
  const { matrix, mark } = panel;
  return {
    rows: elide(matrix.rowLabels.length, limit, mark?.row),
    columns: elide(matrix.columnLabels.length, limit, mark?.column),
  };
}

/** The label of a place along an axis; a gap is `⋯`. */
export function placeLabel(labels: readonly string[], place: Place): string {
  return place === null ? '⋯' : (labels[place] ?? '');
}

/** The entry at a place; undefined in a gap. */
export function entryAt(matrix: Matrix, row: Place, column: Place): number | undefined {
  return row === null || column === null ? undefined : matrix.values[row]?.[column];
}

/** The largest finite size of an entry, or 1 for a matrix of zeros: the end of its colour scale. */
export function colourRange(...matrices: readonly Matrix[]): number {
  let range = 0;
  for (const { values } of matrices) {
    for (const row of values) {
      for (const value of row) {
        if (Number.isFinite(value)) range = Math.max(range, Math.abs(value));
      }
    }
  }
  return range === 0 ? 1 : range;
}
