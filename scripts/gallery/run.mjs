// A headless run of the gallery, with its time and the memory of everything it started.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const sampleMilliseconds = 250;

/**
 * Runs `handgrad run` over the notebooks, two at a time, prints time and peak memory, and gives its exit code.
 * @param {string} root @param {readonly string[]} notebooks @param {string} output
 */
export async function runMeasured(root, notebooks, output) {
  const began = performance.now();
  const command = join(root, 'dist/cli.js');
  const child = spawn(
    process.execPath,
    [command, 'run', ...notebooks, '--output-dir', output, '--jobs', '2'],
    { cwd: root, stdio: 'inherit' },
  );
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0));
  }, sampleMilliseconds);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(timer);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const memory = peak === 0 ? '' : `, peak memory ${(peak / 1024).toFixed(0)} MB (all processes together)`;
  process.stdout.write(`\n${notebooks.length} notebooks in ${seconds} s${memory}.\n`);
  return code ?? 1;
}

/**
 * The memory of a process and of all that descends from it, in KB: shared pages are counted once, in parts (Linux; 0
 * elsewhere). @param {number} ancestor
 */
function memoryOf(ancestor) {
  if (process.platform !== 'linux') return 0;
  /** @type {Map<number, number>} */
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(name));
  }
  /** @param {number} process @returns {boolean} */
  const descends = (process) =>
    process === ancestor || (parents.has(process) && descends(parents.get(process) ?? 0));
  return [...parents.keys()].filter(descends).reduce((total, id) => total + proportional(id), 0);
}

/** @param {string} id */
function parentOf(id) {
  const stat = read(`/proc/${id}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** @param {number} id */
function proportional(id) {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end between being listed and being read. @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
