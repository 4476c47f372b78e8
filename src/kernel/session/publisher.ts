/** Turns what the child writes into messages on iopub, in order, each with the request that caused it as parent. */
import type { Channels } from '../channels.js';
import type { History } from '../history.js';
import type { ChildPacket } from '../link/child.js';
import type { CommEvent, OutputPacket } from '../link/protocol.js';
import { TextCoalescer } from '../output.js';
import { createMessage, type Json } from '../wire/message.js';
import type { Parent } from './kernel.js';
import type { OpenComms } from './open-comms.js';
import type { Origins } from './origins.js';

const commTypes = { open: 'comm_open', message: 'comm_msg', close: 'comm_close' } as const;

export class Publisher {
  readonly #channels: Channels;
  readonly #session: string;
  readonly #origins: Origins;
  readonly #comms: OpenComms;
  readonly #history: History;
  readonly #text: TextCoalescer;
  /** Verdicts that came after their cell's reply; they go with the next output of that cell. */
  readonly #lateVerdicts = new Map<number, readonly unknown[]>();

  constructor(channels: Channels, session: string, origins: Origins, comms: OpenComms, history: History) {
    this.#channels = channels;
    this.#session = session;
    this.#origins = origins;
    this.#comms = comms;
    this.#history = history;
    this.#text = new TextCoalescer((name, origin, text) => this.#output(origin, 'stream', { name, text }));
  }

  /** A message that is not output of a cell; text that came before it goes out before it. */
  publish(type: string, content: Json, parent: Parent = {}): void {
    this.#text.flush();
    this.#send(type, content, parent);
  }

  text(name: 'stdout' | 'stderr', origin: number, text: string): void {
    this.#text.add(name, origin, text);
  }

  packet(packet: ChildPacket, buffers: readonly Uint8Array[]): void {
    this.#text.flush();
    switch (packet.type) {
      case 'comm':
        this.#comm(packet, buffers);
        return;
      case 'verdict':
        this.#lateVerdicts.set(packet.origin, [
          ...(this.#lateVerdicts.get(packet.origin) ?? []),
          packet.verdict,
        ]);
        return;
      case 'prompt':
        this.#prompt(packet.origin, packet.question, packet.password);
        return;
      default:
        this.#shown(packet);
    }
  }

  #shown(packet: OutputPacket): void {
    const { origin } = packet;
    switch (packet.type) {
      case 'display': {
        const transient = packet.id === undefined ? {} : { display_id: packet.id };
        const { data, metadata } = packet;
        this.#output(origin, packet.update ? 'update_display_data' : 'display_data', {
          data,
          metadata,
          transient,
        });
        return;
      }
      case 'result': {
        const { data, metadata, count } = packet;
        const text = data['text/plain'];
        if (typeof text === 'string') this.#history.setOutput(count, text);
        this.#output(origin, 'execute_result', { execution_count: count, data, metadata });
        return;
      }
      case 'error': {
        const { name, message, traceback } = packet.failure;
        this.#output(origin, 'error', { ename: name, evalue: message, traceback });
        return;
      }
      case 'clear':
        this.#output(origin, 'clear_output', { wait: packet.wait });
        return;
    }
  }

  #comm(event: CommEvent, buffers: readonly Uint8Array[]): void {
    const { commId, target, data, metadata } = event;
    if (event.event === 'open') this.#comms.opened(commId, target ?? '');
    if (event.event === 'close') this.#comms.closed(commId);
    const content = { comm_id: commId, data, ...(target === undefined ? {} : { target_name: target }) };
    this.#send(commTypes[event.event], content, this.#parent(event.origin), metadata, buffers);
  }

  #prompt(origin: number, question: string, password: boolean): void {
    const asked = this.#origins.get(origin);
    if (!asked) return;
    this.#channels.send(
      'stdin',
      createMessage('input_request', {
        session: this.#session,
        parent: asked.parent,
        identities: asked.identities,
        content: { prompt: question, password },
      }),
    );
  }

  #output(origin: number, type: string, content: Json): void {
    if (this.#origins.get(origin)?.silent) return;
    const verdicts = this.#lateVerdicts.get(origin);
    this.#lateVerdicts.delete(origin);
    this.#send(type, content, this.#parent(origin), verdicts && { handgrad: { verdicts } });
  }

  #parent(origin: number): Parent {
    return this.#origins.get(origin)?.parent ?? {};
  }

  #send(type: string, content: Json, parent: Parent, metadata?: Json, buffers?: readonly Uint8Array[]): void {
    const identities = [Buffer.from(`kernel.${this.#session}.${type}`)];
    this.#channels.publish(
      createMessage(type, {
        session: this.#session,
        parent,
        identities,
        content,
        ...(metadata === undefined ? {} : { metadata }),
        ...(buffers === undefined ? {} : { buffers }),
      }),
    );
  }
}
