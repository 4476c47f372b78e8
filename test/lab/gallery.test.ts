/** Which folder the lab opens, and when it may open a browser. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { copyName, hasBrowser, LabFolderError, openGallery } from '../../src/lab/index.js';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'handgrad-gallery-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** A package of two notebooks, with a picture in a folder beside them. */
function packageIn(folder: string): string {
  mkdirSync(join(folder, 'notebooks', 'pictures'), { recursive: true });
  for (const name of ['02-b.ipynb', '01-a.ipynb', 'pictures/p.svg']) {
    writeFileSync(join(folder, 'notebooks', name), `as shipped: ${name}`);
  }
  return folder;
}

test('a checkout’s gallery is opened where it is', () => {
  const checkout = packageIn(join(scratch, 'handgrad'));
  writeFileSync(join(checkout, '.git'), 'gitdir: elsewhere');
  const opened = openGallery(checkout, undefined, scratch);
  assert.deepEqual(opened, { folder: join(checkout, 'notebooks'), copied: 0, first: '01-a.ipynb' });
});

test('an installed package’s gallery is copied once, and what the person wrote stays', () => {
  const installed = packageIn(join(scratch, 'node_modules', 'handgrad'));
  const work = join(scratch, 'work');
  mkdirSync(work);
  const first = openGallery(installed, undefined, work);
  assert.deepEqual(first, { folder: join(work, copyName), copied: 2, first: '01-a.ipynb' });
  assert.ok(existsSync(join(work, copyName, 'pictures', 'p.svg')));
  writeFileSync(join(work, copyName, '01-a.ipynb'), 'my own');
  rmSync(join(work, copyName, '02-b.ipynb'));
  assert.equal(openGallery(installed, undefined, work).copied, 1);
  assert.equal(readFileSync(join(work, copyName, '01-a.ipynb'), 'utf8'), 'my own');
});

test('the folder that was asked for is opened, nothing is copied', () => {
  const installed = packageIn(join(scratch, 'node_modules', 'handgrad'));
  mkdirSync(join(scratch, 'mine'));
  assert.deepEqual(openGallery(installed, 'mine', scratch), { folder: join(scratch, 'mine'), copied: 0 });
  assert.equal(existsSync(join(scratch, copyName)), false);
  assert.throws(() => openGallery(installed, 'not-there', scratch), LabFolderError);
});

test('a browser is opened on a person’s own screen, and nowhere else', () => {
  assert.equal(hasBrowser({ DISPLAY: ':0' }, 'linux'), true);
  assert.equal(hasBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), true);
  assert.equal(hasBrowser({}, 'darwin'), true);
  assert.equal(hasBrowser({}, 'win32'), true);
  assert.equal(hasBrowser({ BROWSER: 'firefox' }, 'linux'), true);
  assert.equal(hasBrowser({}, 'linux'), false);
  assert.equal(hasBrowser({ SSH_CONNECTION: '10.0.0.1' }, 'darwin'), false);
  assert.equal(hasBrowser({ DISPLAY: ':0', CI: 'true' }, 'linux'), false);
});
