/** What the documents say agrees with what the project is. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { startKernel } from '../../src/kernel/index.js';
import { root } from './places.js';

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

test('docs/dependencies.md has a line for each dependency, and for nothing else', () => {
  const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.deepEqual([...listed].sort(), [...wanted].sort());
});

test('versions of dependencies are exact', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
});

test('CHANGELOG.md has an entry for this version', () => {
  assert.match(read('CHANGELOG.md'), new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')}\\b`, 'm'));
});

test('every npm script that the documents name exists', () => {
  for (const file of ['README.md', 'CONTRIBUTING.md']) {
    for (const [, name] of read(file).matchAll(/`npm run ([\w:-]+)/g)) {
      assert.ok(name !== undefined && name in manifest.scripts, `${file}: npm run ${name}`);
    }
  }
});

test('the .ci/run calls the test command of the README', () => {
  assert.match(read('.ci/run'), /^exec npm test$/m);
  assert.match(read('README.md'), /`npm test`|^npm test/m);
});

test('links between the documents lead somewhere', () => {
  const documents = readdirSync(join(root, 'docs'), { recursive: true })
    .map((file) => join('docs', String(file)))
    .filter((file) => file.endsWith('.md'));
  for (const document of [...documents, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    for (const [, target] of read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, dirname(document), target ?? '')), `${document} → ${target}`);
    }
  }
});

test('the example of the README runs in the kernel, with the verdicts that its comments say', async () => {
  const example = /```ts\n(.*?)```/s.exec(read('README.md'))?.[1] ?? '';
  const promised = [...example.matchAll(/\/\/ (proved|agrees|refuted|undecided)\b/g)].map(
    (match) => match[1],
  );
  assert.ok(promised.length >= 3);
  const kernel = await startKernel({ cwd: root });
  try {
    const { status, error, verdicts } = await kernel.execute(example);
    assert.equal(status, 'ok', error?.evalue);
    assert.deepEqual(
      verdicts.map((verdict) => (verdict as { status: string }).status),
      promised,
    );
  } finally {
    await kernel.shutdown();
  }
});
