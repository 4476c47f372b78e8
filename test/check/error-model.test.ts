/**
 * The error model (docs/decisions/0301-error-model.md) at n = 10 and n = 10⁶: rounding is no mistake; a mistake of 10⁻³ in one
 * entry is found wherever it stands above what the verdict says could have been missed.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { backend, ready, type TensorFunction, tf } from '../../src/autograd/index.js';
import {
  checkGradient,
  checkJacobian,
  checkVjp,
  type HandProduct,
  type Verdict,
} from '../../src/check/index.js';
import { randomNumbers } from '../../src/check/random.js';
import {
  chain,
  dense,
  diagonal,
  identity,
  type Jacobian,
  outer,
  selection,
} from '../../src/jacobian/index.js';

before(async () => {
  await ready();
});

/** Numbers between ±size, as float32 holds them. */
function noise(n: number, seed: number, size: number): Float32Array {
  const next = randomNumbers(seed);
  return Float32Array.from({ length: n }, () => size * (2 * next() - 1));
}

function softmaxOf(x: Float32Array): Float64Array {
  const top = x.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(x, (value) => Math.exp(value - top));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((power) => power / total);
}

const softmax: TensorFunction = (x) => tf.softmax(x);

/** What the verdict says could have been missed: the number after "above". */
function missed(verdict: Verdict): { readonly size: number; readonly ofRow: boolean } {
  const says = verdict.witnesses[0]?.says ?? '';
  const found = /above (\d\S*) (of its row|in (?:any|one) entry)/u.exec(says);
  assert.ok(found, says);
  return { size: Number(found[1]), ofRow: found[2] === 'of its row' };
}

describe('n = 10, logits of ±30, probabilities near 0', () => {
  it('each entry off by a thousandth: refuted, or smaller than what is said to be missed', () => {
    let [seen, passed] = [0, 0];
    for (let seed = 1; seed <= 60; seed += 1) {
      const at = noise(10, seed, 30);
      const s = softmaxOf(at);
      const [i, j] = [(seed * 7) % 10, (seed * 3) % 10];
      const row = (k: number): number[] =>
        Array.from(s, (value, m) => (s[k] ?? 0) * ((k === m ? 1 : 0) - value));
      const table = Array.from(s, (_, k) => row(k));
      const right = checkJacobian(table, { of: softmax, at });
      assert.notEqual(right.status, 'refuted', JSON.stringify([...at]));
      const entries = table[i] ?? [];
      const error = 1e-3 * Math.abs(entries[j] ?? 0);
      entries[j] = 1.001 * (entries[j] ?? 0);
      const wrong = checkJacobian(table, { of: softmax, at });
      if (wrong.status === 'refuted') {
        seen += 1;
        assert.deepEqual(wrong.counterexample?.indices, [i, j]);
        continue;
      }
      if (wrong.status === 'undecided') continue;
      passed += 1;
      const { size, ofRow } = missed(wrong);
      const largest = Math.max(...row(i).map(Math.abs));
      assert.ok(error <= 1.5 * size * (ofRow ? largest : 1), `${error} passed; said was ${size}`);
    }
    assert.ok(seen >= 10 && passed >= 1, `${seen} seen, ${passed} passed`);
  });

  it('by probes: what passes is below what the verdict says is always seen', () => {
    let seen = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const at = noise(10, seed, seed % 2 === 0 ? 30 : 3);
      const s = softmaxOf(at);
      const [i, j] = [(seed * 7) % 10, (seed * 3) % 10];
      const product =
        (factor: number): HandProduct =>
        (u) => {
          const g = Float64Array.from(u.dataSync());
          const mean = g.reduce((sum, value, k) => sum + value * (s[k] ?? 0), 0);
          const result = s.map((value, k) => value * ((g[k] ?? 0) - mean));
          const entry = (s[i] ?? 0) * ((i === j ? 1 : 0) - (s[j] ?? 0));
          result[j] = (result[j] ?? 0) + (factor - 1) * entry * (g[i] ?? 0);
          return result;
        };
      assert.notEqual(checkVjp(product(1), { of: softmax, at }).status, 'refuted');
      const wrong = checkVjp(product(1.001), { of: softmax, at });
      const error = 1e-3 * Math.abs((s[i] ?? 0) * ((i === j ? 1 : 0) - (s[j] ?? 0)));
      if (wrong.status === 'refuted') {
        seen += 1;
        assert.deepEqual(wrong.counterexample?.indices, [i, j]);
      } else if (wrong.status === 'agrees') {
        assert.ok(error <= 1.5 * missed(wrong).size, `${error} passed`);
      }
    }
    assert.ok(seen >= 15, String(seen));
  });
});

