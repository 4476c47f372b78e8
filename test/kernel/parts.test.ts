import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { CellOutputs, Outputs } from '../../src/kernel/client/outputs.js';
import { ConnectionFileError, parseConnection, readConnectionFile } from '../../src/kernel/connection.js';
import { toCodePoints, toUtf16 } from '../../src/kernel/handlers/code-points.js';
import { History } from '../../src/kernel/history.js';
import { InstallError, installKernel, uninstallKernel } from '../../src/kernel/index.js';
import { TextCoalescer } from '../../src/kernel/output.js';
import { SendQueue } from '../../src/kernel/send-queue.js';
import { createMessage, type Json } from '../../src/kernel/wire/message.js';

const fields = {
  transport: 'tcp',
  ip: '127.0.0.1',
  shell_port: 1,
  iopub_port: 2,
  stdin_port: 3,
  control_port: 4,
  hb_port: 5,
  key: 'k',
  signature_scheme: 'hmac-sha256',
};

test('a connection file gives addresses, hash and key', () => {
  const connection = parseConnection(fields, 'file');
  assert.equal(connection.addresses.shell, 'tcp://127.0.0.1:1');
  assert.equal(connection.hash, 'sha256');
  assert.deepEqual(connection.warnings, []);
  assert.equal(
    parseConnection({ ...fields, transport: 'ipc', ip: '/x/y' }, 'f').addresses.hb,
    'ipc:///x/y-5',
  );
  assert.equal(parseConnection({ ...fields, ip: '::1' }, 'f').addresses.hb, 'tcp://[::1]:5');
});

test('an unknown signature scheme, transport or port is refused; an open address or an empty key is warned of', () => {
  assert.throws(
    () => parseConnection({ ...fields, signature_scheme: 'none' }, 'f'),
    /expected "hmac-sha256"/,
  );
  assert.throws(
    () => parseConnection({ ...fields, signature_scheme: 'hmac-nonsense' }, 'f'),
    ConnectionFileError,
  );
  assert.throws(() => parseConnection({ ...fields, transport: 'udp' }, 'f'), ConnectionFileError);
  assert.throws(() => parseConnection({ ...fields, hb_port: '5' }, 'f'), /hb_port in f is "5"/);
  assert.match(parseConnection({ ...fields, key: '' }, 'f').warnings.join(), /empty key/);
  assert.match(parseConnection({ ...fields, ip: '0.0.0.0' }, 'f').warnings.join(), /0\.0\.0\.0/);
});

test('a connection file that others can read is refused', { skip: process.platform === 'win32' }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'handgrad-test-'));
  const file = join(directory, 'connection.json');
  writeFileSync(file, JSON.stringify(fields), { mode: 0o600 });
  assert.equal(readConnectionFile(file).key, 'k');
  chmodSync(file, 0o644);
  assert.throws(() => readConnectionFile(file), /chmod 600/);
  assert.throws(() => readConnectionFile(join(directory, 'none.json')), ConnectionFileError);
  writeFileSync(file, '{', { mode: 0o600 });
  chmodSync(file, 0o600);
  assert.throws(() => readConnectionFile(file), /not JSON/);
  rmSync(directory, { recursive: true });
});

test('cursors in code points and in UTF-16 units are translated there and back', () => {
  assert.equal(toUtf16('𝛿x', 1), 2);
  assert.equal(toCodePoints('𝛿x', 2), 1);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, position) => {
      const points = [...text];
      const wanted = position % (points.length + 1);
      const utf16 = toUtf16(text, wanted);
      assert.equal(utf16, points.slice(0, wanted).join('').length);
      assert.equal(toCodePoints(text, utf16), wanted);
    }),
  );
  assert.equal(toUtf16('ab', 99), 2);
});

test('history: tail, range, search with patterns, unique', () => {
  const history = new History();
  for (const [index, input] of ['a = 1', 'b = 2', 'a = 1', 'a.b'].entries()) history.add(index + 1, input);
  history.setOutput(2, '2');
  const lines = (entries: readonly { line: number }[]): number[] => entries.map(({ line }) => line);
  assert.deepEqual(lines(history.tail(2)), [3, 4]);
  assert.deepEqual(lines(history.range(0, 2, 4)), [2, 3]);
  assert.deepEqual(lines(history.range(7, 1, undefined)), []);
  assert.deepEqual(lines(history.search('a*', undefined, false)), [1, 3, 4]);
  assert.deepEqual(lines(history.search('a*', undefined, true)), [3, 4]);
  assert.deepEqual(lines(history.search('a*', 1, false)), [4]);
  assert.deepEqual(lines(history.search('a.?', undefined, false)), [4]);
  assert.equal(history.range(0, 2, 3)[0]?.output, '2');
});

