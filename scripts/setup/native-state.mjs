// A note beside where the native binding belongs: whether it is there, and if not, why. The library and `handgrad doctor` read it.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {{ native: true, tensorflow: string, binding: string }
 *   | { native: false, reason: string, remedy: string, tried?: string }} NativeState
 *   reason completes "… because"; tried: when a failure happened that is not worth another try at once
 */

/** @param {string} modules node_modules */
function stateFile(modules) {
  return join(modules, '@tensorflow/tfjs-node/lib/handgrad.json');
}

/** @param {string} modules @returns {NativeState | undefined} */
export function readState(modules) {
  try {
    return JSON.parse(readFileSync(stateFile(modules), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} modules @param {NativeState} state */
export function writeState(modules, state) {
  const file = stateFile(modules);
  const text = `${JSON.stringify(state, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}
