// Python environments of handgrad's own, each made once, of pinned packages, and kept in the cache.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, contentKey } from './cache.mjs';
import { withLock } from './lock.mjs';
import { SetupProblem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';
import { onPath } from './tools.mjs';

/** The oldest Python that the pinned packages run on. */
const oldest = '3.10';
const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/**
 * @typedef {{ title: string, name: string, install: readonly string[], contents?: readonly (string | Uint8Array)[], env?: NodeJS.ProcessEnv }} Wanted
 *   title: what a person reads while it is made; name: of its folder; install: what pip is to install; contents: of the files named
 *   there, from which the environment's name is made, so that it is made anew when they change
 */

/**
 * The folder of an environment with these packages, made if it is not in the cache yet.
 * @param {Wanted} wanted
 * @returns {Promise<string>}
 * @throws {SetupProblem} where there is no Python for it, or pip cannot install the packages
 */
export async function provideEnvironment({ title, name, install, contents = [], env = process.env }) {
  // Not of where the files lie: every checkout shares one environment.
  const folder = join(cacheFolder(env), `${name}-${contentKey(contents.length > 0 ? contents : install)}`);
  // An environment cannot be moved, so it is made in place, and marked when it is whole.
  const mark = join(folder, 'whole');
  const isWhole = () => existsSync(mark) && existsSync(pythonOf(folder));
  if (isWhole()) return folder;
  mkdirSync(cacheFolder(env), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (isWhole()) return;
    await withProgress(title, async (say) => {
      await makeEmpty(folder, env);
      await installPackages(folder, install, env, say);
    });
    writeFileSync(mark, '');
  });
  return folder;
}

/** The Python of an environment. @param {string} folder */
export function pythonOf(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** @param {string} folder @param {NodeJS.ProcessEnv} env */
async function makeEmpty(folder, env) {
  const pythons = onPath(names, env);
  let anyNewEnough = false;
  for (const python of pythons) {
    rmSync(folder, { recursive: true, force: true });
    const isNewEnough = `import sys; sys.exit(sys.version_info < (${oldest.replace('.', ', ')}))`;
    if (!(await run(python, ['-c', isNewEnough], { env })).ok) continue;
    if ((await run(python, ['-m', 'venv', folder], { env })).ok) return;
    anyNewEnough = true;
  }
  rmSync(folder, { recursive: true, force: true });
  if (anyNewEnough) {
    throw new SetupProblem(
      'Python cannot make virtual environments',
      'on Debian or Ubuntu: apt-get install python3-venv',
    );
  }
  throw new SetupProblem(
    pythons.length === 0
      ? `there is no Python ${oldest} or later`
      : `the Python here is older than ${oldest}`,
    'on Debian or Ubuntu: apt-get install python3 python3-venv; elsewhere: python.org',
  );
}

/** @param {string} folder @param {readonly string[]} install @param {NodeJS.ProcessEnv} env @param {(line: string) => void} say */
async function installPackages(folder, install, env, say) {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off'];
  const { ok, output } = await run(pythonOf(folder), [...pip, ...install], {
    env,
    onLine: (line) => say(short(line)),
  });
  if (ok) return;
  const errors = output.split('\n').filter((line) => /error/i.test(line));
  throw new SetupProblem(
    `pip could not install the packages: ${(errors.at(-1) ?? output.trim().split('\n').at(-1) ?? '').trim()}`,
    'look at the network (pip’s settings, such as PIP_INDEX_URL, hold here too), then run the same command again',
  );
}

/** pip lists all packages in one line when it comes to installing them. @param {string} line */
function short(line) {
  return (line.split('\n').at(-1) ?? '').replace(/ \(from .*|: .*/, '').trim();
}
