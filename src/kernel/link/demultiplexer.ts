/**
 * Puts the child's three output channels back into the one order in which they were written.
 *
 * The child writes text to the file descriptors 1 and 2, where children of its own and native code write too, and
 * packets to a third. Whenever it turns from one channel to another, or to another origin, it writes a fence with the
 * next number to all three. Bytes between two fences belong together; what lies behind a fence waits here until that
 * fence has arrived on every channel. So order is exact, and nothing waits for a timer.
 */
import { StringDecoder } from 'node:string_decoder';
import { PacketReader } from './packet.js';
import type { FromChild } from './protocol.js';

export interface DemultiplexedListeners {
  readonly onText: (name: 'stdout' | 'stderr', origin: number, text: string) => void;
  readonly onPacket: (packet: Exclude<FromChild, { type: 'fence' }>, buffers: readonly Uint8Array[]) => void;
}

interface Fence {
  readonly epoch: number;
  /** Known on the packet channel only. */
  readonly origin?: number;
  readonly streams?: readonly [boolean, boolean];
}

type Item =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'packet';
      readonly packet: Exclude<FromChild, { type: 'fence' }>;
      readonly buffers: readonly Uint8Array[];
    }
  | { readonly kind: 'fence'; readonly fence: Fence };

/** What marks a fence on a text channel: the child's secret token between two NUL bytes, then the number and a NUL. */
export function fenceMarker(token: string): Buffer {
  return Buffer.from(`\0${token}\0`, 'latin1');
}

class TextChannel {
  readonly items: Item[] = [];
  ended = false;
  readonly #marker: Buffer;
  readonly #decoder = new StringDecoder('utf8');
  #rest: Buffer = Buffer.alloc(0);

  constructor(marker: Buffer) {
    this.#marker = marker;
  }

  push(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (;;) {
      const start = data.indexOf(this.#marker);
      if (start < 0) break;
      const end = data.indexOf(0, start + this.#marker.length);
      if (end < 0) break;
      this.#text(data.subarray(0, start));
      const epoch = Number(data.subarray(start + this.#marker.length, end).toString('latin1'));
      this.items.push({ kind: 'fence', fence: { epoch } });
      data = data.subarray(end + 1);
    }
    const held = this.#beginningOfMarker(data);
    this.#text(data.subarray(0, data.length - held));
    this.#rest = data.subarray(data.length - held);
  }

  end(): void {
    this.#text(this.#rest);
    this.#rest = Buffer.alloc(0);
    this.ended = true;
  }

  #text(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const text = this.#decoder.write(bytes);
    if (text !== '') this.items.push({ kind: 'text', text });
  }

  /** How many bytes at the end may be the beginning of a fence that has not arrived whole. */
  #beginningOfMarker(data: Buffer): number {
    const whole = data.indexOf(this.#marker);
    if (whole >= 0) return data.length - whole;
    const from = Math.max(0, data.length - this.#marker.length + 1);
    for (let start = data.indexOf(0, from); start >= 0; start = data.indexOf(0, start + 1)) {
      if (this.#marker.subarray(0, data.length - start).equals(data.subarray(start)))
        return data.length - start;
    }
    return 0;
  }
}

export class Demultiplexer {
  readonly #texts: Readonly<Record<'stdout' | 'stderr', TextChannel>>;
  readonly #packets: Item[] = [];
  readonly #reader = new PacketReader();
  readonly #listeners: DemultiplexedListeners;
  #packetsEnded = false;
  #origin = 0;

  constructor(token: string, listeners: DemultiplexedListeners) {
    const marker = fenceMarker(token);
    this.#texts = { stdout: new TextChannel(marker), stderr: new TextChannel(marker) };
    this.#listeners = listeners;
  }

  pushText(name: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#texts[name].push(chunk);
    this.#deliver();
  }

  pushPackets(chunk: Buffer): void {
    for (const { json, buffers } of this.#reader.push(chunk)) {
      const packet = json as FromChild;
      if (packet.type === 'fence') this.#packets.push({ kind: 'fence', fence: packet });
      else this.#packets.push({ kind: 'packet', packet, buffers });
    }
    this.#deliver();
  }

  /** The channel is closed: no fence will come from it. */
  end(channel: 'stdout' | 'stderr' | 'packets'): void {
    if (channel === 'packets') this.#packetsEnded = true;
    else this.#texts[channel].end();
    this.#deliver();
  }

  #deliver(): void {
    do {
      this.#deliverUpToFence('stdout', this.#texts.stdout.items);
      this.#deliverUpToFence('stderr', this.#texts.stderr.items);
      this.#deliverUpToFence(undefined, this.#packets);
    } while (this.#passFence());
  }

  #deliverUpToFence(name: 'stdout' | 'stderr' | undefined, items: Item[]): void {
    let count = 0;
    for (const item of items) {
      if (item.kind === 'fence') break;
      count++;
      if (item.kind === 'packet') this.#listeners.onPacket(item.packet, item.buffers);
      else if (name) this.#listeners.onText(name, this.#origin, item.text);
    }
    if (count > 0) items.splice(0, count);
  }

  /** Takes the next fence off all channels, once it has arrived on all of them that are open. */
  #passFence(): boolean {
    const next = this.#packets[0];
    const fence = next?.kind === 'fence' ? next.fence : undefined;
    const waiting: Item[][] = [];
    for (const [index, channel] of [this.#texts.stdout, this.#texts.stderr].entries()) {
      const at = channel.items[0];
      if (at?.kind === 'fence') waiting.push(channel.items);
      else if (!channel.ended && fence?.streams?.[index] !== false) return false;
    }
    if (!fence && !this.#packetsEnded) return false;
    if (!fence && waiting.length === 0) return false;
    if (fence) {
      this.#packets.shift();
      this.#origin = fence.origin ?? this.#origin;
    }
    for (const items of waiting) items.shift();
    return true;
  }
}
