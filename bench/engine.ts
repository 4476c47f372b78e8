/** The language engine against tslab's converter: start, cells, completion, growth over many cells, memory. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CreateInterpreter, Interpreter } from '../src/kernel/language/interpreter.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rounds = 3;
/** Cells that declare something, run one after another; tslab gets fewer, since its cells become slower and slower. */
const cells = { stock: 1000, tslab: 200 };
type Engine = keyof typeof cells;
type Numbers = Readonly<Record<string, number>>;

const measures = [
  ['start to first result', 'ms'],
  ['1 + 1, new text', 'ms'],
  ['a cell that declares', 'ms'],
  ['the same, after all cells', 'ms'],
  ['1 + 1, after all cells', 'ms'],
  ['completion', 'ms'],
  ['inspection', 'ms'],
  ['memory after the first result', 'MB'],
  ['memory after all cells', 'MB'],
] as const;

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** In a process of its own: runs the cells with one engine and reports. */
async function measure(engine: Engine): Promise<Numbers> {
  const { createInterpreter } = (await import(
    engine === 'stock' ? '../src/kernel/language/stock/index.js' : '../src/kernel/language/tslab/index.js'
  )) as { readonly createInterpreter: CreateInterpreter };
  const interpreter: Interpreter = createInterpreter({
    directory: process.cwd(),
    declarations: '',
    modules: new Map(),
    fallbackDirectory: root,
  });
  let count = 0;
  const run = async (code: string): Promise<number> => {
    const started = performance.now();
    count += 1;
    const outcome = await interpreter.execute({ code, count, id: String(count) });
    if (outcome.status === 'error') throw new Error(outcome.failure.traceback.join('\n'));
    return performance.now() - started;
  };
  const declare = (n: number): Promise<number> =>
    run(`const value${n} = ${n}; function double${n}(x: number) { return 2 * x + value${n}; }`);
  const several = async (times: number, once: (n: number) => Promise<number>): Promise<number> => {
    const all: number[] = [];
    for (let n = 0; n < times; n++) all.push(await once(n));
    return median(all);
  };
  const megabytes = (): number => {
    globalThis.gc?.();
    return process.memoryUsage().rss / 1e6;
  };
  const first = await run('1 + 1');
  const start = performance.now();
  const numbers: Record<string, number> = { 'start to first result': start, first };
  numbers['memory after the first result'] = megabytes();
  // The time that a person takes to write the first cell.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await several(10, (n) => run(`${n} + 0.5`));
  numbers['1 + 1, new text'] = await several(40, (n) => run(`${n} + 1`));
  await several(10, (n) => declare(-n - 1 < 0 ? n + 900_000 : n));
  numbers['a cell that declares'] = await several(30, (n) => declare(n + 800_000));
  await run('const record = { alpha: 1, beta: { gamma: 2 }, method(a: string) { return a; } };');
  const timed = (work: () => unknown) => async (): Promise<number> => {
    const started = performance.now();
    work();
    return Promise.resolve(performance.now() - started);
  };
  let asked = 0;
  const text = (code: string): string => `/* ${asked++} */ ${code}`;
  const complete = (): unknown => {
    const code = text('record.');
    return interpreter.complete(code, code.length);
  };
  const inspect = (): unknown => {
    const code = text('record');
    return interpreter.inspect(code, code.length, 0);
  };
  await several(5, timed(complete));
  numbers.completion = await several(30, timed(complete));
  await several(5, timed(inspect));
  numbers.inspection = await several(30, timed(inspect));
  for (let n = 0; n < cells[engine] - 30; n++) await declare(n);
  numbers['the same, after all cells'] = await several(30, (n) => declare(n + 700_000));
  numbers['1 + 1, after all cells'] = await several(30, (n) => run(`${n} + 2`));
  numbers['memory after all cells'] = megabytes();
  interpreter.dispose();
  return numbers;
}

async function inProcess(engine: Engine): Promise<Numbers> {
  const cwd = mkdtempSync(join(tmpdir(), 'handgrad-bench-'));
  try {
    const child = fork(fileURLToPath(import.meta.url), [engine], { cwd, execArgv: ['--expose-gc'] });
    const [numbers] = (await once(child, 'message')) as [Numbers];
    child.disconnect();
    await once(child, 'exit');
    return numbers;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function compare(): Promise<void> {
  const found: Record<Engine, Numbers[]> = { stock: [], tslab: [] };
  // Interleaved, so that a machine that is busy for a while slows both.
  for (let round = 0; round < rounds; round++) {
    for (const engine of ['stock', 'tslab'] as const) found[engine].push(await inProcess(engine));
  }
  console.log(
    `Node ${process.versions.node}, medians of ${rounds} interleaved rounds; all cells: ${cells.stock} here, ${cells.tslab} with tslab`,
  );
  console.log(`${''.padEnd(32)}${'handgrad'.padStart(12)}${'tslab'.padStart(12)}${'ratio'.padStart(9)}`);
  for (const [name, unit] of measures) {
    const ours = median(found.stock.map((numbers) => numbers[name] ?? Number.NaN));
    const theirs = median(found.tslab.map((numbers) => numbers[name] ?? Number.NaN));
    const shown = (value: number): string => `${value.toFixed(unit === 'ms' && value < 100 ? 2 : 0)} ${unit}`;
    console.log(
      `${name.padEnd(32)}${shown(ours).padStart(12)}${shown(theirs).padStart(12)}${(ours / theirs).toFixed(2).padStart(9)}`,
    );
  }
}

const [, , engine] = process.argv;
if (engine === 'stock' || engine === 'tslab') {
  const numbers = await measure(engine);
  process.send?.(numbers);
} else await compare();
