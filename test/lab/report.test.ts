/** The HTML report, opened from a file in a real browser: it draws, and nothing in it acts. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { compare, figureBundle } from '../../src/display/index.js';
import { outcomeOfExecuted } from '../../src/run/executed.js';
import { type NotebookCell, reportHtml } from '../../src/run/index.js';
import { launch, type Watched, watch } from './browser.js';
import { findChromium, root } from './environment.js';

const chromium = findChromium();
const pictures = join(root, '.handgrad/pictures');
const attack = `<script>globalThis.hit = 1</script><img src="https://evil.example/x.png" onerror="globalThis.hit = 1">
<form action="https://evil.example"></form><style>body { display: none }</style>`;

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
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>top.hit = 1</script></svg>',
        },
      },
    ],
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

  it('complains about nothing but what it refused in the frame', () => {
    for (const error of report.errors)
      assert.match(error, /sandbox|Content Security Policy.*evil|evil\.example|inline style/i);
  });
});
