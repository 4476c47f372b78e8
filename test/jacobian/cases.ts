/** Operators of every kind together with the tables they must be, and what can be said of a table. */
import fc from 'fast-check';
import {
  banded,
  blockDiagonal,
  convolution,
  dense,
  diagonal,
  identity,
  isJacobianOperator,
  type Jacobian,
  kronecker,
  lowRank,
  operator,
  outer,
  permutation,
  runningSum,
  selection,
  toeplitz,
  zeros,
} from '../../src/jacobian/index.js';

export type Table = number[][];

/** Any operator of a size, together with the table it must be. */
export interface Case {
  readonly operator: Jacobian;
  readonly wanted: Table;
}

export const numbers = (n: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: n, maxLength: n });
export const tables = (rows: number, columns: number) =>
  fc.array(numbers(columns), { minLength: rows, maxLength: rows });
export const table = (rows: number, columns: number, at: (i: number, j: number) => number): Table =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => at(i, j)));

export const product = (a: Table, b: Table): Table =>
  table(a.length, b[0]?.length ?? 0, (i, j) =>
    b.reduce((sum, row, k) => sum + (a[i]?.[k] ?? 0) * (row[j] ?? 0), 0),
  );
export const sum = (a: Table, b: Table, factor = 1): Table =>
  a.map((row, i) => row.map((value, j) => value + factor * (b[i]?.[j] ?? 0)));
export const turned = (a: Table): Table => table(a[0]?.length ?? 0, a.length, (i, j) => a[j]?.[i] ?? 0);

export function close(found: ArrayLike<number>, wanted: ArrayLike<number>): boolean {
  return (
    found.length === wanted.length &&
    Array.from(found).every(
      (value, k) => Math.abs(value - (wanted[k] ?? Number.NaN)) <= 1e-9 * (1 + Math.abs(value)),
    )
  );
}

export const sameTable = (a: Table, b: Table): boolean =>
  a.length === b.length && close(a.flat(), b.flat()) && a[0]?.length === b[0]?.length;

/** The operator is the table: written out, applied from both sides, to a table, transposed and scaled. */
export function same({ operator, wanted }: Case): boolean {
  const v = Array.from({ length: operator.columns }, (_, k) => Math.sin(k + 1));
  const u = Array.from({ length: operator.rows }, (_, k) => Math.cos(k + 1));
  const column = (x: number[]): Table => x.map((value) => [value]);
  const side = table(operator.columns, 2, (i, j) => Math.sin(3 * i + j));
  return (
    operator.rows === wanted.length &&
    operator.columns === (wanted[0]?.length ?? 0) &&
    isJacobianOperator(operator) &&
    close(operator.toDense().flat(), wanted.flat()) &&
    close(operator.apply(v), product(wanted, column(v)).flat()) &&
    close(operator.applyTransposed(u), product([u], wanted).flat()) &&
    close(operator.transpose().toDense().flat(), turned(wanted).flat()) &&
    close(operator.transpose().apply(u), product([u], wanted).flat()) &&
    close(operator.times(dense(side)).toDense().flat(), product(wanted, side).flat()) &&
    close(
      operator.scale(-2.5).toDense().flat(),
      wanted.flat().map((value) => -2.5 * value),
    )
  );
}

export const kroneckerTable = (a: Table, b: Table): Table => {
  const [rows, columns] = [b.length, b[0]?.length ?? 1];
  return table(
    a.length * rows,
    (a[0]?.length ?? 1) * columns,
    (i, j) => (a[Math.floor(i / rows)]?.[Math.floor(j / columns)] ?? 0) * (b[i % rows]?.[j % columns] ?? 0),
  );
};

const sources = (rows: number, columns: number) =>
  fc.array(fc.nat(columns - 1), { minLength: rows, maxLength: rows });

const selectionTable = (chosen: readonly number[], columns: number): Table =>
  table(chosen.length, columns, (i, j) => (chosen[i] === j ? 1 : 0));

