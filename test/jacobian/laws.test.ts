/** Operators against dense tables: every kind, every combination of two kinds, and whatever is built of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { blockDiagonal, blocks, kronecker, outer, selection } from '../../src/jacobian/index.js';
import {
  built,
  type Case,
  kindsOf,
  kroneckerTable,
  leaf,
  numbers,
  product,
  same,
  sameTable,
  sum,
  table,
  tables,
  turned,
} from './cases.js';

const sizes = [
  [1, 3],
  [3, 3],
  [4, 4],
  [4, 2],
  [2, 4],
  [6, 4],
] as const;

describe('operators are their tables', () => {
  for (const [rows, columns] of sizes) {
    for (const [kind, cases] of Object.entries(kindsOf(rows, columns)))
      it(`${kind}, ${rows} × ${columns}`, () => fc.assert(fc.property(cases, same), { numRuns: 20 }));
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
});

/** Every kind with every other. */
describe('sums and products of two kinds', () => {
  const kinds = Object.entries(kindsOf(4, 4));
  for (const [first, left] of kinds) {
    it(`${first} and each kind`, () => {
      for (const [, right] of kinds) {
        fc.assert(
          fc.property(left, right, (a, b) => {
            const [total, after] = [a.operator.plus(b.operator), a.operator.times(b.operator)];
            return (
              same({ operator: total, wanted: sum(a.wanted, b.wanted) }) &&
              same({ operator: a.operator.minus(b.operator), wanted: sum(a.wanted, b.wanted, -1) }) &&
              same({ operator: after, wanted: product(a.wanted, b.wanted) })
            );
          }),
          { numRuns: 6 },
        );
      }
    });
  }

  it('of other shapes: 6 × 4 after 4 × 2, and 2 × 4 after 4 × 6', () => {
    for (const [rows, columns] of [
      [6, 2],
      [2, 6],
    ] as const) {
      for (const left of Object.values(kindsOf(rows, 4))) {
        for (const right of Object.values(kindsOf(4, columns))) {
          fc.assert(
            fc.property(left, right, (a, b) =>
              same({ operator: a.operator.times(b.operator), wanted: product(a.wanted, b.wanted) }),
            ),
            { numRuns: 5 },
          );
        }
      }
    }
  });
});

