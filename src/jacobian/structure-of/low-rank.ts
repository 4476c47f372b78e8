/** Low ranks, alone and beside a diagonal, by crosses: with the largest entry left as pivot, a row and a column are taken out. */
import { sum } from '../algebra/index.js';
import { Diagonal, LowRank, type Pair } from '../kinds/index.js';
import { solved } from './solve.js';
import { type Detector, entry, type Table } from './table.js';

/** Ranks that are still called low. */
const largestRank = 8;

interface Pivot {
  readonly i: number;
  readonly j: number;
  readonly value: number;
}

/** The largest entry left, among those that may be a pivot. */
function pivotOf(
  left: Float64Array,
  rows: number,
  columns: number,
  may: (i: number, j: number) => boolean,
): Pivot {
  let best: Pivot = { i: 0, j: 0, value: 0 };
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      const value = left[i * columns + j] as number;
      if (Math.abs(value) > Math.abs(best.value) && may(i, j)) best = { i, j, value };
    }
  }
  return best;
}

/** The cross through a pivot: column times row over the pivot, which is taken out. */
function takeCross(left: Float64Array, rows: number, columns: number, { i, j, value }: Pivot): Pair {
  const u = Float64Array.from({ length: rows }, (_, k) => left[k * columns + j] as number);
  const v = Float64Array.from({ length: columns }, (_, k) => (left[i * columns + k] as number) / value);
  for (let k = 0; k < rows; k += 1)
    for (let l = 0; l < columns; l += 1)
      left[k * columns + l] = (left[k * columns + l] as number) - (u[k] as number) * (v[l] as number);
  return { weight: 1, u, v };
}

/** Σ u vᵀ with as few summands as reach the table; undefined beyond the rank that is still low. */
export const lowRank: Detector = (table) => {
  const { rows, columns, blur } = table;
  const left = Float64Array.from(table.values);
  const pairs: Pair[] = [];
  for (let rank = 0; rank <= largestRank; rank += 1) {
    const pivot = pivotOf(left, rows, columns, () => true);
    if (Math.abs(pivot.value) <= blur)
      return { jacobian: new LowRank(pairs, rows, columns), numbers: pairs.length * (rows + columns) };
    if ((pairs.length + 1) * (rows + columns) > rows * columns) return undefined;
    pairs.push(takeCross(left, rows, columns, pivot));
  }
  return undefined;
};

/**
 * diag(d) + U Vᵀ, of the least rank. The diagonal is not known, so only what lies beside it is looked at: crosses are taken whose rows
 * and columns do not meet on it, each row is then written in the rows of the pivots, over columns where none of both is on the diagonal,
 * and what is left of the diagonal is d.
 */
export const diagonalPlusLowRank: Detector = (table) => {
  const { rows: n, columns } = table;
  if (n !== columns) return undefined;
  for (let rank = 1; rank <= largestRank && n + 2 * n * rank <= n * n && 3 * rank <= n; rank += 1) {
    const pairs = besideDiagonal(table, rank);
    if (pairs === undefined) return undefined;
    const low = new LowRank(pairs, n, n);
    const d = Float64Array.from(
      { length: n },
      (_, k) =>
        entry(table, k, k) -
        pairs.reduce((total, { u, v }) => total + (u[k] as number) * (v[k] as number), 0),
    );
    if (isLowBeside(table, pairs)) return { jacobian: sum(new Diagonal(d), low), numbers: n + 2 * n * rank };
  }
  return undefined;
};

function isLowBeside(table: Table, pairs: readonly Pair[]): boolean {
  const { rows: n, blur } = table;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      if (i === j) continue;
      let left = entry(table, i, j);
      for (const { u, v } of pairs) left -= (u[i] as number) * (v[j] as number);
      if (Math.abs(left) > blur) return false;
    }
  }
  return true;
}

