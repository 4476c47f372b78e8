/**
 * Every notebook of the gallery as a person sees it: JupyterLab in a real browser, on the kernel of this checkout. Pictures in both
 * themes are left in .handgrad/pictures, to be looked at.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, openNotebook, runAll, theme } from './browser.js';
import { labNeeds, root } from './environment.js';
import { type LabServer, startLab } from './server.js';

const gallery = join(root, 'notebooks');
const all = readdirSync(gallery)
  .filter((name) => name.endsWith('.ipynb'))
  .sort();
const pictures = join(root, '.handgrad/pictures');
const { chromium, environment, missing } = await labNeeds();

interface Cell {
  readonly cell_type: string;
  readonly metadata: { readonly tags?: readonly string[] };
}

/** Which of a notebook's code cells may end with an error, by their places among the code cells. */
function mayFail(notebook: string): readonly boolean[] {
  const { cells } = JSON.parse(readFileSync(join(gallery, notebook), 'utf8')) as { cells: readonly Cell[] };
  return cells
    .filter(({ cell_type }) => cell_type === 'code')
    .map(({ metadata }) => metadata.tags?.includes('raises-exception') ?? false);
}

/** The code cells that show an error, by their places among the code cells. */
async function failedCells(page: Page): Promise<readonly number[]> {
  const cells = page.locator('.jp-CodeCell');
  const failed: number[] = [];
  for (let index = 0; index < (await cells.count()); index++) {
    const error = cells.nth(index).locator('[data-mime-type="application/vnd.jupyter.error"]');
    if ((await error.count()) > 0) failed.push(index);
  }
  return failed;
}

/** Each figure has a size, and tells something when it is hovered. */
async function checkFigures(page: Page): Promise<void> {
  const figures = page.locator('.js-plotly-plot');
  for (let index = 0; index < (await figures.count()); index++) {
    const figure = figures.nth(index);
    const box = await figure.locator('.main-svg').first().boundingBox();
    assert.ok(box && box.width > 300 && box.height > 100, `figure ${index}: ${JSON.stringify(box)}`);
    const drawn = await figure.locator('.hm image, .scatterlayer .trace, .barlayer .trace').count();
    assert.ok(drawn > 0, `figure ${index} is empty`);
  }
  const heatmap = page.locator('.js-plotly-plot:has(.hm image)').first();
  if ((await heatmap.count()) === 0) return;
  await heatmap.locator('.nsewdrag').first().hover();
  const hover = await heatmap.locator('.hoverlayer .hovertext').first().textContent({ timeout: 10_000 });
  assert.notEqual(hover?.trim() ?? '', '');
  await page.mouse.move(0, 0);
}

async function checkFormulas(page: Page): Promise<void> {
  for (const text of await page.locator('.jp-RenderedMarkdown, .jp-RenderedHTML').allInnerTexts()) {
    assert.doesNotMatch(text, /\$|\\frac|\\sum/);
  }
  assert.equal(await page.locator('mjx-merror').count(), 0);
}

/** Makes the page as tall as the notebook is now that it has run, as far as a picture can be. */
async function showAll(page: Page): Promise<void> {
  const height = await page
    .locator('.jp-Notebook .jp-WindowedPanel-outer')
    .evaluate((panel) => (panel as unknown as { scrollHeight: number }).scrollHeight);
  await page.setViewportSize({ width: 1180, height: Math.min(16_000, height + 200) });
  await page.waitForTimeout(500);
}

/** Ends the kernels, so that a gallery of many notebooks fits the memory of a small machine. */
async function endKernels({ url, token }: LabServer): Promise<void> {
  const headers = { authorization: `token ${token}` };
  const sessions = (await (await fetch(`${url}/api/sessions`, { headers })).json()) as { id: string }[];
  for (const { id } of sessions) await fetch(`${url}/api/sessions/${id}`, { method: 'DELETE', headers });
}

/**
 * Tests for every `shares`-th notebook from `share` on, counted from 1. A test file may take ten minutes, and the gallery may take longer on
 * a busy machine: hence shares.
 */
export function lookAtNotebooks(share: number, shares: number): void {
  const notebooks = all.filter((_, index) => index % shares === share - 1);
  describe('the gallery in JupyterLab', { skip: missing }, () => {
    const home = mkdtempSync(join(tmpdir(), 'handgrad-lab-'));
    const folder = join(home, 'notebooks');
    let server: LabServer | undefined;
    let browser: Browser | undefined;

    before(async () => {
      mkdirSync(folder);
      mkdirSync(pictures, { recursive: true });
      for (const name of notebooks) copyFileSync(join(gallery, name), join(folder, name));
      server = await startLab(environment, folder, join(home, 'state'));
      browser = await launch(chromium);
    });

    after(async () => {
      await browser?.close();
      await server?.stop();
      rmSync(home, { recursive: true, force: true });
    });

    for (const notebook of notebooks) {
      it(notebook, { timeout: 300_000 }, async () => {
        assert.ok(server && browser);
        const { page, errors, strangers } = await openNotebook(browser, server, notebook);
        try {
          await runAll(page);
          await showAll(page);
          for (const [name, dark] of [
            ['dark', true],
            ['light', false],
          ] as const) {
            await theme(page, dark);
            const file = notebook.replace(/\.ipynb$/, `-${name}.png`);
            await page.locator('.jp-Notebook').screenshot({ path: join(pictures, file) });
          }
          const allowed = mayFail(notebook);
          assert.deepEqual(
            (await failedCells(page)).filter((index) => allowed[index] !== true),
            [],
          );
          await checkFigures(page);
          await checkFormulas(page);
          const strong = await page.locator('.jp-RenderedHTML strong').allInnerTexts();
          assert.ok(
            strong.some((text) => /^[✓✗?] (proved|agrees|refuted|undecided)/.test(text)),
            'no verdict is seen',
          );
          assert.deepEqual(errors, []);
          assert.deepEqual(strangers, []);
        } finally {
          await page.close();
          await endKernels(server);
        }
      });
    }
  });
}
