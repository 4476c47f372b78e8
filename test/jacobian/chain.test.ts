/** The chain rule: its order, what it refuses, and axes by name. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  banded,
  blocks,
  chain,
  chainPlan,
  convolution,
  dense,
  diagonal,
  identity,
  kronecker,
  LayoutError,
  lowRank,
  MatrixError,
  operator,
  outer,
  permutation,
  selection,
  toeplitz,
} from '../../src/jacobian/index.js';
import { close, leaf, product, table } from './cases.js';

const s = [0.2, 0.3, 0.5];
const t = [0, 1, 0];
const softmax = diagonal(s).minus(outer(s, s));

describe('the chain rule', () => {
  it('is the product, in whatever order it is multiplied', () => {
    const chains = fc.tuple(leaf(1, 4), leaf(4, 4), leaf(4, 2), leaf(2, 6), leaf(6, 3));
    fc.assert(
      fc.property(chains, ([first, ...others]) => {
        const plan = chainPlan(first.operator, ...others.map(({ operator }) => operator));
        const wanted = others.reduce((all, { wanted: next }) => product(all, next), first.wanted);
        return close(plan.jacobian.toDense().flat(), wanted.flat()) && plan.cost <= plan.worst;
      }),
    );
  });

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
    const plan = chainPlan(
      table(1, 50, (_, j) => j),
      wide,
      wide,
      wide,
    );
    const { order, cost, worst } = plan;
    assert.match(String(plan), /^\(\(J0 J1\) J2\) J3: 7500 multiplications; in the worst order/u);
    assert.equal(order, '((J0 J1) J2) J3');
    assert.equal(cost, 3 * 2500);
    assert.ok(worst > 10 * cost);
  });

  it('a single input is pushed through from the other end', () => {
    const wide = dense(table(50, 50, (i, j) => Math.sin(i + j)));
    const column = dense(table(50, 1, (i) => i));
    assert.equal(chainPlan(wide, wide, column).order, 'J0 (J1 J2)');
  });

  it('structures cost what they take, not what their tables would', () => {
    const n = 1000;
    const p = new Float64Array(n).fill(1 / n);
    const J = diagonal(p).minus(outer(p, p));
    const { cost, jacobian } = chainPlan(new Float64Array(n).fill(1), J, J, J);
    assert.ok(cost <= 9 * n, `${cost}`);
    assert.equal(jacobian.rows, 1);
    assert.equal(chainPlan(softmax, dense(table(3, 20, (i, j) => i + j))).cost, 20 * softmax.cost);
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
    const of = (rows: number, columns: number) => dense(table(rows, columns, () => 1));
    assert.throws(() => chain(of(3, 2), of(4, 3)), /denominator layout.*transpose both/u);
    assert.throws(() => chain(of(3, 2), of(4, 2)), /write inner\.transpose\(\)/u);
    assert.throws(() => chain(of(2, 3), of(2, 4)), /write outer\.transpose\(\)/u);
    assert.throws(() => identity(3).plus(identity(2)), LayoutError);
    assert.throws(() => of(2, 3).plus(of(3, 2)), /in the other layout/u);
    assert.throws(() => identity(3).apply([1, 2]), /needs one for each of its 3 inputs/u);
    assert.throws(() => blocks([[identity(2), identity(3)]]), LayoutError);
  });

  it('takes in what only multiplies like a Jacobian, and refuses what it gives that does not fit', () => {
    const twice = {
      rows: 3,
      columns: 3,
      apply: (v: ArrayLike<number>) => Float64Array.from(v, (value) => 2 * value),
      applyTransposed: (u: ArrayLike<number>) => Float64Array.from(u).subarray(0, 2),
      toDense: () => identity(3).scale(2).toDense(),
    };
    const J = chain(softmax, twice);
    assert.equal(J.structure, '(diagonal plus rank 1) times given by its products');
    assert.ok(close(J.apply([1, 2, 3]), softmax.scale(2).apply([1, 2, 3])));
    assert.throws(
      () => J.applyTransposed([1, 2, 3]),
      /applyTransposed gave 2 numbers.*must give 3, one for each input/u,
    );
    assert.throws(() => operator({ ...twice, rows: 0 }), MatrixError);
  });

  it('what is no matrix of finite numbers is refused', () => {
    for (const bad of [[[1, 2], [3]], [[1, Number.NaN]], [], [[[1]]], ['a']])
      assert.throws(() => dense(bad as never), MatrixError);
    assert.throws(() => identity(3).apply([1, Number.NaN, 2]), /Entry 1 is NaN/u);
    assert.throws(() => identity(3).apply(Float64Array.of(1, 2, Number.NEGATIVE_INFINITY)), /Entry 2 is/u);
    assert.throws(() => identity(0), MatrixError);
    assert.throws(() => identity(3).scale(Number.NaN), LayoutError);
    assert.throws(() => selection([3], 3), MatrixError);
    assert.throws(() => permutation([0, 0, 1]), /Input 0 is taken twice/u);
    assert.throws(() => banded({ 1: [1, 2, 3] }, 3), /Diagonal 1 was given 3 entries.*it has 2/u);
    assert.throws(() => toeplitz({}, 3), MatrixError);
    assert.throws(() => convolution([1, 2, 3, 4], 3), /does not fit into 3/u);
    assert.throws(() => lowRank([[1]], []), MatrixError);
  });
});

describe('axes by name', () => {
  const [batch, inputs, outputs] = [2, 3, 4];
  const W = table(outputs, inputs, (i, j) => Math.sin(1 + i * inputs + j));
  /** ∂Y_ai/∂X_bj = δ_ab W_ij */
  const linear = kronecker(identity(batch), W).named({ batch, out: outputs }, { batch, in: inputs });
  /** The same, batch last in both. */
  const lastBatch = kronecker(W, identity(batch)).named({ out: outputs, batch }, { in: inputs, batch });

  it('are said, and shape what is written out', () => {
    assert.equal(
      String(linear),
      'Jacobian, (batch 2, out 4) × (batch 2, in 3), Kronecker product of identity and dense',
    );
    const entries = linear.toArray() as number[][][][];
    for (let a = 0; a < batch; a += 1)
      for (let i = 0; i < outputs; i += 1)
        for (let b = 0; b < batch; b += 1)
          for (let j = 0; j < inputs; j += 1)
            assert.equal(entries[a]?.[i]?.[b]?.[j], a === b ? W[i]?.[j] : 0);
  });

  it('a table of any rank is read by them', () => {
    const again = dense(linear.toArray(), { rows: ['batch', 'out'], columns: ['batch', 'in'] });
    assert.deepEqual(again.toDense(), linear.toDense());
    assert.deepEqual(again.outputAxes, linear.outputAxes);
    assert.throws(() => dense(linear.toArray()), /Name its axes/u);
    assert.throws(() => dense(linear.toArray(), { rows: ['a'], columns: ['b'] }), /2 axes were named/u);
  });

  it('are matched by a chain and a sum, whatever their order', () => {
    const v = Float64Array.from({ length: batch * inputs }, (_, k) => Math.cos(k));
    const relu = diagonal(Float64Array.from({ length: batch * outputs }, (_, k) => k % 2)).named(
      { batch, out: outputs },
      { batch, out: outputs },
    );
    const straight = chain(relu, linear);
    // lastBatch's rows are (out, batch): its columns are put in order first.
    const inputsTurned = lastBatch.times(
      identity(batch * inputs).named({ in: inputs, batch }, { in: inputs, batch }),
    );
    const crossed = chain(relu, inputsTurned);
    assert.deepEqual(
      crossed.inputAxes?.map(({ name }) => name),
      ['in', 'batch'],
    );
    const turnedV = Float64Array.from({ length: v.length }, (_, k) => {
      const [j, a] = [Math.floor(k / batch), k % batch];
      return v[a * inputs + j] ?? 0;
    });
    assert.ok(close(crossed.apply(turnedV), straight.apply(v)));
    const total = linear.plus(lastBatch);
    assert.ok(
      close(
        total.apply(v),
        linear.apply(v).map((value) => 2 * value),
      ),
    );
  });

  it('that are others are refused, though their sizes fit', () => {
    const other = identity(batch * inputs).named({ head: batch, in: inputs }, { head: batch, in: inputs });
    assert.throws(
      () => chain(linear, other),
      (error) =>
        error instanceof LayoutError &&
        /\(batch 2, in 3\) are other axes than the outputs \(head 2, in 3\).*jacobian\.named/u.test(
          error.message,
        ),
    );
    assert.throws(() => linear.plus(linear.transpose()), /transpose\(\) it/u);
    assert.throws(() => chain(linear, linear.transpose(), linear.transpose()), /inner\.transpose\(\)/u);
  });

  it('follow transposes, multiples and products', () => {
    const names = (axes: readonly { readonly name: string }[] | undefined) => axes?.map(({ name }) => name);
    assert.deepEqual(names(linear.transpose().outputAxes), ['batch', 'in']);
    assert.deepEqual(names(linear.scale(2).inputAxes), ['batch', 'in']);
    assert.deepEqual(names(linear.times(linear.transpose()).inputAxes), ['batch', 'out']);
    assert.equal(linear.times(identity(batch * inputs)).inputAxes, undefined);
    assert.throws(() => linear.named({ batch: 3 }, { in: 6 }), /span 3 rows; there are 8/u);
  });

  it('that are more are others, though they span no more', () => {
    const J = identity(2).named({ a: 2 }, { a: 2 });
    assert.throws(() => J.times(identity(2).named({ a: 2, b: 1 }, { a: 2 })), LayoutError);
  });

  it('with a name twice are met in their order only', () => {
    const twice = (n: number, m: number) => [
      { name: 'n', size: n },
      { name: 'n', size: m },
    ];
    const J = identity(6).named(twice(2, 3), twice(2, 3));
    assert.equal(J.times(J).structure, 'identity');
    assert.throws(() => J.times(identity(6).named(twice(3, 2), twice(3, 2))), LayoutError);
  });
});
