/** Frames that were not made by somebody who holds the key, or were made wrong. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { encode } from '../../src/kernel/wire/frames.js';
import { createMessage } from '../../src/kernel/wire/message.js';
import { createSigner } from '../../src/kernel/wire/signature.js';
import { executeContent, RawKernel, resultText } from './raw-kernel.js';

let kernel: RawKernel;
before(async () => {
  kernel = await RawKernel.start();
});
after(() => kernel.stop());

function request(code: string): ReturnType<typeof createMessage> {
  return createMessage('execute_request', { session: 'stranger', content: executeContent(code) });
}

/** What the kernel has evaluated so far: cells that count themselves. */
async function count(): Promise<unknown> {
  return resultText((await kernel.execute('(globalThis as any).counted ?? 0')).published);
}

const counting = '(globalThis as any).counted = ((globalThis as any).counted ?? 0) + 1';

test('a signed message from another client runs; sent again it does not', async () => {
  const frames = encode(request(counting), kernel.signer);
  await kernel.sendFrames('shell', frames);
  await kernel.until(
    ({ message }) => message.header.msg_type === 'execute_input' && message.content.code === counting,
  );
  await kernel.sendFrames('shell', frames);
  await kernel.ask('kernel_info_request', {});
  assert.equal(await count(), '1');
});

test('forged, altered and truncated messages are dropped in silence', async () => {
  const forged = encode(request(counting), createSigner('another key', 'sha256'));
  const unsigned = encode(request(counting), createSigner('', 'sha256'));
  const good = encode(request(counting), kernel.signer);
  const altered = [...good];
  altered[altered.length - 1] = Buffer.from(JSON.stringify(executeContent(`${counting}; 2`)));
  const before = kernel.received.length;
  for (const frames of [forged, unsigned, altered, ...good.map((_, length) => good.slice(0, length))]) {
    if (frames.length > 0) await kernel.sendFrames('shell', frames);
  }
  await kernel.sendFrames(
    'control',
    encode(createMessage('shutdown_request', { session: 's', content: {} }), createSigner('x', 'sha256')),
  );
  assert.equal(await count(), '1');
  const since = kernel.received.slice(before).map(({ message }) => JSON.stringify(message));
  assert.ok(since.every((text) => !text.includes('stranger') && !text.includes('signature')));
});

test('why is in a log file beside the connection file, without the signature that was expected', async () => {
  const log = `${kernel.own.file.replace(/\.json$/, '')}-handgrad.log`;
  assert.ok(existsSync(log));
  const text = readFileSync(log, 'utf8');
  assert.match(text, /shell: dropped a message: wrong signature/);
  assert.match(text, /replayed signature/);
  assert.doesNotMatch(text, /[0-9a-f]{40}/);
});

test('random frames, on shell and control, do no harm', async () => {
  const good = encode(request('1'), kernel.signer);
  const frame = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...good));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('shell' as const, 'control' as const),
      fc.array(frame, { minLength: 1, maxLength: 9 }),
      (channel, frames) =>
        kernel.sendFrames(
          channel,
          frames.map((each) => Buffer.from(each)),
        ),
    ),
    { numRuns: 60 },
  );
  assert.equal(resultText((await kernel.execute('1 + 1')).published), '2');
});

test('signed messages with rubbish in them are answered or ignored, and the kernel lives', async () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const kinds = [
    'execute_request',
    'complete_request',
    'inspect_request',
    'is_complete_request',
    'history_request',
    'comm_info_request',
    'comm_open',
    'comm_msg',
    'comm_close',
    'input_reply',
    'nonsense_request',
  ];
  const fields = [
    'code',
    'cursor_pos',
    'silent',
    'user_expressions',
    'hist_access_type',
    'n',
    'comm_id',
    'target_name',
    'data',
    'value',
    'detail_level',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.dictionary(fc.constantFrom(...fields), value),
      async (type, content) => {
        const { code } = content;
        // Text that runs could do anything at all; that it is code is tested elsewhere.
        const safe = typeof code === 'string' ? { ...content, code: '1' } : content;
        const { reply } = await kernel.ask(type, safe);
        if (type.endsWith('_request')) assert.equal(typeof reply?.content.status, 'string');
      },
    ),
    { numRuns: 80 },
  );
  assert.equal(resultText((await kernel.execute('2 + 2')).published), '4');
});
