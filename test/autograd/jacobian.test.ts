import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import {
  gradient,
  hessian,
  InputError,
  jacobian,
  jacobianOfTensors,
  jvp,
  type Method,
  NotConnectedError,
  NotScalarError,
  OutputError,
  ready,
  ShapeError,
  type TensorFunction,
  tf,
  vjp,
} from '../../src/autograd/index.js';
import { DenseTooLargeError, denseLimit, setDenseLimit } from '../../src/jacobian/index.js';
import { deviation } from './differences.js';

const softmax: TensorFunction = (x) => tf.softmax(x);
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

/** The numbers of a tensor, which is disposed. */
function numbers(tensor: tf.Tensor): unknown {
  const values = tensor.arraySync();
  tensor.dispose();
  return values;
}

describe('jacobian', () => {
  it('of a function whose own gradient uses an intermediate value that it did not save', () => {
    const found = gradient((x) => tf.logSigmoid(tf.sum(x)), [1, 2]);
    const slope = 1 / (1 + Math.exp(3));
    for (const entry of found.dataSync()) assert.ok(Math.abs(entry - slope) < 1e-6);
    found.dispose();
    const twice = hessian((x) => tf.sum(tf.logSigmoid(tf.mul(x, 2))), [0.5]);
    assert.ok(Math.abs((twice.dataSync()[0] ?? 0) + (4 * Math.E) / (1 + Math.E) ** 2) < 1e-5);
    twice.dispose();
  });

  it('has the output axes first', () => {
    const found = jacobian(
      (x) => tf.sum(x, 1),
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    );
    assert.deepEqual(found.shape, [2, 2, 3]);
    assert.deepEqual(numbers(found), [
      [
        [1, 1, 1],
        [0, 0, 0],
      ],
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
    ]);
  });

  it('takes any argument of several, also where a tensor is given twice', () => {
    const x = tf.tensor1d([1, 2]);
    const product: TensorFunction = (a, b) => tf.mul(a, tf.square(b));
    assert.deepEqual(numbers(jacobian(product, [x, x], 0)), [
      [1, 0],
      [0, 4],
    ]);
    assert.deepEqual(numbers(jacobian(product, [x, x], 1)), [
      [2, 0],
      [0, 8],
    ]);
    x.dispose();
  });

  it('takes numbers, typed arrays and values with a shape', () => {
    assert.equal(numbers(jacobian((x) => tf.square(x), 3)), 6);
    assert.deepEqual(numbers(jacobian((x) => tf.square(x), new Float64Array([1, 2]))), [
      [2, 0],
      [0, 4],
    ]);
    assert.deepEqual(numbers(gradient((x) => tf.sum(tf.square(x)), { data: [1, 2, 3, 4], shape: [2, 2] })), [
      [2, 4],
      [6, 8],
    ]);
  });

  it('gives the numbers of the first story', () => {
    const found = jacobian(softmax, [-1, -1, 1]);
    const wanted = [
      0.09516324, -0.01134374, -0.0838195, -0.01134374, 0.09516324, -0.0838195, -0.0838195, -0.0838195,
      0.16763901,
    ];
    assert.ok(deviation(found.dataSync(), wanted) < 1e-6);
    found.dispose();
  });

  const matrix = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: 12 }, (__, j) => Math.sin(3 * i + j)),
  );
  const ways: readonly (readonly [string, TensorFunction, Method])[] = [
    ['softmax', softmax, 'cotangents'],
    ['an elementwise function', (x) => tf.sin(tf.mul(x, x)), 'cotangents'],
    ['a sum over everything', (x) => tf.div(x, tf.sum(x)), 'cotangents'],
    ['softmax written out', (x) => tf.div(tf.exp(x), tf.sum(tf.exp(x))), 'cotangents'],
    ['a cumulative sum', (x) => tf.cumsum(tf.square(x), 0, true), 'cotangents'],
    ['a matrix times a vector', (x) => tf.tanh(tf.dot(tf.tensor2d(matrix), x)), 'cotangents'],
    ['a vector times a matrix', (x) => tf.dot(x, tf.tensor2d(matrix)), 'cotangents'],
    ['a layer norm', (x) => tf.mul(tf.sub(x, tf.mean(x)), tf.rsqrt(tf.moments(x).variance)), 'cotangents'],
    [
      'rows and columns',
      (x) => tf.add(tf.reshape(x, [3, 4]), tf.sum(tf.reshape(x, [3, 4]), 1, true)),
      'cotangents',
    ],
    [
      'a transpose, a slice, a largest entry',
      (x) => tf.mul(tf.slice(tf.transpose(tf.reshape(x, [3, 4])), [1, 0], [3, 3]), tf.max(x)),
      'cotangents',
    ],
    [
      'products of matrices of the input',
      (x) => tf.matMul(tf.reshape(x, [3, 4]), tf.reshape(x, [3, 4]), true, false),
      'cotangents',
    ],
    [
      'log-softmax along the first axis',
      (x) => tf.sub(tf.reshape(x, [4, 3]), tf.logSumExp(tf.reshape(x, [4, 3]), 0, true)),
      'cotangents',
    ],
    ['an operation without a rule, on rows alike', (x) => tf.elu(tf.sub(x, 1)), 'inputs'],
    ['an operation without a rule, on everything', (x) => tf.mul(tf.elu(tf.sub(x, 1)), tf.sum(x)), 'rows'],
    ['a function that throws on a batch', (x) => tf.elu(tf.slice(x, [1], [10])), 'rows'],
    ['few outputs', (x) => tf.slice(x, [1], [3]), 'rows'],
  ];
  for (const [name, f, method] of ways) {
    it(`${name}: by ${method}, with the same result as row by row`, () => {
      tf.tidy(() => {
        const x = tf.linspace(0.3, 2, 12);
        const found = jacobianOfTensors(f, [x], 0);
        assert.equal(found.method, method);
        assert.ok(deviation(found.values, jacobianOfTensors(f, [x], 0, 'rows').values) < 1e-5);
      });
    });
  }

  it('a batch rule that a gradient of one’s own contradicts is not used', () => {
    const before = tf.getGradient('Sin');
    tf.registerGradient({
      kernelName: 'Sin',
      inputsToSave: ['x'],
      gradFunc: (dy) => ({ x: () => tf.mul(dy as tf.Tensor, dy as tf.Tensor) }),
    });
    try {
      const found = tf.tidy(() =>
        tf.tensor1d(jacobianOfTensors((x) => tf.sin(x), [tf.linspace(0, 1, 9)], 0).values),
      );
      assert.equal((found.arraySync() as number[])[0], 1);
      found.dispose();
    } finally {
      tf.registerGradient(before);
    }
  });

  it('refuses a result above the memory limit, which can be set', () => {
    setDenseLimit(100);
    try {
      assert.equal(denseLimit(), 100);
      assert.throws(() => jacobian(softmax, [1, 2, 3, 4, 5, 6]), DenseTooLargeError);
      assert.throws(() => hessian((x) => tf.sum(x), [1, 2, 3, 4, 5, 6]), /144|0\.000144 MB/u);
    } finally {
      setDenseLimit();
    }
    assert.equal(denseLimit(), 1e9);
  });
});

