/**
 * What the documents show runs, and comes out as they say: the `ts` blocks of a document are cells of one notebook; the verdicts
 * are those of the comments (`// proved …`), in their order; a `text` block is what the cell before it answered.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startKernel } from '../../src/kernel/index.js';
import { root } from '../project/places.js';

const documents = [
  'README.md',
  'docs/tutorial.md',
  'docs/verdicts.md',
  'docs/how-to/check-a-backward-pass.md',
  'docs/how-to/check-numbers-from-pytorch.md',
  'docs/how-to/move-a-slider.md',
  'docs/how-to/extend.md',
];

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(document: string): readonly Block[] {
  const source = readFileSync(join(root, document), 'utf8');
  return [...source.matchAll(/^```(\w+)\n(.*?)\n```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

function promised(text: string): readonly string[] {
  return [...text.matchAll(/\/\/ (proved|agrees|refuted|undecided)\b/g)].map(([, status = '']) => status);
}

describe('the examples of the documents', { timeout: 300_000 }, () => {
  for (const document of documents) {
    it(document, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'handgrad-docs-'));
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      const kernel = await startKernel({ cwd: folder });
      try {
        let cells = 0;
        let answer = '';
        for (const { language, text } of blocksOf(document)) {
          if (language === 'text') assert.equal(answer, text);
          if (language !== 'ts') continue;
          cells++;
          const { status, error, verdicts, outputs } = await kernel.execute(text);
          assert.equal(status, 'ok', `${text}\n${error?.ename}: ${error?.evalue}`);
          assert.deepEqual(
            verdicts.map((verdict) => (verdict as { status: string }).status),
            promised(text),
            text,
          );
          const result = outputs.find(({ output_type: type }) => type === 'execute_result');
          answer = String(
            (result as { data?: Record<string, unknown> } | undefined)?.data?.['text/plain'] ?? '',
          );
        }
        assert.ok(cells > 0);
      } finally {
        await kernel.shutdown();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
