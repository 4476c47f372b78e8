/** Dense Jacobians: one batched pass against the row loop, and against JAX (eager and compiled) in the same run, as ratios. */
import { execFileSync } from 'node:child_process';
import { jacobianOfTensors, ready, type TensorFunction, tf } from '../src/autograd/index.js';
import { pythonWith } from './peers/python.js';

const sizes = [10, 100, 1000, 4096];
/** Fewer rounds where each takes seconds. */
const rounds = (n: number): number => (n > 1000 ? 3 : 7);
const jaxVersion = '0.4.38';

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

const program = `
import json, statistics, sys, time
import jax, jax.numpy as jnp
def softmax(x):
    e = jnp.exp(x - jnp.max(x)); return e / jnp.sum(e)
def ratio(x):
    return x / jnp.sum(x)
functions = {'softmax': softmax, 'x / sum x': ratio}
def milliseconds(f, x):
    f(x).block_until_ready()
    times = []
    for _ in range(3 if x.size > 1000 else 7):
        started = time.perf_counter(); f(x).block_until_ready(); times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
result = {}
for name, f in functions.items():
    for n in map(int, sys.argv[1:]):
        x = jnp.linspace(0.3, 2.0, n, dtype=jnp.float32)
        result[f'{name} {n}'] = [milliseconds(jax.jacrev(f), x), milliseconds(jax.jit(jax.jacrev(f)), x)]
print(json.dumps(result))
`;

function jaxTimes(): Record<string, readonly [eager: number, compiled: number]> | undefined {
  const found = pythonWith([`jax[cpu]==${jaxVersion}`]);
  if ('why' in found) {
    console.log(`JAX is left out: ${found.why}.`);
    return undefined;
  }
  const args = ['-c', program, ...sizes.map(String)];
  return JSON.parse(
    execFileSync(found.python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as Record<string, readonly [number, number]>;
}

/** Milliseconds of a computation, the median of some rounds after one to warm up. */
function milliseconds(n: number, compute: () => unknown): number {
  compute();
  return median(
    Array.from({ length: rounds(n) }, () => {
      const started = performance.now();
      compute();
      return performance.now() - started;
    }),
  );
}

const functions: Readonly<Record<string, TensorFunction>> = {
  softmax: (x) => tf.softmax(x),
  'x / sum x': (x) => tf.div(x, tf.sum(x)),
};

console.log(`backend ${(await ready()).name}; milliseconds, medians of 3 to 7 rounds`);
const jax = jaxTimes();
const ratio = (own: number, other: number | undefined): string =>
  other === undefined ? '–' : `${(other / own).toFixed(2)}×`;
for (const [name, f] of Object.entries(functions)) {
  for (const n of sizes) {
    const x = tf.linspace(0.3, 2, n);
    const own = milliseconds(n, () => jacobianOfTensors(f, [x], 0));
    const { method } = jacobianOfTensors(f, [x], 0);
    const rows = milliseconds(n, () => jacobianOfTensors(f, [x], 0, 'rows'));
    const [eager, compiled] = jax?.[`${name} ${n}`] ?? [undefined, undefined];
    console.log(
      `${name.padEnd(10)} n = ${String(n).padEnd(5)} handgrad ${own.toFixed(2)} (${method}), rows ${rows.toFixed(2)}, ` +
        `JAX eager ${eager?.toFixed(2) ?? '–'}, compiled ${compiled?.toFixed(2) ?? '–'}; ` +
        `handgrad is ${ratio(own, rows)} as fast as the rows, ${ratio(own, eager)} as JAX eager, ${ratio(own, compiled)} as JAX compiled`,
    );
    x.dispose();
  }
}
