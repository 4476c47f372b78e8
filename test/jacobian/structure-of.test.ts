/** Structure recognised from numbers: round trips through tables, what is not there is not found, and tolerance. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  banded,
  blockDiagonal,
  blocks,
  DenseTooLargeError,
  dense,
  diagonal,
  identity,
  type Jacobian,
  kronecker,
  lowRank,
  MatrixError,
  outer,
  permutation,
  selection,
  setDenseLimit,
  structureOf,
  toeplitz,
  zeros,
} from '../../src/jacobian/index.js';
import { built, sameTable, table } from './cases.js';

/** Numbers without any structure, the same in each run. */
const noise = (rows: number, columns: number, seed = 1): number[][] =>
  table(rows, columns, (i, j) => {
    const x = Math.sin(seed * 127.1 + i * 311.7 + j * 74.7) * 43758.5453;
    return x - Math.floor(x) + 0.1;
  });
const list = (n: number, seed: number): number[] => noise(1, n, seed)[0] ?? [];

const softmax = (n: number, seed: number): Jacobian => {
  const e = list(n, seed).map(Math.exp);
  const s = e.map((value) => value / e.reduce((total, other) => total + other));
  return diagonal(s).minus(outer(s, s));
};

const cases: readonly (readonly [name: string, structure: string, numbers: number, Jacobian])[] = [
  ['zero', 'zero', 0, zeros(3, 4)],
  ['identity', 'identity', 0, identity(4)],
  ['multiple of the identity', 'a multiple of the identity', 1, identity(4).scale(2.5)],
  ['diagonal', 'diagonal', 4, diagonal(list(4, 2))],
  ['diagonal that begins with 1', 'diagonal', 3, diagonal([1, 2, 3])],
  ['permutation', 'permutation', 5, permutation([3, 1, 4, 0, 2])],
  ['selection', 'selection', 4, selection([2, 2, 0, 1], 5)],
  ['scatter', 'selection', 4, selection([2, 2, 0, 1], 5).transpose()],
  ['scaled permutation', 'scaled permutation', 8, diagonal(list(4, 3)).times(permutation([2, 3, 1, 0]))],
  ['outer product', 'outer product', 9, outer(list(4, 4), list(5, 5))],
  ['ones', 'outer product', 8, outer([1, 1, 1, 1], [1, 1, 1, 1])],
  ['rank 2', 'rank 2', 30, lowRank([list(7, 1), list(7, 2)], [list(8, 3), list(8, 4)])],
  ['Toeplitz', 'Toeplitz (3 weights)', 4, toeplitz({ '-1': 1, 0: -2, 1: 1 }, 6)],
  [
    'a whole Toeplitz matrix',
    'Toeplitz (9 weights)',
    10,
    toeplitz(Object.fromEntries(list(9, 6).map((w, k) => [k - 4, w])), 5),
  ],
  ['tridiagonal', 'tridiagonal', 18, banded({ '-1': list(5, 1), 0: list(6, 2), 1: list(5, 3) }, 6)],
  ['softmax', 'diagonal plus rank 1', 15, softmax(5, 1)],
  ['softmax of three', 'diagonal plus rank 1', 9, softmax(3, 1)],
  [
    'diagonal plus rank 2',
    'diagonal plus rank 2',
    50,
    diagonal(list(10, 9)).plus(lowRank([list(10, 1), list(10, 2)], [list(10, 3), list(10, 4)])),
  ],
  [
    'a batch of softmax',
    'block diagonal (2 blocks, diagonal plus rank 1)',
    29,
    blockDiagonal([softmax(4, 1), softmax(5, 2)]),
  ],
  [
    'a batch of equal blocks',
    'Kronecker product of identity and dense',
    6,
    kronecker(identity(3), noise(2, 3)),
  ],
  ['Kronecker product', 'Kronecker product of dense and dense', 15, kronecker(noise(2, 3), noise(3, 3, 2))],
  [
    'Kronecker product of structures',
    'Kronecker product of permutation and diagonal plus rank 1',
    15,
    kronecker(permutation([1, 2, 0]), softmax(4, 3)),
  ],
  [
    'a small Kronecker product of structures',
    'Kronecker product of outer product and dense',
    12,
    kronecker(outer(list(4, 1), list(4, 2)), noise(2, 2)).scale(1e-6),
  ],
  ['nothing at all', 'dense', 20, dense(noise(4, 5))],
  [
    'blocks that are not on the diagonal',
    'dense',
    16,
    blocks([
      [noise(2, 2), noise(2, 2, 2)],
      [zeros(2, 2), noise(2, 2, 3)],
    ]),
  ],
];

