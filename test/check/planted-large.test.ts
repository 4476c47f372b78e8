/** Mistakes planted in a Jacobian of 128,000 × 128,000, which nobody can write out: found, located, and named. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { backend, ready, type TensorFunction, tf } from '../../src/autograd/index.js';
import { checkJacobian, checkJvp, checkVjp, type HandProduct, type Verdict } from '../../src/check/index.js';
import type { JacobianOperator } from '../../src/jacobian/index.js';

const n = 128_000;
const at = Float32Array.from({ length: n }, (_, k) => 3 * Math.sin(k * 7.3));
let s = new Float32Array(0);
let largest = 0;
before(async () => {
  await ready();
  s = Float32Array.from(tf.tidy(() => tf.softmax(tf.tensor1d(at)).dataSync() as Float32Array));
  largest = s.indexOf(s.reduce((most, value) => Math.max(most, value), 0));
});

const softmax: TensorFunction = (x) => tf.softmax(x);
const right: HandProduct = (u, x) => {
  const p = tf.softmax(x);
  return tf.mul(p, tf.sub(u, tf.sum(tf.mul(u, p))));
};
const entryOf = (i: number, j: number): number => (s[i] ?? 0) * ((i === j ? 1 : 0) - (s[j] ?? 0));

/** The right product, with rows of the Jacobian multiplied. */
const rowTimes =
  (row: number, factor: number): HandProduct =>
  (u, x) => {
    const weight = (u.dataSync()[row] ?? 0) * (factor - 1);
    const gradient = (right(u, x) as tf.Tensor).dataSync();
    return Float32Array.from(gradient, (value, j) => value + weight * entryOf(row, j));
  };

/** The right product, with one entry of the Jacobian changed. */
const entryTimes =
  (i: number, j: number, factor: number): HandProduct =>
  (u, x) => {
    const gradient = Float32Array.from((right(u, x) as tf.Tensor).dataSync());
    gradient[j] = (gradient[j] ?? 0) + (factor - 1) * entryOf(i, j) * (u.dataSync()[i] ?? 0);
    return gradient;
  };

const columnTimes =
  (column: number, factor: number): HandProduct =>
  (u, x) => {
    const gradient = Float32Array.from((right(u, x) as tf.Tensor).dataSync());
    gradient[column] = (gradient[column] ?? 0) * factor;
    return gradient;
  };

const check = (hand: HandProduct): Verdict => checkVjp(hand, { of: softmax, at });

function refuted(verdict: Verdict, mistake: string, message: RegExp, indices?: readonly number[]): void {
  assert.equal(verdict.status, 'refuted');
  assert.equal(verdict.diagnoses[0]?.mistake, mistake, JSON.stringify(verdict.diagnoses));
  assert.match(verdict.diagnoses[0].message, message);
  if (indices !== undefined) assert.deepEqual(verdict.counterexample?.indices, indices);
}

describe('softmax of 128,000', () => {
  it('right agrees, and the verdict says what would have been seen', () => {
    const verdict = check(right);
    assert.equal(verdict.status, 'agrees');
    // WebAssembly sums in one strand: over 128,000 numbers its rounding is larger than that, as the verdict says.
    if (backend().name === 'wasm') return;
    const above = /an error above (\S+) in one entry/u.exec(verdict.witnesses[0]?.says ?? '')?.[1];
    assert.ok(Number(above) < 1e-3 * (s[largest] ?? 0), above);
  });

  it('one entry on the diagonal off by a thousandth, where it is largest', () => {
    const verdict = check(entryTimes(largest, largest, 1.001));
    refuted(verdict, 'unrelated', /Only the entry \[\d+, \d+\].*1\.001 times.*Every other entry agrees/u, [
      largest,
      largest,
    ]);
  });

  it('one entry off the diagonal lost', (t) => {
    if (backend().name === 'wasm') {
      t.skip('below the rounding of WebAssembly');
      return;
    }
    refuted(check(entryTimes(largest, 5, 0)), 'unrelated', /it is 0 and should not be/u, [largest, 5]);
  });

  it('a row lost, negated, doubled', () => {
    const row = 777;
    refuted(check(rowTimes(row, 0)), 'lost-term', /Only row 777 deviates.*lost/u);
    refuted(check(rowTimes(row, -1)), 'sign-of-term', /Only row 777/u);
    refuted(check(rowTimes(row, 2)), 'constant-factor', /Only row 777.*2 times/u);
  });

  it('a column lost, halved', () => {
    refuted(check(columnTimes(99, 0)), 'lost-term', /Only column 99 .*lost/u);
    refuted(check(columnTimes(99, 0.5)), 'constant-factor', /Only column 99 .*1\/2 times/u);
  });

  const everywhere: readonly (readonly [string, string, HandProduct])[] = [
    ['sign', 'sign', (u, x) => tf.neg(right(u, x) as tf.Tensor)],
    ['twice', 'constant-factor', (u, x) => tf.mul(2, right(u, x) as tf.Tensor)],
    [
      'only the diagonal',
      'diagonal-only',
      (u, x) => {
        const p = tf.softmax(x);
        return tf.mul(u, tf.mul(p, tf.sub(1, p)));
      },
    ],
    [
      'δ taken as 1',
      'delta-replaced-by-one',
      (u, x) => {
        const p = tf.softmax(x);
        return tf.mul(tf.sum(tf.mul(u, p)), tf.sub(1, p));
      },
    ],
    [
      'the diagonal term lost',
      'lost-term',
      (u, x) => {
        const p = tf.softmax(x);
        return tf.neg(tf.mul(tf.sum(tf.mul(u, p)), p));
      },
    ],
    ['a factor lost in the sum', 'lost-factor', (u, x) => tf.mul(tf.softmax(x), tf.sub(u, tf.sum(u)))],
  ];
  for (const [name, mistake, hand] of everywhere)
    it(name, () => {
      refuted(check(hand), mistake, /./u);
    });

  it('from tangents too', (t) => {
    if (backend().name === 'wasm') {
      t.skip('below the rounding of WebAssembly');
      return;
    }
    const verdict = checkJvp(entryTimes(largest, 5, 0), { of: softmax, at });
    refuted(verdict, 'unrelated', /Only the entry/u, [5, largest]);
  });
});