describe('n = 1,000,000', () => {
  const n = 1_000_000;

  /** Right numbers agree; on WebAssembly, which sums a million numbers in one strand, they are at least not refuted. */
  const isRight = (verdict: Verdict): void => {
    if (backend().name === 'wasm')
      assert.notEqual(verdict.status, 'refuted', JSON.stringify(verdict.witnesses));
    else assert.equal(verdict.status, 'agrees', JSON.stringify(verdict.witnesses));
  };

  /** A planted error is located; on WebAssembly it may drown, and then the verdict says that such an error could be missed. */
  const isFound = (verdict: Verdict, indices: readonly number[], error: number, largest: number): void => {
    if (verdict.status === 'refuted') assert.deepEqual(verdict.counterexample?.indices, indices);
    else {
      assert.equal(backend().name, 'wasm');
      if (verdict.status === 'undecided') return;
      const { size, ofRow } = missed(verdict);
      assert.ok(error <= 1.5 * size * (ofRow ? largest : 1), `${error} passed`);
    }
  };

  it('the gradient of log-sum-exp at logits of ±30: a thousandth of a large entry is found', () => {
    const at = noise(n, 5, 30);
    const of: TensorFunction = (x) => tf.logSumExp(x);
    const s = softmaxOf(at);
    isRight(checkGradient(s, { of, at }));
    const largest = s.indexOf(s.reduce((most, value) => Math.max(most, value), 0));
    const second = s.indexOf(s.reduce((most, value, k) => (k === largest ? most : Math.max(most, value)), 0));
    const planted = (entry: number): Verdict =>
      checkGradient(
        s.map((value, k) => (k === entry ? 1.001 * value : value)),
        { of, at },
      );
    isFound(planted(second), [second], 1e-3 * (s[second] ?? 0), s[largest] ?? 0);
    // At the largest logit autograd has s + (1 − Σ s), whose sum of a million float32 drowns it; the verdict says so.
    const verdict = planted(largest);
    if (verdict.status === 'refuted') assert.deepEqual(verdict.counterexample?.indices, [largest]);
    else if (verdict.status === 'agrees') {
      const { size, ofRow } = missed(verdict);
      assert.ok(1e-3 * (s[largest] ?? 0) <= 1.5 * size * (ofRow ? (s[largest] ?? 0) : 1));
    }
  });

  it('a sum of a million terms, and a mean: rounding of the sum is no mistake', () => {
    const at = noise(n, 9, 1);
    const norm = Math.sqrt(Float64Array.from(at).reduce((sum, value) => sum + value * value, 0));
    const unit = Float64Array.from(at, (value) => value / norm);
    isRight(checkGradient(unit, { of: (x) => tf.sqrt(tf.sum(tf.square(x))), at }));
    const doubled = unit.map((value, k) => (k === 77 ? 1.001 * value : value));
    const verdict = checkGradient(doubled, { of: (x) => tf.sqrt(tf.sum(tf.square(x))), at });
    isFound(verdict, [77], 1e-3 * Math.abs(unit[77] ?? 0), 1 / norm);
  });

  it('softmax by probes at logits of ±30: the largest entry off by a thousandth is located', () => {
    const at = noise(n, 3, 30);
    const s = softmaxOf(at);
    const largest = s.indexOf(s.reduce((most, value) => Math.max(most, value), 0));
    const product =
      (factor: number): HandProduct =>
      (u) => {
        const g = u.dataSync();
        const mean = s.reduce((sum, value, k) => sum + value * (g[k] ?? 0), 0);
        const result = s.map((value, k) => value * ((g[k] ?? 0) - mean));
        const entry = (s[largest] ?? 0) * (1 - (s[largest] ?? 0));
        result[largest] = (result[largest] ?? 0) + (factor - 1) * entry * (g[largest] ?? 0);
        return result;
      };
    isRight(checkVjp(product(1), { of: softmax, at }));
    isFound(
      checkVjp(product(1.001), { of: softmax, at }),
      [largest, largest],
      1e-3 * (s[largest] ?? 0) * (1 - (s[largest] ?? 0)),
      1,
    );
  });
});

