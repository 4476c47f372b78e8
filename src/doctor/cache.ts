/** The cache of native TensorFlow, which scripts/setup/cache.mjs fills. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from './finding.js';

/** Where it is: HANDGRAD_CACHE, or handgrad's folder in the person's own cache. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  if (environment.HANDGRAD_CACHE) return environment.HANDGRAD_CACHE;
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'handgrad');
}

/** The cache: its folder and its size. */
export async function cache(): Promise<Finding> {
  const folder = cacheFolder(process.env);
  const bytes = await sizeOf(folder);
  const says = bytes === 0 ? `${folder}, empty` : `${folder}, ${Math.round(bytes / 1e6)} MB`;
  return { about: 'cache', state: 'ok', says };
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      bytes += entry.isDirectory() ? await sizeOf(path) : (await stat(path)).size;
    }
  } catch {
    // Not there, or taken away while we looked: it counts as nothing.
  }
  return bytes;
}