/** The kinds that any size has, by name. */
function anySize(rows: number, columns: number): Record<string, fc.Arbitrary<Case>> {
  const offsets = fc.uniqueArray(fc.integer({ min: 1 - rows, max: columns - 1 }), {
    minLength: 1,
    maxLength: 3,
  });
  return {
    dense: tables(rows, columns).map((wanted) => ({ operator: dense(wanted), wanted })),
    outer: fc.tuple(numbers(rows), numbers(columns)).map(([u, v]) => ({
      operator: outer(u, v),
      wanted: table(rows, columns, (i, j) => (u[i] ?? 0) * (v[j] ?? 0)),
    })),
    lowRank: fc.tuple(tables(2, rows), tables(2, columns)).map(([us, vs]) => ({
      operator: lowRank(us, vs),
      wanted: product(turned(us), vs),
    })),
    selection: sources(rows, columns).map((chosen) => ({
      operator: selection(chosen, columns),
      wanted: selectionTable(chosen, columns),
    })),
    scatter: sources(columns, rows).map((chosen) => ({
      operator: selection(chosen, rows).transpose(),
      wanted: turned(selectionTable(chosen, rows)),
    })),
    scaledSelection: fc.tuple(sources(rows, columns), numbers(rows)).map(([chosen, weights]) => ({
      operator: diagonal(weights).times(selection(chosen, columns)),
      wanted: table(rows, columns, (i, j) => (chosen[i] === j ? (weights[i] ?? 0) : 0)),
    })),
    operator: tables(rows, columns).map((wanted) => ({
      operator: operator({
        rows,
        columns,
        apply: (v) =>
          Float64Array.from(
            product(
              wanted,
              Array.from(v, (value) => [value]),
            ).flat(),
          ),
        applyTransposed: (u) => Float64Array.from(product([Array.from(u)], wanted).flat()),
      }),
      wanted,
    })),
    zero: fc.constant({ operator: zeros(rows, columns), wanted: table(rows, columns, () => 0) }),
    toeplitz: fc.tuple(offsets, numbers(3)).map(([places, weights]) => ({
      operator: toeplitz(
        Object.fromEntries(places.map((place, k) => [place, weights[k] ?? 0])),
        rows,
        columns,
      ),
      wanted: table(rows, columns, (i, j) => {
        const at = places.indexOf(j - i);
        return at < 0 ? 0 : (weights[at] ?? 0);
      }),
    })),
    banded: fc.tuple(offsets, tables(rows, columns)).map(([places, values]) => {
      const wanted = table(rows, columns, (i, j) => (places.includes(j - i) ? (values[i]?.[j] ?? 0) : 0));
      const diagonals = places.map((place) => [
        place,
        wanted.flatMap((row, i) => (row[i + place] === undefined ? [] : [row[i + place] ?? 0])),
      ]);
      const given = Object.fromEntries(diagonals) as Record<number, number[]>;
      return { operator: banded(given, rows, columns), wanted };
    }),
  };
}

function square(n: number): Record<string, fc.Arbitrary<Case>> {
  return {
    diagonal: numbers(n).map((v) => ({
      operator: diagonal(v),
      wanted: table(n, n, (i, j) => (i === j ? (v[i] ?? 0) : 0)),
    })),
    identity: fc.constant({ operator: identity(n), wanted: table(n, n, (i, j) => (i === j ? 1 : 0)) }),
    scalar: fc.double({ min: -3, max: 3, noNaN: true }).map((c) => ({
      operator: identity(n).scale(c),
      wanted: table(n, n, (i, j) => (i === j ? c : 0)),
    })),
    permutation: fc
      .shuffledSubarray(
        Array.from({ length: n }, (_, k) => k),
        { minLength: n },
      )
      .map((chosen) => ({ operator: permutation(chosen), wanted: selectionTable(chosen, n) })),
    runningSum: fc.constant({ operator: runningSum(n), wanted: table(n, n, (i, j) => (j <= i ? 1 : 0)) }),
    runningSumFromTheEnd: fc.constant({
      operator: runningSum(n).transpose().scale(3),
      wanted: table(n, n, (i, j) => (j >= i ? 3 : 0)),
    }),
    scaledPermutation: fc
      .tuple(
        fc.shuffledSubarray(
          Array.from({ length: n }, (_, k) => k),
          { minLength: n },
        ),
        numbers(n),
      )
      .map(([chosen, weights]) => ({
        operator: permutation(chosen).times(diagonal(weights)).transpose(),
        wanted: table(n, n, (i, j) => (chosen[j] === i ? (weights[i] ?? 0) : 0)),
      })),
    diagonalPlusLowRank: fc.tuple(numbers(n), numbers(n), numbers(n)).map(([d, u, v]) => ({
      operator: diagonal(d).plus(outer(u, v)),
      wanted: table(n, n, (i, j) => (i === j ? (d[i] ?? 0) : 0) + (u[i] ?? 0) * (v[j] ?? 0)),
    })),
  };
}

