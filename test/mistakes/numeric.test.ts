/** Mistakes seen in public, made with numbers: each must be called by its name. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { jacobian, ready, type TensorFunction, tf } from '../../src/autograd/index.js';
import { checkGradient, checkJacobian, type Verdict } from '../../src/check/index.js';
import { diagnoseNumbers, type MistakeId } from '../../src/mistakes/index.js';
import { delta, softmax, softmaxJacobian, table } from '../check/functions.js';

before(async () => {
  await ready();
});

type Row = readonly [catalogue: string, expected: readonly MistakeId[], verdict: () => Verdict];

const x = [0.3, -1.2, 2, 0.5];
const s = softmax(x);
const J = softmaxJacobian(x);
const t = [0.2, 0.1, 0.4, 0.3];
const at = (list: readonly number[], k: number): number => list[k] ?? Number.NaN;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const soft: TensorFunction = (v) => tf.softmax(v);
const ce: TensorFunction = (v) => tf.neg(tf.sum(tf.mul(t, tf.log(tf.softmax(v)))));
const ofSoftmax = (hand: number[][] | number[]): Verdict => checkJacobian(hand, { of: soft, at: x });
const ofCe = (hand: number[] | number[][]): Verdict => checkGradient(hand, { of: ce, at: x });
const n = x.length;

const A = [
  [1.1, 0.4, -0.7],
  [0.2, -1.3, 0.9],
  [0.5, 0.8, 1.7],
];
const a = [0.6, -0.4, 1.2];
const b = [1.5, 0.3, -0.8];
const transpose = (rows: readonly (readonly number[])[]): number[][] =>
  table(rows[0]?.length ?? 0, rows.length, (i, j) => rows[j]?.[i] ?? 0);
const times = (rows: readonly (readonly number[])[], v: readonly number[]): number[] =>
  rows.map((row) => sum(row.map((value, k) => value * at(v, k))));
const product = (l: readonly (readonly number[])[], r: readonly (readonly number[])[]): number[][] =>
  table(l.length, r[0]?.length ?? 0, (i, j) => sum(r.map((row, k) => at(l[i] ?? [], k) * at(row, j))));
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** X, Ȳ of a linear layer Y = X W, and its loss Σ Ȳ Y. */
const X = [
  [1, 2, -1],
  [0.5, -0.3, 0.8],
];
const Y = [
  [0.4, -1.1, 0.3, 0.9],
  [1.3, 0.2, -0.6, 0.7],
];
const W = table(3, 4, (i, j) => Math.sin(i * 4 + j));

/** LayerNorm of x with cotangent g: its parts by hand. */
const g = [0.7, -0.2, 1.1, 0.4];
const mean = sum(x) / n;
const r = 1 / Math.sqrt(sum(x.map((v) => (v - mean) ** 2)) / n + 1e-5);
const hat = x.map((v) => (v - mean) * r);
const meanG = sum(g) / n;
const meanGHat = sum(g.map((v, k) => v * at(hat, k))) / n;
const layerNorm: TensorFunction = (v) => {
  const centred = tf.sub(v, tf.mean(v));
  const normal = tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred)), 1e-5)));
  return tf.sum(tf.mul(g, normal));
};
const ofNorm = (hand: number[]): Verdict => checkGradient(hand, { of: layerNorm, at: x });

