import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CellOutcome, NotebookOutcome } from '../../src/run/index.js';
import { progressDisplay } from '../../src/run/progress.js';

function outcome(path: string, status: CellOutcome['status']): NotebookOutcome {
  const cells = [{ id: 'a', number: 1, status, verdicts: [], milliseconds: 1 }];
  return { path, cells, notebook: { cells: [], metadata: {} }, milliseconds: 1500 };
}

const starting = { phase: 'starting', cells: 2 } as const;
const running = { phase: 'running', cell: { id: 'a', number: 1 }, cells: 2 } as const;

/** A terminal of a few columns: what stands on it after the codes that move the cursor up and wipe lines. */
class Screen {
  readonly isTTY = true;
  readonly columns = 40;
  readonly lines: string[] = [''];

  write(text: string): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes of a terminal.
    for (const piece of text.match(/\u001b\[\d*[A-Za-z]|\r|\n|[^\u001b\r\n]+/g) ?? []) {
      if (piece === '\u001b[2K') this.lines[this.lines.length - 1] = '';
      else if (piece === '\u001b[1A') {
        assert.equal(this.lines.pop(), '', 'a line is wiped before it is left');
        assert.ok(this.lines.length > 0);
      } else if (piece === '\n') this.lines.push('');
      else if (!piece.startsWith('\u001b') && piece !== '\r') this.lines[this.lines.length - 1] += piece;
    }
    return true;
  }
}

describe('progress on a terminal', () => {
  it('has a line for each notebook that runs, below those that are over, and leaves only these', () => {
    const screen = new Screen();
    const progress = progressDisplay(screen, 3);
    progress.show('first.ipynb', starting);
    progress.show('second.ipynb', running);
    assert.deepEqual(screen.lines, [
      'first.ipynb  starting the kernel',
      'second.ipynb  [1/2] code cell 1 (a)',
      '0 of 3 notebooks are done',
    ]);
    progress.ended(outcome('second.ipynb', 'timeout'));
    progress.show('a-name-that-is-longer-than-the-terminal.ipynb', running);
    assert.deepEqual(screen.lines, [
      '✗ second.ipynb  0 claims, failed (inte…',
      'first.ipynb  starting the kernel',
      'a-name-that-is-longer-than-the-termina…',
      '1 of 3 notebooks are done',
    ]);
    progress.note('Stopping.');
    progress.ended(outcome('first.ipynb', 'ok'));
    progress.clear();
    progress.clear();
    assert.deepEqual(screen.lines, [
      '✗ second.ipynb  0 claims, failed (inte…',
      'Stopping.',
      '✓ first.ipynb  0 claims, passed, 1.5 s',
      '',
    ]);
  });

  it('is one line for one notebook, and nothing when it is over', () => {
    const screen = new Screen();
    const progress = progressDisplay(screen, 1);
    progress.show('only.ipynb', running);
    assert.deepEqual(screen.lines, ['only.ipynb  [1/2] code cell 1 (a)']);
    progress.ended(outcome('only.ipynb', 'ok'));
    progress.clear();
    assert.deepEqual(screen.lines, ['']);
  });
});

describe('progress elsewhere', () => {
  it('is a line at the beginning and at the end of each notebook, without codes', () => {
    const lines: string[] = [];
    const progress = progressDisplay({ write: (text) => lines.push(text) }, 2);
    progress.show('first.ipynb', starting);
    progress.show('first.ipynb', running);
    progress.ended(outcome('first.ipynb', 'ok'));
    progress.clear();
    assert.deepEqual(lines, [
      'Running first.ipynb (2 code cells)\n',
      'Done    first.ipynb: 0 claims, passed, 1.5 s\n',
    ]);
  });
});
