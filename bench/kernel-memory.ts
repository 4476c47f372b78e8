/** 2,000 cells in one kernel: memory of parent and child, time of a cell, and no process left afterwards. */
import { execFileSync } from 'node:child_process';
import { startKernel } from '../src/kernel/index.js';

const cells = Number(process.env.CELLS ?? 2000);

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly megabytes: number;
}

function processes(): Row[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0, size = 0]) => ({ pid, parent, megabytes: size / 1024 }));
}

/** The kernel's parent process and its child. */
function kernelProcesses(): readonly [Row, Row] {
  const rows = processes();
  for (const parent of rows.filter((row) => row.parent === process.pid)) {
    const child = rows.find((row) => row.parent === parent.pid);
    if (child) return [parent, child];
  }
  throw new Error('The kernel has no child process.');
}

/** What a person does: values, functions, types, prints, displays, awaits, mistakes, names declared anew. */
function cell(n: number): string {
  switch (n % 8) {
    case 0:
      return `const value${n % 100}: number = ${n};`;
    case 1:
      return `function twice${n % 100}(x: number): number { return 2 * x + ${n} }`;
    case 2:
      return `console.log('cell', ${n}); twice1(${n})`;
    case 3:
      return `display({ 'text/html': '<b>${n}</b>' }, { raw: true });`;
    case 4:
      return `await new Promise((resolve) => setTimeout(resolve, 0)); Array.from({ length: 1000 }, (_, i) => i * ${n}).at(-1)`;
    case 5:
      return `const wrong: number = 'text ${n}';`;
    case 6:
      return `throw new Error('cell ${n}');`;
    default:
      return `interface Point${n % 100} { x: number } const point: Point${n % 100} = { x: ${n} }; point`;
  }
}

const kernel = await startKernel();
await kernel.execute('function twice1(x: number): number { return x }');
const pids = kernelProcesses().map(({ pid }) => pid);
console.log('cells   parent MB   child MB   ms a cell (mean of the cells since the last line)');
let since = performance.now();
for (let n = 1; n <= cells; n++) {
  await kernel.execute(cell(n));
  if (n % 250 === 0) {
    const mean = (performance.now() - since) / 250;
    const [parent, child] = kernelProcesses();
    console.log(
      `${String(n).padStart(5)} ${parent.megabytes.toFixed(0).padStart(11)} ${child.megabytes.toFixed(0).padStart(10)} ${mean.toFixed(1).padStart(11)}`,
    );
    since = performance.now();
  }
}
await kernel.shutdown();
const left = processes().filter(({ pid }) => pids.includes(pid)).length;
console.log(`processes left after shutdown: ${left}`);
