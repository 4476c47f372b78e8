/** Structures made of smaller tables: blocks on the diagonal, Kronecker products. */
import { kroneckerOf } from '../algebra/index.js';
import { BlockDiagonal } from '../composed/index.js';
import { type Candidate, type Detector, entry, isNothing, partOf, type Table } from './table.js';

/** How the structure of a part is found. */
export type Recognise = (table: Table) => Candidate;

/** Where blocks end: rows and columns up to here have nothing to do with those after. */
function blockEnds(table: Table): readonly (readonly [row: number, column: number])[] {
  const { rows, columns } = table;
  const lastColumn = new Int32Array(rows).fill(-1);
  const lastRow = new Int32Array(columns).fill(-1);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      if (isNothing(table, i, j)) continue;
      lastColumn[i] = j;
      lastRow[j] = i;
    }
  }
  const ends: (readonly [number, number])[] = [];
  let [row, column] = [0, 0];
  while (row < rows && column < columns) {
    let [bottom, right] = [row + 1, column + 1];
    for (let [i, j] = [row, column]; i < bottom || j < right; ) {
      if (i < bottom) {
        right = Math.max(right, (lastColumn[i] as number) + 1);
        i += 1;
      } else {
        bottom = Math.max(bottom, (lastRow[j] as number) + 1);
        j += 1;
      }
    }
    [row, column] = [bottom, right];
    ends.push([row, column]);
  }
  const last = ends.length - 1;
  // What is left over is zero, and goes to the last block.
  if (last >= 0) ends[last] = [rows, columns];
  return ends;
}

/** Blocks on the diagonal, each with the structure it has; where each ends is a number too. */
export function blockDiagonal(recognise: Recognise): Detector {
  return (table, most) => {
    const ends = blockEnds(table);
    if (ends.length < 2 || ends.length > most) return undefined;
    let [top, left] = [0, 0];
    const found = ends.map(([bottom, right]) => {
      const part = partOf(table, top, left, bottom - top, right - left);
      [top, left] = [bottom, right];
      return recognise(part);
    });
    return {
      jacobian: new BlockDiagonal(found.map(({ jacobian }) => jacobian)),
      numbers: found.reduce((total, { numbers }) => total + numbers + 1, 0),
    };
  };
}

function divisors(n: number): readonly number[] {
  return Array.from({ length: n }, (_, k) => k + 1).filter((k) => n % k === 0);
}

/** The place of the largest entry. */
function largestOf(table: Table): readonly [i: number, j: number] {
  let [at, size] = [0, 0];
  table.values.forEach((value, k) => {
    if (Math.abs(value) > size) [at, size] = [k, Math.abs(value)];
  });
  return [Math.floor(at / table.columns), at % table.columns];
}

/**
 * A ⊗ B with B of rows × columns: every block is a multiple of the one with the largest entry, which stands at [pi, pj]. Undefined
 * where one is not.
 */
function factored(
  table: Table,
  [pi, pj]: readonly [number, number],
  rows: number,
  columns: number,
): readonly [Table, Table] | undefined {
  const pivot = entry(table, pi, pj);
  const [top, left, i0, j0] = [pi - (pi % rows), pj - (pj % columns), pi % rows, pj % columns];
  for (let i = 0; i < table.rows; i += 1) {
    const above = i - (i % rows);
    for (let j = 0; j < table.columns; j += 1) {
      const factor = entry(table, above + i0, j - (j % columns) + j0) / pivot;
      const wanted = factor * entry(table, top + (i % rows), left + (j % columns));
      if (Math.abs(entry(table, i, j) - wanted) > table.blur) return undefined;
    }
  }
  const [height, width] = [table.rows / rows, table.columns / columns];
  const values = new Float64Array(height * width);
  for (let a = 0; a < height; a += 1)
    for (let b = 0; b < width; b += 1)
      values[a * width + b] = entry(table, a * rows + i0, b * columns + j0) / pivot;
  // In the left factor 1 stands for the largest entry: what is nothing in the table is nothing relative to it.
  const blur = table.blur / Math.abs(pivot);
  return [{ values, rows: height, columns: width, blur }, partOf(table, top, left, rows, columns)];
}

/** The Kronecker product of the fewest numbers, each factor with the structure it has. */
export function kronecker(recognise: Recognise): Detector {
  return (table, most) => {
    if (most < 2) return undefined;
    const largest = largestOf(table);
    let best: Candidate | undefined;
    for (const rows of divisors(table.rows)) {
      for (const columns of divisors(table.columns)) {
        const isWhole = rows * columns === 1 || (rows === table.rows && columns === table.columns);
        const factors = isWhole ? undefined : factored(table, largest, rows, columns);
        if (factors === undefined) continue;
        const [left, right] = [recognise(factors[0]), recognise(factors[1])];
        const numbers = left.numbers + right.numbers;
        if (best === undefined || numbers < best.numbers)
          best = { jacobian: kroneckerOf(left.jacobian, right.jacobian), numbers };
      }
    }
    return best;
  };
}
