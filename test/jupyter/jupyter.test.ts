/** Jupyter's own tools against this kernel: its judge of kernels, and the programs that run notebooks. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { here, type JupyterEnvironment, jupyterEnvironment } from './environment.js';
import { type Cell, readOutputs, sharedCells, writeNotebookTo } from './notebooks.js';
import { runWithOwnClient } from './own-client.js';

const environment = await jupyterEnvironment();
const skip = typeof environment === 'string' ? environment : false;
const scratch = mkdtempSync(join(tmpdir(), 'handgrad-notebooks-'));
after(() => {
  rmSync(scratch, { recursive: true, force: true });
  if (typeof environment !== 'string') environment.remove();
});

const writeNotebook = (name: string, cells: readonly Cell[]): string =>
  writeNotebookTo(join(scratch, name), cells);

function jupyter(): JupyterEnvironment {
  assert.ok(typeof environment !== 'string');
  return environment;
}

test('jupyter_kernel_test: a sample for every feature, all 16 pass', { skip, timeout: 120_000 }, async () => {
  const { code, output } = await jupyter().run([join(here, 'conformance.py')]);
  assert.equal(code, 0, output);
  assert.match(output, /Ran 16 tests/);
  assert.doesNotMatch(output, /skipped/);
});

test('nbclient, nbconvert, papermill and our own client run a notebook with the same outputs', {
  skip,
}, async () => {
  const notebook = writeNotebook('same.ipynb', sharedCells);
  const byNbclient = join(scratch, 'nbclient.ipynb');
  const byPapermill = join(scratch, 'papermill.ipynb');
  const runs = await Promise.all([
    jupyter().run([join(here, 'execute.py'), notebook, byNbclient]),
    jupyter().run([
      '-m',
      'nbconvert',
      '--to',
      'notebook',
      '--execute',
      '--output',
      'nbconvert.ipynb',
      notebook,
    ]),
    jupyter().run(['-m', 'papermill', '--no-progress-bar', notebook, byPapermill]),
  ]);
  for (const { code, output } of runs) assert.equal(code, 0, output);
  const expected = readOutputs(byNbclient);
  assert.deepEqual(
    expected[1]?.map((output) => (output as { type: string }).type),
    ['stream', 'stream', 'execute_result'],
  );
  const [, , , updated = []] = expected as { readonly data: unknown }[][];
  assert.deepEqual(
    updated.map(({ data }) => data),
    [{ 'text/plain': "'after'" }],
  );
  assert.deepEqual(readOutputs(join(scratch, 'nbconvert.ipynb')), expected);
  assert.deepEqual(readOutputs(byPapermill), expected);
  assert.deepEqual(await runWithOwnClient(sharedCells), expected);
});

test('nbclient raises CellExecutionError, with the name, for a cell that throws', {
  skip,
  timeout: 120_000,
}, async () => {
  const notebook = writeNotebook('throws.ipynb', [
    { source: '1' },
    { source: "throw new RangeError('too far')" },
    { source: '3' },
  ]);
  const target = join(scratch, 'thrown.ipynb');
  const { code, output } = await jupyter().run([join(here, 'execute.py'), notebook, target]);
  assert.equal(code, 3, output);
  assert.match(output, /RangeError: too far/);
  assert.deepEqual(
    readOutputs(target).map((outputs) => outputs.length),
    [1, 1, 0],
  );
});

test('a cell tagged raises-exception does not end the run', { skip, timeout: 120_000 }, async () => {
  const notebook = writeNotebook('raises.ipynb', [
    { source: 'throw 1', tags: ['raises-exception'] },
    { source: '2' },
  ]);
  const target = join(scratch, 'raised.ipynb');
  const { code, output } = await jupyter().run([join(here, 'execute.py'), notebook, target]);
  assert.equal(code, 0, output);
  assert.deepEqual(
    readOutputs(target).map((outputs) => outputs.length),
    [1, 1],
  );
});

test('papermill -p overrides parameters of every kind', { skip, timeout: 120_000 }, async () => {
  const notebook = writeNotebook('parameters.ipynb', [
    {
      source: "let n = 1; // how many\nlet rate: number = 0.5;\nlet title = 'none';\nlet on = false;",
      tags: ['parameters'],
    },
    { source: 'console.log(JSON.stringify([n, rate, title, on, list, table, nothing]))' },
  ]);
  const target = join(scratch, 'parametrized.ipynb');
  const yaml = JSON.stringify({ list: [1, 'two', true], table: { a: null, 'b c': 1e-3 }, nothing: null });
  const text = 'say "∂",\\n or not\n$x';
  const { code, output } = await jupyter().run([
    ...['-m', 'papermill', '--no-progress-bar', notebook, target],
    ...['-p', 'n', '7', '-p', 'rate', '0.25', '-r', 'title', text, '-p', 'on', 'True', '-y', yaml],
  ]);
  assert.equal(code, 0, output);
  const [printed] = readOutputs(target)[2] ?? [];
  assert.deepEqual(JSON.parse(String((printed as { text: string }).text)), [
    7,
    0.25,
    text,
    true,
    [1, 'two', true],
    { a: null, 'b c': 0.001 },
    null,
  ]);
});

test('papermill --help-notebook names the parameters', { skip, timeout: 120_000 }, async () => {
  const { output } = await jupyter().run([
    '-m',
    'papermill',
    '--help-notebook',
    writeNotebook('help.ipynb', sharedCells),
  ]);
  assert.match(output, /n: Unknown type \(default 3\)\s+how many/);
});

test('jupyter console runs cells and ends', { skip, timeout: 120_000 }, async () => {
  const { code, output } = await jupyter().run(
    ['-m', 'jupyter_console', '--kernel', 'handgrad', '--simple-prompt'],
    {
      input: 'const a: number = 20\na + 22\nexit\n',
    },
  );
  assert.equal(code, 0, output);
  assert.match(output, /Out\[2\]: 42/);
});
