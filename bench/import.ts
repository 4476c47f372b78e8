/** How long importing handgrad takes, against an empty program and against importing TensorFlow.js. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = 9;
const root = fileURLToPath(new URL('../../', import.meta.url));

const programs = {
  'an empty program': '',
  "import 'handgrad'": "import 'handgrad'",
  "import '@tensorflow/tfjs'": "import '@tensorflow/tfjs'",
};

/** Milliseconds from the start of a process to its end. */
function milliseconds(code: string): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  if (status !== 0) throw new Error(stderr.toString());
  return performance.now() - started;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const times = new Map<string, number[]>(Object.keys(programs).map((name) => [name, []]));
// Interleaved, so that a machine that is busy for a while slows all of them.
for (let round = 0; round < rounds; round++) {
  for (const [name, code] of Object.entries(programs)) times.get(name)?.push(milliseconds(code));
}

const empty = median(times.get('an empty program') ?? []);
console.log(`Node ${process.versions.node}, medians of ${rounds} interleaved rounds, whole processes`);
for (const [name, list] of times) {
  const own = median(list) - empty;
  console.log(
    `${name.padEnd(28)} ${median(list).toFixed(0).padStart(5)} ms, ${own.toFixed(0).padStart(5)} ms beyond an empty one`,
  );
}
