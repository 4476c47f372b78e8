/** The kernel in a real JupyterLab in a real browser. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { command, launch, openNotebook as openInLab } from '../lab/browser.js';
import { labNeeds } from '../lab/environment.js';
import { type LabServer, startLab } from '../lab/server.js';
import { type Cell, readOutputs, sharedCells, writeNotebookTo } from './notebooks.js';
import { runWithOwnClient } from './own-client.js';

const { chromium, environment, missing: skip } = await labNeeds();

const scratch = mkdtempSync(join(tmpdir(), 'handgrad-lab-'));
const folder = join(scratch, 'notebooks');
let lab: LabServer | undefined;
let browser: Browser | undefined;

before(async () => {
  if (skip !== false) return;
  mkdirSync(folder, { recursive: true });
  [lab, browser] = await Promise.all([
    startLab(environment, folder, join(scratch, 'home')),
    launch(chromium),
  ]);
});
after(async () => {
  await browser?.close();
  await lab?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Opens a notebook in JupyterLab and waits for its kernel. */
async function openNotebook(name: string, cells: readonly Cell[]): Promise<Page> {
  assert.ok(lab && browser);
  writeNotebookTo(join(folder, name), cells);
  const { page } = await openInLab(browser, lab, name);
  await kernelIdle(page);
  return page;
}

/** What JupyterLab itself thinks of the kernel; what it draws says "idle" before there is one. */
async function kernelIdle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    type Panel = { sessionContext?: { session?: { kernel?: { status: string } | null } | null } };
    const { jupyterapp } = globalThis as unknown as {
      jupyterapp: { shell: { currentWidget: Panel | null } };
    };
    return jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle';
  });
}

async function idle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const host = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<{ textContent: string | null }> };
    };
    const prompts = [...host.document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    return prompts.length > 0 && prompts.every(({ textContent }) => /\[\d+\]/.test(textContent ?? ''));
  });
  await kernelIdle(page);
}

test('JupyterLab runs a notebook with the same outputs as our own client, and saves them', {
  skip,
}, async () => {
  const page = await openNotebook('same.ipynb', sharedCells);
  await command(page, 'runmenu:run-all');
  await idle(page);
  assert.equal(await page.locator('.jp-RenderedHTML b').first().textContent(), 'b');
  await command(page, 'docmanager:save');
  const file = join(folder, 'same.ipynb');
  await page.waitForSelector('.jp-DocumentSearch-overlay, .jp-Notebook:not(.jp-mod-dirty)');
  const expected = await runWithOwnClient(sharedCells);
  // The request is answered when the file is written; the page does not say so.
  let saved = readOutputs(file);
  for (let attempt = 0; attempt < 100 && !isDeepStrictEqual(saved, expected); attempt++) {
    await page.waitForTimeout(50);
    saved = readOutputs(file);
  }
  assert.deepEqual(saved, expected);
  const { metadata } = JSON.parse(readFileSync(file, 'utf8')) as {
    metadata: { language_info: { mimetype: string } };
  };
  assert.equal(metadata.language_info.mimetype, 'text/typescript');
  await page.close();
});

test('a looping cell is interrupted from JupyterLab, and the next cell finds the state', {
  skip,
}, async () => {
  const page = await openNotebook('loop.ipynb', [
    { source: "let turns = 0;\nconsole.log('begun');\nwhile (true) turns++;" },
    { source: 'turns > 0' },
  ]);
  // The command ends when the cell has.
  const running = command(page, 'notebook:run-cell');
  await page.getByText('begun', { exact: true }).waitFor();
  await command(page, 'notebook:interrupt-kernel');
  await running;
  await page.getByText('Interrupted: The cell was interrupted').waitFor();
  await command(page, 'notebook:move-cursor-down');
  await command(page, 'notebook:run-cell');
  await page.locator('.jp-OutputArea-executeResult').getByText('true').waitFor();
  await page.close();
});

test('a kernel is restarted from JupyterLab and runs the notebook again', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await openNotebook('restart.ipynb', [
    { source: 'const lost = 1;\nconsole.log(process.ppid);' },
  ]);
  await command(page, 'runmenu:run-all');
  const output = page.locator('.jp-OutputArea-output pre').first();
  const first = await output.textContent();
  const restarted = command(page, 'runmenu:restart-and-run-all');
  await page.locator('.jp-Dialog button.jp-mod-accept').click();
  await restarted;
  await idle(page);
  await page.waitForFunction((before) => {
    const host = globalThis as unknown as {
      document: { querySelector(selector: string): { textContent: string | null } | null };
    };
    const text = host.document.querySelector('.jp-OutputArea-output pre')?.textContent;
    return text !== undefined && text !== null && text !== before;
  }, first);
  await page.close();
});
