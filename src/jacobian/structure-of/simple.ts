/** Structures in which only a few entries are not 0. */
import { plainest } from '../algebra/index.js';
import { bandedFrom, Diagonal, LowRank, Selection, Toeplitz } from '../kinds/index.js';
import { type Candidate, type Detector, entry, isNothing, type Table } from './table.js';

/** All entries are 0. */
export const zero: Detector = ({ rows, columns }) => ({
  jacobian: new LowRank([], rows, columns),
  numbers: 0,
});

/** c on the diagonal: the identity (no number at all) or a multiple of it (one). */
export const scalar: Detector = (table) => {
  const { rows, columns } = table;
  if (rows !== columns) return undefined;
  const first = entry(table, 0, 0);
  const c = Math.abs(first - 1) <= table.blur ? 1 : first;
  return { jacobian: new Diagonal(new Float64Array(rows).fill(c)), numbers: c === 1 ? 0 : 1 };
};

/** Anything on the diagonal. */
export const diagonal: Detector = (table) => {
  const { rows, columns } = table;
  if (rows !== columns) return undefined;
  const entries = Float64Array.from({ length: rows }, (_, k) => entry(table, k, k));
  return { jacobian: new Diagonal(entries), numbers: rows };
};

/** The places of the one entry in each row that is not 0; undefined where a row has more. A row of zeros counts with the weight 0. */
function onePerRow(
  table: Table,
): { readonly sources: Int32Array; readonly weights: Float64Array } | undefined {
  const sources = new Int32Array(table.rows);
  const weights = new Float64Array(table.rows);
  for (let i = 0; i < table.rows; i += 1) {
    let found = 0;
    for (let j = 0; j < table.columns; j += 1) {
      if (isNothing(table, i, j)) continue;
      found += 1;
      if (found > 1) return undefined;
      sources[i] = j;
      weights[i] = entry(table, i, j);
    }
  }
  return { sources, weights };
}

function oneEach(table: Table): Candidate | undefined {
  const found = onePerRow(table);
  if (found === undefined) return undefined;
  const { sources, weights } = found;
  const plain = weights.every((weight) => Math.abs(weight - 1) <= table.blur);
  const selection = new Selection(sources, table.columns, false, plain ? undefined : weights);
  return { jacobian: plainest(selection), numbers: plain ? table.rows : 2 * table.rows };
}

/** One entry in each row: a permutation, a selection, with weights where they are not 1. */
export const selection: Detector = oneEach;

/** One entry in each column: a scatter, a sum over groups. */
export const scatter: Detector = (table) => {
  const { rows, columns, blur } = table;
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) values[j * rows + i] = entry(table, i, j);
  const found = oneEach({ values, rows: columns, columns: rows, blur });
  return found && { jacobian: found.jacobian.turned(), numbers: found.numbers };
};

/** The lowest and the highest diagonal with an entry that is not 0. */
function reach(table: Table): readonly [lowest: number, highest: number] {
  let [lowest, highest] = [table.columns, -table.rows];
  for (let i = 0; i < table.rows; i += 1)
    for (let j = 0; j < table.columns; j += 1)
      if (!isNothing(table, i, j)) [lowest, highest] = [Math.min(lowest, j - i), Math.max(highest, j - i)];
  return [lowest, highest];
}

/** Constant along each diagonal: one weight for each between the lowest and the highest, and where they begin. */
export const toeplitz: Detector = (table) => {
  const [lowest, highest] = reach(table);
  if (lowest > highest) return undefined;
  const weights = Float64Array.from({ length: highest - lowest + 1 }, (_, k) => {
    const offset = lowest + k;
    return offset < 0 ? entry(table, -offset, 0) : entry(table, 0, offset);
  });
  return { jacobian: new Toeplitz(weights, lowest, table.rows, table.columns), numbers: weights.length + 1 };
};

/** Some diagonals side by side. */
export const banded: Detector = (table) => {
  const [lowest, highest] = reach(table);
  const width = highest - lowest + 1;
  if (width < 1 || width * table.rows >= table.rows * table.columns) return undefined;
  const jacobian = bandedFrom(width, lowest, table.rows, table.columns, (i, j) => entry(table, i, j));
  return { jacobian, numbers: width * table.rows };
};
