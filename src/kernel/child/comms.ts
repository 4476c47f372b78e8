/** Comms: channels between the kernel and something in the front end (widgets, most often). */
import { randomUUID } from 'node:crypto';
import type { CommEvent } from '../link/protocol.js';
import type { Json } from '../wire/message.js';
import type { Output } from './output.js';

type MessageListener = (data: Json, buffers: readonly Uint8Array[]) => void;
type CloseListener = (data: Json) => void;
type OpenListener = (comm: Comm, data: Json, buffers: readonly Uint8Array[]) => void;

export class Comm {
  readonly id: string;
  readonly target: string;
  readonly #send: (event: 'message' | 'close', data: Json, buffers?: readonly Uint8Array[]) => void;
  readonly #messageListeners: MessageListener[] = [];
  readonly #closeListeners: CloseListener[] = [];

  constructor(
    id: string,
    target: string,
    send: (event: 'message' | 'close', data: Json, buffers?: readonly Uint8Array[]) => void,
  ) {
    this.id = id;
    this.target = target;
    this.#send = send;
  }

  send(data: Json, buffers?: readonly Uint8Array[]): void {
    this.#send('message', data, buffers);
  }

  onMessage(listener: MessageListener): void {
    this.#messageListeners.push(listener);
  }

  onClose(listener: CloseListener): void {
    this.#closeListeners.push(listener);
  }

  close(data: Json = {}): void {
    this.#send('close', data);
  }

  /** For the registry alone: the front end has sent something. */
  receive(event: 'message' | 'close', data: Json, buffers: readonly Uint8Array[]): void {
    if (event === 'message') for (const listener of this.#messageListeners) listener(data, buffers);
    else for (const listener of this.#closeListeners) listener(data);
  }
}

export class Comms {
  readonly #output: Output;
  readonly #targets = new Map<string, OpenListener>();
  readonly #open = new Map<string, Comm>();

  constructor(output: Output) {
    this.#output = output;
  }

  register(target: string, opened: OpenListener): void {
    this.#targets.set(target, opened);
  }

  open(target: string, data: Json = {}, metadata: Json = {}): Comm {
    const comm = this.#create(randomUUID(), target);
    this.#publish({ event: 'open', commId: comm.id, target, data, metadata });
    return comm;
  }

  /** What a front end has sent. A target that nobody registered is closed again, as the protocol asks. */
  handle(event: CommEvent, buffers: readonly Uint8Array[]): void {
    if (event.event === 'open') {
      const target = event.target ?? '';
      const opened = this.#targets.get(target);
      if (!opened) {
        this.#publish({ event: 'close', commId: event.commId, data: {}, metadata: {} });
        return;
      }
      opened(this.#create(event.commId, target), event.data, buffers);
      return;
    }
    const comm = this.#open.get(event.commId);
    if (event.event === 'close') this.#open.delete(event.commId);
    comm?.receive(event.event, event.data, buffers);
  }

  #create(id: string, target: string): Comm {
    const comm = new Comm(id, target, (event, data, buffers) => {
      if (!this.#open.has(id)) throw new Error(`The comm ${id} (${target}) is closed; open a new one.`);
      if (event === 'close') this.#open.delete(id);
      this.#publish({ event, commId: id, data, metadata: {} }, buffers);
    });
    this.#open.set(id, comm);
    return comm;
  }

  #publish(event: Omit<CommEvent, 'type' | 'origin'>, buffers?: readonly Uint8Array[]): void {
    this.#output.packet({ type: 'comm', origin: this.#output.origin, ...event }, buffers);
  }
}
