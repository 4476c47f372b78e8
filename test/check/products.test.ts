import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { ready, type TensorFunction, tf } from '../../src/autograd/index.js';
import { checkJacobian, checkJvp, checkVjp, type HandProduct } from '../../src/check/index.js';
import { table } from './functions.js';

let tensorsBefore = 0;
before(async () => {
  await ready();
});
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  assert.equal(tf.memory().numTensors, tensorsBefore, 'tensors left behind');
});

const softmax: TensorFunction = (x) => tf.softmax(x);
/** uᵀJ = s ⊙ (u − Σ u s); the Jacobian is symmetric, so J v is the same. */
const softmaxProduct: HandProduct = (u, x) => {
  const s = tf.softmax(x);
  return tf.mul(s, tf.sub(u, tf.sum(tf.mul(u, s))));
};
const logits = (n: number): Float32Array => Float32Array.from({ length: n }, (_, k) => 3 * Math.sin(k * 7.3));

/** The same product with one entry of the Jacobian changed. */
const planted =
  (i: number, j: number, by: (x: Float32Array) => number): HandProduct =>
  (u, x) => {
    const gradient = Float32Array.from((softmaxProduct(u, x) as tf.Tensor).dataSync());
    gradient[j] = (gradient[j] ?? 0) + by(tf.softmax(x).dataSync() as Float32Array) * (u.dataSync()[i] ?? 0);
    return gradient;
  };

describe('checkVjp and checkJvp', () => {
  for (const n of [4, 300, 128_000]) {
    it(`softmax of ${n}: right agrees, and the verdict says what would have been seen`, () => {
      for (const check of [checkVjp, checkJvp]) {
        const verdict = check(softmaxProduct, { of: softmax, at: logits(n) });
        assert.equal(verdict.status, 'agrees', JSON.stringify(verdict.witnesses));
        assert.match(
          verdict.witnesses[0]?.says ?? '',
          /above \d+e-\d+ in one entry.*always seen.*probability below 1e-6/u,
        );
      }
    });

    it(`softmax of ${n}: one diagonal entry off by a thousandth is found and located`, () => {
      const at = Math.floor(n / 2);
      const verdict = checkVjp(
        planted(at, at, (s) => 1e-3 * (s[at] ?? 0) * (1 - (s[at] ?? 0))),
        { of: softmax, at: logits(n) },
      );
      assert.equal(verdict.status, 'refuted');
      assert.deepEqual(verdict.counterexample?.indices, [at, at]);
      const { yours = 0, right = 0 } = verdict.counterexample ?? {};
      assert.ok(Math.abs(yours / right - 1.001) < 1e-4, `${yours} ${right}`);
    });
  }

  it('an entry off the diagonal is located, output index first, from both sides', () => {
    const wrong = planted(7, 2, () => 0.01);
    assert.deepEqual(checkVjp(wrong, { of: softmax, at: logits(20) }).counterexample?.indices, [7, 2]);
    assert.deepEqual(checkJvp(wrong, { of: softmax, at: logits(20) }).counterexample?.indices, [2, 7]);
  });

  const matrix = table(90, 90, (i, j) => Math.sin(i * 3 + j * 1.3));
  const of: TensorFunction = (x) => tf.dot(tf.tensor2d(matrix), x);
  const at = logits(90);
  const names = (hand: HandProduct, size = 90): (string | undefined)[] =>
    checkVjp(hand, { of, at: at.subarray(0, size) }).diagnoses.map(({ mistake }) => mistake);

  it('names what was done, at a size where no table is built', () => {
    assert.deepEqual(
      names((u) => tf.dot(tf.tensor2d(matrix), u)),
      ['transposed'],
    );
    assert.deepEqual(
      names((u) => tf.neg(tf.dot(u, tf.tensor2d(matrix)))),
      ['sign'],
    );
    assert.deepEqual(
      names((u) => tf.mul(3, tf.dot(u, tf.tensor2d(matrix)))),
      ['constant-factor'],
    );
    assert.deepEqual(
      names((u) => u),
      ['lost-factor'],
    );
    assert.deepEqual(
      names((u) => tf.mul(u, logits(90))),
      ['unrelated'],
    );
  });

  it('names what was done, from the table where it is small', () => {
    const small = table(5, 5, (i, j) => Math.sin(i * 3 + j * 1.3));
    const f: TensorFunction = (x) => tf.dot(tf.tensor2d(small), x);
    const verdict = checkVjp(
      (u) =>
        tf.mul(
          u,
          small.map((row, i) => row[i] ?? 0),
        ),
      { of: f, at: [1, 2, 3, 4, 5] },
    );
    assert.deepEqual(
      verdict.diagnoses.map(({ mistake }) => mistake),
      ['diagonal-only'],
    );
  });

  it('several arguments, tensors of more axes', () => {
    const x = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const w = tf.tensor2d([
      [1, -1],
      [0.5, 2],
      [0.3, 0.7],
    ]);
    const layer: TensorFunction = (a, b) => tf.matMul(a, b);
    assert.equal(
      checkVjp((u, a) => tf.matMul(a, u, true), { of: layer, at: [x, w], wrt: 1 }).status,
      'agrees',
    );
    assert.equal(checkJvp((v, a) => tf.matMul(a, v), { of: layer, at: [x, w], wrt: 1 }).status, 'agrees');
    assert.equal(
      checkVjp((u, _, b) => tf.matMul(u, b, false, true), { of: layer, at: [x, w] }).status,
      'agrees',
    );
    const turned = checkVjp((u, a) => tf.matMul(u, a, true), { of: layer, at: [x, w], wrt: 1 });
    assert.equal(turned.status, 'refuted');
    assert.match(turned.witnesses[0]?.says ?? '', /shape is \[2,3\]/u);
    tf.dispose([x, w]);
  });

  it('an expected failure says so', () => {
    assert.equal(checkVjp((u) => u, { of: softmax, at: [1, 2], expect: 'refuted' }).expected, 'refuted');
  });
});

