/** What a kernel must live through. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { Json, Message } from '../../src/kernel/wire/message.js';
import { executeContent, RawKernel, resultText, streamText, types } from './raw-kernel.js';

let kernel: RawKernel;
before(async () => {
  kernel = await RawKernel.start();
});
after(() => kernel.stop());

/** Starts a cell and resolves when it runs. */
async function begin(code: string): Promise<string> {
  const id = kernel.send('execute_request', executeContent(`console.log('begun');\n${code}`));
  await kernel.until(({ message }) => message.parent.msg_id === id && message.header.msg_type === 'stream');
  return id;
}

async function interrupted(code: string): Promise<Message> {
  const id = await begin(code);
  const { reply } = await kernel.ask('interrupt_request', {}, 'control');
  assert.equal(reply?.content.status, 'ok');
  const outcome = await kernel.outcome(id);
  assert.ok(outcome.reply);
  assert.equal(outcome.reply.content.ename, 'Interrupted');
  assert.deepEqual(types(outcome.published).slice(-2), ['error', 'idle']);
  return outcome.reply;
}

test('while (true) {} is interrupted, told where it was, and the state is kept', async () => {
  const reply = await interrupted('let turns = 0;\nwhile (true) turns++;');
  assert.match((reply.content.traceback as string[]).join('\n'), /at cell \[\d+\], line 3, column \d+$/);
  assert.equal(resultText((await kernel.execute('turns > 0')).published), 'true');
});

test('a loop after an await, in a timer, in a promise chain: all are interrupted', async () => {
  await kernel.execute('let kept = 7');
  await interrupted('await null;\nwhile (true) {}');
  await interrupted('await new Promise(() => setTimeout(() => { while (true) {} }));');
  await interrupted('await Promise.resolve().then(() => { for (;;) {} });');
  await interrupted('try { while (true) {} } catch { while (true) {} } finally { while (true) {} }');
  assert.equal(resultText((await kernel.execute('kept')).published), '7');
});

test('a promise that never settles is interrupted', async () => {
  await interrupted('await new Promise(() => {});');
  assert.equal(resultText((await kernel.execute('1 + 1')).published), '2');
});

test('an interrupt when nothing runs does no harm', async () => {
  for (let times = 0; times < 3; times++) await kernel.ask('interrupt_request', {}, 'control');
  assert.equal(resultText((await kernel.execute('1 + 2')).published), '3');
});

test('an interrupt while the engine is loading gives up the cell that waits, not the engine', async () => {
  const starting = await RawKernel.start();
  const id = starting.send('execute_request', executeContent("console.log('ran'); for (;;) {}"));
  // Two channels have no order between them: the cell must have arrived before it can be interrupted.
  await starting.until(({ channel, message }) => channel === 'iopub' && message.parent.msg_id === id);
  const { reply } = await starting.ask('interrupt_request', {}, 'control');
  assert.equal(reply?.content.status, 'ok');
  assert.equal((await starting.outcome(id)).reply?.content.status, 'error');
  assert.equal(resultText((await starting.execute('1 + 1')).published), '2');
  await starting.stop();
});

