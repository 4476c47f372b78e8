/** The client's ends of the sockets. */
import { Dealer, Subscriber } from 'zeromq';
import type { Connection } from '../connection.js';
import { SendQueue } from '../send-queue.js';
import { decode, encode } from '../wire/frames.js';
import { createMessage, type Json, type Message } from '../wire/message.js';
import { ReplayGuard } from '../wire/replay.js';
import { createSigner, type Signer } from '../wire/signature.js';

export type ClientChannel = 'shell' | 'control' | 'stdin';

/** Milliseconds between attempts to connect while the kernel is starting. */
const reconnectInterval = 5;

export class ClientChannels {
  readonly #session: string;
  readonly #signer: Signer;
  readonly #dealers: Readonly<Record<ClientChannel, Dealer>>;
  readonly #queues: Readonly<Record<ClientChannel, SendQueue>>;
  readonly #iopub: Subscriber;
  #isClosed = false;

  constructor(
    connection: Connection,
    session: string,
    onMessage: (channel: ClientChannel | 'iopub', message: Message) => void,
  ) {
    this.#session = session;
    this.#signer = createSigner(connection.key, connection.hash);
    const dealer = (): Dealer => new Dealer({ linger: 0, routingId: session, reconnectInterval });
    this.#dealers = { shell: dealer(), control: dealer(), stdin: dealer() };
    const queue = (socket: Dealer): SendQueue =>
      new SendQueue({ send: (frames) => socket.send(frames) }, () => undefined);
    this.#queues = {
      shell: queue(this.#dealers.shell),
      control: queue(this.#dealers.control),
      stdin: queue(this.#dealers.stdin),
    };
    this.#iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0, reconnectInterval });
    this.#iopub.subscribe();
    const replay = new ReplayGuard();
    const receive = async (
      channel: ClientChannel | 'iopub',
      socket: AsyncIterable<Buffer[]>,
    ): Promise<void> => {
      for await (const frames of socket) {
        const decoded = decode(frames, this.#signer, replay);
        if (decoded.ok) onMessage(channel, decoded.message);
      }
    };
    // A socket that is closed while it receives ends with ENOTSOCK; there is nobody left to tell.
    const start = (channel: ClientChannel | 'iopub', socket: AsyncIterable<Buffer[]>): void => {
      receive(channel, socket).catch((error: unknown) => {
        if (!this.#isClosed) throw error;
      });
    };
    this.#iopub.connect(connection.addresses.iopub);
    start('iopub', this.#iopub);
    for (const channel of ['shell', 'control', 'stdin'] as const) {
      this.#dealers[channel].connect(connection.addresses[channel]);
      start(channel, this.#dealers[channel]);
    }
  }

  /** Returns the id of the message, by which its answers are known. */
  send(
    channel: ClientChannel,
    type: string,
    content: Json,
    { parent, metadata }: { readonly parent?: Message['parent']; readonly metadata?: Json } = {},
  ): string {
    const message = createMessage(type, {
      session: this.#session,
      content,
      ...(parent === undefined ? {} : { parent }),
      ...(metadata === undefined ? {} : { metadata }),
    });
    this.#queues[channel].send(encode(message, this.#signer));
    return message.header.msg_id;
  }

  close(): void {
    this.#isClosed = true;
    for (const dealer of Object.values(this.#dealers)) dealer.close();
    this.#iopub.close();
  }
}
