/** A dense table whose structure is looked for, and how close another comes to it. */
import type { Jacobian } from '../jacobian.js';

export interface Table {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** Two entries no further apart than this are the same. */
  readonly blur: number;
}

/** A structure that may be the table's, with how many numbers it takes to write down. */
export interface Candidate {
  readonly jacobian: Jacobian;
  readonly numbers: number;
}

/**
 * A detector: the operator of its structure that comes closest, or undefined where the table cannot have it in `most` numbers or fewer.
 */
export type Detector = (table: Table, most: number) => Candidate | undefined;

export const entry = ({ values, columns }: Table, i: number, j: number): number =>
  values[i * columns + j] as number;

/** The largest deviation of an operator from the table, entry by entry. */
export function deviationOf(jacobian: Jacobian, { values, rows, columns }: Table): number {
  let worst = 0;
  const unit = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    unit[i] = 1;
    const row = jacobian.transposedProduct(unit);
    unit[i] = 0;
    for (let j = 0; j < columns; j += 1)
      worst = Math.max(worst, Math.abs((row[j] as number) - (values[i * columns + j] as number)));
  }
  return worst;
}

/** Whether an entry is 0 as far as the table's blur can tell. */
export function isNothing(table: Table, i: number, j: number): boolean {
  return Math.abs(entry(table, i, j)) <= table.blur;
}

/** The part of a table from a row and a column on. */
export function partOf(table: Table, top: number, left: number, rows: number, columns: number): Table {
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    const start = (top + i) * table.columns + left;
    values.set(table.values.subarray(start, start + columns), i * columns);
  }
  return { values, rows, columns, blur: table.blur };
}
