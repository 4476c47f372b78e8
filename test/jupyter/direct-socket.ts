/**
 * The socket under JupyterLab's client where there is no Jupyter server: what VS Code does. It looks like a WebSocket to
 * the client and speaks ZeroMQ with the kernel. iopub is subscribed only when `subscribe` is called: in VS Code the first
 * requests are on their way before the subscription has arrived.
 */
import { Dealer, Subscriber } from 'zeromq';
import type { OwnConnection } from '../../src/kernel/client/connection-file.js';
import { decode, encode } from '../../src/kernel/wire/frames.js';
import type { Message } from '../../src/kernel/wire/message.js';
import { ReplayGuard } from '../../src/kernel/wire/replay.js';
import { createSigner, type Signer } from '../../src/kernel/wire/signature.js';

type Requests = 'shell' | 'control' | 'stdin';

/** A message as JupyterLab's client writes it in JSON. */
interface ClientMessage {
  readonly channel: Requests;
  readonly header: Message['header'];
  readonly parent_header: Message['parent'];
  readonly metadata: Message['metadata'];
  readonly content: Message['content'];
}

/** What a client calls `WebSocket`, for this one kernel; and the sockets that it has made so. */
export function directSockets(own: OwnConnection): {
  readonly WebSocket: typeof WebSocket;
  readonly made: readonly DirectSocket[];
} {
  const made: DirectSocket[] = [];
  const create = function create(): DirectSocket {
    const socket = new DirectSocket(own);
    made.push(socket);
    return socket;
  };
  return { WebSocket: create as unknown as typeof WebSocket, made };
}

export class DirectSocket {
  readonly protocol = '';
  binaryType = 'arraybuffer';
  onopen: (event: object) => void = () => undefined;
  onmessage: (event: { readonly data: string }) => void = () => undefined;
  onclose: (event: object) => void = () => undefined;
  onerror: (event: object) => void = () => undefined;
  /** The types of what has come on iopub, in order. */
  readonly published: string[] = [];
  /** The same of all other channels. */
  readonly replied: string[] = [];
  readonly #own: OwnConnection;
  readonly #signer: Signer;
  readonly #replay = new ReplayGuard();
  readonly #dealers: Readonly<Record<Requests, Dealer>>;
  readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  #sent: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(own: OwnConnection) {
    this.#own = own;
    this.#signer = createSigner(own.connection.key, own.connection.hash);
    const dealer = (channel: Requests): Dealer => {
      const socket = new Dealer({ linger: 0, routingId: 'direct' });
      socket.connect(own.connection.addresses[channel]);
      this.#receive(channel, socket);
      return socket;
    };
    this.#dealers = { shell: dealer('shell'), control: dealer('control'), stdin: dealer('stdin') };
    queueMicrotask(() => this.onopen({}));
  }

  subscribe(): void {
    this.#iopub.connect(this.#own.connection.addresses.iopub);
    this.#iopub.subscribe();
    this.#receive('iopub', this.#iopub);
  }

  send(text: string): void {
    const { channel, header, parent_header, metadata, content } = JSON.parse(text) as ClientMessage;
    const message: Message = {
      identities: [],
      header,
      parent: parent_header,
      metadata,
      content,
      buffers: [],
    };
    this.#sent = this.#sent.then(() => this.#dealers[channel].send(encode(message, this.#signer)));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const socket of [...Object.values(this.#dealers), this.#iopub]) socket.close();
  }

  #receive(channel: Requests | 'iopub', socket: AsyncIterable<Buffer[]>): void {
    const all = async (): Promise<void> => {
      for await (const frames of socket) {
        const decoded = decode(frames, this.#signer, this.#replay);
        if (!decoded.ok) continue;
        const { header, parent, metadata, content } = decoded.message;
        (channel === 'iopub' ? this.published : this.replied).push(header.msg_type);
        // The client knows the message by its own types only, and looks at nothing else of it.
        const plain = { channel, header, parent_header: parent, metadata, content, buffers: [] };
        this.onmessage({ data: JSON.stringify(plain) });
      }
    };
    all().catch((error: unknown) => {
      if (!this.#isClosed) throw error;
    });
  }
}
