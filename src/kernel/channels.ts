/** The five ZeroMQ sockets, as channels of whole messages. Frames, signatures and send queues end here. */
import { Reply, Router, XPublisher } from 'zeromq';
import type { Connection } from './connection.js';
import { beat } from './heartbeat.js';
import { SendQueue } from './send-queue.js';
import { decode, encode } from './wire/frames.js';
import { createMessage, type Message } from './wire/message.js';
import { ReplayGuard } from './wire/replay.js';
import { createSigner, type Signer } from './wire/signature.js';

export type RequestChannel = 'shell' | 'control' | 'stdin';

export interface ChannelListeners {
  /** A verified message. */
  readonly onRequest: (channel: RequestChannel, message: Message) => void;
  /** For the log file: frames that were dropped, sends that failed. Never shown to a client. */
  readonly onProblem: (problem: string) => void;
}

/** A slow subscriber may fall this many messages behind before ZeroMQ drops what is sent to it. */
const iopubHighWaterMark = 1_000_000;

export class Channels {
  readonly #routers: Readonly<Record<RequestChannel, Router>>;
  readonly #queues: Readonly<Record<RequestChannel | 'iopub', SendQueue>>;
  readonly #iopub: XPublisher;
  readonly #heartbeat: Reply;
  readonly #signer: Signer;
  readonly #session: string;

  private constructor(session: string, signer: Signer, listeners: ChannelListeners) {
    this.#session = session;
    this.#signer = signer;
    this.#routers = {
      shell: new Router({ linger: 1000 }),
      control: new Router({ linger: 1000 }),
      stdin: new Router({ linger: 1000 }),
    };
    this.#iopub = new XPublisher({ linger: 1000, sendHighWaterMark: iopubHighWaterMark });
    // Every subscription is reported, not only the first of each topic: each new client gets its welcome.
    this.#iopub.verbosity = 'allSubs';
    this.#heartbeat = new Reply({ linger: 0 });
    const queue = (sink: Router | XPublisher, name: string): SendQueue =>
      new SendQueue({ send: (frames) => sink.send(frames) }, (error) =>
        listeners.onProblem(`${name}: a send failed: ${String(error)}`),
      );
    this.#queues = {
      shell: queue(this.#routers.shell, 'shell'),
      control: queue(this.#routers.control, 'control'),
      stdin: queue(this.#routers.stdin, 'stdin'),
      iopub: queue(this.#iopub, 'iopub'),
    };
  }

  /** @param session the kernel's own session id, in the header of all it sends. */
  static async bind(connection: Connection, session: string, listeners: ChannelListeners): Promise<Channels> {
    const channels = new Channels(session, createSigner(connection.key, connection.hash), listeners);
    const { addresses } = connection;
    await Promise.all([
      channels.#routers.shell.bind(addresses.shell),
      channels.#routers.control.bind(addresses.control),
      channels.#routers.stdin.bind(addresses.stdin),
      channels.#iopub.bind(addresses.iopub),
      channels.#heartbeat.bind(addresses.hb),
    ]);
    const replay = new ReplayGuard();
    const watch = (work: Promise<void>, name: string): void => {
      work.catch((error: unknown) => listeners.onProblem(`${name}: receiving ended: ${String(error)}`));
    };
    for (const name of ['shell', 'control', 'stdin'] as const) {
      watch(channels.#receive(name, replay, listeners), name);
    }
    watch(channels.#welcome(), 'iopub');
    watch(beat(channels.#heartbeat), 'heartbeat');
    return channels;
  }

  send(channel: RequestChannel, message: Message): void {
    this.#queues[channel].send(encode(message, this.#signer));
  }

  publish(message: Message): void {
    this.#queues.iopub.send(encode(message, this.#signer));
  }

  /** Sends what is waiting, then closes all sockets. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.drained()));
    for (const router of Object.values(this.#routers)) router.close();
    this.#iopub.close();
    this.#heartbeat.close();
  }

  async #receive(name: RequestChannel, replay: ReplayGuard, listeners: ChannelListeners): Promise<void> {
    for await (const frames of this.#routers[name]) {
      const decoded = decode(frames, this.#signer, replay);
      if (decoded.ok) listeners.onRequest(name, decoded.message);
      else listeners.onProblem(`${name}: dropped a message: ${decoded.reason}`);
    }
  }

  /** `iopub_welcome` to each new subscriber: from here on it misses nothing. */
  async #welcome(): Promise<void> {
    for await (const [frame] of this.#iopub) {
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1);
      const content = { subscription: topic.toString('utf8') };
      this.publish(createMessage('iopub_welcome', { session: this.#session, identities: [topic], content }));
    }
  }
}