describe('the laws of matrices', () => {
  const three = fc.tuple(built(3, 4, 1), built(4, 4, 1), built(4, 2, 1));
  const tableOf = ({ operator }: Case) => operator.toDense();

  it('(A B) C = A (B C)', () => {
    fc.assert(
      fc.property(three, ([a, b, c]) =>
        sameTable(
          a.operator.times(b.operator).times(c.operator).toDense(),
          a.operator.times(b.operator.times(c.operator)).toDense(),
        ),
      ),
    );
  });

  it('(A B)ᵀ = Bᵀ Aᵀ', () => {
    fc.assert(
      fc.property(three, ([a, b]) =>
        sameTable(
          a.operator.times(b.operator).transpose().toDense(),
          b.operator.transpose().times(a.operator.transpose()).toDense(),
        ),
      ),
    );
  });

  it('A (B + C) = A B + A C, (A + B)ᵀ = Aᵀ + Bᵀ, A + B = B + A', () => {
    const cases = fc.tuple(built(4, 4, 1), built(4, 4, 1), built(4, 4, 1));
    fc.assert(
      fc.property(cases, ([{ operator: a }, { operator: b }, { operator: c }]) => {
        const both = a.plus(b);
        return (
          sameTable(a.times(b.plus(c)).toDense(), a.times(b).plus(a.times(c)).toDense()) &&
          sameTable(both.transpose().toDense(), a.transpose().plus(b.transpose()).toDense()) &&
          sameTable(both.toDense(), b.plus(a).toDense())
        );
      }),
    );
  });

  it('A + c A = (1 + c) A, whatever A is made of', () => {
    for (const cases of [...Object.values(kindsOf(4, 4)), built(4, 4, 2)]) {
      fc.assert(
        fc.property(cases, ({ operator, wanted }) =>
          sameTable(operator.plus(operator.scale(-3)).toDense(), sum(wanted, wanted, -3)),
        ),
        { numRuns: 15 },
      );
    }
  });

  it('A Aᵀ and Aᵀ A, where structures meet themselves', () => {
    for (const cases of [...Object.values(kindsOf(6, 4)), ...Object.values(kindsOf(4, 4)), built(4, 4, 2)]) {
      fc.assert(
        fc.property(cases, ({ operator, wanted }) => {
          const [A, back] = [operator, operator.transpose()];
          return (
            same({ operator: A.times(back), wanted: product(wanted, turned(wanted)) }) &&
            same({ operator: back.times(A), wanted: product(turned(wanted), wanted) }) &&
            same({
              operator: back.times(A).times(back),
              wanted: product(product(turned(wanted), wanted), turned(wanted)),
            })
          );
        }),
        { numRuns: 10 },
      );
    }
  });

  it('u vᵀ and u wᵀ, w vᵀ with other weights are one outer product each', () => {
    fc.assert(
      fc.property(numbers(4), numbers(4), numbers(4), (u, v, w) => {
        const [a, b] = [outer(u, v).scale(2), outer(u, w).scale(-3)];
        const wanted = sum(
          table(4, 4, (i, j) => 2 * (u[i] ?? 0) * (v[j] ?? 0)),
          table(4, 4, (i, j) => (u[i] ?? 0) * (w[j] ?? 0)),
          -3,
        );
        return (
          same({ operator: a.plus(b), wanted }) &&
          same({ operator: a.transpose().plus(b.transpose()), wanted: turned(wanted) })
        );
      }),
    );
  });

  it('Kronecker products whose parts do not meet are multiplied as a whole', () => {
    fc.assert(
      fc.property(tables(2, 2), tables(3, 3), tables(3, 3), tables(2, 2), (a, b, c, d) => {
        const [left, right] = [kronecker(a, b), kronecker(c, d)];
        return same({ operator: left.times(right), wanted: product(left.toDense(), right.toDense()) });
      }),
      { numRuns: 20 },
    );
  });

  it('parts of other sizes, and factors in common', () => {
    fc.assert(
      fc.property(tables(2, 2), tables(1, 1), tables(3, 2), tables(10, 1), (a, b, c, d) => {
        const [left, right] = [blockDiagonal([a, b]), blockDiagonal([b, a])];
        const groups = selection([1, 1, 0], 2);
        const [one, two] = [
          groups.times(groups.transpose().scale(2)),
          groups.times(groups.transpose().scale(3)),
        ];
        return (
          same({ operator: left.times(right), wanted: product(left.toDense(), right.toDense()) }) &&
          same({ operator: left.plus(right), wanted: sum(left.toDense(), right.toDense()) }) &&
          same({ operator: one.plus(two), wanted: sum(one.toDense(), two.toDense()) }) &&
          same({ operator: kronecker(c, d), wanted: kroneckerTable(c, d) }) &&
          same({ operator: kronecker(d, c), wanted: kroneckerTable(d, c) })
        );
      }),
      { numRuns: 10 },
    );
  });

  it('uᵀ (A v) = (Aᵀ u)ᵀ v, and (Aᵀ)ᵀ = A', () => {
    fc.assert(
      fc.property(built(3, 4, 2), (a) => {
        const [u, v] = [
          [0.3, -1, 2],
          [1, -0.7, 0.2, 3],
        ];
        const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
          Array.from(x).reduce((total, value, k) => total + value * (y[k] ?? 0), 0);
        const [left, right] = [dot(u, a.operator.apply(v)), dot(a.operator.applyTransposed(u), v)];
        assert.ok(Math.abs(left - right) <= 1e-9 * (1 + Math.abs(left)));
        return sameTable(a.operator.transpose().transpose().toDense(), turned(turned(tableOf(a))));
      }),
    );
  });
});