/** The kinds made of two halves. */
function halves(rows: number, columns: number): Record<string, fc.Arbitrary<Case>> {
  const [height, width] = [rows / 2, columns / 2];
  return {
    kronecker: fc.tuple(tables(2, 2), tables(height, width)).map(([a, b]) => ({
      operator: kronecker(a, b),
      wanted: kroneckerTable(a, b),
    })),
    batch: tables(height, width).map((b) => ({
      operator: kronecker(identity(2), b),
      wanted: kroneckerTable(
        [
          [1, 0],
          [0, 1],
        ],
        b,
      ),
    })),
    blockDiagonal: fc.tuple(tables(height, width), tables(height, width)).map(([a, b]) => ({
      operator: blockDiagonal([a, b]),
      wanted: table(rows, columns, (i, j) => {
        if (i < height !== j < width) return 0;
        return i < height ? (a[i]?.[j] ?? 0) : (b[i - height]?.[j - width] ?? 0);
      }),
    })),
  };
}

/** A convolution with a stride, where one has this size. */
function strided(rows: number, columns: number): Record<string, fc.Arbitrary<Case>> {
  const width = columns - 2 * (rows - 1);
  if (width < 1) return {};
  return {
    convolution: numbers(width).map((w) => ({
      operator: convolution(w, columns, { stride: 2 }),
      wanted: table(rows, columns, (i, j) => w[j - 2 * i] ?? 0),
    })),
  };
}

/** Every kind there is of a size, by name. */
export function kindsOf(rows: number, columns: number): Record<string, fc.Arbitrary<Case>> {
  return {
    ...anySize(rows, columns),
    ...(rows === columns ? square(rows) : {}),
    ...(rows % 2 === 0 && columns % 2 === 0 ? halves(rows, columns) : {}),
    ...strided(rows, columns),
  };
}

export function leaf(rows: number, columns: number): fc.Arbitrary<Case> {
  return fc.oneof(...Object.values(kindsOf(rows, columns)));
}

/** Operators built of others, `depth` levels deep. */
export function built(rows: number, columns: number, depth: number): fc.Arbitrary<Case> {
  if (depth === 0) return leaf(rows, columns);
  const inner = (r: number, c: number) => built(r, c, depth - 1);
  return fc.oneof(
    leaf(rows, columns),
    fc
      .tuple(inner(rows, columns), inner(rows, columns))
      .map(([a, b]) => ({ operator: a.operator.plus(b.operator), wanted: sum(a.wanted, b.wanted) })),
    fc
      .tuple(inner(rows, columns), inner(rows, columns))
      .map(([a, b]) => ({ operator: a.operator.minus(b.operator), wanted: sum(a.wanted, b.wanted, -1) })),
    fc
      .tuple(inner(rows, 4), inner(4, columns))
      .map(([a, b]) => ({ operator: a.operator.times(b.operator), wanted: product(a.wanted, b.wanted) })),
    inner(columns, rows).map((a) => ({ operator: a.operator.transpose(), wanted: turned(a.wanted) })),
  );
}
