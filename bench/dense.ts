/** Dense Jacobians against the row loop and the eager and compiled ones of JAX, TensorFlow and HIPS autograd, as ratios. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { jacobian, jacobianOfTensors, ready, type TensorFunction, tf } from '../src/autograd/index.js';
import { pythonWith } from './peers/python.js';

const sizes = [10, 100, 1000, 4096];
/** Fewer rounds where each takes long. */
const rounds = (n: number): number => (n > 1000 ? 3 : 7);
const script = fileURLToPath(new URL('../../bench/peers/dense.py', import.meta.url));

const peers: Readonly<Record<string, readonly string[]>> = {
  jax: ['jax[cpu]==0.4.38'],
  autograd: ['autograd==1.7.0', 'numpy==2.2.6'],
  tensorflow: ['tensorflow-cpu==2.15.1'],
};

/** Milliseconds by function and size, then by way. */
type Times = Readonly<Record<string, Readonly<Record<string, number>>>>;

function peerTimes(peer: string, packages: readonly string[]): Times {
  const found = pythonWith(packages);
  if ('why' in found) {
    console.log(`${peer} is left out: ${found.why}.`);
    return {};
  }
  process.stderr.write(`${peer} …\n`);
  const output = execFileSync(found.python, [script, peer, ...sizes.map(String)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  return JSON.parse(output) as Times;
}

/** Milliseconds of a computation, the median of some rounds after two to warm up. */
function milliseconds(n: number, compute: () => void): number {
  compute();
  compute();
  const times = Array.from({ length: rounds(n) }, () => {
    const started = performance.now();
    compute();
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

const functions: Readonly<Record<string, TensorFunction>> = {
  softmax: (x) => tf.softmax(x),
  'x / sum x': (x) => tf.div(x, tf.sum(x)),
};

console.log(
  `backend ${(await ready()).name}; milliseconds, medians of 3 to 7 rounds; ×: times handgrad's, more is slower`,
);
const found = Object.entries(peers).map(([peer, packages]) => peerTimes(peer, packages));
for (const [name, f] of Object.entries(functions)) {
  for (const n of sizes) {
    const x = tf.linspace(0.3, 2, n);
    const own = milliseconds(n, () => jacobian(f, x).dispose());
    const numbers = milliseconds(n, () => void jacobianOfTensors(f, [x], 0));
    const { method } = jacobianOfTensors(f, [x], 0);
    const others: Record<string, number> = {
      'the same as numbers': numbers,
      'row by row': milliseconds(n, () => void jacobianOfTensors(f, [x], 0, 'rows')),
    };
    for (const times of found) Object.assign(others, times[`${name} ${n}`]);
    console.log(`${name}, n = ${n}: ${own.toFixed(2)} (${method})`);
    for (const [way, time] of Object.entries(others)) {
      console.log(`    ${way.padEnd(24)} ${time.toFixed(2).padStart(10)}   ${(time / own).toFixed(2)}×`);
    }
    x.dispose();
  }
}
