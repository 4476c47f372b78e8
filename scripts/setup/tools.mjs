// The programs of the machine that a native build needs: a Python with pip, a C++ compiler.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/**
 * Every program of one of these names on PATH, in PATH's order.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [env]
 */
export function onPath(names, env = process.env) {
  const found = [];
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const file = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      if (folder !== '' && isExecutable(file)) found.push(file);
    }
  }
  return found;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The C++ compiler: what CXX names, or the first on PATH. @param {NodeJS.ProcessEnv} [env] */
export function findCompiler(env = process.env) {
  return env.CXX || onPath(['c++', 'g++', 'clang++'], env)[0];
}

/**
 * A Python that has pip. The first Python on PATH may lack it (an environment made by uv, Debian's python3), so each is asked; if
 * none has it, one that can make a virtual environment makes one in `scratch`.
 * @param {string} scratch an empty folder
 * @returns {Promise<{ python: string } | { missing: 'python' | 'pip' }>}
 */
export async function findPip(scratch) {
  const pythons = onPath(['python3', 'python']);
  let anyPython = false;
  for (const python of pythons) {
    if (!(await run(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 7))'])).ok) continue;
    anyPython = true;
    if ((await run(python, ['-m', 'pip', '--version'])).ok) return { python };
  }
  for (const python of pythons) {
    const environment = join(scratch, 'venv');
    if ((await run(python, ['-m', 'venv', '--clear', environment])).ok)
      return { python: join(environment, 'bin', 'python') };
  }
  return { missing: anyPython ? 'pip' : 'python' };
}
