// npm run gallery: runs all notebooks, each verdict checked, and states the time and the peak memory.
// npm run gallery -- --update 02 03: runs those whose name contains one of the words, and commits what they show to the notebooks.
// npm run gallery -- --check: says which notebooks no longer show what they would show today.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { committed } from './gallery/committed.mjs';
import { runMeasured } from './gallery/run.mjs';
import { differences } from './gallery/stale.mjs';
import { main, root, setUp } from './setup/index.mjs';
import { SetupProblem } from './setup/problem.mjs';

const folder = join(root, 'notebooks');
const options = ['--update', '--check'];

main(async () => {
  const given = process.argv.slice(2);
  const unknown = given.filter((argument) => argument.startsWith('-') && !options.includes(argument));
  if (unknown.length > 0)
    throw new SetupProblem(`unknown: ${unknown.join(' ')}`, `use ${options.join(' or ')}`);
  const names = chosen(given.filter((argument) => !argument.startsWith('-')));
  await setUp();
  const output = mkdtempSync(join(tmpdir(), 'handgrad-gallery-'));
  try {
    const code = await runMeasured(
      root,
      names.map((name) => join(folder, name)),
      output,
    );
    if (given.includes('--update')) return code === 0 ? await update(names, output) : refuse();
    if (given.includes('--check')) return Math.max(code, check(names, output));
    return code;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
});

/** The notebooks whose name contains one of the words; all of them without a word. @param {readonly string[]} words */
function chosen(words) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort();
  if (names.length === 0)
    throw new SetupProblem(`no notebook's name contains ${words.join(', ')}`, 'look into notebooks/');
  return names;
}

function refuse() {
  process.stderr.write('Nothing was updated: a notebook that fails is not committed with its outputs.\n');
  return 1;
}

/** @param {readonly string[]} names @param {string} output */
async function update(names, output) {
  for (const name of names) {
    const target = join(folder, name);
    const before = readFileSync(target, 'utf8');
    const after = await committed(before, readFileSync(join(output, name), 'utf8'));
    if (after !== before) writeFileSync(target, after);
    const size = `${(Buffer.byteLength(after) / 1024).toFixed(0)} KB`;
    process.stdout.write(`${name}: ${after === before ? 'unchanged' : 'updated'}, ${size}\n`);
  }
  return 0;
}

/** @param {readonly string[]} names @param {string} output */
function check(names, output) {
  let stale = 0;
  for (const name of names) {
    const fresh = join(output, name);
    if (!existsSync(fresh)) continue;
    const found = differences(readFileSync(join(folder, name), 'utf8'), readFileSync(fresh, 'utf8'));
    if (found.length === 0) continue;
    stale += 1;
    process.stdout.write(`${name} is stale:\n${found.map(({ said }) => `  ${said}\n`).join('')}`);
  }
  process.stdout.write(
    stale === 0
      ? 'All outputs are what the notebooks show today.\n'
      : `To mend: npm run gallery -- --update\n`,
  );
  return stale === 0 ? 0 : 1;
}
