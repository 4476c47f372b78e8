/** `handgrad new`: what is written runs, and what cannot be made is refused with the reason. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startKernel } from '../../src/kernel/index.js';
import { exerciseNotebook, nbgraderNotebook, readStatement, solutionOf } from '../../src/new/index.js';
import { executeNotebook, type Notebook, readNotebook } from '../../src/run/index.js';
import { root } from '../project/places.js';
import { type Ended, runToEnd } from '../project/process.js';

const folder = mkdtempSync(join(tmpdir(), 'handgrad-new-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function handgrad(...words: readonly string[]): Promise<Ended> {
  return runToEnd(process.execPath, [join(root, 'dist/cli.js'), 'new', ...words], { cwd: folder });
}

/** Runs every cell; answers the verdicts and the plain text of the last result. */
async function run(notebook: Notebook) {
  const { cells, notebook: ran } = await executeNotebook(notebook, { start: startKernel, directory: root });
  for (const { status, error } of cells) assert.equal(status, 'ok', error?.evalue);
  const results = new Map(
    ran.cells.map(({ id, outputs }) => [
      id,
      outputs.map((output) => ('data' in output ? String(output.data['text/plain']) : '')).join(''),
    ]),
  );
  return { verdicts: cells.flatMap(({ verdicts }) => verdicts), results };
}

const statement = JSON.stringify({
  title: 'Layer <norm>',
  prose: 'The mean and the variance move with $x$.',
  given: { x: ['n'], ε: [] },
  define: ['μ = Σ_k x_k / n', 'v = Σ_k (x_k − μ)^2 / n', 'y_i = (x_i − μ) / sqrt(v + ε)'],
  parts: {
    mean: { derive: '∂μ/∂x_j', points: 1, prose: 'Begin with the mean.' },
    "it's all": { derive: '∂y_i/∂x_j', points: 3 },
  },
});

describe('handgrad new exercise', () => {
  it('from words: a notebook that runs, its solution with all points, the learner’s cells still empty', async () => {
    const softmax = ['--given', 'x:n', '--define', 's_i = exp(x_i) / Σ_k exp(x_k)'];
    const made = await handgrad(
      'exercise',
      'soft max',
      ...softmax,
      '--derive',
      'jacobian=∂s_i/∂x_j',
      '∂s_j/∂x_j',
    );
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.stdout, 'Written: soft max.ipynb\n');
    const text = readFileSync(join(folder, 'soft max.ipynb'), 'utf8');
    const { verdicts, results } = await run(readNotebook(text, 'soft max.ipynb'));
    assert.ok(verdicts.length >= 2);
    for (const { claim, status } of verdicts) assert.equal(status, 'proved', claim);
    assert.match(results.get('credit') ?? '', /total +0 of 2/);
    assert.match(results.get('solution') ?? '', /total +2 of 2/);
    const again = await handgrad('exercise', 'soft max', ...softmax, '--derive', '∂s_i/∂x_j');
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /is there already/);
    assert.equal(readFileSync(join(folder, 'soft max.ipynb'), 'utf8'), text);
  });

  it('from a file: title, prose and names are carried over and escaped; for nbgrader too, where its cells add up', async () => {
    const read = readStatement(statement, 'statement.json', 'layer norm');
    const solution = solutionOf(read);
    const plain = exerciseNotebook(read, solution);
    assert.match(plain.cells[0]?.source ?? '', /^# Layer &lt;norm&gt;\n\nThe mean and/);
    const { results } = await run(plain);
    assert.match(results.get('solution') ?? '', /it's all +3 of 3/);
    const course = await run(nbgraderNotebook(read, solution));
    assert.match(course.results.get('credit-1') ?? '', /1$/);
    assert.match(course.results.get('credit-2') ?? '', /3$/);
  });

  it('in a course: the notebook where nbgrader looks for it, and a configuration that is never overwritten', async () => {
    writeFileSync(join(folder, 'statement.json'), statement);
    const made = await handgrad('exercise', 'norm', '--from', 'statement.json', '--nbgrader');
    assert.equal(made.stdout, 'Written: source/norm/norm.ipynb\nWritten: nbgrader_config.py\n', made.stderr);
    writeFileSync(join(folder, 'nbgrader_config.py'), '# mine');
    assert.equal((await handgrad('exercise', 'other', '--from', 'statement.json', '--nbgrader')).code, 0);
    assert.equal(readFileSync(join(folder, 'nbgrader_config.py'), 'utf8'), '# mine');
  });

  it('refuses what is no statement, with the place and an example; nothing is written', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['{', /no JSON/],
      ['[]', /expected an object/],
      ['{ "parts": { "a": { "derive": "∂y/∂x" } } }', /parts\.a\.points: expected a number/],
      ['{ "parts": { "a": { "points": 1 } } }', /parts\.a\.derive/],
      ['{ "parts": {}, "given": { "x": ["n"] } }', /has no parts/],
      [
        '{ "parts": { "a": { "derive": "∂y/∂x", "points": 1 } }, "given": { "x": [] } }',
        /the name y is not known/,
      ],
      [
        '{ "parts": { "a": { "derive": "∂y/∂x", "points": 1 } }, "given": { "x": "n" } }',
        /given\.x: expected a list/,
      ],
    ];
    for (const [text, message] of cases)
      assert.throws(() => readStatement(text, 'statement.json', 'name'), { name: 'NewError', message }, text);
    const given = ['--given', 'x:n'];
    const failing: readonly (readonly [readonly string[], RegExp])[] = [
      [['exercise', 'a', '--from', 'none.json'], /none\.json cannot be read/],
      [['exercise', 'a', '--from', 'statement.json', ...given], /leave --given/],
      [['exercise', '../a', ...given, '--derive', '∂x_i/∂x_j'], /is no name for a notebook/],
      [['exercise', 'a', '--given', 'x', '--derive', '∂x_i/∂x_j'], /x:n, W:m,n/],
      [
        [
          'exercise',
          'a',
          ...given,
          '--define',
          'y_i = x_i',
          '--derive',
          '∂y_i/∂x_j',
          '∂y_j/∂x_j',
          '∂y_i/∂x_i',
          '--points',
          '1',
          '2',
        ],
        /2 numbers for 3/,
      ],
    ];
    for (const [words, message] of failing) {
      const { code, stderr } = await handgrad(...words);
      assert.equal(code, 1, words.join(' '));
      assert.match(stderr, message);
    }
    assert.equal((await handgrad('exercise')).code, 2);
    assert.equal((await handgrad('exercise', 'a', '--points', 'many')).code, 2);
    assert.ok(!existsSync(join(folder, 'a.ipynb')));
  });
});

describe('handgrad new notebook', () => {
  it('has one derivation, and it is right', async () => {
    assert.equal((await handgrad('notebook', 'first', '-o', 'mine')).code, 0);
    const text = readFileSync(join(folder, 'mine', 'first.ipynb'), 'utf8');
    const { verdicts } = await run(readNotebook(text, 'first.ipynb'));
    assert.deepEqual(
      verdicts.map(({ status }) => status),
      ['proved'],
    );
  });
});
