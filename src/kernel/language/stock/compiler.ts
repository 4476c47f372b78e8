/**
 * The TypeScript compiler, loaded once and quickly. Compiling its nine megabytes takes most of its start (110 of 145 ms), so
 * V8's code cache is kept in the person's cache directory, in a place nobody else can write: it is code.
 */
import { isAscii } from 'node:buffer';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import type { Compiler } from './internals.js';
import { languageVersion } from './version.js';

const require = createRequire(import.meta.url);
const compilerPath = require.resolve('typescript');

let loaded: { readonly compiler: Compiler; readonly script: Script; readonly cached: boolean } | undefined;

/** The compiler; the first call loads it (about 60 ms with the code cache, 150 ms without). */
export function loadCompiler(): Compiler {
  if (loaded !== undefined) return loaded.compiler;
  const bytes = readFileSync(compilerPath);
  // One byte a character where the text allows it: half the memory, and quicker.
  const source = Module.wrap(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'));
  const cachedData = readCodeCache();
  const script = new Script(source, {
    filename: compilerPath,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  const start = script.runInThisContext() as (...names: readonly unknown[]) => void;
  start(module.exports, createRequire(compilerPath), module, compilerPath, dirname(compilerPath));
  const compiler = module.exports as Compiler;
  loaded = { compiler, script, cached: cachedData !== undefined && script.cachedDataRejected === false };
  return compiler;
}

/** Whether there is nothing for `keepCodeCache` to do. */
export function isCodeCacheKept(): boolean {
  return loaded?.cached === true;
}

/**
 * Writes the code cache if this process had to do without one. To be called when the compiler has worked for a while, so that
 * the functions it needs are in the cache too. A cache that cannot be written costs time at the next start, nothing else.
 */
export function keepCodeCache(): void {
  if (loaded === undefined || loaded.cached) return;
  loaded = { ...loaded, cached: true };
  const path = codeCachePath();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!isOurs(dirname(path))) return;
    const temporary = `${path}.${process.pid}`;
    try {
      writeFileSync(temporary, loaded.script.createCachedData(), { mode: 0o600, flag: 'wx' });
      chmodSync(temporary, 0o600);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    // A read-only home, a full disk: see above.
  }
}

function readCodeCache(): Buffer | undefined {
  const path = codeCachePath();
  try {
    return isOurs(dirname(path)) && isOurs(path) ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The tag tells apart V8's versions, its flags and the processors it compiles for. */
function codeCachePath(): string {
  const version = `typescript-${languageVersion()}-node-${process.versions.node}-${cachedDataVersionTag()}`;
  return join(cacheDirectory(), 'handgrad', 'code', `${version}.bin`);
}

function cacheDirectory(): string {
  const given = process.env.XDG_CACHE_HOME;
  if (given !== undefined && given !== '') return given;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return join(homedir(), '.cache');
}

/** Whether only this user can write there (Windows keeps a user's folders to the user). */
function isOurs(path: string): boolean {
  const owner = process.getuid?.();
  const status = statSync(path);
  return owner === undefined || (status.uid === owner && (status.mode & 0o022) === 0);
}
