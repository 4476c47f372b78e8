/** The examples for CI say what the command line takes, and the hooks do what they are for. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { root } from '../project/places.js';
import { announcing, cell, Workplace } from './command-line.js';

const place = new Workplace();
after(() => place.remove());

const hooks = readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8');

describe('the examples for CI', () => {
  it('use commands and options that there are', async () => {
    const files = [
      'docs/examples/github-actions.yml',
      'docs/how-to/run-in-ci.md',
      'docs/how-to/check-a-document.md',
    ];
    const texts = [hooks, ...files.map((file) => readFileSync(join(root, file), 'utf8'))];
    const commands = texts
      .flatMap((text) => [
        ...text.replace(/\n {10,}/g, ' ').matchAll(/handgrad (run|check|merge) ([^\n`]*)/g),
      ])
      .map(([, command = '', rest = '']) => ({
        command,
        options: rest.match(/(?<= )--?[a-z][a-z-]*/g) ?? [],
      }));
    assert.ok(commands.length >= 8);
    for (const name of ['run', 'check', 'merge']) {
      const { stdout } = await place.command([name, '--help']);
      const own = commands.filter(({ command }) => command === name);
      assert.ok(own.length > 0, name);
      for (const option of own.flatMap(({ options }) => options)) {
        assert.match(stdout, new RegExp(`^ +(-\\w, )?${option}[ \\n]`, 'm'), `${name} ${option}`);
      }
    }
  });

  it('share a run out over as many machines as they say', () => {
    const workflow = readFileSync(join(root, 'docs/examples/github-actions.yml'), 'utf8');
    const parts = /part: \[([^\]]*)\]/.exec(workflow)?.[1]?.split(',').map(Number);
    const of = Number(/--shard \$\{\{ matrix\.part \}\}\/(\d+)/.exec(workflow)?.[1]);
    assert.deepEqual(
      parts,
      Array.from({ length: of }, (_, at) => at + 1),
    );
  });
});

describe('the hooks for pre-commit', () => {
  const entries = new Map(
    [...hooks.matchAll(/- id: (\S+)\n(?: {2}.*\n)*? {2}entry: npx --no-install handgrad (.*)\n/g)].map(
      ([, id = '', entry = '']) => [id, entry.split(' ')] as const,
    ),
  );

  it('stop a commit with a mistake in a notebook or a document, and name it', async () => {
    execFileSync('git', ['init', '--quiet'], { cwd: place.folder });
    const wrong = {
      counterexample: { indices: [2], yours: 1, right: -1, values: {} },
      diagnoses: [{ mistake: 'sign', message: 'The sign.' }],
    };
    place.write('wrong.ipynb', [cell('gradient', announcing('my gradient', 'refuted', wrong))]);
    writeFileSync(join(place.folder, 'wrong.md'), '```handgrad\ngiven x: n\ncheck ∂x_i/∂x_j = 1\n```\n');
    assert.deepEqual([...entries.keys()], ['handgrad-run', 'handgrad-check']);
    const run = await place.command(entries.get('handgrad-run') ?? []);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stdout, /wrong\.ipynb, code cell 1 \(gradient\): refuted[\s\S]*likely mistake \(sign\)/);
    const check = await place.command([...(entries.get('handgrad-check') ?? []), 'wrong.md']);
    assert.equal(check.code, 1, check.stderr);
    assert.match(check.stdout, /wrong\.md:3:7: refuted: [\s\S]*likely mistake/);
  });

  it('ask for documents by the names that handgrad check knows', async () => {
    const pattern = new RegExp(/id: handgrad-check[\s\S]*?files: (\S+)/.exec(hooks)?.[1] ?? '$^');
    for (const name of ['a.md', 'a.markdown', 'a.mdx', 'a.qmd', 'a.tex']) {
      assert.match(name, pattern);
      writeFileSync(join(place.folder, name), 'words\n');
      assert.equal((await place.command(['check', name])).code, 0, name);
    }
  });
});

describe('annotations for GitHub', () => {
  it('are printed there, in the file of the notebook, with the cell and the mistake', async () => {
    const { stdout } = await place.run(['wrong.ipynb'], { GITHUB_ACTIONS: 'true' });
    assert.match(
      stdout,
      /^::error file=wrong\.ipynb,title=handgrad%3A sign::wrong\.ipynb, code cell 1 \(gradient\): refuted%0A/m,
    );
    assert.doesNotMatch((await place.run(['wrong.ipynb'], { GITHUB_ACTIONS: '' })).stdout, /::error/);
  });
});
