/** The set-up's build: only when a source changed, and nothing of a deleted source stays. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, script } from './places.js';

interface Part {
  readonly configuration: string;
  readonly sources: readonly string[];
  readonly output: string;
  readonly prefix: string;
}
interface BuildScript {
  build(root: string, part: Part): Promise<void>;
  readonly library: Part;
}

const folder = mkdtempSync(join(tmpdir(), 'handgrad-build-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('builds what changed, rebuilds after a build by hand, removes the output of deleted sources', async () => {
  const { build, library } = await script<BuildScript>('setup/build.mjs');
  const source = (name: string, text: string) => writeFileSync(join(folder, 'src', name), text);
  const output = (name: string) => join(folder, 'dist', name);
  mkdirSync(join(folder, 'src'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json')));
  source('a.ts', 'export const a = 1;\n');
  source('b.ts', 'export const b = 1;\n');
  await build(folder, library);
  assert.match(readFileSync(output('a.js'), 'utf8'), /a = 1/);

  const stamp = statSync(output('.built-from')).mtimeMs;
  await build(folder, library);
  assert.equal(statSync(output('.built-from')).mtimeMs, stamp, 'nothing to do');

  source('a.ts', 'export const a = 2;\n');
  rmSync(join(folder, 'src/b.ts'));
  await build(folder, library);
  assert.match(readFileSync(output('a.js'), 'utf8'), /a = 2/);
  assert.equal(existsSync(output('b.js')), false);
  assert.equal(existsSync(output('b.d.ts')), false);

  source('a.ts', 'export const a: string = 3;\n');
  await assert.rejects(build(folder, library), /src\/a\.ts.*is not assignable/s);
  source('a.ts', 'export const a = 2;\n');
  await build(folder, library);
  assert.match(readFileSync(output('a.js'), 'utf8'), /a = 2/);
});
