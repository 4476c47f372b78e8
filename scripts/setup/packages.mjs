// The npm packages of the lock file: installed when node_modules is not what the lock file says, and not otherwise.
import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey } from './cache.mjs';
import { SetupProblem } from './problem.mjs';
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */

/**
 * Runs `npm ci` if it is needed. A node_modules that is a link belongs to somebody else and is left alone.
 * @param {string} root the checkout
 */
export async function installPackages(root) {
  const modules = join(root, 'node_modules');
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    if (existsSync(join(modules, 'typescript'))) return;
    throw new SetupProblem('node_modules is a link to a folder without the packages', 'remove the link');
  }
  await installLocked(root, modules);
  linkItself(modules);
}

/**
 * Resolvers of the old kind (tslab's, for one) do not know that a package may import itself by name: for them the checkout is also
 * its own dependency, so that a notebook in it can `import 'handgrad'`.
 * @param {string} modules
 */
function linkItself(modules) {
  const link = join(modules, 'handgrad');
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync('..', link, 'junction');
}

/** @param {string} root @param {string} modules */
async function installLocked(root, modules) {
  const stamp = join(modules, '.handgrad-packages');
  const key = packagesKey(root);
  if (readText(stamp) === key && isWhole(root)) return;
  if (!isInstalled(root)) {
    rmSync(stamp, { force: true });
    const npm = npmCommand();
    const result = await withProgress('Installing the npm packages (once)', () =>
      run(npm.command, [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root }),
    );
    if (!result.ok) {
      const said = result.output
        .trim()
        .split('\n')
        .filter((line) => line.includes('npm'))
        .slice(0, 4)
        .join('\n');
      throw new SetupProblem(
        `the npm packages could not be installed:\n${said}`,
        'look at the network, then run the same command again',
      );
    }
  }
  writeFileSync(stamp, key);
}

/**
 * What an installation depends on. Not Node's version: every native package here speaks N-API, the same from Node 20 on.
 * @param {string} root
 */
function packagesKey(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return contentKey([lock, readFileSync(join(root, 'package.json')), process.platform, process.arch]);
}

/** No package's folder was removed by hand. @param {string} root */
function isWhole(root) {
  const { packages = {} } = readLock(join(root, 'node_modules/.package-lock.json')) ?? {};
  return Object.keys(packages).every((path) => existsSync(join(root, path, 'package.json')));
}

/**
 * A person who ran npm by hand has installed what is needed: npm's own note of what it did agrees with the lock file.
 * @param {string} root
 */
function isInstalled(root) {
  const wanted = readLock(join(root, 'package-lock.json'))?.packages;
  const present = readLock(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (wanted === undefined || present === undefined || !isWhole(root)) return false;
  const agrees = Object.entries(wanted).every(([path, { integrity, optional }]) => {
    if (path === '') return true;
    return path in present ? present[path]?.integrity === integrity : optional === true;
  });
  const noneForeign = Object.keys(present).every((path) => path in wanted);
  return agrees && noneForeign && hasPlatformPackage(Object.keys(present));
}

/** A node_modules copied from another kind of machine has another machine's programs. @param {readonly string[]} paths */
function hasPlatformPackage(paths) {
  return paths.some((path) =>
    path.startsWith(`node_modules/@biomejs/cli-${process.platform}-${process.arch}`),
  );
}

/** @param {string} file @returns {{ packages?: Record<string, LockedPackage> } | undefined} */
function readLock(file) {
  const text = readText(file);
  return text === undefined ? undefined : JSON.parse(text);
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The npm that started us, if one did; so a Node without a matching npm on PATH works too. */
function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? { command: process.execPath, args: [script] }
    : { command: 'npm', args: [] };
}
