// One set-up at a time. A lock is a folder (making one is atomic everywhere) that says who holds it.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { onInterrupt } from './interrupts.mjs';
import { withProgress } from './progress.mjs';

const beatMilliseconds = 2000;
/** A holder that has not touched its lock for so long is gone (a machine that slept wakes and touches it first). */
const staleMilliseconds = 60_000;
/** What a dead holder had started may still be writing: it is given this long to end. */
const orphanMilliseconds = 600_000;

/** The locks that this process holds. @type {Set<string>} */
const held = new Set();

/**
 * Does `work` while holding the lock at `path`; waits for another holder, and takes over from one that died.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  if (!take(path)) {
    await withProgress('Another set-up is at work here; waiting', async (say) => {
      while (!take(path)) {
        if (isStale(path)) removeStale(path);
        else await new Promise((resolve) => setTimeout(resolve, 200));
        say(`process ${owner(path)?.pid ?? '?'}`);
      }
    });
  }
  held.add(path);
  const release = () => {
    held.delete(path);
    rmSync(path, { recursive: true, force: true });
  };
  const forget = onInterrupt(release);
  const beat = setInterval(() => touch(path), beatMilliseconds);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    forget();
    release();
  }
}

/** @param {string} path @returns {boolean} whether the lock is now ours */
function take(path) {
  try {
    mkdirSync(path);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  return true;
}

/** @param {string} path @returns {{ pid: number, host: string } | undefined} */
function owner(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Writes a child process into the locks that we hold: if we are killed, the next holder waits until it has ended too.
 * @param {number | undefined} pid
 */
export function noteChild(pid) {
  const notes =
    pid === undefined ? [] : [...held].filter(existsSync).map((path) => join(path, `child-${pid}`));
  for (const note of notes) writeFileSync(note, '');
  return () => {
    for (const note of notes) rmSync(note, { force: true });
  };
}

/**
 * Stale: its process is gone from this machine, with all that it had started; or nobody touched it for a minute.
 * @param {string} path
 */
export function isStale(path) {
  const holder = owner(path);
  const isHere = holder !== undefined && holder.host === hostname();
  const untouched = sinceTouched(path);
  if (isHere && !isAlive(holder.pid)) return !hasLivingChild(path) || untouched > orphanMilliseconds;
  return untouched > staleMilliseconds;
}

/** Milliseconds; a lock that is not there counts as just touched. @param {string} path */
function sinceTouched(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

/** @param {string} path */
function hasLivingChild(path) {
  const notes = existsSync(path) ? readdirSync(path).filter((name) => name.startsWith('child-')) : [];
  return notes.some((name) => isAlive(Number(name.slice('child-'.length))));
}

/**
 * Two that find the same stale lock must not remove each other's new one: only the holder of the lock's own lock removes, after
 * a second look.
 * @param {string} path
 */
function removeStale(path) {
  const guard = `${path}.removal`;
  try {
    mkdirSync(guard);
  } catch {
    try {
      if (Date.now() - statSync(guard).mtimeMs > staleMilliseconds)
        rmSync(guard, { recursive: true, force: true });
    } catch {
      // Gone already: the other one has finished.
    }
    return;
  }
  try {
    if (isStale(path)) rmSync(path, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed the lock by hand; what it guards is put in place by one rename and stays whole.
  }
}
