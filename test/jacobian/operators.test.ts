/** Operators against dense tables: every kind, every combination. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  blocks,
  chain,
  chainPlan,
  DenseTooLargeError,
  dense,
  diagonal,
  identity,
  isJacobianOperator,
  type Jacobian,
  kronecker,
  LayoutError,
  MatrixError,
  outer,
  selection,
  setDenseLimit,
  zeros,
} from '../../src/jacobian/index.js';

type Table = number[][];

const numbers = (n: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: n, maxLength: n });
const tables = (rows: number, columns: number) =>
  fc.array(numbers(columns), { minLength: rows, maxLength: rows });
const table = (rows: number, columns: number, at: (i: number, j: number) => number): Table =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => at(i, j)));

/** Any operator of a size, together with the table it must be. */
interface Case {
  readonly operator: Jacobian;
  readonly wanted: Table;
}

function leaf(rows: number, columns: number): fc.Arbitrary<Case> {
  const kinds: fc.Arbitrary<Case>[] = [
    tables(rows, columns).map((wanted) => ({ operator: dense(wanted), wanted })),
    fc.tuple(numbers(rows), numbers(columns)).map(([u, v]) => ({
      operator: outer(u, v),
      wanted: table(rows, columns, (i, j) => (u[i] ?? 0) * (v[j] ?? 0)),
    })),
    fc.array(fc.nat(columns - 1), { minLength: rows, maxLength: rows }).map((sources) => ({
      operator: selection(sources, columns),
      wanted: table(rows, columns, (i, j) => (sources[i] === j ? 1 : 0)),
    })),
    fc.constant({ operator: zeros(rows, columns), wanted: table(rows, columns, () => 0) }),
  ];
  if (rows === columns) {
    kinds.push(
      numbers(rows).map((v) => ({
        operator: diagonal(v),
        wanted: table(rows, rows, (i, j) => (i === j ? (v[i] ?? 0) : 0)),
      })),
      fc.constant({ operator: identity(rows), wanted: table(rows, rows, (i, j) => (i === j ? 1 : 0)) }),
    );
  }
  if (rows % 2 === 0 && columns % 2 === 0) {
    kinds.push(
      fc.tuple(tables(2, 2), tables(rows / 2, columns / 2)).map(([a, b]) => ({
        operator: kronecker(a, b),
        wanted: table(
          rows,
          columns,
          (i, j) =>
            (a[Math.floor(i / (rows / 2))]?.[Math.floor(j / (columns / 2))] ?? 0) *
            (b[i % (rows / 2)]?.[j % (columns / 2)] ?? 0),
        ),
      })),
    );
  }
  return fc.oneof(...kinds);
}

const product = (a: Table, b: Table): Table =>
  table(a.length, b[0]?.length ?? 0, (i, j) =>
    b.reduce((sum, row, k) => sum + (a[i]?.[k] ?? 0) * (row[j] ?? 0), 0),
  );
const sum = (a: Table, b: Table, factor = 1): Table =>
  a.map((row, i) => row.map((value, j) => value + factor * (b[i]?.[j] ?? 0)));
const turned = (a: Table): Table => table(a[0]?.length ?? 0, a.length, (i, j) => a[j]?.[i] ?? 0);

function close(found: ArrayLike<number>, wanted: ArrayLike<number>): boolean {
  return (
    found.length === wanted.length &&
    Array.from(found).every(
      (value, k) => Math.abs(value - (wanted[k] ?? Number.NaN)) <= 1e-9 * (1 + Math.abs(value)),
    )
  );
}

/** The operator is the table: written out, applied from both sides, transposed and scaled. */
function same({ operator, wanted }: Case): boolean {
  const v = Array.from({ length: operator.columns }, (_, k) => Math.sin(k + 1));
  const u = Array.from({ length: operator.rows }, (_, k) => Math.cos(k + 1));
  const column = (x: number[]): Table => x.map((value) => [value]);
  return (
    operator.rows === wanted.length &&
    operator.columns === (wanted[0]?.length ?? 0) &&
    isJacobianOperator(operator) &&
    close(operator.toDense().flat(), wanted.flat()) &&
    close(operator.apply(v), product(wanted, column(v)).flat()) &&
    close(operator.applyTransposed(u), product([u], wanted).flat()) &&
    close(operator.transpose().toDense().flat(), turned(wanted).flat()) &&
    close(operator.transpose().apply(u), product([u], wanted).flat()) &&
    close(
      operator.scale(-2.5).toDense().flat(),
      wanted.flat().map((value) => -2.5 * value),
    )
  );
}

