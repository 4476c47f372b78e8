import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelStartError, type OutputEvent, startKernel } from '../../src/kernel/index.js';

test('the client runs cells: outputs as in a notebook, counts, errors, verdicts, questions', async () => {
  const kernel = await startKernel();
  assert.equal(kernel.info.implementation, 'handgrad');
  const events: OutputEvent[] = [];
  const first = await kernel.execute(
    "console.log('a'); await new Promise((r) => setTimeout(r, 60)); console.log('b'); 3",
    {
      cellId: 'one',
      onOutput: (event) => events.push(event),
    },
  );
  assert.equal(first.status, 'ok');
  assert.equal(first.executionCount, 1);
  assert.deepEqual(first.outputs, [
    { output_type: 'stream', name: 'stdout', text: 'a\nb\n' },
    { output_type: 'execute_result', execution_count: 1, data: { 'text/plain': '3' }, metadata: {} },
  ]);
  assert.ok(events.length >= 3);
  assert.deepEqual(events.at(-1)?.outputs, first.outputs);
  assert.ok(events.every(({ cellId }) => cellId === 'one'));

  const failing = await kernel.execute("throw new Error('no')");
  assert.equal(failing.status, 'error');
  assert.equal(failing.error?.evalue, 'no');
  assert.equal(failing.outputs.at(-1)?.output_type, 'error');

  const verdicts = await kernel.execute(
    "for (const hear of (globalThis as any)[Symbol.for('handgrad.verdicts')]) hear({ claim: 'c' })",
  );
  assert.deepEqual(verdicts.verdicts, [{ claim: 'c' }]);

  const asked = await kernel.execute("await prompt('who?')", {
    onInput: (question) => Promise.resolve(`${question} me`),
  });
  assert.deepEqual(asked.outputs.at(-1)?.output_type === 'execute_result' && asked.outputs.at(-1), {
    output_type: 'execute_result',
    execution_count: 4,
    data: { 'text/plain': "'who? me'" },
    metadata: {},
  });
  assert.equal((await kernel.execute("await prompt('who?')")).error?.ename, 'PromptNotAllowedError');
  const silent = await kernel.execute('const quiet = 1; quiet', { silent: true });
  assert.deepEqual([silent.status, silent.outputs], ['ok', []]);
  await kernel.shutdown();
  await kernel.shutdown();
});

test('a cell that takes too long is interrupted; the state is kept', async () => {
  const kernel = await startKernel();
  await kernel.execute('let kept = 5');
  const slow = await kernel.execute('for (;;) {}', { timeout: 300 });
  assert.equal(slow.status, 'timeout');
  const [, next] = await Promise.all([kernel.execute('kept = 6'), kernel.execute('kept')]);
  assert.equal(next.status, 'ok');
  assert.match(JSON.stringify(next.outputs), /"6"/);
  await kernel.shutdown();
});

test('a child that dies ends its cell as dead; a kernel that dies is noticed at once and named', {
  skip: process.platform === 'win32',
}, async () => {
  const kernel = await startKernel();
  const child = await kernel.execute("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})");
  assert.equal(child.status, 'dead');
  assert.match(child.error?.evalue ?? '', /SIGKILL/);
  assert.equal((await kernel.execute('1')).status, 'ok');
  const reasons: string[] = [];
  kernel.onDeath((reason) => reasons.push(reason));
  const running = kernel.execute('process.kill(process.ppid, "SIGKILL"); await new Promise(() => {})');
  const result = await running;
  assert.equal(result.status, 'dead');
  assert.match(result.error?.evalue ?? '', /SIGKILL/);
  assert.deepEqual(reasons, ['The kernel was ended by SIGKILL.']);
  assert.equal((await kernel.execute('1')).status, 'dead');
  await kernel.interrupt();
  await kernel.shutdown();
});

test('cells under way at shutdown are aborted', async () => {
  const kernel = await startKernel();
  const running = kernel.execute('await new Promise(() => {})');
  const waiting = kernel.execute('1');
  await kernel.shutdown();
  assert.deepEqual([(await running).status, (await waiting).status], ['aborted', 'aborted']);
});

test('a kernel that cannot start says why', async () => {
  await assert.rejects(startKernel({ cwd: '/nowhere/at/all' }), KernelStartError);
});
