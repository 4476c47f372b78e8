// Native TensorFlow for @tensorflow/tfjs-node: from the cache if it is there, else made; and a note of what came of it.
import { existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bindingKey, compileBinding, tryBinding } from './binding.mjs';
import { cacheFolder, withScratchFolder } from './cache.mjs';
import { withLock } from './lock.mjs';
import { readState, writeState } from './native-state.mjs';
import { SetupProblem } from './problem.mjs';
import { findCompiler, findPip } from './tools.mjs';
import { downloadWheel, extractLibrary, wheels } from './wheel.mjs';

/**
 * @typedef {import('./native-state.mjs').NativeState} NativeState
 * @typedef {import('./wheel.mjs').Wheel} Wheel
 * @typedef {{ modules: string, cache: string, wheel: Wheel, library: string, target: string }} Place
 *   modules: node_modules; library: the name of the library's folder in the cache; target: the folder of the binding
 */

/** What cost time and failed is not tried again by every run in between. */
const retryAfterMilliseconds = 3_600_000;

/**
 * Makes native TensorFlow available, or says why it is not to be had.
 * @param {{ modules: string, env?: NodeJS.ProcessEnv, again?: boolean }} given again: look closer: try what failed a short while ago,
 *   and whether what is there still loads
 * @returns {Promise<NativeState>}
 */
export async function setUpTensorFlow({ modules, env = process.env, again = false }) {
  const state = await attempt(modules, env, again);
  writeState(modules, state);
  return state;
}

/** @param {string} modules @param {NodeJS.ProcessEnv} env @param {boolean} again @returns {Promise<NativeState>} */
async function attempt(modules, env, again) {
  try {
    const place = locate(modules, env);
    if (again) await removeBroken(place);
    if (!isComplete(place)) {
      const before = readState(modules);
      if (!again && before?.native === false && isRecent(before.tried)) return before;
      await make(place, env);
    }
    const binding = join(place.target, 'tfjs_binding.node');
    linkBinding(modules, binding);
    return { native: true, tensorflow: place.wheel.version, binding };
  } catch (error) {
    const { reason, remedy, worthRetrying } = asProblem(error, env);
    return {
      native: false,
      reason,
      remedy,
      ...(worthRetrying ? { tried: new Date().toISOString() } : {}),
    };
  }
}

/** A cache that cannot be written, or is full, is a reason too; anything else is a mistake of ours. @param {unknown} error @param {NodeJS.ProcessEnv} env */
function asProblem(error, env) {
  if (error instanceof SetupProblem) return error;
  const { code = '', message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'].includes(code)) throw error;
  return new SetupProblem(
    `a file could not be written (${message})`,
    `see to ${cacheFolder(env)}, or set HANDGRAD_CACHE`,
  );
}

/** What was complete once may have been damaged since: it is made anew. @param {Place} place */
async function removeBroken(place) {
  if (!isComplete(place) || (await tryBinding(join(place.target, 'tfjs_binding.node'))).ok) return;
  rmSync(place.target, { recursive: true, force: true });
  rmSync(join(place.cache, 'tensorflow', place.library), { recursive: true, force: true });
}

/** @param {string | undefined} tried */
function isRecent(tried) {
  return tried !== undefined && Date.now() - Date.parse(tried) < retryAfterMilliseconds;
}

/** @param {string} modules @param {NodeJS.ProcessEnv} env @returns {Place} */
function locate(modules, env) {
  const wheel = wheels[`${process.platform}-${process.arch}`];
  if (wheel === undefined) throw noLibrary(`${process.platform}-${process.arch}`);
  const cache = cacheFolder(env);
  const library = wheel.sha256.slice(0, 16);
  return { modules, cache, wheel, library, target: join(cache, 'binding', bindingKey({ modules, library })) };
}

/** @param {string} machine */
function noLibrary(machine) {
  return new SetupProblem(
    `there is no TensorFlow library for ${machine}`,
    'use Linux with glibc on x64 or arm64, or the Dockerfile',
  );
}

/** @param {Place} place */
function isComplete({ cache, library, target }) {
  return existsSync(join(target, 'tfjs_binding.node')) && existsSync(join(cache, 'tensorflow', library));
}

/** @param {Place} place @param {NodeJS.ProcessEnv} env */
async function make(place, env) {
  if (isMusl()) throw noLibrary(`${process.arch} with musl`);
  const compiler = findCompiler(env);
  if (compiler === undefined)
    throw new SetupProblem('there is no C++ compiler', 'on Debian or Ubuntu: apt-get install g++');
  await withLock(join(place.cache, 'lock'), async () => {
    if (isComplete(place)) return;
    await withScratchFolder(place.cache, async (scratch) => {
      await provideLibrary(place, scratch);
      rmSync(place.target, { recursive: true, force: true });
      await compileBinding({ ...place, compiler, scratch });
    });
  });
}

/** @param {Place} place @param {string} scratch */
async function provideLibrary({ cache, library, wheel }, scratch) {
  const target = join(cache, 'tensorflow', library);
  if (existsSync(target)) return;
  const found = await findPip(scratch);
  if ('missing' in found) {
    throw found.missing === 'python'
      ? new SetupProblem('there is no Python 3', 'on Debian or Ubuntu: apt-get install python3 python3-pip')
      : new SetupProblem('Python has no pip', 'on Debian or Ubuntu: apt-get install python3-pip');
  }
  const file = await downloadWheel({ python: found.python, wheel, cache });
  const unpacked = join(scratch, 'tensorflow');
  await extractLibrary({ python: found.python, file, into: unpacked });
  mkdirSync(dirname(target), { recursive: true });
  renameSync(unpacked, target);
  rmSync(file);
}

/**
 * The binding stays in the cache; @tensorflow/tfjs-node finds a link where its own install script would have put a file.
 * @param {string} modules
 * @param {string} binding
 */
function linkBinding(modules, binding) {
  const link = join(modules, '@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node');
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === binding) return;
  mkdirSync(dirname(link), { recursive: true });
  const fresh = `${link}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(binding, fresh);
  renameSync(fresh, link);
}

function isMusl() {
  if (process.platform !== 'linux') return false;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime === undefined;
}
