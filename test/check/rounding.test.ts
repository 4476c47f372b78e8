/** Rounding is never called a mistake, and a mistake above the rounding bound of its row is found. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { backend, ready, type TensorFunction, tf } from '../../src/autograd/index.js';
import { checkGradient, checkJacobian } from '../../src/check/index.js';
import { softmax, softmaxJacobian, table } from './functions.js';

before(async () => {
  await ready();
});

/** Points with entries of float32 between ±size, none so small that its square is lost. */
const points = (size: number, longest: number) =>
  fc.array(
    fc.float({ min: -size, max: size, noNaN: true }).map((x) => (Math.abs(x) < 1e-12 ? 0 : x)),
    { minLength: 1, maxLength: longest },
  );

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('right answers agree', () => {
  it('softmax at logits up to ±30', () => {
    const of: TensorFunction = (x) => tf.softmax(x);
    fc.assert(
      fc.property(points(30, 12), (at) => checkJacobian(softmaxJacobian(at), { of, at }).status === 'agrees'),
      { numRuns: 60 },
    );
  });

  it('the same, the hand-built one computed in float32 as people do', () => {
    const of: TensorFunction = (x) => tf.softmax(x);
    const hand = (x: tf.Tensor): tf.Tensor => {
      const e = tf.exp(x);
      const z = tf.sum(e);
      return tf.sub(
        tf.diag(tf.div(e, z)),
        tf.div(tf.outerProduct(e as tf.Tensor1D, e as tf.Tensor1D), tf.square(z)),
      );
    };
    fc.assert(
      fc.property(points(15, 8), (at) => checkJacobian(hand, { of, at }).status === 'agrees'),
      { numRuns: 40 },
    );
  });

  it('log-sum-exp, variance, a norm and a layer norm', () => {
    const cases: readonly (readonly [TensorFunction, (x: readonly number[]) => number[]])[] = [
      [(x) => tf.logSumExp(x), softmax],
      [(x) => tf.moments(x).variance, (x) => x.map((v) => (2 / x.length) * (v - sum(x) / x.length))],
      [(x) => tf.norm(x), (x) => x.map((v) => v / Math.sqrt(sum(x.map((w) => w * w))))],
    ];
    for (const [of, hand] of cases) {
      fc.assert(
        fc.property(points(10, 10), (at) => {
          if (at.every((v) => v === 0)) return true;
          return checkGradient(hand(at), { of, at }).status !== 'refuted';
        }),
        { numRuns: 30 },
      );
    }
  });

  it('s − t of a cross-entropy with a thousand classes', () => {
    const at = Array.from({ length: 1000 }, (_, k) => Math.fround(Math.sin(k * 7.3) * 6));
    const t = softmax(at.map((v) => -v));
    const of: TensorFunction = (x) => tf.neg(tf.sum(tf.mul(tf.tensor1d(t), tf.logSoftmax(x))));
    const verdict = checkGradient(
      softmax(at).map((v, i) => v - (t[i] ?? 0)),
      { of, at },
    );
    assert.equal(verdict.status, 'agrees', JSON.stringify(verdict.witnesses));
  });
});

describe('numbers so small that float32 loses their squares', () => {
  it('are no mark against the person', (t) => {
    // On WebAssembly such points can still be refuted wrongly: its kernels round what is below float32's normal numbers otherwise.
    if (backend().name === 'wasm') {
      t.skip('the backend is WebAssembly');
      return;
    }
    for (const at of [[-2.6469785e-23], [3.3987e-22, -1.086e-19, -3.47e-23]]) {
      const size = Math.sqrt(sum(at.map((v) => (v * 1e20) ** 2))) / 1e20;
      assert.notEqual(
        checkGradient(
          at.map((v) => v / size),
          { of: (x) => tf.norm(x), at },
        ).status,
        'refuted',
      );
    }
  });
});

describe('wrong answers are refuted', () => {
  it('one entry of a Jacobian off by a thousandth, where it is the largest of its row', () => {
    fc.assert(
      fc.property(points(4, 8), fc.nat(), (at, seed) => {
        const hand = softmaxJacobian(at);
        if (at.length < 2) return true;
        const i = seed % at.length;
        const row = hand[i] ?? [];
        row[i] = (row[i] ?? 0) * 1.001;
        const verdict = checkJacobian(hand, { of: (x) => tf.softmax(x), at });
        return verdict.status === 'refuted' && verdict.counterexample?.indices.join() === `${i},${i}`;
      }),
      { numRuns: 60 },
    );
  });

  it('one entry of a large table off by a thousandth', () => {
    const n = 200;
    const matrix = table(n, n, (i, j) => Math.fround(Math.sin(i * 3.1 + j * 1.7)));
    const of: TensorFunction = (x) => tf.dot(tf.tensor2d(matrix), x);
    const at = Array.from({ length: n }, (_, k) => Math.cos(k));
    assert.equal(checkJacobian(matrix, { of, at }).status, 'agrees');
    const wrong = matrix.map((row) => [...row]);
    const row = wrong[123] ?? [];
    row[45] = (row[45] ?? 0) * 1.001;
    assert.deepEqual(checkJacobian(wrong, { of, at }).counterexample?.indices, [123, 45]);
  });
});
