/** Node's own cache of compiled modules, where there is one (22.1 and later): the start loads some dozens of files. */
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Node reads it at the start of a process. */
export const compileCacheVariable = 'NODE_COMPILE_CACHE';

interface WithCompileCache {
  readonly enableCompileCache?: (directory: string) => unknown;
}

/** In the person's own cache, where nobody else can write: it is code. */
export function compileCacheDirectory(): string {
  const cache =
    process.env.HANDGRAD_CACHE ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'handgrad');
  return join(cache, 'modules');
}

/** Modules loaded from here on are cached. Someone else's choice of a directory is kept. */
export function enableCompileCache(): void {
  if (process.env[compileCacheVariable] !== undefined) return;
  (module as WithCompileCache).enableCompileCache?.(compileCacheDirectory());
}
