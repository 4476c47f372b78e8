/** `handgrad run --changed`, in a repository made for the test. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cell, Workplace } from './command-line.js';

const place = new Workplace();
const elsewhere = new Workplace();

function git(...args: readonly string[]): void {
  const person = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...person, ...args], { cwd: place.folder, stdio: 'pipe' });
}

function write(name: string, text: string): void {
  writeFileSync(join(place.folder, name), text);
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

/** The notebooks that were begun. */
async function begun(...args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await place.run(args);
  assert.equal(code, 0, stderr + stdout);
  return [...stderr.matchAll(/^Running (\S+)/gm)].map(([, name = '']) => name).sort();
}

before(() => {
  git('init', '--quiet', '--initial-branch', 'main');
  write('.gitignore', '.handgrad/\n');
  mkdirSync(join(place.folder, 'study/data'), { recursive: true });
  write(
    'study/softmax.ts',
    "import { shift } from './shift.js';\nexport const softmax = (x: number) => shift(x);\n",
  );
  write('study/shift.ts', 'export const shift = (x: number) => x - 1;\n');
  write('study/data/logits.json', '[1, 2]');
  place.write('study/imports.ipynb', [
    cell('a', "/* that's it */ import { softmax } from './softmax.js';\nsoftmax(1)"),
  ]);
  place.write('study/reads.ipynb', [
    cell('a', "import { readFileSync } from 'node:fs';\nreadFileSync('data/logits.json', 'utf8').length"),
  ]);
  place.write('study/alone.ipynb', [cell('a', '1')]);
  const python = { kernelspec: { name: 'python3', language: 'python' } };
  write('study/other.ipynb', JSON.stringify({ cells: [], metadata: python, nbformat: 4, nbformat_minor: 5 }));
});

after(() => {
  place.remove();
  elsewhere.remove();
});

describe('handgrad run --changed', () => {
  it('runs everything before the first commit', async () => {
    git('add', 'study/alone.ipynb');
    assert.equal((await begun('study', '--changed')).length, 3);
    commit('first');
  });

  it('runs nothing where nothing changed, passes, and writes its reports', async () => {
    const { code, stderr, stdout } = await place.run(['study', '--changed']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /No notebook changed since HEAD, of 3\./);
    assert.match(stderr, /Left out study\/other\.ipynb: it is written for another language/);
    assert.match(stdout, /0 claims in 0 notebooks/);
    assert.match(place.text('.handgrad/report.json'), /"notebooks": \[\]/);
  });

  it('runs what was changed, staged or not, and what is new', async () => {
    place.write('study/alone.ipynb', [cell('a', '2')]);
    place.write('study/new.ipynb', [cell('a', '3')]);
    assert.deepEqual(await begun('study', '--changed'), ['study/alone.ipynb', 'study/new.ipynb']);
    git('add', '--all');
    assert.deepEqual(await begun('--changed'), ['study/alone.ipynb', 'study/new.ipynb']);
    assert.deepEqual(await begun('--changed', 'study/new.ipynb'), ['study/new.ipynb']);
    commit('second');
    assert.deepEqual(await begun('study', '--changed=HEAD~1'), ['study/alone.ipynb', 'study/new.ipynb']);
  });

  it('runs what imports a changed file, also through another, and what reads one', async () => {
    write('study/shift.ts', 'export const shift = (x: number) => x - 2;\n');
    assert.deepEqual(await begun('study', '--changed'), ['study/imports.ipynb']);
    commit('third');
    write('study/data/logits.json', '[1, 3]');
    assert.deepEqual(await begun('study', '--changed'), ['study/reads.ipynb']);
    commit('fourth');
  });

  it('asks what a branch changed, not what became of the branch it left', async () => {
    git('checkout', '--quiet', '-b', 'mine', 'HEAD~1');
    place.write('study/alone.ipynb', [cell('a', '4')]);
    commit('mine');
    assert.deepEqual(await begun('study', '--changed', 'main'), ['study/alone.ipynb']);
    git('checkout', '--quiet', 'main');
  });

  it('takes the commit that pre-commit compares with', async () => {
    const { stderr } = await place.run(['--changed'], { PRE_COMMIT_FROM_REF: 'HEAD~1' });
    assert.match(stderr, /Changed since HEAD~1: 1 of 4 notebooks/);
    assert.match(stderr, /Running study\/reads\.ipynb/);
  });

  it('still runs a notebook whose import was deleted, and shows that it fails', async () => {
    rmSync(join(place.folder, 'study/shift.ts'));
    const { code, stderr } = await place.run(['study', '--changed']);
    assert.equal(code, 1);
    assert.match(stderr, /Running study\/imports\.ipynb/);
    git('checkout', '--quiet', '.');
  });

  it('exits 2 outside a repository and for a commit that git does not know, with the remedy', async () => {
    const unknown = await place.run(['study', '--changed', 'origin/main']);
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /git knows no commit of this name here\. Fetch it first/);
    elsewhere.write('a.ipynb', [cell('a', '1')]);
    const outside = await elsewhere.run(['a.ipynb', '--changed'], { GIT_CEILING_DIRECTORIES: '/' });
    assert.equal(outside.code, 2);
    assert.match(outside.stderr, /lies in no repository/);
    const without = await place.run(['study', '--changed'], { PATH: '' });
    assert.equal(without.code, 2);
    assert.match(without.stderr, /git, which is not installed/);
  });
});
