import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startKernel } from '../../src/kernel/index.js';

test('a cell can be told from another, and one run of it from the next', async () => {
  const kernel = await startKernel();
  const where = "JSON.stringify((globalThis as any)[Symbol.for('handgrad.cell')] ?? null)";
  const ask = async (cellId?: string): Promise<{ id: string; run: number } | null> => {
    const { outputs } = await kernel.execute(where, cellId === undefined ? {} : { cellId });
    const [result] = outputs;
    assert.ok(result?.output_type === 'execute_result');
    return JSON.parse(String(result.data['text/plain']).slice(1, -1)) as { id: string; run: number } | null;
  };
  const [first, second, other] = [await ask('a'), await ask('a'), await ask('b')];
  assert.equal(first?.id, 'a');
  assert.equal(second?.id, 'a');
  assert.notEqual(first?.run, second?.run);
  assert.equal(other?.id, 'b');
  assert.equal(await ask(), null);
  await kernel.shutdown();
});
