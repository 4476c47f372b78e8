/** Softmax's Jacobian as an operator, n = 10² … 10⁶: build and apply against a plain copy of as many bytes, and peak memory. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { given } from '../src/derivation/index.js';
import { diagonal, type Jacobian, outer } from '../src/jacobian/index.js';

const sizes = [1e2, 1e3, 1e4, 1e5, 1e6];

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** So often that a measurement is longer than the clock's grain. */
const repeats = (n: number): number => Math.max(1, Math.round(2e5 / n));

function microseconds(n: number, compute: () => unknown): number {
  const times = repeats(n);
  const started = performance.now();
  for (let k = 0; k < times; k += 1) compute();
  return ((performance.now() - started) * 1000) / times;
}

/** Numbers of one size, in a process of its own, so that its peak memory is its own too. */
interface Measured {
  readonly apply: number;
  readonly applyByHand: number;
  readonly moved: number;
  readonly copied: number;
  readonly build: number;
  readonly buildByHand: number;
  readonly held: number;
  readonly peak: number;
}

/** The formula's operator, the one built by hand, and copies, taken in turn: what disturbs one disturbs all. */
function measure(n: number): Measured {
  const scope = given({ x: ['n'] });
  scope.define('s_i = exp(x_i) / Σ_k exp(x_k)');
  const formula = scope.differentiate('∂s_i/∂x_j');
  const x = { data: Float64Array.from({ length: n }, (_, k) => Math.sin(k)), shape: [n] };
  const s = scope.evaluate('s_i', { x }).data;
  const v = Float64Array.from({ length: n }, (_, k) => Math.cos(k));
  const byFormula = (): Jacobian => formula.operator({ x });
  const byHand = (): Jacobian => diagonal(s).minus(outer(s, s));
  const [J, H] = [byFormula(), byHand()];
  // s and v are read, the result is written: 24 bytes for each n. A copy that moves as many reads 12 n and writes 12 n.
  const moved = new Float64Array(Math.ceil(1.5 * n)).fill(1);
  const copied = new Float64Array(3 * n).fill(1);
  const rounds = Array.from({ length: n > 1e5 ? 15 : 41 }, () => ({
    apply: microseconds(n, () => J.apply(v)),
    applyByHand: microseconds(n, () => H.apply(v)),
    moved: microseconds(n, () => moved.slice()),
    copied: microseconds(n, () => copied.slice()),
    build: microseconds(n * 10, byFormula),
    buildByHand: microseconds(n, byHand),
  }));
  const of = (name: keyof (typeof rounds)[number]): number => median(rounds.map((round) => round[name]));
  globalThis.gc?.();
  globalThis.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  const kept = byFormula();
  globalThis.gc?.();
  const held = process.memoryUsage().arrayBuffers - before;
  return {
    apply: of('apply'),
    applyByHand: of('applyByHand'),
    moved: of('moved'),
    copied: of('copied'),
    build: of('build'),
    buildByHand: of('buildByHand'),
    held: kept.rows === n ? held : Number.NaN,
    peak: process.resourceUsage().maxRSS * 1024,
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const number = (value: number): string =>
  value < 1000 ? `${value.toPrecision(3)} µs` : `${(value / 1000).toPrecision(3)} ms`;

const asked = Number(process.argv[2]);
if (asked > 0) {
  console.log(JSON.stringify(measure(asked)));
} else {
  console.log('diag(s) − s sᵀ; medians of interleaved rounds; a copy "moves" what it reads and writes');
  for (const n of sizes) {
    const program = fileURLToPath(import.meta.url);
    const text = execFileSync(process.execPath, ['--expose-gc', program, String(n)], { encoding: 'utf8' });
    const found = JSON.parse(text) as Measured;
    const { apply, moved, copied } = found;
    console.log(
      `n = ${n.toExponential(0)}: apply ${number(apply)} (built by hand ${number(found.applyByHand)}), ` +
        `${(apply / moved).toFixed(2)} times a copy that moves 24 n bytes, ${(apply / copied).toFixed(2)} times a copy of 24 n bytes; ` +
        `build from the formula ${number(found.build)}, by hand ${number(found.buildByHand)}; ` +
        `holds ${megabytes(found.held)} (the table: ${megabytes(8 * n * n)}), peak of the process ${megabytes(found.peak)}`,
    );
  }
}