const rows: readonly Row[] = [
  ['A1 row sums for the Jacobian', ['summed'], () => ofSoftmax(J.map(sum))],
  ['A2 only the diagonal, as a vector', ['diagonal-only'], () => ofSoftmax(s.map((v) => v * (1 - v)))],
  ['A3 lost diagonal', ['lost-term'], () => ofSoftmax(table(n, n, (i, j) => -at(s, i) * at(s, j)))],
  ['A5 swapped numerator', ['sign'], () => ofSoftmax(J.map((row) => row.map((v) => -v)))],
  [
    'A7 δ taken as 1',
    ['delta-replaced-by-one'],
    () => ofSoftmax(table(n, n, (i, j) => at(s, i) * (1 - at(s, j)))),
  ],
  [
    'a δ missing',
    ['lost-delta'],
    () =>
      checkJacobian(
        table(n, n, (i) => Math.cos(at(x, i))),
        { of: (v) => tf.sin(v), at: x },
      ),
  ],
  ['B1 elementwise product', ['elementwise-product'], () => ofCe(s.map((v, i) => -at(t, i) * (1 - v)))],
  [
    'B3 no contraction',
    ['missing-contraction'],
    () => ofCe(table(n, n, (i, j) => (-at(t, i) / at(s, i)) * (J[i]?.[j] ?? 0))),
  ],
  [
    'B5 1/s lost',
    ['lost-factor'],
    () => ofCe(table(1, n, (_, j) => -sum(t.map((v, i) => v * (J[i]?.[j] ?? 0))))[0] ?? []),
  ],
  [
    'B7 softmax differentiated twice',
    ['extra-factor', 'elementwise-product'],
    () => ofCe(s.map((v, i) => (v - at(t, i)) * v * (1 - v))),
  ],
  ['B9 averaged over classes', ['constant-factor'], () => ofCe(s.map((v, i) => (v - at(t, i)) / n))],
  [
    'C1 transposed weight gradient',
    ['transposed'],
    () => checkGradient(product(transpose(Y), X), { of: (w) => tf.sum(tf.mul(Y, tf.matMul(X, w))), at: W }),
  ],
  [
    'C3 bias gradient not summed over the batch',
    ['missing-contraction'],
    () => checkGradient(Y, { of: (v) => tf.sum(tf.mul(Y, tf.add(tf.matMul(X, W), v))), at: [1, 2, 3, 4] }),
  ],
  [
    'C5 A in place of Aᵀ',
    ['transposed'],
    () => checkGradient(times(A, b), { of: (v) => tf.sum(tf.mul(b, tf.dot(tf.tensor2d(A), v))), at: a }),
  ],
  [
    'C7 diag(f′) on the wrong side',
    ['order-reversed'],
    () => {
      const slope = times(A, a).map((v) => 1 - Math.tanh(v) ** 2);
      return checkJacobian(
        table(3, 3, (i, j) => (A[i]?.[j] ?? 0) * at(slope, j)),
        { of: (v) => tf.tanh(tf.dot(tf.tensor2d(A), v)), at: a },
      );
    },
  ],
  [
    'D3 tr(XA): A for Aᵀ',
    ['transposed'],
    () => checkGradient(A, { of: (v) => tf.sum(tf.mul(v, tf.transpose(tf.tensor2d(A)))), at: product(A, A) }),
  ],
  [
    'D11 factor 2 lost',
    ['constant-factor'],
    () => checkGradient(a, { of: (v) => tf.sum(tf.square(v)), at: a }),
  ],
  ['N1 μ and σ held constant', ['held-constant'], () => ofNorm(g.map((v) => r * v))],
  ['N2 σ held constant', ['held-constant', 'lost-term'], () => ofNorm(g.map((v) => r * (v - meanG)))],
  [
    'B15 batch mean missing',
    ['constant-factor'],
    () =>
      checkGradient(
        X.map((row) => row.map((v) => 2 * v)),
        { of: (v) => tf.mean(tf.sum(tf.square(v), 1)), at: X },
      ),
  ],
  [
    'S1 BCE with logits: σ′ twice',
    ['extra-factor'],
    () => {
      const of: TensorFunction = (v) => {
        const p = tf.sigmoid(v);
        return tf.neg(tf.sum(tf.add(tf.mul(t, tf.log(p)), tf.mul(tf.sub(1, t), tf.log(tf.sub(1, p))))));
      };
      return checkGradient(
        x.map((v, i) => (sigmoid(v) - at(t, i)) * sigmoid(v) * (1 - sigmoid(v))),
        { of, at: x },
      );
    },
  ],
  [
    'S5 product rule lost in SiLU',
    ['lost-term'],
    () =>
      checkGradient(
        x.map((v) => v * sigmoid(v) * (1 - sigmoid(v))),
        { of: (v) => tf.sum(tf.mul(v, tf.sigmoid(v))), at: x },
      ),
  ],
  [
    'S5, a sign of one path',
    ['sign-of-term'],
    () =>
      checkGradient(
        x.map((v) => sigmoid(v) - v * sigmoid(v) * (1 - sigmoid(v))),
        { of: (v) => tf.sum(tf.mul(v, tf.sigmoid(v))), at: x },
      ),
  ],
  [
    'K1 softmax backward elementwise, inside a product',
    ['elementwise-product'],
    () => {
      const of: TensorFunction = (v) => tf.sum(tf.mul(t, tf.softmax(tf.mul(v, 0.5))));
      const p = softmax(x.map((v) => v / 2));
      return checkGradient(
        p.map((v, i) => 0.5 * at(t, i) * v * (1 - v)),
        { of, at: x },
      );
    },
  ],
  [
    'a row of the wrong sign',
    ['sign-of-term'],
    () => ofSoftmax(J.map((row, i) => (i === 1 ? row.map((v) => -v) : row))),
  ],
  ['a shape of its own', ['shape'], () => ofSoftmax([[1, 2]])],
];

