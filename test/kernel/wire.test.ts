import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode, encode } from '../../src/kernel/wire/frames.js';
import { createMessage } from '../../src/kernel/wire/message.js';
import { ReplayGuard } from '../../src/kernel/wire/replay.js';
import { createSigner } from '../../src/kernel/wire/signature.js';

const signer = createSigner('key', 'sha256');
const sample = createMessage('execute_request', {
  session: 'session',
  content: { code: '1 + 1' },
  identities: [Buffer.from('who')],
  buffers: [Buffer.from([0, 1, 255])],
});
const frames = encode(sample, signer);

test('what is encoded is decoded', () => {
  const decoded = decode(frames, signer, new ReplayGuard());
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.message.header, sample.header);
  assert.deepEqual(decoded.message.content, sample.content);
  assert.deepEqual(decoded.message.identities.map(String), ['who']);
  assert.deepEqual(decoded.message.buffers, sample.buffers);
});

test('the signature is an HMAC-SHA256 over the four JSON frames', () => {
  const hmac = createHmac('sha256', 'key');
  for (const frame of frames.slice(3, 7)) hmac.update(frame);
  assert.equal(String(frames[2]), hmac.digest('hex'));
});

test('every change of a signed byte is refused, and the reason does not tell the right signature', () => {
  const signature = String(frames[2]);
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (which, where, change) => {
        const altered = frames.map((frame) => Buffer.from(frame));
        const frame = altered[which];
        assert.ok(frame);
        const position = where % frame.length;
        frame[position] = (frame[position] ?? 0) ^ change;
        const decoded = decode(altered, signer, new ReplayGuard());
        assert.ok(!decoded.ok && decoded.reason === 'wrong signature');
        assert.ok(!decoded.reason.includes(signature));
      },
    ),
  );
});

test('a signed message is taken once', () => {
  const replay = new ReplayGuard();
  assert.ok(decode(frames, signer, replay).ok);
  assert.deepEqual(decode(frames, signer, replay), { ok: false, reason: 'replayed signature' });
});

test('a forged message does not use up the signature that it shows', () => {
  const replay = new ReplayGuard();
  const forged = [...frames];
  forged[6] = Buffer.from('{"code":"other"}');
  assert.ok(!decode(forged, signer, replay).ok);
  assert.ok(decode(frames, signer, replay).ok);
});

test('the guard forgets the oldest signatures first', () => {
  const guard = new ReplayGuard(2);
  assert.deepEqual(
    ['a', 'b', 'c', 'b', 'c', 'a'].map((each) => guard.accept(each)),
    [true, true, true, false, false, true],
  );
});

test('any frames at all are decoded or refused, never thrown at', () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...frames));
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 10 }), (random) => {
      const decoded = decode(random, signer, new ReplayGuard());
      assert.equal(typeof decoded.ok, 'boolean');
    }),
  );
});

test('signed rubbish is refused: no JSON, no objects, no header', () => {
  const sign = (parts: readonly string[]): Buffer[] => {
    const json = parts.map((part) => Buffer.from(part));
    return [Buffer.from('<IDS|MSG>'), Buffer.from(signer.sign(json)), ...json];
  };
  const header = JSON.stringify(sample.header);
  for (const parts of [
    ['{', '{}', '{}', '{}'],
    ['[]', '{}', '{}', '{}'],
    [header, 'null', '{}', '{}'],
    [header, '{}', '{}', '3'],
    ['{"msg_id":"1"}', '{}', '{}', '{}'],
    ['{"msg_id":1,"msg_type":"x","session":"s"}', '{}', '{}', '{}'],
  ]) {
    assert.equal(decode(sign(parts), signer, new ReplayGuard()).ok, false, parts.join(' '));
  }
  assert.ok(decode(sign([header, '{}', '{}', '{}']), signer, new ReplayGuard()).ok);
});

test('without a key nothing is signed and nothing is refused', () => {
  const open = createSigner('', 'sha256');
  const unsigned = encode(sample, open);
  assert.equal(unsigned[2]?.length, 0);
  const replay = new ReplayGuard();
  assert.ok(decode(unsigned, open, replay).ok);
  assert.ok(decode(unsigned, open, replay).ok);
});
