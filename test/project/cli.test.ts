/** The command line: help, versions, exit codes. */
import assert from 'node:assert/strict';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './places.js';
import { type Ended, runToEnd } from './process.js';

const program = join(root, 'dist/cli.js');

function handgrad(...words: readonly string[]): Promise<Ended> {
  return runToEnd(process.execPath, [program, ...words]);
}

/** The commands as the help lists them. */
async function commands(): Promise<readonly string[]> {
  const { stdout } = await handgrad('--help');
  const list = stdout.slice(stdout.indexOf('Commands:'));
  return [...list.matchAll(/^ {2}(\w+) /gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
}

test('the help lists commands, options, exit codes and examples', async () => {
  const { code, stdout, stderr } = await handgrad('--help');
  assert.equal(code, 0);
  assert.equal(stderr, '');
  for (const part of ['Usage: handgrad', 'Commands:', '--version', 'Exit code', 'Examples:']) {
    assert.ok(stdout.includes(part), part);
  }
  assert.ok((await commands()).includes('doctor'));
});

test('each command’s help has a description and examples that begin with the command', async () => {
  for (const name of await commands()) {
    const { code, stdout } = await handgrad(name, '--help');
    assert.equal(code, 0, name);
    assert.ok(stdout.startsWith(`Usage: handgrad ${name}`), name);
    assert.match(stdout, /Examples?:/, name);
    assert.ok(stdout.includes(`$ handgrad ${name}`), name);
    assert.equal((await handgrad('help', name)).stdout, stdout, name);
  }
});

test('--version prints the version of the package and nothing else', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const { code, stdout } = await handgrad('--version');
  assert.equal(code, 0);
  assert.equal(stdout, `${version}\n`);
});

test('wrong usage ends with 2 and says what is wrong on stderr', async () => {
  const wrong = [[], ['frobnicate'], ['--frobnicate'], ['doctor', '--frobnicate'], ['doctor', 'extra']];
  for (const words of wrong) {
    const { code, stdout, stderr } = await handgrad(...words);
    assert.equal(code, 2, words.join(' '));
    assert.equal(stdout, '', words.join(' '));
    assert.notEqual(stderr, '', words.join(' '));
  }
});

test('dist/cli.js can be executed', async () => {
  accessSync(program, constants.X_OK);
  assert.equal((await runToEnd(program, ['--version'])).code, 0);
});
