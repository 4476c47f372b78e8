/**
 * The child's writing end of the three output channels (see link/demultiplexer.ts). All writes are synchronous: what a
 * cell has printed is out of the process even if it is killed in the next instruction.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { fenceMarker } from '../link/demultiplexer.js';
import { encodePacket } from '../link/packet.js';
import { descriptors, type FromChild } from '../link/protocol.js';

/** Which request caused what runs now; timers and promises carry it on, so late output finds its cell. */
export const origins = new AsyncLocalStorage<number>();

type Channel = 'stdout' | 'stderr' | 'packets';
const textDescriptors = { stdout: 1, stderr: 2 } as const;

export class Output {
  readonly #marker: Buffer;
  #channel: Channel = 'packets';
  #origin = 0;
  #epoch = 0;

  constructor(token: string) {
    this.#marker = fenceMarker(token);
  }

  text(name: 'stdout' | 'stderr', data: string | Uint8Array): void {
    if (data.length === 0) return;
    this.#turnTo(name, origins.getStore() ?? this.#origin);
    writeWhole(textDescriptors[name], typeof data === 'string' ? Buffer.from(data) : data);
  }

  packet(packet: FromChild, buffers?: readonly Uint8Array[]): void {
    this.#turnTo('packets', this.#origin);
    writeWhole(descriptors.packets, encodePacket(packet, buffers));
  }

  /** The origin of what runs now, for packets that carry it. */
  get origin(): number {
    return origins.getStore() ?? this.#origin;
  }

  /**
   * From here on, bytes that others write to 1 and 2 belong to `origin`; and all that was written before, by anybody, is
   * delivered before what follows.
   */
  fence(origin: number): void {
    this.#epoch++;
    this.#origin = origin;
    this.#channel = 'packets';
    const mark = Buffer.concat([this.#marker, Buffer.from(`${this.#epoch}\0`, 'latin1')]);
    const streams = [tryWrite(1, mark), tryWrite(2, mark)] as const;
    writeWhole(
      descriptors.packets,
      encodePacket({ type: 'fence', epoch: this.#epoch, origin, streams } satisfies FromChild),
    );
  }

  #turnTo(channel: Channel, origin: number): void {
    if (channel === this.#channel && origin === this.#origin) return;
    this.fence(origin);
    this.#channel = channel;
  }
}

function tryWrite(descriptor: number, data: Uint8Array): boolean {
  try {
    writeWhole(descriptor, data);
    return true;
  } catch {
    return false; // A cell has closed the descriptor.
  }
}

function writeWhole(descriptor: number, data: Uint8Array): void {
  let offset = 0;
  while (offset < data.length) {
    try {
      offset += writeSync(descriptor, data, offset);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // The parent is gone: nobody is left to work for.
      if (code === 'EPIPE' && descriptor === descriptors.packets) process.kill(process.pid, 'SIGKILL');
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));
