// npm run mutate: changes one rule of the calculus at a time, in a copy of the compiled library, and runs its tests against the
// copy; a mutant that no test notices survives, and then this fails. `npm run mutate -- differentiate`, `-- erf`: only mutants
// whose file or rule contains one of the words.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonical } from './mutants/canonical.mjs';
import { functions, nodes } from './mutants/differentiate.mjs';
import { main, root, setUp } from './setup/index.mjs';

/** @typedef {import('./mutants/differentiate.mjs').Mutant} Mutant */

const WORKERS = 2;
/** A mutant that runs for longer than this has made the rules go round in circles: the tests have noticed. */
const PATIENCE = 180_000;

/** The tests of each folder of rules, the quickest first: the first that fails has caught the mutant. */
const suites = {
  differentiate: ['differentiate', 'identities'],
  canonical: ['canonical', 'identities', 'differentiate', 'proof'],
};

/** Mutants of this run: those whose file or rule holds one of the words. @param {readonly string[]} words */
export function chosen(words) {
  return [...functions, ...nodes, ...canonical].filter(
    ({ file, rule }) => words.length === 0 || words.some((word) => `${file} ${rule}`.includes(word)),
  );
}

/** The text of a mutated file. @param {Mutant} mutant @param {string} text */
export function mutated({ file, rule, from, to }, text) {
  const places = text.split(from).length - 1;
  if (places !== 1)
    throw new Error(
      `${file}, ${rule}: expected one place that reads \`${from}\`, found ${places}. The rule has changed: mend its mutant in scripts/mutants.`,
    );
  return text.replace(from, () => to);
}

/** A copy of what the tests of formulas need, away from the real one. */
function workshop() {
  const place = mkdtempSync(join(tmpdir(), 'handgrad-mutants-'));
  for (const part of ['src/formula', 'test/formula'])
    cpSync(join(root, 'dist-test', part), join(place, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'), 'junction');
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n');
  return place;
}

/** Whether a test file passes. @param {string} place @param {string} name @returns {Promise<boolean>} */
function passes(place, name) {
  return new Promise((resolve) => {
    const file = join('test/formula', `${name}.test.js`);
    const child = spawn(process.execPath, [file], { cwd: place, stdio: 'ignore', timeout: PATIENCE });
    child.on('close', (code) => resolve(code === 0));
    child.on('error', () => resolve(false));
  });
}

/** The test that catches the mutant; undefined where it survives. @param {string} place @param {Mutant} mutant */
async function caughtBy(place, mutant) {
  const path = join(place, 'src/formula', mutant.file);
  const right = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(mutant, right));
  try {
    const folder = /** @type {keyof typeof suites} */ (mutant.file.split('/')[0]);
    for (const name of suites[folder]) if (!(await passes(place, name))) return name;
    return undefined;
  } finally {
    writeFileSync(path, right);
  }
}

/** @param {Mutant} mutant */
function shown({ file, rule, from, to }) {
  const short = (/** @type {string} */ text) => text.replaceAll(/\s+/g, ' ');
  return `${file}, ${rule}: ${short(from)}  →  ${short(to)}`;
}

/** @param {readonly string[]} words */
export async function mutate(words) {
  const all = chosen(words);
  if (all.length === 0) {
    process.stderr.write(`No mutant's file or rule contains ${words.join(', ')}.\n`);
    return 2;
  }
  const places = Array.from({ length: WORKERS }, workshop);
  try {
    for (const mutant of all)
      mutated(mutant, readFileSync(join(places[0] ?? '', 'src/formula', mutant.file), 'utf8'));
    for (const name of new Set(
      all.flatMap(({ file }) => suites[file.startsWith('canonical') ? 'canonical' : 'differentiate']),
    ))
      if (!(await passes(places[0] ?? '', name)))
        throw new Error(`${name}.test.js fails without any mutant.`);
    const queue = all.filter(({ equivalent }) => equivalent === undefined);
    const survivors = /** @type {Mutant[]} */ ([]);
    const total = queue.length;
    await Promise.all(
      places.map(async (place) => {
        for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
          const test = await caughtBy(place, mutant);
          if (test === undefined) survivors.push(mutant);
          process.stdout.write(
            `${test === undefined ? 'SURVIVES' : `caught by ${test}`}  ${shown(mutant)}\n`,
          );
        }
      }),
    );
    const equivalent = all.filter((mutant) => mutant.equivalent !== undefined);
    for (const mutant of equivalent)
      process.stdout.write(`equivalent (${mutant.equivalent})  ${shown(mutant)}\n`);
    process.stdout.write(
      `\n${total} mutants: ${total - survivors.length} caught, ${survivors.length} survive; ${equivalent.length} more change nothing.\n`,
    );
    return survivors.length === 0 ? 0 : 1;
  } finally {
    for (const place of places) if (existsSync(place)) rmSync(place, { recursive: true });
  }
}

if (process.argv[1]?.endsWith('mutate.mjs'))
  main(async () => {
    await setUp({ withTests: true });
    return mutate(process.argv.slice(2));
  });