describe('checkJacobian of an operator that is never written out', () => {
  const n = 5000;
  const at = logits(n);
  const s = Float64Array.from(
    tf.tidy(() => tf.softmax(tf.tensor1d(at)).dataSync()) as unknown as Float32Array,
  );
  const operator = (wrong: (v: ArrayLike<number>, k: number) => number = () => 0) => {
    const apply = (v: ArrayLike<number>): Float64Array => {
      const mean = s.reduce((sum, value, k) => sum + value * (v[k] ?? 0), 0);
      return s.map((value, k) => value * ((v[k] ?? 0) - mean) + wrong(v, k));
    };
    const toDense = (): number[][] => {
      throw new RangeError('never');
    };
    return { rows: n, columns: n, apply, applyTransposed: apply, toDense };
  };

  it('right agrees; one wrong entry is refuted and located', () => {
    assert.equal(checkJacobian(operator(), { of: softmax, at }).status, 'agrees');
    const wrong = operator((v, k) => (k === 77 ? 1e-3 * (s[77] ?? 0) * (v[77] ?? 0) : 0));
    assert.deepEqual(checkJacobian(wrong, { of: softmax, at }).counterexample?.indices, [77, 77]);
  });

  it('rows and columns that do not fit are called so', () => {
    const wide = { ...operator(), rows: n, columns: n + 1 };
    assert.equal(checkJacobian(wide, { of: softmax, at }).diagnoses[0]?.mistake, 'shape');
    const half: TensorFunction = (x) => tf.slice(x, [0], [n / 2]);
    const turned = { ...operator(), rows: n, columns: n / 2 };
    assert.equal(checkJacobian(turned, { of: half, at }).diagnoses[0]?.mistake, 'transposed');
  });
});
