/** Sums and products keep the structure they have, and what it saves. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import {
  banded,
  blockDiagonal,
  blocks,
  convolution,
  DenseTooLargeError,
  dense,
  diagonal,
  identity,
  type Jacobian,
  kronecker,
  outer,
  permutation,
  selection,
  setDenseLimit,
  toeplitz,
  zeros,
} from '../../src/jacobian/index.js';
import { close, table } from './cases.js';

const s = [0.2, 0.3, 0.5];
const square = dense([
  [1, 2, 3],
  [4, 5, 7],
  [0, 1, 1],
]);
const tall = dense([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const two = dense([
  [1, 2],
  [3, 4],
]);
const softmax = diagonal(s).minus(outer(s, s));

const cases: readonly (readonly [string, string, () => Jacobian])[] = [
  ['diag(a) diag(b)', 'diagonal', () => diagonal(s).times(diagonal(s))],
  ['diag(a) + I', 'diagonal', () => diagonal(s).plus(identity(3))],
  ['I I', 'identity', () => identity(3).times(identity(3))],
  ['4 I', 'a multiple of the identity', () => identity(3).scale(4)],
  ['A − A', 'zero', () => diagonal(s).minus(diagonal(s))],
  ['A u vᵀ', 'outer product', () => square.times(outer(s, s))],
  ['u vᵀ + w vᵀ', 'outer product', () => outer(s, s).plus(outer(s, s).scale(2)).scale(3)],
  ['u vᵀ + w zᵀ', 'rank 2', () => outer(s, [1, 0, 1]).plus(outer([1, 2, 3], s))],
  ['softmax', 'diagonal plus rank 1', () => softmax],
  ['D S for softmax', 'diagonal plus rank 1', () => diagonal(s).times(softmax)],
  ['softmax after softmax', 'diagonal plus rank 2', () => softmax.times(softmax)],
  ['2 softmax − softmax', 'diagonal plus rank 1', () => softmax.scale(2).minus(softmax)],
  ['diag(a) A', 'dense', () => diagonal(s).times(tall)],
  ['a table takes a diagonal in', 'dense', () => square.plus(diagonal(s))],
  ['permutation', 'permutation', () => permutation([2, 0, 1])],
  ['P Pᵀ', 'identity', () => permutation([2, 0, 1]).times(permutation([2, 0, 1]).transpose())],
  ['P P', 'permutation', () => permutation([2, 0, 1]).times(permutation([2, 0, 1]))],
  ['P diag(a)', 'scaled permutation', () => permutation([2, 0, 1]).times(diagonal(s))],
  [
    'P diag(a) Pᵀ',
    'diagonal',
    () =>
      permutation([2, 0, 1])
        .times(diagonal(s))
        .times(permutation([1, 2, 0])),
  ],
  ['a selection', 'selection', () => selection([2, 2], 3)],
  ['a selection of a selection', 'selection', () => selection([1, 0], 3).times(selection([2, 2, 0], 4))],
  [
    'Eᵀ E counts',
    'diagonal',
    () =>
      selection([2, 2, 0], 3)
        .transpose()
        .times(selection([2, 2, 0], 3)),
  ],
  [
    'E Eᵀ',
    'rank 1 in each of 2 groups',
    () => selection([1, 1, 0], 2).times(selection([1, 1, 0], 2).transpose()),
  ],
  ['band + band', 'tridiagonal', () => banded({ '-1': [1, 2] }, 3).plus(banded({ 1: [3, 4] }, 3))],
  [
    'band × band',
    'banded (5 diagonals)',
    () =>
      banded({ '-1': [1, 2, 1], 0: s.concat(1), 1: [1, 1, 3] }, 4).times(
        banded({ '-1': [1, 2, 1], 0: s.concat(2), 1: [1, 1, 3] }, 4),
      ),
  ],
  [
    'Toeplitz + c I',
    'Toeplitz (3 weights)',
    () => toeplitz({ '-1': 1, 1: 1 }, 5).minus(identity(5).scale(2)),
  ],
  ['convolution', 'Toeplitz (2 weights, stride 3)', () => convolution([1, 2], 9, { stride: 3 })],
  [
    'blocks on the diagonal',
    'block diagonal (2 blocks)',
    () =>
      blocks([
        [identity(2), zeros(2, 2)],
        [zeros(2, 2), two],
      ]),
  ],
  [
    'batch times batch',
    'block diagonal (2 blocks, dense)',
    () => blockDiagonal([two, two]).times(blockDiagonal([two, two])),
  ],
  [
    'batch times diagonal',
    'block diagonal (2 blocks, dense)',
    () => diagonal([1, 2, 3, 4]).times(blockDiagonal([two, two])),
  ],
  [
    'batch of softmax',
    'block diagonal (2 blocks, diagonal plus rank 1)',
    () => blockDiagonal([softmax, softmax]).scale(2),
  ],
  [
    'blocks times blocks',
    '2 × 2 blocks',
    () =>
      blocks([
        [two, two],
        [two, two],
      ]).times(
        blocks([
          [two, two],
          [two, two],
        ]),
      ),
  ],
  [
    '(A ⊗ B)(C ⊗ D)',
    'Kronecker product of dense and dense',
    () => kronecker(two, square).times(kronecker(two, square)),
  ],
  [
    'I ⊗ A + I ⊗ B',
    'Kronecker product of identity and dense',
    () => kronecker(identity(4), two).plus(kronecker(identity(4), two)),
  ],
  ['I ⊗ I', 'identity', () => kronecker(identity(2), identity(3))],
  [
    '(I ⊗ P)(I ⊗ Pᵀ)',
    'identity',
    () =>
      kronecker(identity(2), permutation([2, 0, 1])).times(kronecker(identity(2), permutation([1, 2, 0]))),
  ],
];

describe('structure is kept', () => {
  for (const [name, structure, make] of cases)
    it(`${name} is ${structure}`, () => assert.equal(make().structure, structure));

  it('softmax is a diagonal plus rank 1, of linear cost', () => {
    const n = 100_000;
    const probabilities = Float64Array.from({ length: n }, (_, k) => (2 * (k + 1)) / (n * (n + 1)));
    const J = diagonal(probabilities).minus(outer(probabilities, probabilities));
    assert.equal(J.structure, 'diagonal plus rank 1');
    assert.ok(J.cost <= 3 * n);
    assert.ok(Math.abs(J.apply(new Float64Array(n).fill(1))[0] ?? 1) < 1e-12, 'J 1 = 0');
    assert.throws(() => J.toDense(), DenseTooLargeError);
  });

  it('ten softmax layers are a diagonal plus rank 10, at a size no table has', () => {
    const n = 50_000;
    const layers = Array.from({ length: 10 }, (_, layer) => {
      const p = Float64Array.from({ length: n }, (__, k) => (1 + Math.sin(k + layer)) / n);
      return diagonal(p).minus(outer(p, p));
    });
    const all = layers.reduce((J, K) => J.times(K));
    assert.equal(all.structure, 'diagonal plus rank 10');
  });

  it('what would grow is not multiplied out: two thin tables stay two', () => {
    const [a, b] = [dense(table(200, 2, (i, j) => i + j)), dense(table(2, 200, (i, j) => i - j))];
    assert.equal(a.times(b).structure, 'dense times dense');
    assert.ok(a.times(b).cost <= 800);
  });

  it('an embedding of 128,000 words is a selection, and its gradient a sum over places', () => {
    const E = kronecker(selection([5, 127_999, 5], 128_000), identity(2));
    const gradient = E.applyTransposed([1, 2, 3, 4, 5, 6]);
    assert.deepEqual(Array.from(gradient.subarray(10, 12)), [6, 8]);
    assert.deepEqual(Array.from(gradient.subarray(-2)), [3, 4]);
  });

  it('operators are not changed by what is given to them or taken from them', () => {
    const given = Float64Array.from(s);
    const J = diagonal(given).minus(outer(given, given));
    const before = J.toDense();
    given.fill(7);
    J.apply(new Float64Array(3).fill(1)).fill(9);
    const v = Float64Array.from([1, 2, 3]);
    identity(3).apply(v).fill(5);
    permutation([1, 0, 2]).apply(v).fill(5);
    assert.deepEqual(J.toDense(), before);
    assert.deepEqual(Array.from(v), [1, 2, 3]);
    assert.ok(close(J.toDense().flat(), softmax.toDense().flat()));
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