/** Rows and columns of pivots, no index among both, by crosses in what the diagonal has not touched. */
function pivotsBeside(table: Table, rank: number): readonly Pivot[] | undefined {
  const { rows: n, blur } = table;
  const left = Float64Array.from(table.values);
  const pivots: Pivot[] = [];
  for (let k = 0; k < rank; k += 1) {
    const [is, js] = [new Set(pivots.map(({ i }) => i)), new Set(pivots.map(({ j }) => j))];
    // Row j of a pivot's column and column i of its row hold the diagonal: they are not known there any more.
    const pivot = pivotOf(
      left,
      n,
      n,
      (i, j) => i !== j && !js.has(i) && !is.has(j) && !is.has(i) && !js.has(j),
    );
    if (Math.abs(pivot.value) <= blur) return undefined;
    pivots.push(pivot);
    takeCross(left, n, n, pivot);
  }
  return pivots;
}

/** The low rank beside the diagonal, of the given rank; undefined where what lies beside it has a smaller one. */
function besideDiagonal(table: Table, rank: number): readonly Pair[] | undefined {
  const { rows: n } = table;
  const pivots = pivotsBeside(table, rank);
  if (pivots === undefined) return undefined;
  const [is, first] = [pivots.map(({ i }) => i), pivots.map(({ j }) => j)];
  const second = columnsFor(table, is, [...is, ...first]);
  if (second === undefined) return undefined;
  const at = (i: number, j: number): number => entry(table, i, j);
  /** Row i in the rows of the pivots: c with c · A[is, js] = A[i, js]. */
  const coordinates = (i: number): readonly number[] | undefined => {
    const js = first.includes(i) ? second : first;
    return solved(
      js.map((j) => is.map((p) => at(p, j))),
      js.map((j) => at(i, j)),
    );
  };
  const rows = Array.from({ length: n }, (_, i) => coordinates(i));
  // Column j of the pivots' rows, where one of them is on the diagonal: from other rows, whose coordinates are known.
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => !is.includes(i));
  const column = (j: number): readonly number[] | undefined =>
    is.includes(j) ? fitted(others, rows, j, at) : is.map((p) => at(p, j));
  const columns = Array.from({ length: n }, (_, j) => column(j));
  if (rows.includes(undefined) || columns.includes(undefined)) return undefined;
  return pivots.map((_, k) => ({
    weight: 1,
    u: Float64Array.from(rows, (row) => row?.[k] ?? 0),
    v: Float64Array.from(columns, (values) => values?.[k] ?? 0),
  }));
}

/** As many columns as there are rows, none of those not allowed, in which the rows are independent. */
function columnsFor(
  table: Table,
  is: readonly number[],
  not: readonly number[],
): readonly number[] | undefined {
  const { rows: n, blur } = table;
  const left = new Float64Array(is.length * n);
  is.forEach((i, k) => {
    left.set(table.values.subarray(i * n, (i + 1) * n), k * n);
  });
  const [usedRows, columns] = [new Set<number>(), [] as number[]];
  for (const _ of is) {
    const pivot = pivotOf(
      left,
      is.length,
      n,
      (k, j) => !usedRows.has(k) && !not.includes(j) && !columns.includes(j),
    );
    if (Math.abs(pivot.value) <= blur) return undefined;
    usedRows.add(pivot.i);
    columns.push(pivot.j);
    takeCross(left, is.length, n, pivot);
  }
  return columns;
}

/** v with c_i · v = A[i, j] for all of some rows, in the sense of least squares. */
function fitted(
  among: readonly number[],
  rows: readonly (readonly number[] | undefined)[],
  j: number,
  at: (i: number, j: number) => number,
): readonly number[] | undefined {
  const rank = rows[0]?.length ?? 0;
  const normal = Array.from({ length: rank }, () => new Array<number>(rank).fill(0));
  const right = new Array<number>(rank).fill(0);
  for (const i of among) {
    const c = rows[i];
    if (c === undefined || i === j) continue;
    for (let k = 0; k < rank; k += 1) {
      right[k] = (right[k] ?? 0) + (c[k] ?? 0) * at(i, j);
      const line = normal[k];
      if (line === undefined) continue;
      for (let l = 0; l < rank; l += 1) line[l] = (line[l] ?? 0) + (c[k] ?? 0) * (c[l] ?? 0);
    }
  }
  return solved(normal, right);
}
