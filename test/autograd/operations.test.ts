/** First and second derivatives of TensorFlow.js operations, as handgrad uses them, against differences. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs';
import {
  backend,
  gradient,
  hessian,
  jacobian,
  jvp,
  MissingGradientError,
  ready,
  type TensorFunction,
  tf,
} from '../../src/autograd/index.js';
import { deviation, differences } from './differences.js';

type Operation = readonly [name: string, at: () => Tensor, f: TensorFunction];

const wave = (shape: number[], step = 1.7): Tensor =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => Math.sin(k * step) + k * 0.01),
    shape,
  );
const mixed = () =>
  tf.tensor2d([
    [0.7, 1.3, -0.4],
    [0.9, -1.1, 0.35],
  ]);
const positive = () => tf.abs(mixed());
const other = () =>
  tf.tensor2d([
    [1.5, 0.53, 2],
    [0.27, 1.2, 0.8],
  ]);
const thin = () =>
  tf.tensor2d([
    [1, 2],
    [3, -1],
    [0.5, 0.7],
  ]);

const operations: readonly Operation[] = [
  ['where with a comparison', mixed, (x) => tf.where(tf.greater(x, 0), tf.square(x), tf.exp(x))],
  ['product with a comparison', mixed, (x) => tf.mul(x, tf.cast(tf.lessEqual(x, 0.5), 'float32'))],
  [
    'where with logic',
    mixed,
    (x) => tf.where(tf.logicalAnd(x.greater(0), tf.logicalNot(x.less(0.5))), tf.sin(x), x),
  ],
  ['einsum of a matrix product', mixed, (x) => tf.einsum('ij,jk->ki', x, thin())],
  [
    'einsum of an outer product',
    () => tf.tensor1d([1, 2, 3]),
    (x) => tf.einsum('i,j->ij', x, tf.tensor1d([1, -2])),
  ],
  ['einsum of a sum', mixed, (x) => tf.einsum('ij->j', x)],
  ['einsum with itself', mixed, (x) => tf.einsum('ij,ij->i', x, x)],
  ['cumprod along axis 0', mixed, (x) => tf.cumprod(x, 0)],
  ['cumprod, exclusive', mixed, (x) => tf.cumprod(x, 1, true)],
  ['cumprod, reverse', mixed, (x) => tf.cumprod(x, 1, false, true)],
  ['cumprod with zeros', () => tf.tensor1d([2, 0, 3, 0, 5]), (x) => tf.cumprod(x)],
  ['prod', mixed, (x) => tf.prod(x, 1)],
  ['prod with a zero', () => tf.tensor1d([2, 0, 3]), (x) => tf.prod(x)],
  ['cumsum along axis 0', mixed, (x) => tf.cumsum(x, 0)],
  ['cumsum, exclusive and reverse', mixed, (x) => tf.cumsum(x, 1, true, true)],
  ['diag', () => tf.tensor1d([1, 2, 3]), (x) => tf.diag(x)],
  [
    'mirrorPad',
    mixed,
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 2],
        ],
        'reflect',
      ),
  ],
  [
    'mirrorPad, symmetric',
    mixed,
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 0],
        ],
        'symmetric',
      ),
  ],
  ['matMul with a repeated batch', mixed, (x) => tf.matMul(x, wave([2, 3, 2]))],
  ['matMul transposed', mixed, (x) => tf.matMul(x, thin(), true, true)],
  ['matMul with itself', mixed, (x) => tf.matMul(x, x, false, true)],
  [
    'resizeNearestNeighbor of a batch',
    () => wave([2, 3, 3, 1]),
    (x) => tf.image.resizeNearestNeighbor(x as never, [5, 6]),
  ],
  ['gather', mixed, (x) => tf.gather(x, tf.tensor1d([2, 0, 1, 1], 'int32'), 1)],
  ['exp', mixed, (x) => tf.exp(x)],
  ['sigmoid', mixed, (x) => tf.sigmoid(x)],
  ['tanh', mixed, (x) => tf.tanh(x)],
  ['softmax', mixed, (x) => tf.softmax(x)],
  ['logSoftmax', mixed, (x) => tf.logSoftmax(x)],
  ['logSumExp', mixed, (x) => tf.logSumExp(x, 0)],
  ['max', mixed, (x) => tf.max(x, 1)],
  ['log', positive, (x) => tf.log(x)],
  ['sqrt', positive, (x) => tf.sqrt(x)],
  ['pow', positive, (x) => tf.pow(x, other())],
  ['power of the input', other, (x) => tf.pow(positive(), x)],
  ['division', other, (x) => tf.div(mixed(), x)],
  ['division by a repeated row', () => tf.tensor1d([1.5, 2, 0.7]), (x) => tf.div(mixed(), x)],
  ['erf', mixed, (x) => tf.erf(x)],
  ['softplus', mixed, (x) => tf.softplus(x)],
  ['norm', mixed, (x) => tf.norm(x, 2, 1)],
  ['variance', mixed, (x) => tf.moments(x, 1).variance],
  ['conv2d', () => wave([1, 4, 4, 2]), (x) => tf.conv2d(x as never, wave([2, 2, 2, 3]) as never, 1, 'same')],
  [
    'padding',
    mixed,
    (x) =>
      tf.pad(x, [
        [1, 0],
        [0, 2],
      ]),
  ],
  ['concat', mixed, (x) => tf.concat([x, tf.square(x)], 1)],
  ['squared difference', mixed, (x) => tf.squaredDifference(x, other())],
];

describe('derivatives of operations', () => {
  before(async () => {
    await ready();
  });

  for (const [name, at, f] of operations) {
    it(`${name}: first and second derivative and J v agree with differences`, () => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const x = at();
        const found = jacobian(f, x);
        assert.ok(deviation(found.dataSync(), differences(f, x)) < 5e-3, 'first derivative');
        const weights = wave(f(x).shape, 0.9);
        const scalar: TensorFunction = (z) => tf.sum(tf.mul(f(z), weights));
        const slopes: TensorFunction = (z) => gradient(scalar, z);
        assert.ok(
          deviation(hessian(scalar, x).dataSync(), differences(slopes, x, 0.01)) < 2e-2,
          'second derivative',
        );
        const v = wave(x.shape, 0.6);
        const product = tf.matMul(found.reshape([-1, x.size]), v.reshape([-1, 1]));
        assert.ok(deviation(jvp(f, x, v).dataSync(), product.dataSync()) < 1e-3, 'J v');
      });
      assert.equal(tf.memory().numTensors, before, 'tensors left behind');
    });
  }

  it('an operation without a gradient is named', () => {
    assert.throws(
      () => jacobian((x) => tf.topk(x, 2).values, [1, 2, 3]),
      (error) =>
        error instanceof MissingGradientError && error.operation === 'TopK' && /TopK/u.test(error.message),
    );
  });

  it('a second derivative that tf.customGrad would make wrong is refused', () => {
    const loss: TensorFunction = (x) => tf.losses.softmaxCrossEntropy([[0, 1, 0]], x);
    assert.throws(() => hessian(loss, [[1, 2, 3]]), MissingGradientError);
  });

  after(() => {
    process.stdout.write(`# derivatives of operations: backend ${backend().name}\n`);
  });
});
