// Where what is expensive to make is kept, outside node_modules, for every checkout of this person.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { onInterrupt } from './interrupts.mjs';

/** HANDGRAD_CACHE, or handgrad's folder in the person's own cache. @param {NodeJS.ProcessEnv} [env] */
export function cacheFolder(env = process.env) {
  if (env.HANDGRAD_CACHE) return env.HANDGRAD_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'handgrad');
}

/**
 * A name that changes with any of the parts: what is found under it was made of just these.
 * @param {readonly (string | Uint8Array)[]} parts
 */
export function contentKey(parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${part.length}:`);
    hash.update(part);
  }
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} file */
export async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Gives `work` an empty folder beside the cache's contents (so that a rename into them is atomic), and removes it
 * afterwards whatever happens.
 * @template T
 * @param {string} cache
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withScratchFolder(cache, work) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'scratch-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const forget = onInterrupt(remove);
  try {
    return await work(folder);
  } finally {
    forget();
    remove();
  }
}
