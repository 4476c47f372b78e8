import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Demultiplexer, fenceMarker } from '../../src/kernel/link/demultiplexer.js';
import { encodePacket, PacketReader } from '../../src/kernel/link/packet.js';

/** Cuts into pieces at arbitrary places. */
function cut(data: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let offset = 0, index = 0; offset < data.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(data.subarray(offset, offset + size));
    offset += size;
  }
  return pieces;
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 });

test('packets come out as they went in, however the stream is cut', () => {
  const packet = fc.record({
    json: fc.jsonValue().filter((value) => !Object.is(value, -0)),
    buffers: fc.array(fc.uint8Array()),
  });
  fc.assert(
    fc.property(fc.array(packet), sizes, (packets, cuts) => {
      const stream = Buffer.concat(packets.map(({ json, buffers }) => encodePacket(json, buffers)));
      const reader = new PacketReader();
      const read = cut(stream, cuts).flatMap((piece) => reader.push(piece));
      assert.deepEqual(
        read.map(({ json, buffers }) => [JSON.stringify(json), buffers.map((buffer) => [...buffer])]),
        packets.map(({ json, buffers }) => [JSON.stringify(json), buffers.map((buffer) => [...buffer])]),
      );
    }),
  );
});

type Write = { readonly to: 'stdout' | 'stderr' | 'packets'; readonly origin: number; readonly text: string };

/** Writes as child/output.ts does: a fence on every turn to another channel or origin. */
function writeAll(writes: readonly Write[], token: string): Record<Write['to'], Buffer> {
  const streams: Record<Write['to'], Buffer[]> = { stdout: [], stderr: [], packets: [] };
  let [channel, origin, epoch] = ['packets', 0, 0];
  for (const write of writes) {
    if (write.to !== channel || write.origin !== origin) {
      epoch++;
      const mark = Buffer.concat([fenceMarker(token), Buffer.from(`${epoch}\0`)]);
      streams.stdout.push(mark);
      streams.stderr.push(mark);
      streams.packets.push(
        encodePacket({ type: 'fence', epoch, origin: write.origin, streams: [true, true] }),
      );
      [channel, origin] = [write.to, write.origin];
    }
    const { to, text } = write;
    if (to === 'packets') streams.packets.push(encodePacket({ type: 'error', origin, failure: text }));
    else streams[to].push(Buffer.from(text));
  }
  return {
    stdout: Buffer.concat(streams.stdout),
    stderr: Buffer.concat(streams.stderr),
    packets: Buffer.concat(streams.packets),
  };
}

test('three channels come together in the order in which they were written, however they arrive', () => {
  const write = fc.record({
    to: fc.constantFrom('stdout', 'stderr', 'packets'),
    origin: fc.integer({ min: 1, max: 3 }),
    text: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0')),
  }) as fc.Arbitrary<Write>;
  fc.assert(
    fc.property(
      fc.array(write, { maxLength: 30 }),
      sizes,
      fc.infiniteStream(fc.nat(2)),
      (writes, cuts, turns) => {
        const token = 'f00d';
        const streams = writeAll(writes, token);
        const delivered: string[] = [];
        const demultiplexer = new Demultiplexer(token, {
          onText: (name, origin, text) =>
            delivered.push(...[...text].map((letter) => `${name} ${origin} ${letter}`)),
          onPacket: (packet) => {
            assert.equal(packet.type, 'error');
            if (packet.type === 'error') delivered.push(`packets ${packet.origin} ${String(packet.failure)}`);
          },
        });
        const waiting = [cut(streams.stdout, cuts), cut(streams.stderr, cuts), cut(streams.packets, cuts)];
        while (waiting.some((pieces) => pieces.length > 0)) {
          const turn = turns.next().value ?? 0;
          const index =
            [turn, (turn + 1) % 3, (turn + 2) % 3].find((each) => (waiting[each]?.length ?? 0) > 0) ?? 0;
          const piece = waiting[index]?.shift() ?? Buffer.alloc(0);
          if (index === 2) demultiplexer.pushPackets(piece);
          else demultiplexer.pushText(index === 0 ? 'stdout' : 'stderr', piece);
        }
        const expected = writes.flatMap(({ to, origin, text }) =>
          to === 'packets'
            ? [`packets ${origin} ${text}`]
            : [...text].map((letter) => `${to} ${origin} ${letter}`),
        );
        assert.deepEqual(delivered, expected);
      },
    ),
  );
});

test('text that is no fence, though it begins like one, is delivered when the channel ends', () => {
  let text = '';
  const demultiplexer = new Demultiplexer('f00d', {
    onText: (_name, _origin, more) => (text += more),
    onPacket: () => assert.fail(),
  });
  demultiplexer.pushText('stdout', Buffer.from('before \0f00'));
  assert.equal(text, 'before ');
  demultiplexer.end('stdout');
  assert.equal(text, 'before \0f00');
});
