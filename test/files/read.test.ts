/** Files that NumPy and safetensors wrote (fixtures/make.py says how). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tf } from '../../src/autograd/index.js';
import { checkGradient } from '../../src/check/index.js';
import { readTensors, TensorFileError } from '../../src/files/index.js';
import { root } from '../project/places.js';

const fixture = (name: string): string => join(root, 'test/files/fixtures', name);
const shape = [2, 3, 4];
const quarters = Array.from({ length: 24 }, (_, k) => (k - 11) / 4);
const whole = Array.from({ length: 24 }, (_, k) => k);

describe('readTensors of what NumPy wrote', () => {
  const floats: readonly (readonly [string, string, number])[] = [
    ['f4', 'float32', 4],
    ['f4-big', 'float32', 4],
    ['f8', 'float64', 8],
    ['f8-big', 'float64', 8],
    ['f2', 'float16', 4],
    ['f2-big', 'float16', 4],
    ['bfloat16', 'bfloat16', 4],
    ['fortran', 'float32', 4],
  ];
  for (const [name, dtype, bytes] of floats) {
    it(`${name}.npy`, () => {
      const tensor = readTensors(fixture(`${name}.npy`)).get();
      assert.deepEqual(tensor.shape, shape);
      assert.equal(tensor.dtype, dtype);
      assert.equal(tensor.data.BYTES_PER_ELEMENT, bytes);
      assert.deepEqual(Array.from(tensor.data), quarters);
    });
  }

  for (const name of ['i1', 'i2', 'i2-big', 'i4', 'i8', 'i8-big', 'u1', 'u2', 'u4', 'u8']) {
    it(`${name}.npy`, () => {
      const { data } = readTensors(fixture(`${name}.npy`)).get(name, { shape });
      assert.ok(data instanceof Int32Array);
      assert.deepEqual(Array.from(data), whole);
    });
  }

  it('bool, rank 0, and half precision at its ends', () => {
    const truths = readTensors(fixture('b1.npy')).get();
    assert.deepEqual(
      Array.from(truths.data),
      whole.map((k) => (k % 3 === 0 ? 1 : 0)),
    );
    const scalar = readTensors(fixture('scalar.npy')).get();
    assert.deepEqual([scalar.shape, Array.from(scalar.data)], [[], [3.5]]);
    const half = Array.from(readTensors(fixture('half-special.npy')).get().data);
    assert.deepEqual(half.slice(0, 2), [0, -0]);
    assert.deepEqual(half.slice(2, 4), [2 ** -24, 168 * 2 ** -24]);
    assert.deepEqual(half.slice(4), [65504, Infinity, -Infinity, Number.NaN]);
  });

  it('whole numbers that int32 cannot hold become float64; those that float64 cannot hold are refused', () => {
    const { data } = readTensors(fixture('beyond-int32.npy')).get();
    assert.deepEqual([data instanceof Float64Array, Array.from(data)], [true, [2 ** 40, -1]]);
    assert.throws(() => readTensors(fixture('large-whole.npy')).get(), {
      name: 'TensorFileError',
      message: /9007199254740993.*float64/su,
    });
  });

  for (const name of ['stored.npz', 'deflated.npz']) {
    it(name, () => {
      const file = readTensors(fixture(name));
      assert.deepEqual([file.format, file.names], ['npz', ['x', 'dx']]);
      assert.deepEqual(Array.from(file.get('x', { dtype: 'float64', shape }).data), quarters);
      assert.equal(file.get('dx').dtype, 'float32');
    });
  }

  for (const [name, says] of [
    ['object', /pickle.*never/su],
    ['complex', /\.real and \.imag/u],
    ['structured', /structured/u],
    ['text', /real numbers/u],
  ] as const) {
    it(`${name}.npy is refused, with the remedy`, () => {
      assert.throws(() => readTensors(fixture(`${name}.npy`)), { name: 'TensorFileError', message: says });
    });
  }
});

describe('readTensors of what safetensors wrote', () => {
  const file = readTensors(fixture('all.safetensors'));
  it('every type, by name', () => {
    assert.equal(file.format, 'safetensors');
    assert.deepEqual([...file.names].sort(), ['brain', 'double', 'half', 'whole', 'x']);
    for (const name of ['x', 'half', 'double', 'brain'])
      assert.deepEqual(Array.from(file.get(name).data), quarters);
    assert.deepEqual(Array.from(file.get('whole').data), whole);
    assert.equal(file.get('brain').dtype, 'bfloat16');
    assert.equal(file.get('half').dtype, 'float16');
  });

  it('what was expected is held against what is there', () => {
    assert.throws(() => file.get('x', { shape: [6, 4] }), /\[2,3,4\]; \[6,4\] was expected/u);
    assert.throws(() => file.get('half', { dtype: 'float32' }), /float16; float32 was expected/u);
    assert.throws(() => file.get('dx'), /no tensor 'dx'.*x, half|brain/u);
    assert.throws(() => file.get(), TensorFileError);
  });
});

describe('a gradient made elsewhere is checked here', () => {
  const x = readTensors(fixture('all.safetensors')).get('x');
  const loss = (v: tf.Tensor): tf.Tensor => tf.sum(tf.square(v));
  const halved = (dtype: string) => ({ ...x, dtype, data: x.data.map((value) => 2 * value) });

  it('read as the point and as the hand-built gradient', () => {
    assert.equal(checkGradient(halved('float32'), { of: loss, at: x }).status, 'agrees');
    assert.equal(checkGradient(x, { of: loss, at: x }).diagnoses[0]?.mistake, 'constant-factor');
  });

  it('half precision is allowed its own rounding, and no more', () => {
    const third = (v: tf.Tensor): tf.Tensor => tf.div(tf.sum(v), 3);
    const given = (value: number, dtype: string) => ({
      shape,
      dtype,
      data: new Float32Array(24).fill(value),
    });
    const nearest = 0.333251953125; // 1/3 in float16
    assert.equal(checkGradient(given(nearest, 'float16'), { of: third, at: x }).status, 'agrees');
    assert.equal(checkGradient(given(nearest, 'float32'), { of: third, at: x }).status, 'refuted');
    assert.equal(checkGradient(given(0.333984375, 'bfloat16'), { of: third, at: x }).status, 'agrees');
    assert.equal(checkGradient(given(0.34, 'bfloat16'), { of: third, at: x }).status, 'refuted');
    assert.match(
      checkGradient(given(0.333984375, 'bfloat16'), { of: third, at: x }).witnesses[0]?.says ?? '',
      /bfloat16/u,
    );
  });

  it('several arguments, of which one holds whole numbers', () => {
    const rows = { shape: [2], data: Int32Array.of(1, 0) };
    const table = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const of = (w: tf.Tensor, k: tf.Tensor): tf.Tensor =>
      tf.sum(
        tf.mul(
          tf.gather(w, k as tf.Tensor1D),
          tf.tensor2d([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        ),
      );
    const verdict = checkGradient(
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
      { of, at: [table, rows] },
    );
    assert.equal(verdict.status, 'agrees');
  });
});
