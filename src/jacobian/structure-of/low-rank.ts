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
  /** Its magnitude; 0 where there is none. */
  readonly size: number;
}

/** The largest entry left, among the rows and columns that may have one; `beside` leaves the diagonal out. */
function pivotOf(
  left: Float64Array,
  rows: number,
  columns: number,
  shut: {
    readonly rows?: readonly number[];
    readonly columns?: readonly number[];
    readonly beside?: boolean;
  } = {},
): Pivot {
  const isShut = new Uint8Array(columns);
  for (const j of shut.columns ?? []) isShut[j] = 1;
  let [bi, bj, size] = [0, 0, 0];
  for (let i = 0; i < rows; i += 1) {
    if (shut.rows?.includes(i) === true) continue;
    const start = i * columns;
    for (let j = 0; j < columns; j += 1) {
      const found = Math.abs(left[start + j] as number);
      if (found > size && isShut[j] === 0 && !(shut.beside === true && i === j))
        [bi, bj, size] = [i, j, found];
    }
  }
  return { i: bi, j: bj, value: left[bi * columns + bj] as number, size };
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
export const lowRank: Detector = ({ values, rows, columns, blur }, most) => {
  if (rows + columns > most) return undefined;
  const left = Float64Array.from(values);
  const pairs: Pair[] = [];
  for (let rank = 0; rank <= largestRank; rank += 1) {
    const pivot = pivotOf(left, rows, columns);
    if (pivot.size <= blur)
      return { jacobian: new LowRank(pairs, rows, columns), numbers: pairs.length * (rows + columns) };
    if ((pairs.length + 1) * (rows + columns) > most) return undefined;
    pairs.push(takeCross(left, rows, columns, pivot));
  }
  return undefined;
};

/**
 * diag(d) + U Vᵀ, of the least rank. The diagonal is not known, so only what lies beside it is looked at: crosses are taken whose rows
 * and columns do not meet on it, each row is then written in the rows of the pivots, over columns where none of both is on the diagonal,
 * and what is left of the diagonal is d.
 */
export const diagonalPlusLowRank: Detector = (table, most) => {
  const { rows: n, columns } = table;
  if (n !== columns) return undefined;
  const pivots = pivotsBeside(table, Math.min(largestRank, n / 3, (most - n) / (2 * n)));
  const pairs = pivots === undefined ? undefined : besideDiagonal(table, pivots);
  if (pairs === undefined || !isLowBeside(table, pairs)) return undefined;
  const d = Float64Array.from({ length: n }, (_, k) =>
    pairs.reduce((left, { u, v }) => left - (u[k] as number) * (v[k] as number), entry(table, k, k)),
  );
  return {
    jacobian: sum(new Diagonal(d), new LowRank(pairs, n, n)),
    numbers: n + 2 * n * pairs.length,
  };
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

/**
 * Rows and columns of pivots, no index among both, by crosses in what the diagonal has not touched: as many as leave nothing there.
 * Undefined beyond a rank.
 */
function pivotsBeside(table: Table, mostRank: number): readonly Pivot[] | undefined {
  const { rows: n, blur } = table;
  if (mostRank < 1) return undefined;
  const left = Float64Array.from(table.values);
  const pivots: Pivot[] = [];
  for (;;) {
    // Row j of a pivot's column and column i of its row hold the diagonal: they are not known any more.
    const used = pivots.flatMap(({ i, j }) => [i, j]);
    const pivot = pivotOf(left, n, n, { rows: used, columns: used, beside: true });
    if (pivot.size <= blur) return pivots.length === 0 ? undefined : pivots;
    if (pivots.length + 1 > mostRank) return undefined;
    pivots.push(pivot);
    takeCross(left, n, n, pivot);
  }
}

/** The low rank beside the diagonal, as the pivots tell; undefined where they do not suffice to find all of it. */
function besideDiagonal(table: Table, pivots: readonly Pivot[]): readonly Pair[] | undefined {
  const { rows: n } = table;
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
  const [rows, columns]: [number[], number[]] = [[], []];
  while (columns.length < is.length) {
    const pivot = pivotOf(left, is.length, n, { rows, columns: [...not, ...columns] });
    if (pivot.size <= blur) return undefined;
    rows.push(pivot.i);
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
