/** A kernel process and bare sockets to it: what a test sends and receives is exactly what is on the wire. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Dealer } from 'zeromq';
import { ClientChannels } from '../../src/kernel/client/channels.js';
import { createConnection, type OwnConnection } from '../../src/kernel/client/connection-file.js';
import type { Json, Message } from '../../src/kernel/wire/message.js';
import { createSigner, type Signer } from '../../src/kernel/wire/signature.js';
import { checkMessage } from './schema.js';

const kernelFile = fileURLToPath(new URL('../../src/kernel/main.js', import.meta.url));

/** All that one request has caused. */
export interface Exchange {
  readonly reply: Message | undefined;
  /** On iopub, with the request as parent, from busy to idle. */
  readonly published: readonly Message[];
}

type Channel = 'shell' | 'control' | 'stdin' | 'iopub';
interface Received {
  readonly channel: Channel;
  readonly message: Message;
}

export class RawKernel {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly own: OwnConnection;
  readonly session = randomUUID();
  readonly signer: Signer;
  /** Everything received, in order. */
  readonly received: Received[] = [];
  readonly #channels: ClientChannels;
  #wake: (() => void)[] = [];
  #failure: unknown;

  private constructor(own: OwnConnection, environment: NodeJS.ProcessEnv) {
    this.own = own;
    this.signer = createSigner(own.connection.key, own.connection.hash);
    this.process = spawn(process.execPath, [kernelFile, own.file], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.exited = new Promise((resolve) => {
      this.process.on('exit', resolve);
    });
    this.#channels = new ClientChannels(own.connection, this.session, (channel, message) => {
      try {
        checkMessage(message);
      } catch (error) {
        this.#failure ??= error;
      }
      this.received.push({ channel, message });
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<RawKernel> {
    const kernel = new RawKernel(await createConnection(), environment);
    await kernel.until(({ message }) => message.header.msg_type === 'iopub_welcome');
    return kernel;
  }

  send(
    type: string,
    content: Json,
    channel: 'shell' | 'control' | 'stdin' = 'shell',
    parent?: Message['parent'],
  ): string {
    return this.#channels.send(channel, type, content, parent === undefined ? {} : { parent });
  }

  /** Waits for the first message, of those received already or still to come, that fits. */
  async until(fits: (received: Received) => boolean): Promise<Message> {
    for (let index = 0; ; index++) {
      while (index >= this.received.length) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      if (this.#failure !== undefined) throw this.#failure;
      const received = this.received[index];
      if (received && fits(received)) return received.message;
    }
  }

  /** Sends a request and waits for its reply and its idle. */
  async ask(type: string, content: Json, channel: 'shell' | 'control' = 'shell'): Promise<Exchange> {
    return this.outcome(this.send(type, content, channel), type.endsWith('_request'));
  }

  async outcome(id: string, replies = true): Promise<Exchange> {
    await this.until(({ message }) => isIdle(message, id));
    const reply = replies
      ? await this.until(
          ({ channel, message }) =>
            channel !== 'iopub' && message.parent.msg_id === id && message.header.msg_type.endsWith('_reply'),
        )
      : undefined;
    return { reply, published: this.publishedFor(id) };
  }

  publishedFor(id: string): readonly Message[] {
    return this.received
      .filter(({ channel, message }) => channel === 'iopub' && message.parent.msg_id === id)
      .map(({ message }) => message);
  }

  execute(code: string, options: Json = {}): Promise<Exchange> {
    return this.ask('execute_request', executeContent(code, options));
  }

  /** Frames of any kind, past all that signs and encodes. */
  async sendFrames(channel: 'shell' | 'control', frames: readonly Uint8Array[]): Promise<void> {
    const dealer = new Dealer({ linger: 1000 });
    dealer.connect(this.own.connection.addresses[channel]);
    await dealer.send([...frames]);
    dealer.close();
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.send('shutdown_request', { restart: false }, 'control');
      await this.exited;
    }
    this.#channels.close();
    this.own.remove();
    if (this.#failure !== undefined) throw this.#failure;
  }
}

export function executeContent(code: string, options: Json = {}): Json {
  return {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
    ...options,
  };
}

export function isIdle(message: Message, id: string): boolean {
  return (
    message.header.msg_type === 'status' &&
    message.content.execution_state === 'idle' &&
    message.parent.msg_id === id
  );
}

/** The text that went to one of the streams. */
export function streamText(published: readonly Message[], name = 'stdout'): string {
  return published
    .filter(({ header, content }) => header.msg_type === 'stream' && content.name === name)
    .map(({ content }) => String(content.text))
    .join('');
}

/** Types of the messages, `status` with its state. */
export function types(published: readonly Message[]): readonly string[] {
  return published.map(({ header, content }) =>
    header.msg_type === 'status' ? String(content.execution_state) : header.msg_type,
  );
}

/** The text of the cell's result. */
export function resultText(published: readonly Message[]): unknown {
  const result = published.find(({ header }) => header.msg_type === 'execute_result');
  return (result?.content.data as Json | undefined)?.['text/plain'];
}
