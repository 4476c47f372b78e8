import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { ready, type TensorFunction, tf } from '../../src/autograd/index.js';
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
type Operation = TensorFunction;

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

/**
 * A WebAssembly module of one function (f64) → f64, x ↦ x² + x/2, written out byte by byte:
 * (module (func (export "f") (param f64) (result f64) local.get 0 local.get 0 f64.mul local.get 0 f64.const 0.5 f64.mul f64.add))
 */
const assembled = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7c, 0x01, 0x7c], // one type: (f64) → f64
  ...[0x03, 0x02, 0x01, 0x00], // one function of it
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // exported as "f"
  ...[0x0a, 0x16, 0x01, 0x14, 0x00, 0x20, 0x00, 0x20, 0x00, 0xa2, 0x20, 0x00], // local.get 0 twice, f64.mul, local.get 0
  ...[0x44, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xe0, 0x3f, 0xa2, 0xa0, 0x0b], // f64.const 0.5, f64.mul, f64.add, end
);

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

function inWebAssembly(): (x: number) => number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembled));
  return exports.f as (x: number) => number;
}

/** The module's function on tensors, with `slope` for its derivative. */
function fromWebAssembly(slope: (x: tf.Tensor) => tf.Tensor): Operation {
  const f = inWebAssembly();
  return tf.customGrad(((x: tf.Tensor, save: Save) => {
    save([x]);
    return {
      value: tf.tensor(Float32Array.from(x.dataSync(), f), x.shape),
      gradFunc: (dy: tf.Tensor, [at]: tf.Tensor[]) => tf.mul(dy, slope(at as tf.Tensor)),
    };
  }) as never) as Operation;
}

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

  it('a function from WebAssembly, over several shapes and seeds; second order on request', () => {
    const right = fromWebAssembly((x) => tf.add(tf.mul(2, x), 0.5));
    const verdict = checkCustomGradient(right, { shapes: [[[1]], [[7]], [[3, 2]], [[2, 2, 2]]], seeds: 2 });
    assert.equal(verdict.status, 'agrees', JSON.stringify(verdict.witnesses));
    assert.match(verdict.witnesses[0]?.says ?? '', /^8 points, 1 derivative at each; at the last: agrees/u);
    assert.equal(checkCustomGradient(right, { shapes: [[5]], order: 2 }).status, 'agrees');
    const lost = checkCustomGradient(
      fromWebAssembly((x) => tf.mul(2, x)),
      { shapes: [[7]] },
    );
    assert.equal(lost.status, 'refuted');
    const doubled = checkCustomGradient(
      fromWebAssembly((x) => tf.add(tf.mul(4, x), 1)),
      { shapes: [[7]] },
    );
    assert.equal(doubled.diagnoses[0]?.mistake, 'constant-factor', JSON.stringify(doubled));
  });

  it('numbers in, numbers out: forward and backward given as they are', () => {
    const f = inWebAssembly();
    const made = (factor: number): Parameters<typeof checkCustomGradient>[0] => ({
      // y_i = f(x_i) Σ_k w_k, of two arguments of different sizes
      forward: (x, w) => {
        const total = w.reduce((sum, value) => sum + value, 0);
        return x.map((value) => f(value) * total);
      },
      backward: (u, x, w) => {
        const total = w.reduce((sum, value) => sum + value, 0);
        const weight = u.reduce((sum, value, k) => sum + value * f(x[k] ?? 0), 0);
        return [u.map((value, k) => value * (2 * (x[k] ?? 0) + 0.5) * total), w.map(() => factor * weight)];
      },
    });
    const shapes = [[3, 2], [4]];
    assert.equal(checkCustomGradient(made(1), { shapes }).status, 'agrees');
    const verdict = checkCustomGradient(made(0.5), { shapes });
    assert.equal(verdict.diagnoses[0]?.mistake, 'constant-factor', JSON.stringify(verdict));
    assert.match(verdict.claim, /shape \[4\]/u);
    const short = { forward: (x: Float64Array) => x, backward: () => [[1]] };
    assert.throws(() => checkCustomGradient(short, { shapes: [[3]] }), /1 numbers; the shape \[3\] needs 3/u);
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
