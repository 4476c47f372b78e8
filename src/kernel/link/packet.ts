/**
 * Packets between parent and child: one JSON value and any number of buffers, with their lengths in front.
 *
 * `count of parts (u32) · length of each part (u32 …) · the parts`; the first part is the JSON. All little-endian.
 */

export interface Packet {
  readonly json: unknown;
  readonly buffers: readonly Uint8Array[];
}

export function encodePacket(json: unknown, buffers: readonly Uint8Array[] = []): Buffer {
  const parts = [Buffer.from(JSON.stringify(json)), ...buffers];
  const head = Buffer.alloc(4 + 4 * parts.length);
  head.writeUInt32LE(parts.length, 0);
  for (const [index, part] of parts.entries()) head.writeUInt32LE(part.length, 4 + 4 * index);
  return Buffer.concat([head, ...parts]);
}

/** Puts packets together from the chunks of a stream. */
export class PacketReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** The packet in the making needs at least this many bytes. */
  #needed = 4;

  push(chunk: Buffer): Packet[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const packets: Packet[] = [];
    for (;;) {
      const size = packetSize(rest);
      if (rest.length < size) {
        this.#needed = size;
        break;
      }
      packets.push(decodePacket(rest.subarray(0, size)));
      rest = rest.subarray(size);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
    return packets;
  }
}

/** The whole size of the packet that starts here, or how much is needed to know it. */
function packetSize(data: Buffer): number {
  if (data.length < 4) return 4;
  const count = data.readUInt32LE(0);
  let size = 4 + 4 * count;
  if (data.length < size) return size;
  for (let index = 0; index < count; index++) size += data.readUInt32LE(4 + 4 * index);
  return size;
}

function decodePacket(data: Buffer): Packet {
  const count = data.readUInt32LE(0);
  let offset = 4 + 4 * count;
  const parts: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const length = data.readUInt32LE(4 + 4 * index);
    parts.push(data.subarray(offset, offset + length));
    offset += length;
  }
  const [json, ...buffers] = parts;
  return { json: JSON.parse(json?.toString('utf8') ?? 'null') as unknown, buffers };
}
