/** Formatter, linter, types of the scripts: the project's own checks, each a test. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './places.js';
import { runToEnd } from './process.js';

async function passes(tool: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runToEnd(process.execPath, [
    join(root, 'node_modules', tool),
    ...args,
  ]);
  assert.equal(code, 0, `${stdout}${stderr}`);
}

test('biome: format and lint', () => passes('@biomejs/biome/bin/biome', ['check', '.']));

test('eslint: no promise is left alone', () => passes('eslint/bin/eslint.js', ['src', 'test', 'bench']));

test('the scripts have sound types', () => passes('typescript/bin/tsc', ['-p', 'tsconfig.scripts.json']));
