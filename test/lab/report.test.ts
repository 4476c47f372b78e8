/** The HTML report, opened from a file in a real browser: it draws, and nothing in it acts. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { Verdict } from '../../src/check/index.js';
import { compare, figureBundle, verdictBundle } from '../../src/display/index.js';
import { outcomeOfExecuted } from '../../src/run/executed.js';
import { type NotebookCell, reportHtml } from '../../src/run/index.js';
import { launch, type Watched, watch } from './browser.js';
import { findChromium, root } from './environment.js';

const chromium = findChromium();
const pictures = join(root, '.handgrad/pictures');
const attack = `<script>globalThis.hit = 1</script><img src="https://evil.example/x.png" onerror="globalThis.hit = 1">
<form action="https://evil.example"></form><style>body { display: none }</style>`;

const claim: Verdict = {
  claim: 'one is one',
  status: 'agrees',
  witnesses: [{ name: 'float64', finds: 'for', says: 'agrees' }],
  diagnoses: [],
  warnings: [],
};
const base = { metadata: {}, executionCount: 1 };
const cells: readonly NotebookCell[] = [
  {
    ...base,
    id: 'prose',
    type: 'markdown',
    source: `Let $s_i = \\frac{e^{x_i}}{Z}$. ${attack}`,
    outputs: [],
  },
  {
    ...base,
    id: 'figure',
    type: 'code',
    source: 'compare(…)',
    outputs: [
      {
        output_type: 'display_data',
        metadata: {},
        data: figureBundle(
          compare(
            [
              [1, 2],
              [3, 4],
            ],
            [
              [1, 2],
              [3, 5],
            ],
            { output: 's' },
          ),
        ),
      },
    ],
  },
  {
    ...base,
    id: 'foreign',
    type: 'code',
    source: attack,
    outputs: [
      { output_type: 'display_data', metadata: {}, data: { 'text/html': `<p>foreign words</p>${attack}` } },
      {
        output_type: 'display_data',
        metadata: {},
        data: {
          'image/svg+xml':
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40" onload="top.hit = 1">' +
            '<script>top.hit = 1</script><image href="https://evil.example/x.png" width="9" height="9"/>' +
            '<a href="https://evil.example/"><rect width="40" height="40" fill="red"/></a>' +
            '<foreignObject width="40" height="40"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/></foreignObject></svg>',
        },
      },
    ],
  },
  {
    ...base,
    metadata: { handgrad: { verdicts: [claim] } },
    id: 'claims',
    type: 'code',
    source: 'claim()',
    outputs: [{ output_type: 'display_data', metadata: {}, data: verdictBundle(claim) }],
  },
];

describe('the report in a browser', {
  skip: chromium === undefined && 'no chromium on this machine',
  timeout: 120_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-report-'));
  let browser: Browser | undefined;
  let report: Watched;

  before(async () => {
    mkdirSync(pictures, { recursive: true });
    const file = join(folder, 'report.html');
    writeFileSync(file, await reportHtml([outcomeOfExecuted({ cells, metadata: {} }, 'study.ipynb')]));
    browser = await launch(chromium ?? '');
    report = watch(await browser.newPage({ viewport: { width: 1000, height: 1400 } }));
    await report.page.goto(pathToFileURL(file).href);
    await report.page.locator('.main-svg').first().waitFor({ timeout: 30_000 });
  });

  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('draws figures that can be hovered, with all panels, and typesets formulas', async () => {
    const plot = report.page.locator('.figure').first();
    const box = await plot.locator('.main-svg').first().boundingBox();
    assert.ok(box && box.width > 400 && box.height > 100, JSON.stringify(box));
    assert.equal(await plot.locator('.hm image').count(), 3);
    await plot.locator('.nsewdrag').nth(1).hover();
    const hover =
      (await plot.locator('.hoverlayer .hovertext').first().textContent({ timeout: 10_000 })) ?? '';
    assert.match(hover.replace(/[\s\u200b]/g, ''), /∂s\d\/∂x\d=/);
    const formula = await report.page.locator('.katex .mfrac').first().boundingBox();
    assert.ok(formula && formula.height > 15);
    await report.page.screenshot({ path: join(pictures, 'report.png'), fullPage: true });
  });

  it('keeps foreign HTML in a frame that can do nothing', async () => {
    const frame = report.page.frameLocator('iframe');
    assert.equal(await frame.locator('p').innerText(), 'foreign words');
    assert.equal(await frame.locator('script').count(), 1);
  });

  it('runs nothing that stands in the notebook, and asks nothing of the network', async () => {
    assert.equal(await report.page.evaluate(() => (globalThis as { hit?: number }).hit), undefined);
    assert.deepEqual(report.strangers, []);
    assert.ok(await report.page.locator('body').isVisible());
  });

  it('does nothing when the foreign picture is clicked', async () => {
    const { page } = report;
    const picture = page.locator('img[src^="data:image/svg"]').first();
    const address = page.url();
    await picture.click();
    assert.equal(page.url(), address);
    assert.equal(await page.evaluate(() => (globalThis as { hit?: number }).hit), undefined);
    assert.deepEqual(report.strangers, []);
  });

  it('refuses a script that is not its own', async () => {
    await report.page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: {
          createElement(name: string): { textContent: string };
          body: { append(element: unknown): void };
        };
      };
      const script = document.createElement('script');
      script.textContent = 'globalThis.hit = 2';
      document.body.append(script);
    });
    assert.equal(await report.page.evaluate(() => (globalThis as { hit?: number }).hit), undefined);
    assert.match(report.errors.splice(-1)[0] ?? '', /Content Security Policy/);
  });

  it('leads from a claim to its cell', async () => {
    const { page } = report;
    await page.setViewportSize({ width: 1000, height: 500 });
    await page.locator('.claims a').first().click();
    const target = page.locator(':target');
    assert.match(await target.innerText(), /claim\(\)/);
    const box = await target.boundingBox();
    assert.ok(box && box.y >= 0 && box.y < 500, JSON.stringify(box));
  });

  it('follows the reader’s theme, and is light on paper', async () => {
    const { page } = report;
    const brightness = () =>
      page.evaluate(() => {
        const host = globalThis as unknown as {
          document: { body: unknown };
          getComputedStyle(element: unknown): { backgroundColor: string };
        };
        const parts = host.getComputedStyle(host.document.body).backgroundColor.match(/\d+/g) ?? [];
        return Number(parts[0]);
      });
    assert.ok((await brightness()) > 200);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.ok((await brightness()) < 60);
    await page.screenshot({ path: join(pictures, 'report-dark.png'), fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    assert.ok((await brightness()) > 200);
    await page.screenshot({ path: join(pictures, 'report-print.png'), fullPage: true });
    const pdf = await page.pdf();
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  });

  it('complains about nothing but what it refused in the frame', () => {
    for (const error of report.errors)
      assert.match(error, /sandbox|Content Security Policy.*evil|evil\.example|inline style/i);
  });
});
