// node scripts/pin-python.mjs: writes deploy/*/requirements.txt from the requirements.in beside it: every package that is needed, on any
// Python from 3.11 on, with the hashes of its files. What is pinned already stays, unless --upgrade is given.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, root } from './setup/index.mjs';
import { SetupProblem } from './setup/problem.mjs';
import { run } from './setup/run.mjs';

/** The image first: the hub takes its versions as constraints. */
const places = ['deploy/image', 'deploy/hub'];
const uv = 'uv==0.13.9';
const options = [
  '--universal',
  '--python-version=3.11',
  '--generate-hashes',
  '--only-binary=:all:',
  '--custom-compile-command=node scripts/pin-python.mjs',
];

main(async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'handgrad-pin-'));
  try {
    await succeed('python3', ['-m', 'venv', scratch]);
    await succeed(join(scratch, 'bin/pip'), ['install', '--quiet', '--only-binary=:all:', uv]);
    for (const place of places) {
      const files = [join(place, 'requirements.in'), '--output-file', join(place, 'requirements.txt')];
      const given = process.argv.slice(2);
      await succeed(join(scratch, 'bin/uv'), ['pip', 'compile', '--quiet', ...options, ...given, ...files]);
      process.stdout.write(`${join(place, 'requirements.txt')} is written\n`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** @param {string} command @param {readonly string[]} args */
async function succeed(command, args) {
  const { ok, output } = await run(command, args, { cwd: root });
  if (!ok) throw new SetupProblem(`${command} failed:\n${output.trim()}`, 'look at what it says');
}
