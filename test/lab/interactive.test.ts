/** A slider in JupyterLab that calls TypeScript in the kernel, and cells that update what they have shown. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launch, openNotebook, runAll, theme, type Watched } from './browser.js';
import { labNeeds, root } from './environment.js';
import { type LabServer, startLab } from './server.js';

const pictures = join(root, '.handgrad/pictures');
const { chromium, environment, missing } = await labNeeds();

const cells = [
  `import { heatmap, interactive, jacobian, tf } from 'handgrad';
interactive({ label: 'temperature', min: 0.1, max: 3, value: 1, step: 0.1 }, (T) =>
  heatmap(jacobian((x: tf.Tensor) => tf.softmax(x.div(T)), [2, 1, 0]), { title: 'T = ' + T, output: 's', input: 'x' }));`,
  `interactive({ label: 'n', min: 0, max: 10, value: 1, step: 1 }, (n) => {
  if (n === 10) throw new RangeError('ten is too many');
  return { [Symbol.for('Jupyter.display')]: () => ({ 'text/latex': '$n^2 = ' + n * n + '$', 'text/plain': 'squared' }) };
});`,
  `const line = display('step 0');
for (let step = 1; step <= 5; step++) {
  await new Promise((done) => setTimeout(done, 20));
  line.update('step ' + step);
}`,
];

function notebook(sources: readonly string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'handgrad', display_name: 'TypeScript (handgrad)', language: 'typescript' },
    },
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      id: `c${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    })),
  });
}

describe('a slider that calls the kernel', { skip: missing, timeout: 300_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'handgrad-interactive-'));
  let server: LabServer | undefined;
  let browser: Browser | undefined;
  let lab: Watched;
  const cell = (index: number): Locator => lab.page.locator('.jp-CodeCell').nth(index);
  const slider = (index: number): Locator => cell(index).locator('input[type=range]');

  before(async () => {
    const folder = join(home, 'notebooks');
    mkdirSync(folder);
    mkdirSync(pictures, { recursive: true });
    writeFileSync(join(folder, 'interactive.ipynb'), notebook(cells));
    server = await startLab(environment, folder, join(home, 'state'));
    browser = await launch(chromium);
    lab = await openNotebook(browser, server, 'interactive.ipynb');
    await lab.page.setViewportSize({ width: 1180, height: 1400 });
    await runAll(lab.page);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('replaces a figure in place, with the value of the slider', async () => {
    await slider(0).waitFor();
    assert.match((await cell(0).locator('.gtitle').textContent()) ?? '', /T = 1$/);
    await slider(0).focus();
    await lab.page.keyboard.press('ArrowRight');
    await cell(0).locator('.gtitle', { hasText: 'T = 1.1' }).waitFor({ timeout: 20_000 });
    assert.equal(await cell(0).locator('.js-plotly-plot').count(), 1);
    assert.equal(await cell(0).locator('output').textContent(), '1.1');
  });

  it('shows an error in that place, and the next result after it', async () => {
    await slider(1).focus();
    await lab.page.keyboard.press('End');
    await cell(1)
      .locator('.jp-OutputArea')
      .getByText('RangeError: ten is too many')
      .first()
      .waitFor({ timeout: 20_000 });
    await cell(1).screenshot({ path: join(pictures, 'interactive-error.png') });
    await lab.page.keyboard.press('ArrowLeft');
    await cell(1).locator('mjx-container').waitFor({ timeout: 20_000 });
    assert.equal(await cell(1).locator('.jp-OutputArea').getByText('RangeError').count(), 0);
  });

  it('after many quick moves shows the last', async () => {
    await slider(0).focus();
    await lab.page.keyboard.press('Home');
    for (let move = 0; move < 12; move++) await lab.page.keyboard.press('ArrowRight');
    const value = (await cell(0).locator('output').textContent()) ?? '';
    assert.ok(Number(value) >= 1, value);
    await cell(0)
      .locator('.gtitle', { hasText: new RegExp(`^T = ${value}$`) })
      .waitFor({ timeout: 20_000 });
  });

  it('says how long a move takes', async (context) => {
    const times: number[] = [];
    await slider(1).focus();
    await lab.page.keyboard.press('Home');
    for (let n = 1; n <= 9; n++) {
      const result = cell(1).locator('.jp-RenderedLatex', { hasText: new RegExp(`^n2=${n * n}$`) });
      const begun = performance.now();
      await lab.page.keyboard.press('ArrowRight');
      await result.waitFor({ timeout: 20_000 });
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    context.diagnostic(`from the key to the typeset formula: median ${Math.round(times[4] ?? 0)} ms`);
  });

  it('leaves what a cell updated at its last state, once', async () => {
    assert.deepEqual(await cell(2).locator('.jp-OutputArea-output').allInnerTexts(), ["'step 5'"]);
  });

  it('moves the new slider when its cell has run again, and the old one is gone', async () => {
    await lab.page.screenshot({ path: join(pictures, 'interactive-light.png') });
    await theme(lab.page, true);
    await lab.page.screenshot({ path: join(pictures, 'interactive-dark.png') });
    await runAll(lab.page);
    assert.equal(await slider(0).count(), 1);
    await slider(0).focus();
    await lab.page.keyboard.press('ArrowLeft');
    await cell(0)
      .locator('.gtitle', { hasText: /^T = 0\.9$/ })
      .waitFor({ timeout: 20_000 });
  });

  it('complains about nothing and asks nothing of the network', () => {
    assert.deepEqual(lab.errors, []);
    assert.deepEqual(lab.strangers, []);
  });
});