describe('8,000 blocks of 16 × 16', () => {
  const blocks = n / 16;
  const entries = Float32Array.from({ length: n * 16 }, (_, k) => Math.sin(k * 1.7) + 0.3);
  const layer = (values: Float32Array, turned: boolean): TensorFunction => {
    return (x) =>
      tf.reshape(tf.matMul(tf.tensor3d(values, [blocks, 16, 16]), tf.reshape(x, [blocks, 16, 1]), turned), [
        n,
      ]);
  };
  const of = layer(entries, false);

  it('right agrees; all transposed is called so', () => {
    assert.equal(checkVjp(layer(entries, true), { of, at }).status, 'agrees');
    refuted(checkVjp(layer(entries, false), { of, at }), 'transposed', /J u/u);
  });

  it('one block transposed is found and located', () => {
    const wrong = Float32Array.from(entries);
    for (let i = 0; i < 16; i += 1)
      for (let j = 0; j < 16; j += 1) wrong[4000 * 256 + i * 16 + j] = entries[4000 * 256 + j * 16 + i] ?? 0;
    const verdict = checkVjp(layer(wrong, true), { of, at });
    refuted(verdict, 'transposed', /rows 64000 … 64015 deviate, in columns 64000 … 64015; all else agrees/u);
    assert.equal(Math.floor((verdict.counterexample?.indices[0] ?? 0) / 16), 4000);
  });
});

describe('an operator of 128,000 × 128,000', () => {
  const operator = (factor: number): JacobianOperator => {
    const apply = (v: ArrayLike<number>): Float64Array => {
      const mean = s.reduce((sum, value, k) => sum + value * (v[k] ?? 0), 0);
      const wrong = (k: number): number => (k === largest ? (factor - 1) * entryOf(k, k) * (v[k] ?? 0) : 0);
      return Float64Array.from(s, (value, k) => value * ((v[k] ?? 0) - mean) + wrong(k));
    };
    const toDense = (): number[][] => {
      throw new RangeError('never');
    };
    return { rows: n, columns: n, apply, applyTransposed: apply, toDense };
  };

  it('right agrees; one entry off by a thousandth is located', () => {
    assert.equal(checkJacobian(operator(1), { of: softmax, at }).status, 'agrees');
    refuted(checkJacobian(operator(1.001), { of: softmax, at }), 'unrelated', /1\.001 times/u, [
      largest,
      largest,
    ]);
  });

  it('a transposed operator is called so', () => {
    const shift: TensorFunction = (x) => tf.concat([tf.slice(x, 1), tf.mul(2, tf.slice(x, 0, 1))]);
    const forward = (v: ArrayLike<number>): Float64Array =>
      Float64Array.from({ length: n }, (_, k) => (k === n - 1 ? 2 * (v[0] ?? 0) : (v[k + 1] ?? 0)));
    const back = (u: ArrayLike<number>): Float64Array =>
      Float64Array.from({ length: n }, (_, k) => (k === 0 ? 2 * (u[n - 1] ?? 0) : (u[k - 1] ?? 0)));
    const toDense = (): number[][] => [];
    const made = { rows: n, columns: n, apply: forward, applyTransposed: back, toDense };
    assert.equal(checkJacobian(made, { of: shift, at }).status, 'agrees');
    const turned = { ...made, apply: back, applyTransposed: forward };
    refuted(checkJacobian(turned, { of: shift, at }), 'transposed', /transpose/u);
  });
});