describe('right operators with random inputs', () => {
  interface Made {
    readonly of: TensorFunction;
    readonly jacobian: (x: Float32Array) => Jacobian;
    /** The largest input, in size. */
    readonly size: number;
  }

  const weights = (n: number, seed: number): number[][] =>
    Array.from({ length: n }, (_, i) => Array.from(noise(n, 1000 + 31 * seed + i, 1)));

  /** Six kinds of structure, of size n. */
  function kinds(n: number, seed: number): Made[] {
    const w = weights(n, seed);
    const layer: TensorFunction = (x) => tf.tanh(tf.dot(tf.tensor2d(w), x));
    const order = Array.from({ length: n }, (_, k) => (k * 5 + seed) % n);
    const slopes = (x: Float32Array): Float64Array =>
      Float64Array.from(
        w,
        (row) => 1 - Math.tanh(row.reduce((sum, value, k) => sum + value * (x[k] ?? 0), 0)) ** 2,
      );
    const soft = (x: Float32Array): Jacobian => {
      const s = softmaxOf(x);
      return diagonal(s).minus(outer(s, s));
    };
    return [
      { of: softmax, jacobian: soft, size: 30 },
      { of: layer, jacobian: (x) => diagonal(slopes(x)).times(dense(w)), size: 1 },
      {
        of: (x) => tf.softmax(tf.dot(tf.tensor2d(w), x)),
        jacobian: (x) => {
          const z = w.map((row) => row.reduce((sum, value, k) => sum + value * (x[k] ?? 0), 0));
          return chain(soft(Float64Array.from(z) as unknown as Float32Array), dense(w));
        },
        size: 2,
      },
      {
        of: (x) => tf.mul(x, tf.sum(tf.square(x))),
        jacobian: (x) => {
          const square = x.reduce((sum, value) => sum + value * value, 0);
          return identity(n).scale(square).plus(outer(x, x).scale(2));
        },
        size: 3,
      },
      {
        of: (x) => tf.gather(tf.exp(x), tf.tensor1d(order, 'int32')),
        jacobian: (x) => selection(order, n).times(diagonal(Float64Array.from(x, Math.exp))),
        size: 8,
      },
      {
        of: (x) => tf.sub(tf.sigmoid(x), tf.mean(x)),
        jacobian: (x) => {
          const slope = Float64Array.from(x, (value) => 1 / (2 + Math.exp(value) + Math.exp(-value)));
          const ones = new Float64Array(n).fill(1);
          return diagonal(slope).minus(outer(ones, ones).scale(1 / n));
        },
        size: 6,
      },
    ];
  }

  it('1,000 of them, as tables and by probes: none is refuted', () => {
    let count = 0;
    const undecided: number[] = [];
    for (let seed = 1; count < 1000; seed += 1) {
      const n = 2 + ((seed * 7) % 11);
      kinds(n, seed).forEach(({ of, jacobian, size }, kind) => {
        const at = noise(n, seed, size);
        const J = jacobian(at);
        count += 1;
        const verdict =
          (seed + kind) % 5 === 0
            ? checkVjp((u) => J.applyTransposed(u.dataSync()), { of, at })
            : checkJacobian(J, { of, at });
        assert.notEqual(verdict.status, 'refuted', JSON.stringify([kind, seed, verdict.witnesses, [...at]]));
        if (verdict.status === 'undecided') undecided.push(kind);
      });
    }
    assert.ok(undecided.length <= 100, `${undecided.length} undecided`);
  });
});