describe('mistakes by name, from numbers alone', () => {
  for (const [catalogue, expected, verdict] of rows) {
    it(catalogue, () => {
      const found = verdict();
      assert.equal(found.status, 'refuted');
      const named = found.diagnoses.map(({ mistake }) => mistake);
      assert.ok(
        named[0] !== undefined && expected.includes(named[0]),
        `${named.join(', ')}: ${found.diagnoses[0]?.message}`,
      );
      for (const { message, hint, wrong, right } of found.diagnoses) {
        for (const text of [message, hint, wrong, right])
          assert.ok(text.length > 0 && text.length < 240, text);
      }
    });
  }
});

describe('what is not claimed', () => {
  it('a transposed symmetric Jacobian is right, and right is no mistake', () => {
    assert.equal(ofSoftmax(transpose(J)).status, 'agrees');
  });

  it('a scalar derivative off by an odd number is unrelated, not a factor', () => {
    assert.deepEqual(
      checkGradient(2.001, { of: (v) => tf.square(v), at: 1 }).diagnoses.map(({ mistake }) => mistake),
      ['unrelated'],
    );
  });

  it('N9: an extra term that is zero is accepted', () => {
    const meanHat = sum(hat) / n;
    const hand = g.map((v, k) => r * (v - meanG - at(hat, k) * meanGHat) + meanGHat * meanHat);
    assert.equal(ofNorm(hand).status, 'agrees');
  });

  it('every planted random deviation is refuted, and explained by nothing', () => {
    const hand = J.map((row, i) => row.map((v, j) => v + 0.01 * Math.sin(7 * i + 3 * j + 1)));
    const [first, ...others] = ofSoftmax(hand).diagnoses;
    assert.equal(first?.mistake, 'unrelated');
    assert.match(first?.message ?? '', /entries deviate, by up to 0\.01/u);
    assert.deepEqual(others, []);
  });
});

describe('with more at hand', () => {
  const problem = (hand: number[], truth: number[], context: object) =>
    diagnoseNumbers({
      kind: 'gradient',
      hand: { values: hand, shape: [hand.length] },
      truth: { values: truth, shape: [truth.length] },
      outputShape: [],
      inputShape: [truth.length],
      blur: 1e-6,
      context,
    });

  it('summands: which are lost, which have the wrong sign or factor', () => {
    const [p, q, w] = [
      [1, 2, -1, 3],
      [0.5, -1, 2, 1],
      [2, 2, 0.3, -1],
    ];
    const terms = [p, q, w].map((values, k) => ({ name: `term ${k}`, values: values ?? [], shape: [4] }));
    const mix = (c: readonly number[]) =>
      [0, 1, 2, 3].map((k) => sum(c.map((factor, j) => factor * at(terms[j]?.values ?? [], k))));
    const names = (c: readonly number[]) =>
      problem(mix(c), mix([1, 1, 1]), { terms }).map(({ mistake }) => mistake);
    assert.deepEqual(names([1, 0, 1]), ['lost-term']);
    assert.deepEqual(names([1, 0, 0]), ['lost-term', 'lost-term']);
    assert.deepEqual(names([1, -1, 1]), ['sign-of-term']);
    assert.deepEqual(names([1, 5, 0]), ['constant-factor', 'lost-term']);
  });

  it('factors of the chain: elementwise, or in the wrong order', () => {
    const factors = [
      { name: 'g', values: [1, 2, 3], shape: [3] },
      { name: 'J', values: A.flat(), shape: [3, 3] },
    ];
    const truth = times(transpose(A), [1, 2, 3]);
    assert.equal(
      problem(
        [1, 2, 3].map((v, k) => v * (A[k]?.[k] ?? 0)),
        truth,
        { factors },
      )[0]?.mistake,
      'elementwise-product',
    );
    const B = table(3, 3, (i, j) => Math.cos(i + 2 * j) + delta(i, j));
    const found = diagnoseNumbers({
      kind: 'jacobian',
      hand: { values: product(B, A).flat(), shape: [3, 3] },
      truth: { values: product(A, B).flat(), shape: [3, 3] },
      outputShape: [3],
      inputShape: [3],
      blur: 1e-6,
      context: {
        factors: [
          { name: 'A', values: A.flat(), shape: [3, 3] },
          { name: 'B', values: B.flat(), shape: [3, 3] },
        ],
      },
    });
    assert.equal(found[0]?.mistake, 'order-reversed');
    assert.equal(found[0]?.right, 'A B');
  });

  it('no tensors are left by a diagnosis', () => {
    const count = tf.memory().numTensors;
    ofCe(s.map((v, i) => -at(t, i) * (1 - v)));
    assert.equal(tf.memory().numTensors, count);
    jacobian(soft, x).dispose();
  });
});
