/** What docs/how-to/make-an-exercise.md shows runs, and shows what it says. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { startKernel } from '../../src/kernel/index.js';
import { root } from '../project/places.js';
import { runToEnd } from '../project/process.js';
import { blocksOf } from './documents.js';

const blocks = blocksOf('docs/how-to/make-an-exercise.md');

it('the cells run in order, and show what is printed behind them', async () => {
  const kernel = await startKernel({ cwd: root });
  try {
    let shown = '';
    let compared = 0;
    for (const { language, text } of blocks) {
      if (language === 'ts') {
        const { status, error, outputs } = await kernel.execute(text);
        assert.equal(status, 'ok', error?.evalue);
        const result = outputs.find((output) => output.output_type === 'execute_result');
        shown = result === undefined ? '' : String(result.data['text/plain']);
      } else if (language === 'text') {
        assert.equal(shown, text);
        compared += 1;
      }
    }
    assert.equal(compared, 3);
  } finally {
    await kernel.shutdown();
  }
});

it('the commands run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-how-to-'));
  try {
    const program = `"${process.execPath}" "${join(root, 'dist/cli.js')}" `;
    let run = 0;
    for (const { language, file, text } of blocks) {
      if (language === 'json' && file !== undefined) writeFileSync(join(folder, file), text);
      if (language !== 'sh') continue;
      for (const line of text.split('\n')) {
        const { code, stderr } = await runToEnd('sh', ['-c', line.replace(/^handgrad /u, program)], {
          cwd: folder,
        });
        assert.equal(code, 0, `${line}\n${stderr}`);
        run += 1;
      }
    }
    assert.equal(run, 4);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