test('a loop in a timer after its cell has ended, and one in a comm, are interrupted', async () => {
  await kernel.execute(
    "setTimeout(() => { for (;;) {} }, 10); comms.register('loop', () => { for (;;) {} });",
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const next = kernel.send('execute_request', executeContent('1 + 1'));
  await kernel.ask('interrupt_request', {}, 'control');
  // The cell had arrived in the child: it may have been given up as well, or have run.
  assert.match(String((await kernel.outcome(next)).reply?.content.status), /ok|error/);
  const opening = kernel.send('comm_open', { comm_id: 'loop', target_name: 'loop', data: {} });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await kernel.ask('interrupt_request', {}, 'control');
  await kernel.outcome(opening, false);
  assert.equal(resultText((await kernel.execute('2 + 2')).published), '4');
});

test('an interrupt inside one of several setImmediate leaves a kernel that works, with a new process where it must', async () => {
  await interrupted('for (let n = 0; n < 3; n++) setImmediate(() => undefined);\nfor (;;) {}');
  assert.equal(resultText((await kernel.execute('1 + 1')).published), '2');
  const id = await begin('setImmediate(() => undefined); setImmediate(() => { for (;;) {} }); 3');
  await kernel.outcome(id);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await kernel.ask('interrupt_request', {}, 'control');
  let text: unknown;
  for (let attempt = 0; text !== '4' && attempt < 20; attempt++)
    text = resultText((await kernel.execute('2 + 2')).published);
  assert.equal(text, '4');
  assert.ok(kernel.received.length < 20_000, 'no flood of errors');
});

test('ten interrupts, one after the other', async () => {
  for (let times = 0; times < 10; times++) await interrupted('for (;;) {}');
  assert.equal(resultText((await kernel.execute('1 + 3')).published), '4');
});

test('an interrupt by signal is one all the same', { skip: process.platform === 'win32' }, async () => {
  const id = await begin('for (;;) {}');
  kernel.process.kill('SIGINT');
  assert.equal((await kernel.outcome(id)).reply?.content.ename, 'Interrupted');
});

test('control answers while a cell loops: kernel_info', async () => {
  const id = await begin('for (;;) {}');
  assert.equal((await kernel.ask('kernel_info_request', {}, 'control')).reply?.content.status, 'ok');
  await kernel.ask('interrupt_request', {}, 'control');
  await kernel.outcome(id);
});

test('an unhandled rejection after the cell has ended is shown with that cell, and nothing else happens', async () => {
  const { reply } = await kernel.execute(
    "void (async () => { await new Promise((r) => setTimeout(r, 50)); throw new TypeError('late') })(); 1",
  );
  assert.equal(reply?.content.status, 'ok');
  const error = await kernel.until(
    ({ message }) => message.header.msg_type === 'error' && message.content.evalue === 'late',
  );
  assert.deepEqual(error.parent, reply.parent);
  assert.equal(resultText((await kernel.execute('2')).published), '2');
});

test('a throw in a timer is shown with its cell', async () => {
  const { reply } = await kernel.execute("setTimeout(() => { throw new Error('from a timer') }, 20); 1");
  const error = await kernel.until(({ message }) => message.content.evalue === 'from a timer');
  assert.deepEqual(error.parent, reply?.parent);
  assert.equal(resultText((await kernel.execute('3')).published), '3');
});

test('10 MB of output arrive whole', async () => {
  const { published } = await kernel.execute("process.stdout.write('x'.repeat(10_000_000) + 'end')");
  const text = streamText(published);
  assert.equal(text.length, 10_000_003);
  assert.ok(text.endsWith('xend'));
});

test('20,000 prints arrive whole, in order, in few messages', async () => {
  const { published } = await kernel.execute('for (let n = 0; n < 20_000; n++) console.log(n)');
  const lines = streamText(published).trimEnd().split('\n');
  assert.equal(lines.length, 20_000);
  assert.ok(lines.every((line, index) => Number(line) === index));
  assert.ok(types(published).length < 2_000, `${types(published).length} messages`);
});

test('prints to both streams by turns keep their order', async () => {
  const { published } = await kernel.execute(
    'for (let n = 0; n < 50; n++) (n % 2 ? console.error : console.log)(n)',
  );
  const texts = published
    .filter(({ header }) => header.msg_type === 'stream')
    .map(({ content }) => String(content.text).trim());
  assert.deepEqual(
    texts,
    Array.from({ length: 50 }, (_, n) => String(n)),
  );
});

test('characters of several bytes survive being cut', async () => {
  const { published } = await kernel.execute("for (let n = 0; n < 200; n++) console.log('∂𝛿é'.repeat(997))");
  assert.equal(streamText(published), `${'∂𝛿é'.repeat(997)}\n`.repeat(200));
});

test('process.exit in a cell is reported, and a fresh child goes on', async () => {
  await kernel.execute('const lost = 1');
  const { reply, published } = await kernel.execute("console.log('last words'); process.exit(3)");
  assert.equal(streamText(published), 'last words\n');
  assert.match(String(reply?.content.evalue), /process\.exit\(3\).*lost/);
  assert.deepEqual(types(published).slice(-2), ['error', 'idle']);
  assert.equal(resultText((await kernel.execute('1 + 4')).published), '5');
  assert.equal((await kernel.execute('lost')).reply?.content.status, 'error');
});

test('a child killed by the system in mid-cell is reported, what it had printed is kept, a fresh one goes on', {
  skip: process.platform === 'win32',
}, async () => {
  const id = await begin('console.log(process.pid); await new Promise(() => {})');
  const printed = await kernel.until(
    ({ message }) => message.parent.msg_id === id && /\d+\n/.test(String(message.content.text)),
  );
  const pid = Number(/\d+/.exec(String(printed.content.text))?.[0]);
  process.kill(pid, 'SIGKILL');
  const { reply, published } = await kernel.outcome(id);
  assert.match(String(reply?.content.evalue), /killed by the system \(SIGKILL/);
  assert.match(streamText(published), /^begun\n\d+\n$/);
  assert.equal(resultText((await kernel.execute('1 + 5')).published), '6');
});

test('a child that dies between two cells: the person is told, the next cell runs', async () => {
  await kernel.execute('setTimeout(() => process.exit(4), 20)');
  const told = await kernel.until(
    ({ message }) =>
      message.header.msg_type === 'stream' && String(message.content.text).includes('process.exit(4)'),
  );
  assert.equal(told.content.name, 'stderr');
  assert.equal(resultText((await kernel.execute('1 + 6')).published), '7');
});

test('cells that close, replace or flood what the kernel uses do no harm', async () => {
  for (const code of [
    "process.removeAllListeners('uncaughtException'); 1",
    'Promise.resolve = undefined as never; JSON.stringify({}); 2',
    'console.log = () => {}; 3',
    'process.chdir("/"); 4',
    'globalThis.setImmediate = undefined as never; 5',
  ]) {
    const { reply } = await kernel.execute(code);
    assert.equal(reply?.content.status, 'ok', code);
  }
  await kernel.execute('process.exit()');
  assert.equal(resultText((await kernel.execute('1 + 7')).published), '8');
});

/** All processes below one, by `ps`. */
function descendants(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(alive)) await new Promise((resolve) => setTimeout(resolve, 20));
}

for (const [how, end] of [
  ['shutdown_request', (ending: RawKernel) => ending.send('shutdown_request', { restart: false }, 'control')],
  ['SIGTERM', (ending: RawKernel) => ending.process.kill('SIGTERM')],
  ['SIGKILL', (ending: RawKernel) => ending.process.kill('SIGKILL')],
] as const) {
  test(`nothing is left when the kernel is ended by ${how} while a cell loops`, {
    skip: process.platform === 'win32',
  }, async () => {
    const ending = await RawKernel.start();
    const id = ending.send('execute_request', executeContent("console.log('begun'); for (;;) {}"));
    await ending.until(({ message }) => message.parent.msg_id === id && message.header.msg_type === 'stream');
    const pids = descendants(ending.process.pid ?? 0);
    assert.ok(pids.length > 0);
    end(ending);
    await ending.exited;
    await gone(pids);
    await ending.stop();
  });
}

test('shutdown echoes restart, on control and on iopub', async () => {
  const ending = await RawKernel.start();
  const id = ending.send('shutdown_request', { restart: true }, 'control');
  const reply = await ending.until(
    ({ channel, message }) => channel === 'control' && message.parent.msg_id === id,
  );
  assert.deepEqual(reply.content, { restart: true, status: 'ok' } satisfies Json);
  assert.equal(await ending.exited, 0);
  await ending.stop();
});

test('the kernel exits when the server that started it is gone', {
  skip: process.platform === 'win32',
}, async () => {
  const { spawn } = await import('node:child_process');
  const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const orphan = await RawKernel.start({ JPY_PARENT_PID: String(server.pid) });
  server.kill('SIGKILL');
  assert.equal(await orphan.exited, 0);
  await orphan.stop();
});

test('what a cell has started ends with the kernel, however that ends; what was detached goes on', {
  skip: process.platform === 'win32',
}, async () => {
  const code = `const { spawn } = await import('node:child_process');
const other = spawn('sleep', ['300']);
const apart = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
apart.unref();
[other.pid, apart.pid].join(' ')`;
  const ends: Readonly<Record<string, (own: RawKernel) => void>> = {
    shutdown: (own) => void own.send('shutdown_request', { restart: false }, 'control'),
    SIGTERM: (own) => void own.process.kill('SIGTERM'),
    SIGKILL: (own) => void own.process.kill('SIGKILL'),
  };
  for (const [name, end] of Object.entries(ends)) {
    const own = await RawKernel.start();
    const text = String(resultText((await own.execute(code)).published)).replaceAll("'", '');
    const [started = 0, apart = 0] = text.split(' ').map(Number);
    assert.ok(isThere(started) && isThere(apart), `${name}: ${text}`);
    end(own);
    await own.exited;
    // A killed kernel leaves it to its child, which needs a moment to notice.
    for (let wait = 0; isThere(started) && wait < 200; wait++)
      await new Promise((next) => setTimeout(next, 50));
    assert.equal(isThere(started), false, name);
    assert.equal(isThere(apart), true, name);
    process.kill(apart, 'SIGKILL');
    await own.stop();
  }
});

/** Whether a process is there and has not ended (a zombie waits only for somebody to ask). */
function isThere(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return !state.trim().startsWith('Z');
  } catch {
    return false;
  }
}
