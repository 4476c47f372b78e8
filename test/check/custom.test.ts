import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { ready, tf } from '../../src/autograd/index.js';
import { checkCustomGradient, checkGradient } from '../../src/check/index.js';

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

type Save = (tensors: tf.Tensor[]) => void;
type Operation = Parameters<typeof checkCustomGradient>[0];

/** x³ with `factor` x² for its derivative. */
const cube = (factor: number): Operation =>
  tf.customGrad(((x: tf.Tensor, save: Save) => {
    save([x]);
    return {
      value: tf.pow(x, 3),
      gradFunc: (dy: tf.Tensor, [at]: tf.Tensor[]) => tf.mul(dy, tf.mul(factor, tf.square(at as tf.Tensor))),
    };
  }) as never) as Operation;

/** log Σ exp, whose gradient keeps softmax of the forward pass. */
const logSumExp = (): Operation =>
  tf.customGrad(((x: tf.Tensor, save: Save) => {
    const s = tf.softmax(x);
    save([s]);
    return {
      value: tf.logSumExp(x),
      gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => tf.mul(dy, kept as tf.Tensor),
    };
  }) as never) as Operation;

/** sin, computed outside TensorFlow.js. */
const foreign = (factor: number): Operation =>
  tf.customGrad(((x: tf.Tensor, save: Save) => {
    save([x]);
    const value = tf.tensor(Float32Array.from(x.dataSync(), Math.sin), x.shape);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [at]: tf.Tensor[]) => tf.mul(dy, tf.mul(factor, tf.cos(at as tf.Tensor))),
    };
  }) as never) as Operation;

const shapes = [[4, 3]];

describe('checkCustomGradient', () => {
  it('a right gradient agrees, at negative numbers too', () => {
    const verdict = checkCustomGradient(cube(3), { shapes });
    assert.equal(verdict.status, 'agrees', JSON.stringify(verdict));
    assert.doesNotMatch(verdict.witnesses[0]?.says ?? '', /Infinity|NaN/u);
  });

  it('a wrong factor is refuted by name', () => {
    const verdict = checkCustomGradient(cube(2), { shapes, expect: 'refuted' });
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.expected, 'refuted');
    assert.equal(verdict.diagnoses[0]?.mistake, 'constant-factor');
  });

  it('against a reference', () => {
    assert.equal(
      checkCustomGradient(cube(3), { shapes, reference: (x) => tf.mul(x, tf.square(x)) }).status,
      'agrees',
    );
    assert.equal(checkCustomGradient(cube(3), { shapes, reference: (x) => tf.square(x) }).status, 'refuted');
  });

  it('second order: right where the gradient is made of inputs, refuted where it kept an intermediate value', () => {
    assert.equal(checkCustomGradient(cube(3), { shapes, order: 2 }).status, 'agrees');
    assert.equal(checkCustomGradient(logSumExp(), { shapes: [[5]] }).status, 'agrees');
    const verdict = checkCustomGradient(logSumExp(), { shapes: [[5]], order: 2 });
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.diagnoses[0]?.mistake, 'held-constant');
  });

  it('a function from outside TensorFlow.js, by differences of its values', () => {
    const verdict = checkCustomGradient(foreign(1), { shapes });
    assert.equal(verdict.status, 'agrees');
    assert.match(verdict.witnesses[0]?.says ?? '', /differences/u);
    assert.equal(checkCustomGradient(foreign(1.01), { shapes }).status, 'refuted');
  });

  it('several arguments, each checked; the first wrong one is named', () => {
    const product = (wrong: boolean): Operation =>
      tf.customGrad(((a: tf.Tensor2D, b: tf.Tensor2D, save: Save) => {
        save([a, b]);
        return {
          value: tf.matMul(a, b),
          gradFunc: (dy: tf.Tensor2D, [x, y]: tf.Tensor2D[]) => [
            tf.matMul(dy, y as tf.Tensor2D, false, true),
            wrong
              ? tf.matMul(tf.reverse(x as tf.Tensor2D, 1), dy, true)
              : tf.matMul(x as tf.Tensor2D, dy, true),
          ],
        };
      }) as never) as Operation;
    const two = [
      [4, 3],
      [3, 2],
    ];
    assert.equal(checkCustomGradient(product(false), { shapes: two }).status, 'agrees');
    const verdict = checkCustomGradient(product(true), { shapes: two });
    assert.equal(verdict.status, 'refuted');
    assert.match(verdict.claim, /shape \[3,2\]/u);
  });

  it('the operation keeps its own gradient afterwards', () => {
    const operation = cube(2);
    checkCustomGradient(operation, { shapes });
    assert.equal(checkGradient([2, 8], { of: (x) => tf.sum(operation(x)), at: [1, 2] }).status, 'agrees');
  });
});

describe('powers under other roundings', () => {
  it('a negative base does not turn into NaN', () => {
    const verdict = checkGradient([3, 12, 27], { of: (x) => tf.sum(tf.pow(x, 3)), at: [-1, -2, 3] });
    assert.equal(verdict.status, 'agrees');
    assert.ok((verdict.witnesses[0]?.tolerance ?? 1) < 1e-3);
    assert.equal(
      checkGradient([3, 12.02, 27], { of: (x) => tf.sum(tf.pow(x, 3)), at: [-1, -2, 3] }).status,
      'refuted',
    );
  });
});
