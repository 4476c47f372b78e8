/** The story as a person sees it: JupyterLab in a real browser, on the kernel of this checkout. Pictures in test/lab/pictures. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, openNotebook, runAll, theme, type Watched } from './browser.js';
import { labNeeds, root } from './environment.js';
import { type LabServer, startLab } from './server.js';

const name = '01-softmax-and-cross-entropy.ipynb';
const pictures = join(root, '.handgrad/pictures');
const { chromium, environment, missing } = await labNeeds();

describe('the story in JupyterLab', { skip: missing, timeout: 300_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'handgrad-lab-'));
  const folder = join(home, 'notebooks');
  let server: LabServer | undefined;
  let browser: Browser | undefined;
  let lab: Watched;

  before(async () => {
    mkdirSync(folder);
    mkdirSync(pictures, { recursive: true });
    copyFileSync(join(root, 'notebooks', name), join(folder, name));
    server = await startLab(environment, folder, home);
    browser = await launch(chromium);
    lab = await openNotebook(browser, server, name);
    await runAll(lab.page);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('shows every verdict in words', async () => {
    const shown = await lab.page.locator('.jp-RenderedHTML strong').allInnerTexts();
    const verdicts = shown.filter((text) => /^[✓✗?] (proved|agrees|refuted|undecided)/.test(text));
    assert.deepEqual(verdicts, [
      '✓ agrees',
      '✓ agrees',
      '✗ refuted',
      '✗ refuted',
      '✓ agrees',
      '✓ agrees',
      '✗ refuted',
      '✓ agrees',
      '✓ agrees',
      '✓ agrees',
      '✗ refuted',
      '✓ proved',
      '✓ proved',
      '✗ refuted',
      '✓ proved',
      '✓ proved',
      '✓ proved',
      '✗ refuted',
      // The derivation as a whole, its planned mistake aside.
      '✓ proved',
      '✓ proved',
      '? undecided',
      '✓ agrees',
    ]);
  });

  it('draws the heat maps, and tells an entry on hover', async () => {
    const plot = lab.page.locator('.js-plotly-plot').first();
    const box = await plot.locator('.main-svg').first().boundingBox();
    assert.ok(box && box.width > 400 && box.height > 150, JSON.stringify(box));
    assert.equal(await plot.locator('.hm image').count(), 3);
    await plot.locator('.nsewdrag').nth(1).hover();
    const hover =
      (await plot.locator('.hoverlayer .hovertext').first().textContent({ timeout: 10_000 })) ?? '';
    assert.match(hover.replace(/[\s\u200b]/g, ''), /∂s\d\/∂x\d=/);
  });

  it('moves a figure by its slider, without the kernel', async () => {
    const plot = lab.page.locator('.js-plotly-plot').nth(1);
    const drawn = () => plot.locator('.hm').first().innerHTML();
    const before = await drawn();
    const box = await plot.locator('.slider-rail-touch-rect').boundingBox();
    assert.ok(box && box.width > 200, JSON.stringify(box));
    await lab.page.mouse.click(box.x + box.width * 0.9, box.y + box.height / 2);
    await lab.page.waitForTimeout(500);
    assert.notEqual(await drawn(), before);
    assert.match((await plot.locator('.slider-label').first().textContent()) ?? '', /^x_0 = [23]/);
    await plot.screenshot({ path: join(pictures, 'slider.png') });
  });

  it('typesets every formula', async () => {
    assert.ok((await lab.page.locator('mjx-container').count()) > 50);
    const prose = await lab.page.locator('.jp-RenderedMarkdown, .jp-RenderedHTML').allInnerTexts();
    for (const text of prose) assert.doesNotMatch(text, /\$|\\frac|\\sum/);
    assert.equal(await lab.page.locator('mjx-merror').count(), 0);
  });

  it('says the mistake in the name before the cell runs', async () => {
    const error = await lab.page
      .locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"], .jp-OutputArea-output')
      .allInnerTexts();
    assert.ok(error.some((text) => /Cannot find name 'logits'/.test(text)));
    assert.ok(!error.some((text) => /you never see this line/.test(text)));
  });

  it('is read in the light and in the dark theme', async () => {
    for (const [file, dark] of [
      ['light', false],
      ['dark', true],
    ] as const) {
      await theme(lab.page, dark);
      const plot = await lab.page.locator('.js-plotly-plot .main-svg').first().boundingBox();
      assert.ok(plot && plot.height > 250, `the figure has collapsed: ${JSON.stringify(plot)}`);
      await lab.page.locator('.jp-Notebook').screenshot({ path: join(pictures, `story-${file}.png`) });
      assert.ok(readFileSync(join(pictures, `story-${file}.png`)).length > 100_000);
    }
  });

  it('complains about nothing and asks nothing of the network', () => {
    assert.deepEqual(lab.errors, []);
    assert.deepEqual(lab.strangers, []);
  });
});
