/** Checks without the matrix, n = 10² … 10⁶: softmax's operator, its VJP, cross-entropy's gradient; time and peak memory. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ready, tf, vjp } from '../src/autograd/index.js';
import { checkGradient, checkJacobian, checkVjp } from '../src/check/index.js';
import { diagonal, outer } from '../src/jacobian/index.js';

const sizes = [1e2, 1e3, 1e4, 128_000, 1e6];
const rounds = 5;

interface Measured {
  readonly operator: number;
  readonly product: number;
  readonly loss: number;
  /** One backward pass of autograd alone, which no check can do without. */
  readonly pass: number;
  /** Bytes: the most that the process held, and what it held before the first check. */
  readonly peak: number;
  readonly before: number;
}

function milliseconds(compute: () => unknown): number {
  compute();
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    compute();
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function softmax(x: Float64Array): Float64Array {
  const largest = x.reduce((a, b) => Math.max(a, b));
  const powers = x.map((entry) => Math.exp(entry - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((entry) => entry / sum);
}

async function measure(n: number): Promise<Measured> {
  await ready();
  const before = process.memoryUsage.rss();
  const x = Float64Array.from({ length: n }, (_, k) => 3 * Math.sin(k * k));
  const at = Float32Array.from(x);
  const s = softmax(Float64Array.from(at));
  const t = Float64Array.from({ length: n }, (_, k) => (k === 7 ? 1 : 0));
  const target = tf.tensor1d(Float32Array.from(t));
  const of = (input: tf.Tensor): tf.Tensor => tf.softmax(input);
  const loss = (input: tf.Tensor): tf.Tensor => tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(input))));
  const expected = (verdict: { readonly status: string }): void => {
    if (verdict.status !== 'agrees') throw new Error(`n = ${n}: ${verdict.status}`);
  };
  const backward = (u: tf.Tensor, input: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const y = tf.softmax(input);
      return tf.mul(y, tf.sub(u, tf.sum(tf.mul(u, y))));
    });
  return {
    operator: milliseconds(() => expected(checkJacobian(diagonal(s).minus(outer(s, s)), { of, at }))),
    product: milliseconds(() => expected(checkVjp(backward, { of, at }))),
    loss: milliseconds(() =>
      expected(
        checkGradient(
          s.map((entry, k) => entry - (t[k] ?? 0)),
          { of: loss, at },
        ),
      ),
    ),
    pass: milliseconds(() => vjp(of, at, at).dispose()),
    peak: process.resourceUsage().maxRSS * 1024,
    before,
  };
}

const asked = process.argv[2];
if (asked !== undefined) {
  console.log(JSON.stringify(await measure(Number(asked))));
} else {
  console.log(
    `softmax; medians of ${rounds} rounds, each size in a process of its own; in brackets: times one backward pass of autograd`,
  );
  for (const n of sizes) {
    const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), String(n)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const found = JSON.parse(output) as Measured;
    const shown = (time: number): string => `${time.toFixed(1)} ms (${(time / found.pass).toFixed(0)})`;
    console.log(
      `n = ${String(n).padEnd(8)} operator ${shown(found.operator)}, VJP ${shown(found.product)}, cross-entropy's gradient ${shown(found.loss)}; ` +
        `peak ${(found.peak / 1e6).toFixed(0)} MB, ${(found.before / 1e6).toFixed(0)} before; the dense Jacobian: ${((4 * n * n) / 1e9).toPrecision(2)} GB`,
    );
  }
}
