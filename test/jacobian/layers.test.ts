/** A chain of ten layers of mixed structure, built by hand, against autograd. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tf } from '../../src/autograd/index.js';
import { checkGradient, checkJacobian } from '../../src/check/index.js';
import {
  blockDiagonal,
  chain,
  chainPlan,
  convolution,
  dense,
  diagonal,
  identity,
  type Jacobian,
  kronecker,
  LayoutError,
  outer,
  permutation,
  selection,
} from '../../src/jacobian/index.js';
import { table } from './cases.js';

const x = Array.from({ length: 12 }, (_, k) => Math.sin(1 + k) + 0.1 * k);
const A = table(12, 12, (i, j) => 0.4 * Math.cos(1.3 * i + 2.1 * j * j));
const kernel = [0.5, -1, 0.75];
const B = table(5, 4, (i, j) => Math.sin(2 * i - 1.7 * j));
const gathered = [4, 0, 0, 2];
const ε = 0.05;

const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b) / v.length;
const rowsOf = (v: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: v.length / width }, (_, i) => Array.from(v).slice(i * width, (i + 1) * width));

/** A layer: what it makes of its input, and its Jacobian there. */
interface Layer {
  readonly output: readonly number[];
  readonly jacobian: Jacobian;
}

const linear =
  (jacobian: Jacobian) =>
  (v: readonly number[]): Layer => ({
    output: Array.from(jacobian.apply(v)),
    jacobian,
  });

const elementwise =
  (f: (value: number) => number, slope: (value: number) => number) =>
  (v: readonly number[]): Layer => ({ output: v.map(f), jacobian: diagonal(v.map(slope)) });

function layerNorm(v: readonly number[]): Layer {
  const made = rowsOf(v, 4).map((row) => {
    const μ = mean(row);
    const r = 1 / Math.sqrt(mean(row.map((value) => (value - μ) ** 2)) + ε);
    const y = row.map((value) => (value - μ) * r);
    const ones = row.map(() => 1);
    const jacobian = identity(4)
      .minus(outer(ones, ones).scale(1 / 4))
      .minus(outer(y, y).scale(1 / 4))
      .scale(r);
    return { y, jacobian };
  });
  return {
    output: made.flatMap(({ y }) => y),
    jacobian: blockDiagonal(made.map(({ jacobian }) => jacobian)),
  };
}

function softmaxOfRows(v: readonly number[]): Layer {
  const rows = rowsOf(v, 3).map((row) => {
    const e = row.map(Math.exp);
    return e.map((value) => value / e.reduce((a, b) => a + b));
  });
  return {
    output: rows.flat(),
    jacobian: blockDiagonal(rows.map((s) => diagonal(s).minus(outer(s, s)))),
  };
}

const ones = new Array<number>(12).fill(1);
const layers: readonly ((v: readonly number[]) => Layer)[] = [
  linear(dense(A)),
  elementwise(Math.tanh, (value) => 1 - Math.tanh(value) ** 2),
  linear(convolution(kernel, 12, { padding: 1 })),
  layerNorm,
  linear(permutation([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])),
  linear(kronecker(B, identity(3))),
  softmaxOfRows,
  linear(kronecker(selection(gathered, 5), identity(3))),
  elementwise(
    (value) => 3 * value ** 2,
    (value) => 6 * value,
  ),
  linear(identity(12).minus(outer(ones, ones).scale(1 / 12))),
];

/** The same ten layers in TensorFlow.js. */
function forward(input: tf.Tensor): tf.Tensor {
  const linearly = tf.tanh(tf.dot(tf.tensor2d(A), input.reshape([12])));
  const convolved = tf.conv1d(
    linearly.reshape([12, 1]) as tf.Tensor2D,
    tf.tensor3d(kernel, [3, 1, 1]),
    1,
    'same',
  );
  const rows = convolved.reshape([3, 4]);
  const centred = tf.sub(rows, tf.mean(rows, 1, true));
  const normalised = tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), ε)));
  const mixed = tf.matMul(tf.tensor2d(B), tf.transpose(normalised));
  const chosen = tf.gather(tf.softmax(mixed), tf.tensor1d(gathered, 'int32'));
  const squared = tf.mul(3, tf.square(chosen)).reshape([12]);
  return tf.sub(squared, tf.mean(squared));
}

const jacobians: readonly Jacobian[] = layers.reduce<{ v: readonly number[]; all: readonly Jacobian[] }>(
  ({ v, all }, layer) => {
    const { output, jacobian } = layer(v);
    return { v: output, all: [jacobian, ...all] };
  },
  { v: x, all: [] },
).all;

const [outermost, ...inner] = jacobians;

describe('ten layers of mixed structure', () => {
  it('their chain is the Jacobian of the whole', () => {
    assert.ok(outermost !== undefined);
    const verdict = checkJacobian(chain(outermost, ...inner), { of: forward, at: x });
    assert.equal(verdict.status, 'agrees', JSON.stringify(verdict.witnesses));
  });

  it('a gradient in front is pulled through from the left', () => {
    assert.ok(outermost !== undefined);
    const w = Array.from({ length: 12 }, (_, k) => Math.cos(k));
    const { jacobian, order, cost, worst } = chainPlan(w, outermost, ...inner);
    assert.match(order, /^\(+J0 J1\)/u);
    assert.ok(cost < worst);
    const loss = (input: tf.Tensor): tf.Tensor => tf.sum(tf.mul(tf.tensor1d(w), forward(input)));
    assert.equal(checkGradient(jacobian.toDense()[0] ?? [], { of: loss, at: x }).status, 'agrees');
  });

  it('two layers of one size that changed places are refuted, of two sizes refused', () => {
    const swapped = (at: number): readonly Jacobian[] =>
      jacobians.map((jacobian, k) => jacobians[k === at ? at + 1 : k === at + 1 ? at : k] ?? jacobian);
    const product = (all: readonly Jacobian[]): Jacobian => {
      const [first, ...others] = all;
      assert.ok(first !== undefined);
      return chain(first, ...others);
    };
    // J6 is LayerNorm, J7 the convolution; J2 selects 12 of 15.
    assert.equal(checkJacobian(product(swapped(6)), { of: forward, at: x }).status, 'refuted');
    assert.throws(() => product(swapped(1)), LayoutError);
  });
});
