import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { executeNotebook, type NotebookCell } from '../../src/run/index.js';
import { boom, code, FakeKernel, type Script, stream } from './fake-kernel.js';

const markdown: NotebookCell = { ...code('# words'), type: 'markdown', outputs: [], executionCount: null };

async function execute(
  cells: readonly NotebookCell[],
  script: Script,
  options: Partial<Parameters<typeof executeNotebook>[1]> = {},
) {
  const kernel = new FakeKernel(script);
  const start = async () => kernel;
  const result = await executeNotebook({ cells, metadata: {} }, { start, directory: '.', ...options });
  return { kernel, ...result, statuses: result.cells.map(({ status }) => status) };
}

describe('executeNotebook', () => {
  it('runs code cells in order, puts outputs and numbers in place, and ends the kernel', async () => {
    const { kernel, notebook, statuses } = await execute([code('a'), markdown, code('b')], {
      a: () => ({ outputs: [stream('A\n')] }),
    });
    assert.deepEqual(kernel.executed, ['a', 'b']);
    assert.deepEqual(statuses, ['ok', 'ok']);
    assert.deepEqual(notebook.cells[0]?.outputs, [stream('A\n')]);
    assert.deepEqual(notebook.cells[1], markdown);
    assert.deepEqual([notebook.cells[2]?.outputs, notebook.cells[2]?.executionCount], [[], 2]);
    assert.deepEqual(notebook.metadata.language_info, { name: 'typescript' });
    assert.ok(kernel.shutDown);
  });

  it('stops at a cell that throws; those behind are not run and lose what an earlier run had left', async () => {
    const { statuses, notebook } = await execute([code('a'), code('b'), code('c')], {
      b: () => ({ status: 'error', error: boom }),
    });
    assert.deepEqual(statuses, ['ok', 'error', 'not-run']);
    assert.deepEqual([notebook.cells[2]?.outputs, notebook.cells[2]?.executionCount], [[], null]);
  });

  it('goes on with keepGoing, and behind a cell tagged raises-exception', async () => {
    const script = { b: () => ({ status: 'error', error: boom }) as const };
    const kept = await execute([code('b'), code('c')], script, { keepGoing: true });
    assert.deepEqual(kept.statuses, ['error', 'ok']);
    const raised = await execute([code('b', 'raises-exception'), code('c')], script);
    assert.deepEqual(raised.statuses, ['raised', 'ok']);
  });

  it('skips what is tagged skip-execution and what is empty', async () => {
    const { kernel, statuses } = await execute([code('a', 'skip-execution'), code('  \n'), code('b')], {});
    assert.deepEqual(kernel.executed, ['b']);
    assert.deepEqual(statuses, ['skipped', 'ok', 'ok']);
  });

  it('stops when the kernel dies, even with keepGoing: the state is gone', async () => {
    const { statuses } = await execute(
      [code('a'), code('b')],
      { a: () => ({ status: 'dead', error: { ...boom, evalue: 'exit code 9' } }) },
      { keepGoing: true },
    );
    assert.deepEqual(statuses, ['dead', 'not-run']);
  });

  it('gives the timeout on, and goes on behind it with keepGoing only', async () => {
    const seen: (number | undefined)[] = [];
    const script: Script = {
      a: ({ timeout }) => {
        seen.push(timeout);
        return { status: 'timeout' };
      },
    };
    assert.deepEqual((await execute([code('a'), code('b')], script, { timeout: 50 })).statuses, [
      'timeout',
      'not-run',
    ]);
    assert.deepEqual((await execute([code('a'), code('b')], script, { keepGoing: true })).statuses, [
      'timeout',
      'ok',
    ]);
    assert.deepEqual(seen, [50, undefined]);
  });

  it('interrupts the running cell when aborted, starts no further one, and keeps its outputs', async () => {
    const controller = new AbortController();
    const { kernel, statuses, notebook } = await execute(
      [code('a'), code('b')],
      {
        a: async ({ onOutput }, kernel) => {
          onOutput?.({ cellId: 'a', outputs: [stream('so far\n')] });
          const interrupted = new Promise<void>((resolve) => {
            kernel.onInterrupt = resolve;
          });
          controller.abort();
          await interrupted;
          return { status: 'error', error: boom, outputs: [stream('so far\n')] };
        },
      },
      { signal: controller.signal, keepGoing: true },
    );
    assert.deepEqual(statuses, ['interrupted', 'not-run']);
    assert.deepEqual(notebook.cells[0]?.outputs, [stream('so far\n')]);
    assert.ok(kernel.shutDown);
  });

  it('says when the kernel does not start, and still gives a notebook', async () => {
    const start = () => Promise.reject(new Error('no port left'));
    const result = await executeNotebook({ cells: [code('a')], metadata: {} }, { start, directory: '.' });
    assert.match(result.startError ?? '', /did not start: no port left/);
    assert.equal(result.cells[0]?.status, 'not-run');
    assert.equal(result.notebook.cells.length, 1);
  });

  it('puts late output into the cell it belongs to', async () => {
    const { notebook } = await execute([code('a'), code('b')], {
      b: ({ onOutput }) => {
        onOutput?.({ cellId: 'a', outputs: [stream('late\n')] });
        return {};
      },
    });
    assert.deepEqual(notebook.cells[0]?.outputs, [stream('late\n')]);
  });

  it('keeps verdicts in the metadata of their cell, and takes those of an earlier run away', async () => {
    const verdict = { claim: 'c', status: 'agrees', witnesses: [], diagnoses: [], warnings: [] };
    const old = { ...code('b'), metadata: { handgrad: { verdicts: ['old'] }, kept: 1 } };
    const { notebook, cells } = await execute([code('a'), old], { a: () => ({ verdicts: [verdict] }) });
    assert.deepEqual(notebook.cells[0]?.metadata, { handgrad: { verdicts: [verdict] } });
    assert.deepEqual(notebook.cells[1]?.metadata, { kept: 1 });
    assert.deepEqual(cells[0]?.verdicts, [verdict]);
  });

  it('lets no announcement pass that is no verdict', async () => {
    const { cells } = await execute([code('a')], {
      a: () => ({ verdicts: ['nonsense', { status: 'great' }] }),
    });
    assert.deepEqual(
      cells[0]?.verdicts.map(({ status }) => status),
      ['undecided', 'undecided'],
    );
  });
});