describe('the structure of a table', () => {
  for (const [name, structure, numbers, jacobian] of cases) {
    it(`${name}: ${structure}`, () => {
      const found = structureOf(jacobian.toDense());
      assert.equal(found.structure, structure);
      assert.equal(found.numbers, numbers);
      assert.ok(sameTable(found.jacobian.toDense(), jacobian.toDense()));
      assert.ok(found.deviation <= found.allowed);
    });
  }

  it('whatever it finds, it is the table', () => {
    for (const [rows, columns] of [
      [4, 4],
      [6, 4],
      [1, 3],
    ] as const) {
      fc.assert(
        fc.property(built(rows, columns, 2), ({ operator, wanted }) => {
          const found = structureOf(operator);
          return (
            found.deviation <= found.allowed &&
            found.numbers <= rows * columns &&
            sameTable(found.jacobian.toDense(), wanted)
          );
        }),
        { numRuns: 60 },
      );
    }
  });

  it('one entry that is off by more than is allowed takes the structure away', () => {
    const off = softmax(6, 1).toDense();
    const line = off[2] ?? [];
    line[4] = (line[4] ?? 0) + 1e-6;
    assert.equal(structureOf(off).structure, 'dense');
    const loose = structureOf(off, 1e-5);
    assert.equal(loose.structure, 'diagonal plus rank 1');
    assert.ok(loose.deviation > 1e-8 && loose.deviation <= loose.allowed);
    assert.match(String(loose), /18 numbers for 6 × 6 entries, each met within \d.*allowed/u);
  });

  it('numbers that came as float32 are met to float32', () => {
    const J = softmax(6, 2).toDense();
    const data = Float32Array.from(J.flat());
    assert.equal(structureOf({ data, shape: [6, 6] }).structure, 'diagonal plus rank 1');
    assert.equal(structureOf({ data: Float64Array.from(data), shape: [6, 6] }).structure, 'dense');
    const tensor = { shape: [6, 6], dataSync: () => data };
    assert.equal(structureOf(tensor).structure, 'diagonal plus rank 1');
  });

  it('axes are kept, and tables of more than two axes read by them', () => {
    const J = kronecker(identity(2), noise(3, 2)).named({ batch: 2, out: 3 }, { batch: 2, in: 2 });
    const found = structureOf(J.toArray(), undefined, { rows: ['batch', 'out'], columns: ['batch', 'in'] });
    assert.equal(found.structure, 'Kronecker product of identity and dense');
    assert.deepEqual(found.jacobian.inputAxes, J.inputAxes);
    assert.deepEqual(structureOf(J).jacobian.outputAxes, J.outputAxes);
    assert.throws(() => structureOf(J.toArray()), MatrixError);
  });

  it('of a few hundred rows is found while one waits', () => {
    const n = 300;
    const found = structureOf(softmax(n, 4));
    assert.equal(found.structure, 'diagonal plus rank 1');
    assert.equal(structureOf(diagonal(list(n, 1))).structure, 'diagonal');
  });
});

describe('the memory limit', () => {
  afterEach(() => setDenseLimit());
  it('holds before an operator is written out', () => {
    setDenseLimit(1000);
    assert.throws(() => structureOf(identity(100)), DenseTooLargeError);
  });
});