test('many small writes become few messages, in order, none lost', () => {
  const emitted: string[] = [];
  const coalescer = new TextCoalescer((name, origin, text) => emitted.push(`${name} ${origin} ${text}`));
  coalescer.add('stdout', 1, 'a');
  coalescer.add('stdout', 1, 'b');
  coalescer.add('stderr', 1, 'c');
  coalescer.add('stderr', 2, 'd');
  coalescer.flush();
  coalescer.flush();
  assert.deepEqual(emitted, ['stdout 1 ab', 'stderr 1 c', 'stderr 2 d']);
});

test('a send waits for the one before it, and goes on after one that failed', async () => {
  let pending = 0;
  const sent: string[] = [];
  const failures: unknown[] = [];
  const queue = new SendQueue(
    {
      send: async ([frame]) => {
        assert.equal(pending++, 0, 'EBUSY');
        await new Promise((resolve) => setImmediate(resolve));
        pending--;
        if (String(frame) === 'bad') throw new Error('unreachable');
        sent.push(String(frame));
      },
    },
    (error) => failures.push(error),
  );
  for (const text of ['1', 'bad', '2', '3']) queue.send([Buffer.from(text)]);
  await queue.drained();
  assert.deepEqual(sent, ['1', '2', '3']);
  assert.equal(failures.length, 1);
});

test('the client keeps the outputs of a notebook: streams joined, displays updated, cleared at once or later', () => {
  const outputs = new Outputs();
  const events: string[] = [];
  const first = new CellOutputs('first', ({ cellId }) => events.push(cellId));
  const second = new CellOutputs('second', ({ cellId }) => events.push(cellId));
  const say = (cell: CellOutputs, type: string, content: Json): void =>
    outputs.apply(createMessage(type, { session: 's', content }), cell);
  say(first, 'stream', { name: 'stdout', text: 'a' });
  say(first, 'stream', { name: 'stdout', text: 'b' });
  say(first, 'display_data', { data: { 'text/plain': '1' }, metadata: {}, transient: { display_id: 'd' } });
  assert.deepEqual(first.list[0], { output_type: 'stream', name: 'stdout', text: 'ab' });
  events.length = 0;
  say(second, 'update_display_data', {
    data: { 'text/plain': '2' },
    metadata: {},
    transient: { display_id: 'd' },
  });
  assert.deepEqual(first.list[1], { output_type: 'display_data', data: { 'text/plain': '2' }, metadata: {} });
  assert.deepEqual(events, ['first']);
  say(first, 'clear_output', { wait: true });
  assert.equal(first.list.length, 2);
  say(first, 'stream', { name: 'stderr', text: 'c' });
  assert.deepEqual(first.list, [{ output_type: 'stream', name: 'stderr', text: 'c' }]);
  say(first, 'clear_output', { wait: false });
  assert.deepEqual(first.list, []);
});

test('install writes a kernelspec and logos, uninstall takes them away', () => {
  const prefix = mkdtempSync(join(tmpdir(), 'handgrad-test-'));
  const directory = installKernel({ prefix });
  assert.equal(directory, join(prefix, 'share', 'jupyter', 'kernels', 'handgrad'));
  const spec = JSON.parse(readFileSync(join(directory, 'kernel.json'), 'utf8')) as Json;
  assert.equal(spec.language, 'typescript');
  assert.equal(spec.interrupt_mode, 'message');
  // 5.5 and later promise a handshake at the start.
  assert.equal(spec.kernel_protocol_version, '5.4.0');
  assert.equal((spec.argv as string[])[2], '{connection_file}');
  for (const size of [32, 64]) {
    const png = readFileSync(join(directory, `logo-${size}x${size}.png`));
    assert.equal(png.readUInt32BE(16), size);
  }
  assert.equal(uninstallKernel({ prefix }), directory);
  assert.equal(uninstallKernel({ prefix }), undefined);
  assert.throws(() => installKernel({ prefix, sysPrefix: true }), InstallError);
  assert.throws(() => installKernel({ prefix, name: '../x' }), InstallError);
  rmSync(prefix, { recursive: true });
});
