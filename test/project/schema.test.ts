/** What the command line gives to other programs fits the schemas that are published. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Ajv } from 'ajv';
import { root } from './places.js';
import { runToEnd } from './process.js';

const folder = mkdtempSync(join(tmpdir(), 'handgrad-schema-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ajv = new Ajv({ allErrors: true });

function schema(name: string): object {
  return JSON.parse(readFileSync(join(root, `docs/schema/${name}.json`), 'utf8')) as object;
}

ajv.addSchema(schema('verdict'));

async function fits(name: string, ...words: readonly string[]): Promise<void> {
  const { stdout, stderr } = await runToEnd(process.execPath, [join(root, 'dist/cli.js'), ...words], {
    cwd: folder,
  });
  const isOne = ajv.getSchema(`https://handgrad.invalid/schema/${name}.json`) ?? ajv.compile(schema(name));
  const given: unknown = JSON.parse(stdout || '{}');
  assert.ok(isOne(given), `${JSON.stringify(isOne.errors)}\n${stderr}`);
}

function notebook(name: string, ...sources: readonly string[]): void {
  const cells = sources.map((source, at) => ({
    ...{ cell_type: 'code', id: `cell-${at}`, metadata: at === 0 ? { tags: ['parameters'] } : {} },
    ...{ source, outputs: [], execution_count: null },
  }));
  writeFileSync(join(folder, name), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
}

test('reports of runs, of parts, and joined', async () => {
  const wrong = "given({ x: ['n'] }).equal('x_i', '2 x_i');";
  notebook(
    'wrong.ipynb',
    'let n = 1;',
    `import { given } from '${root}/dist/index.js';\n${wrong}`,
    'throw new Error()',
    '1',
  );
  writeFileSync(join(folder, 'sweep.json'), '{ "n": [1, 2] }');
  const sweep = ['--parameters-file', 'sweep.json'];
  await fits('report', 'run', 'wrong.ipynb', ...sweep, '--json', '--shard', '1/2', '-o', 'one');
  await fits('report', 'run', 'wrong.ipynb', ...sweep, '--json', '--shard', '2/2', '-o', 'two');
  await fits('report', 'merge', 'one/report.json', 'two/report.json', '--json', '--report', 'all.json');
  const validate = ajv.getSchema('https://handgrad.invalid/schema/report.json');
  for (const file of ['one/report.json', 'all.json']) {
    const report = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      notebooks: { cells: { verdicts: unknown[] }[] }[];
    };
    assert.ok(validate?.(report), JSON.stringify(validate?.errors));
    assert.equal(report.notebooks[0]?.cells.flatMap(({ verdicts }) => verdicts).length, 1);
  }
});

test('results of handgrad check', async () => {
  const lines = [
    'given x: n',
    'check x_i = 2 x_i',
    'expect refuted (sign): check x_i = −x_i',
    'derive ∂x_i/∂x_j',
    'q',
  ];
  writeFileSync(join(folder, 'wrong.md'), `\`\`\`handgrad\n${lines.join('\n')}\n\`\`\`\n`);
  await fits('check', 'check', 'wrong.md', '--json');
});