/** Operators built of others, two levels deep. */
function built(rows: number, columns: number, depth: number): fc.Arbitrary<Case> {
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

describe('operators are their tables', () => {
  for (const [rows, columns] of [
    [1, 3],
    [3, 3],
    [4, 4],
    [4, 2],
    [6, 4],
  ] as const) {
    it(`${rows} × ${columns}, and whatever is made of them`, () => {
      fc.assert(fc.property(built(rows, columns, 3), same), { numRuns: 150 });
    });
  }

  it('blocks', () => {
    const cases = fc.tuple(leaf(2, 3), leaf(2, 2), leaf(1, 3), leaf(1, 2));
    fc.assert(
      fc.property(cases, ([a, b, c, d]) =>
        same({
          operator: blocks([
            [a.operator, b.operator],
            [c.operator, d.operator],
          ]),
          wanted: [
            ...a.wanted.map((row, i) => [...row, ...(b.wanted[i] ?? [])]),
            ...c.wanted.map((row, i) => [...row, ...(d.wanted[i] ?? [])]),
          ],
        }),
      ),
    );
  });

  it('a chain is the product, in whatever order it is multiplied', () => {
    const chains = fc.tuple(leaf(1, 4), leaf(4, 4), leaf(4, 2), leaf(2, 6), leaf(6, 3));
    fc.assert(
      fc.property(chains, ([first, ...others]) => {
        const plan = chainPlan(first.operator, ...others.map(({ operator }) => operator));
        const wanted = others.reduce((all, { wanted: next }) => product(all, next), first.wanted);
        return close(plan.jacobian.toDense().flat(), wanted.flat()) && plan.cost <= plan.worst;
      }),
    );
  });
});

describe('structure is kept', () => {
  const s = [0.2, 0.3, 0.5];

  it('softmax is a diagonal plus rank 1, of linear cost', () => {
    const n = 100_000;
    const probabilities = Float64Array.from({ length: n }, (_, k) => (2 * (k + 1)) / (n * (n + 1)));
    const J = diagonal(probabilities).minus(outer(probabilities, probabilities));
    assert.equal(J.structure, 'diagonal plus rank 1');
    assert.ok(J.cost <= 3 * n);
    assert.ok(Math.abs(J.apply(new Float64Array(n).fill(1))[0] ?? 1) < 1e-12, 'J 1 = 0');
    assert.throws(() => J.toDense(), DenseTooLargeError);
  });

  const cases: readonly (readonly [string, () => Jacobian])[] = [
    ['diagonal', () => diagonal(s).times(diagonal(s))],
    ['diagonal', () => diagonal(s).plus(identity(3))],
    ['identity', () => identity(3).times(identity(3))],
    ['a multiple of the identity', () => identity(3).scale(4)],
    [
      'outer product',
      () =>
        dense([
          [1, 2, 3],
          [4, 5, 7],
          [0, 1, 1],
        ]).times(outer(s, s)),
    ],
    ['rank 2', () => outer(s, s).plus(outer([1, 2, 3], s))],
    [
      'diagonal plus rank 3',
      () => {
        const J = diagonal(s).minus(outer(s, s));
        return J.times(J);
      },
    ],
    [
      'dense',
      () =>
        diagonal(s).times(
          dense([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        ),
    ],
    ['permutation', () => selection([2, 0, 1], 3)],
    ['permutation', () => selection([2, 0, 1], 3).times(selection([1, 2, 0], 3))],
    ['selection', () => selection([2, 2], 3)],
    [
      'block diagonal',
      () =>
        blocks([
          [identity(2), zeros(2, 2)],
          [
            zeros(2, 2),
            dense([
              [1, 2],
              [3, 4],
            ]),
          ],
        ]),
    ],
    [
      'Kronecker product of dense and dense',
      () =>
        kronecker(
          [
            [1, 2],
            [3, 4],
          ],
          [
            [0, 1],
            [1, 0],
          ],
        ).times(
          kronecker(
            [
              [1, 0],
              [2, 1],
            ],
            [
              [3, 1],
              [1, 2],
            ],
          ),
        ),
    ],
  ];
  for (const [structure, make] of cases) it(structure, () => assert.equal(make().structure, structure));
});

describe('the chain rule', () => {
  const s = [0.2, 0.3, 0.5];
  const t = [0, 1, 0];
  const softmax = diagonal(s).minus(outer(s, s));

  it('−t/s through softmax is s − t', () => {
    const gradient =
      chain(
        t.map((value, k) => -value / (s[k] ?? 1)),
        softmax,
      ).toDense()[0] ?? [];
    assert.ok(
      close(
        gradient,
        s.map((value, k) => value - (t[k] ?? 0)),
      ),
    );
  });

  it('is multiplied from the cheap end, and says so', () => {
    const wide = dense(table(50, 50, (i, j) => Math.sin(i + j)));
    const { order, cost, worst } = chainPlan(
      table(1, 50, (_, j) => j),
      wide,
      wide,
      wide,
    );
    assert.equal(order, '((J0 J1) J2) J3');
    assert.equal(cost, 3 * 2500);
    assert.ok(worst > 10 * cost);
  });

  it('never multiplies elementwise: two lists of numbers are refused', () => {
    assert.throws(
      () => chain([1, 2, 3], [4, 5, 6]),
      (error) => error instanceof LayoutError && /never elementwise.*diagonal\(v\)/u.test(error.message),
    );
  });

  it('shapes that do not meet are refused, with the layouts explained', () => {
    assert.throws(
      () =>
        chain(
          [[1, 2, 3]],
          [
            [1, 2],
            [3, 4],
          ],
        ),
      (error) => error instanceof LayoutError && /rows are outputs/u.test(error.message),
    );
    assert.throws(
      () => chain(dense(table(3, 2, () => 1)), dense(table(4, 3, () => 1))),
      /denominator layout/u,
    );
    assert.throws(() => identity(3).plus(identity(2)), LayoutError);
    assert.throws(() => identity(3).apply([1, 2]), /needs one for each of its 3 inputs/u);
    assert.throws(() => blocks([[identity(2), identity(3)]]), LayoutError);
  });

  it('what is no matrix of finite numbers is refused', () => {
    for (const bad of [[[1, 2], [3]], [[1, Number.NaN]], [], [[[1]]], ['a']])
      assert.throws(() => dense(bad as never), MatrixError);
    assert.throws(() => identity(0), MatrixError);
    assert.throws(() => selection([3], 3), MatrixError);
  });
});

describe('the memory limit', () => {
  afterEach(() => setDenseLimit());
  it('holds for operators too, and can be set', () => {
    setDenseLimit(100);
    assert.throws(() => identity(4).toDense(), DenseTooLargeError);
    setDenseLimit();
    assert.deepEqual(identity(2).toDense(), [
      [1, 0],
      [0, 1],
    ]);
  });
});
