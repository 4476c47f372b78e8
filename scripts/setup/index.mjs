// All of the set-up, in order. Everything here runs before anything is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, library, tests } from './build.mjs';
import { withLock } from './lock.mjs';
import { installPackages } from './packages.mjs';
import { SetupProblem } from './problem.mjs';
import { setUpTensorFlow } from './tensorflow.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const oldestNode = 20;
const backends = ['tensorflow', 'wasm', 'cpu'];

/**
 * @param {{ withTests?: boolean, again?: boolean }} [options] withTests: build the tests too; again: try even what failed a short while ago
 */
export async function setUp({ withTests = false, again = false } = {}) {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    throw new SetupProblem(`this is Node ${process.versions.node}`, `install Node ${oldestNode} or later`);
  }
  const forced = process.env.HANDGRAD_BACKEND;
  if (forced && !backends.includes(forced)) {
    throw new SetupProblem(
      `HANDGRAD_BACKEND is '${forced}'`,
      `set it to one of ${backends.join(', ')}, or not at all`,
    );
  }
  await withLock(join(root, '.handgrad', 'lock'), async () => {
    await installPackages(root);
    if (!forced || forced === 'tensorflow') await provideBackend(forced, again);
    await build(root, library);
    if (withTests) await build(root, tests);
  });
}

/** @param {string | undefined} forced @param {boolean} again */
async function provideBackend(forced, again) {
  const modules = join(root, 'node_modules');
  const state = await setUpTensorFlow({ modules, again: again || forced !== undefined });
  if (state.native) return;
  if (forced)
    throw new SetupProblem(`HANDGRAD_BACKEND asks for native TensorFlow, but ${state.reason}`, state.remedy);
  const instead = existsSync(join(modules, '@tensorflow/tfjs-backend-wasm'))
    ? 'WebAssembly'
    : 'plain JavaScript';
  process.stderr.write(`${fallbackLine(instead, state)}\n`);
}

/** The one line that says which backend and why. @param {string} instead @param {{ reason: string, remedy: string }} state */
export function fallbackLine(instead, { reason, remedy }) {
  return `Autograd runs on ${instead}, slower than native TensorFlow, because ${reason}. To mend it: ${remedy}.`;
}

/** Runs a command of ours; a problem that a person can mend is one line and exit code 1. @param {() => Promise<number | void>} command */
export function main(command) {
  command().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error) => {
      // A problem of the machine (a folder that cannot be written) is said in one line too; anything else is a mistake of ours.
      const isExpected = error instanceof SetupProblem || error?.syscall !== undefined;
      process.stderr.write(isExpected ? `handgrad: ${error.message}\n` : `${error?.stack ?? error}\n`);
      process.exitCode = 1;
    },
  );
}