describe('gradient, vjp, jvp, hessian', () => {
  it('a gradient of a function that is not scalar is refused with the remedy', () => {
    assert.throws(
      () => gradient(softmax, [1, 2]),
      (error) => error instanceof NotScalarError && /jacobian\(\)/u.test(error.message),
    );
  });

  it('vjp and jvp are rows and columns of the Jacobian', () => {
    const f: TensorFunction = (x) => tf.mul(tf.sum(x), tf.square(x));
    assert.deepEqual(numbers(vjp(f, [1, 2], [1, 0])), [1 + 6, 1]);
    assert.deepEqual(numbers(jvp(f, [1, 2], [1, 0])), [7, 4]);
  });

  it('a cotangent or tangent of another shape is refused', () => {
    assert.throws(() => vjp(softmax, [1, 2], [1, 2, 3]), ShapeError);
    assert.throws(() => jvp(softmax, [1, 2], [[1, 2]]), ShapeError);
  });

  it('the Hessian of a linear function is 0, of a product known', () => {
    assert.deepEqual(numbers(hessian((x) => tf.sum(x), [1, 2])), [
      [0, 0],
      [0, 0],
    ]);
    assert.deepEqual(numbers(hessian((x) => tf.prod(x), [2, 0, 3])), [
      [0, 3, 0],
      [3, 0, 2],
      [0, 2, 0],
    ]);
  });
});

describe('what is refused, and gives every tensor back', () => {
  const cases: readonly (readonly [string, () => unknown, new (...given: never[]) => Error, RegExp])[] = [
    ['NaN', () => jacobian(softmax, [1, Number.NaN]), InputError, /\[1\]/u],
    ['a number too large for float32', () => jacobian(softmax, [1e39, 1]), InputError, /3\.4e38/u],
    ['an empty tensor', () => jacobian(softmax, []), InputError, /empty/u],
    ['an uneven array', () => jacobian(softmax, [[1, 2], [3]] as never), InputError, /nested evenly/u],
    ['words', () => jacobian(softmax, ['a'] as never), InputError, /numbers/u],
    ['an argument that is not there', () => jacobian(softmax, [1, 2], 1), InputError, /counted from 0/u],
    ['an output of whole numbers', () => jacobian((x) => tf.cast(x, 'int32'), [1, 2]), OutputError, /int32/u],
    ['an output that is no tensor', () => jacobian((() => [1]) as never, [1, 2]), OutputError, /an array/u],
    [
      'a function of something else',
      () => jacobian(() => tf.ones([2]), [1, 2]),
      NotConnectedError,
      /argument 0/u,
    ],
    [
      'a function that throws',
      () =>
        jacobian(
          (x) => {
            tf.square(x);
            throw new RangeError('mine');
          },
          [1, 2],
        ),
      RangeError,
      /mine/u,
    ],
  ];
  for (const [name, refused, error, says] of cases) {
    it(name, () => {
      assert.throws(refused, (thrown) => thrown instanceof error && says.test(thrown.message));
    });
  }

  it('an int32 tensor, where it is differentiated', () => {
    const whole = tf.tensor1d([1, 2], 'int32');
    const x = tf.tensor1d([1, 2, 3]);
    assert.throws(() => jacobian((k) => tf.cast(k, 'float32'), whole), InputError);
    assert.deepEqual(numbers(jacobian((a, k) => tf.gather(a, k), [x, whole], 0)), [
      [0, 1, 0],
      [0, 0, 1],
    ]);
    tf.dispose([whole, x]);
  });
});
