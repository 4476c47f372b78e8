/** The lock of the set-up: one at a time, dead holders are succeeded, live ones waited for. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root, script } from './places.js';
import { runToEnd } from './process.js';

interface LockScript {
  withLock<T>(path: string, work: () => Promise<T>): Promise<T>;
  isStale(path: string): boolean;
}

const { withLock, isStale } = await script<LockScript>('setup/lock.mjs');
const folder = mkdtempSync(join(tmpdir(), 'handgrad-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A lock as another holder would have left it. */
function planted(name: string, pid: number, host = hostname()): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid, host }));
  return path;
}

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const { stdout } = await runToEnd(process.execPath, ['-p', 'process.pid']);
  return Number(stdout);
}

test('five processes at once: never two inside, and all get their turn', async () => {
  const path = join(folder, 'contended');
  const inside = join(folder, 'inside');
  const module = pathToFileURL(join(root, 'scripts/setup/lock.mjs')).href;
  const code = `
    import { mkdirSync, rmdirSync } from 'node:fs';
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(path)}, async () => {
      mkdirSync(${JSON.stringify(inside)}); // throws if another is inside
      await new Promise((resolve) => setTimeout(resolve, 50));
      rmdirSync(${JSON.stringify(inside)});
    });
    console.log('done');`;
  const ended = await Promise.all(
    Array.from({ length: 5 }, () => runToEnd(process.execPath, ['--input-type=module', '-e', code])),
  );
  for (const { stdout, stderr } of ended) assert.equal(stdout, 'done\n', stderr);
  assert.equal(existsSync(path), false);
});

test('a lock whose process died is taken over', async () => {
  const path = planted('dead', await deadProcess());
  assert.equal(isStale(path), true);
  assert.equal(await withLock(path, async () => 'worked'), 'worked');
  assert.equal(existsSync(path), false);
});

test('what a dead holder had started is waited for', async () => {
  const path = planted('orphaned', await deadProcess());
  writeFileSync(join(path, `child-${process.pid}`), '');
  assert.equal(isStale(path), false);
  rmSync(join(path, `child-${process.pid}`));
  writeFileSync(join(path, `child-${await deadProcess()}`), '');
  assert.equal(isStale(path), true);
});

test('a lock of a living process, or one on another machine, is respected', async () => {
  assert.equal(isStale(planted('alive', process.pid)), false);
  assert.equal(isStale(planted('elsewhere', await deadProcess(), 'another-machine')), false);
});

test('a lock that nobody touched for a minute is stale, wherever its holder is', () => {
  const path = planted('untouched', process.pid, 'another-machine');
  const twoMinutesAgo = new Date(Date.now() - 120_000);
  utimesSync(path, twoMinutesAgo, twoMinutesAgo);
  assert.equal(isStale(path), true);
});

test('the lock is released when the work throws', async () => {
  const path = join(folder, 'thrown');
  await assert.rejects(
    withLock(path, () => Promise.reject(new Error('planted'))),
    /planted/,
  );
  assert.equal(existsSync(path), false);
});
