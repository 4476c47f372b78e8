/** The kernel in Jupyter Notebook 7, in a real browser. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { command, launch, runAll } from '../lab/browser.js';
import { labNeeds } from '../lab/environment.js';
import { type LabServer, startLab } from '../lab/server.js';
import { installNotebook } from './notebook7.js';
import { type Cell, readOutputs, sharedCells, writeNotebookTo } from './notebooks.js';
import { runWithOwnClient } from './own-client.js';

const scratch = mkdtempSync(join(tmpdir(), 'handgrad-notebook-'));
const folder = join(scratch, 'notebooks');
const home = join(scratch, 'home');

interface Prepared {
  readonly chromium: string;
  readonly environment: string;
  readonly env: Readonly<Record<string, string>>;
}

async function prepare(): Promise<Prepared | string> {
  const { chromium, environment, missing } = await labNeeds();
  if (missing !== false) return missing;
  try {
    return { chromium, environment, env: await installNotebook(environment, join(scratch, 'pip'), home) };
  } catch (error) {
    return `no Jupyter Notebook: ${String(error).split('\n')[0]}`;
  }
}

const prepared = await prepare();
const skip = typeof prepared === 'string' ? prepared : false;
let server: LabServer | undefined;
let browser: Browser | undefined;

before(async () => {
  if (typeof prepared === 'string') return;
  mkdirSync(folder, { recursive: true });
  [server, browser] = await Promise.all([
    startLab(prepared.environment, folder, home, prepared.env),
    launch(prepared.chromium),
  ]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function openNotebook(name: string, cells: readonly Cell[]): Promise<Page> {
  assert.ok(server && browser);
  writeNotebookTo(join(folder, name), cells);
  const page = await browser.newPage({ viewport: { width: 1180, height: 3000 } });
  await page.goto(`${server.url}/notebooks/${name}?token=${server.token}`);
  await page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 60_000 });
  return page;
}

test('Notebook 7 runs a notebook with the same outputs as our own client, and saves them', {
  skip,
  timeout: 180_000,
}, async () => {
  const page = await openNotebook('same.ipynb', sharedCells);
  await runAll(page);
  assert.equal(await page.locator('.jp-RenderedHTML b').first().textContent(), 'b');
  const expected = await runWithOwnClient(sharedCells);
  const file = join(folder, 'same.ipynb');
  let saved = readOutputs(file);
  for (let attempt = 0; attempt < 100 && !isDeepStrictEqual(saved, expected); attempt++) {
    await command(page, 'docmanager:save');
    await page.waitForTimeout(100);
    saved = readOutputs(file);
  }
  assert.deepEqual(saved, expected);
  await page.close();
});

test('a looping cell is interrupted from Notebook 7', { skip, timeout: 180_000 }, async () => {
  const page = await openNotebook('loop.ipynb', [{ source: "console.log('begun');\nwhile (true) {}" }]);
  const running = runAll(page);
  await page.getByText('begun', { exact: true }).waitFor();
  await page.getByRole('menuitem', { name: 'Kernel', exact: true }).click();
  await page.getByText('Interrupt Kernel', { exact: true }).click();
  await running;
  await page.getByText('Interrupted: The cell was interrupted').waitFor();
  await page.close();
});
