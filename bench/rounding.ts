/** How the rounding bound fits: right answers in float64 against autograd's float32. See docs/decisions/0301-error-model.md. */
// For each function, size and set of points the largest deviation in relation to its bound (above 1 would be a false alarm),
// and how large a mistake could pass. HANDGRAD_BACKEND=cpu, wasm or tensorflow chooses the backend.
import { ready, type TensorFunction, tf } from '../src/autograd/index.js';
import { checkGradient, checkVjp, type Verdict } from '../src/check/index.js';

const sum = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (a, b) => (a as number) + (b as number), 0) as number;

/** Numbers between −1 and 1 that look random and are the same each time; as float32 holds them. */
function noise(n: number, seed: number): Float32Array {
  let bits = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return Float32Array.from({ length: n }, () => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return (bits >>> 0) / 2 ** 31 - 1;
  });
}

function softmax(x: Float32Array): Float64Array {
  const largest = x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(x, (value) => Math.exp(value - largest));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

interface Case {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly scale: number;
  readonly of: TensorFunction;
  readonly gradient: (x: Float32Array) => ArrayLike<number>;
}

const small = [10, 1000];
const all = [10, 1000, 1_000_000];
const mean = (x: Float32Array): number => sum(x) / x.length;

const cases: readonly Case[] = [
  { name: 'log-sum-exp, logits ±3', sizes: all, scale: 3, of: (x) => tf.logSumExp(x), gradient: softmax },
  { name: 'log-sum-exp, logits ±30', sizes: all, scale: 30, of: (x) => tf.logSumExp(x), gradient: softmax },
  {
    name: 'cross-entropy by logSoftmax, ±30',
    sizes: all,
    scale: 30,
    of: (x) => tf.neg(tf.slice(tf.logSoftmax(x), [1], [1]).sum()),
    gradient: (x) => softmax(x).map((s, k) => s - (k === 1 ? 1 : 0)),
  },
  {
    name: 'cross-entropy by log(softmax), ±3',
    sizes: small,
    scale: 3,
    of: (x) => tf.neg(tf.slice(tf.log(tf.softmax(x)), [1], [1]).sum()),
    gradient: (x) => softmax(x).map((s, k) => s - (k === 1 ? 1 : 0)),
  },
  {
    name: 'sum of softmax (0)',
    sizes: all,
    scale: 3,
    of: (x) => tf.sum(tf.softmax(x)),
    gradient: (x) => new Float64Array(x.length),
  },
  {
    name: 'norm',
    sizes: all,
    scale: 1,
    of: (x) => tf.norm(x),
    gradient: (x) => {
      const r = Math.sqrt(sum(Float64Array.from(x, (v) => v * v)));
      return Float64Array.from(x, (v) => v / r);
    },
  },
  {
    name: 'variance of numbers about 100',
    sizes: all,
    scale: 1,
    of: (x) => tf.moments(tf.add(x, 100)).variance,
    gradient: (x) => {
      const m = mean(x);
      return Float64Array.from(x, (v) => (2 / x.length) * (v - m));
    },
  },
  {
    name: 'product',
    sizes: [10, 30],
    scale: 1.5,
    of: (x) => tf.prod(x),
    gradient: (x) => x.map((_, k) => x.reduce((p, v, j) => (j === k ? p : p * v), 1)),
  },
  {
    name: 'sum of sin(x²)',
    sizes: all,
    scale: 4,
    of: (x) => tf.sum(tf.sin(tf.square(x))),
    gradient: (x) => Float64Array.from(x, (v) => 2 * v * Math.cos(v * v)),
  },
  {
    name: 'sigmoid at ±20',
    sizes: all,
    scale: 20,
    of: (x) => tf.sum(tf.sigmoid(x)),
    gradient: (x) => Float64Array.from(x, (v) => 1 / (2 + Math.exp(v) + Math.exp(-v))),
  },
  {
    name: 'tanh at ±10',
    sizes: all,
    scale: 10,
    of: (x) => tf.sum(tf.tanh(x)),
    gradient: (x) => Float64Array.from(x, (v) => 1 / Math.cosh(v) ** 2),
  },
  {
    name: '1 − cos x, small x',
    sizes: small,
    scale: 1e-3,
    of: (x) => tf.sum(tf.sub(1, tf.cos(x))),
    gradient: (x) => Float64Array.from(x, (v) => Math.sin(v)),
  },
];

function report(name: string, n: number, verdicts: readonly Verdict[]): void {
  const ratios = verdicts.map(
    ({ witnesses: [witness] }) => (witness?.error ?? 0) / (witness?.tolerance ?? Number.NaN),
  );
  const statuses = [...new Set(verdicts.map(({ status }) => status))].join(', ');
  const seen = verdicts
    .map(({ witnesses: [witness] }) => /above (\S+) of/u.exec(witness?.says ?? '')?.[1] ?? '')
    .at(0);
  const worst = Math.max(...ratios);
  console.log(
    `${name.padEnd(36)} n = ${String(n).padEnd(8)} ${statuses.padEnd(10)} worst error/bound ${worst.toFixed(3)}  could pass ${seen}`,
  );
}

console.log(`backend ${(await ready()).name}`);
for (const { name, sizes, scale, of, gradient } of cases) {
  for (const n of sizes) {
    const runs = n > 10_000 ? 1 : 20;
    const verdicts = Array.from({ length: runs }, (_, seed) => {
      const at = noise(n, seed + 1).map((value) => value * scale);
      return checkGradient({ data: Float64Array.from(gradient(at)), shape: [n] }, { of, at });
    });
    report(name, n, verdicts);
  }
}

/** A linear layer, tanh, and a linear layer, by its hand-written backward pass in float64. */
const [inputs, hidden] = [300, 200];
const verdicts = Array.from({ length: 5 }, (_, seed) => {
  const W = noise(inputs * hidden, seed + 50);
  const x = noise(inputs, seed + 70);
  const of: TensorFunction = (v) => tf.tanh(tf.dot(tf.tensor2d(W, [hidden, inputs]), v));
  const forward = Array.from({ length: hidden }, (__, i) =>
    Math.tanh(sum(x.map((v, j) => v * (W[i * inputs + j] ?? 0)))),
  );
  return checkVjp(
    (u) => {
      const weights = u.dataSync();
      return Float64Array.from({ length: inputs }, (__, j) =>
        sum(forward.map((y, i) => (weights[i] ?? 0) * (1 - y * y) * (W[i * inputs + j] ?? 0))),
      );
    },
    { of, at: x },
  );
});
report('tanh of a linear layer, uᵀJ', inputs, verdicts);
