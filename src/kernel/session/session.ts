/** Takes requests off the channels, one at a time on each, and answers: busy, the handler, its reply, idle. */
import type { Channels, RequestChannel } from '../channels.js';
import { controlHandlers, shellHandlers } from '../handlers/index.js';
import { aborted, failed, type Reply, refused } from '../reply.js';
import { createMessage, type Message } from '../wire/message.js';
import { type Handler, type HandlerResult, type Kernel, WithMetadata } from './kernel.js';

interface Queued {
  readonly request: Message;
  /** Set when a cell before it failed: it is answered, but not run. */
  aborted: boolean;
}

const handlers = { shell: shellHandlers, control: controlHandlers } as const;
type QueueName = keyof typeof handlers;

export class Session {
  readonly #channels: Channels;
  readonly #id: string;
  readonly #kernel: Kernel;
  readonly #end: () => void;
  readonly #queues: Readonly<Record<QueueName, Queued[]>> = { shell: [], control: [] };
  readonly #busy = { shell: false, control: false };
  #abortQueued = false;
  #ending = false;

  /**
   * @param id the kernel's session id, in the header of all it sends
   * @param end called once, after the reply to a shutdown has been handed over
   */
  constructor(
    channels: Channels,
    id: string,
    facilities: Omit<Kernel, 'endAfterReply' | 'abortQueued' | 'executionCount'>,
    end: () => void,
  ) {
    this.#channels = channels;
    this.#id = id;
    this.#end = end;
    this.#kernel = {
      ...facilities,
      executionCount: 0,
      endAfterReply: () => {
        this.#ending = true;
      },
      abortQueued: () => {
        this.#abortQueued = true;
      },
    };
  }

  /** Whether a request of shell is under way: its reply tells what becomes of it. */
  get busy(): boolean {
    return this.#busy.shell;
  }

  receive(channel: RequestChannel, request: Message): void {
    if (channel === 'stdin') {
      const { value } = request.content;
      if (request.header.msg_type === 'input_reply')
        this.#kernel.child.answerPrompt(typeof value === 'string' ? value : '');
      return;
    }
    this.#queues[channel].push({ request, aborted: false });
    if (!this.#busy[channel]) void this.#work(channel);
  }

  async #work(channel: QueueName): Promise<void> {
    this.#busy[channel] = true;
    const queue = this.#queues[channel];
    for (let next = queue.shift(); next && !this.#ending; next = queue.shift()) {
      await this.#answer(channel, next);
      if (channel === 'shell' && this.#abortQueued) await this.#abortWaiting(queue);
    }
    this.#busy[channel] = false;
    if (this.#ending) this.#end();
  }

  /** Only what has arrived by now is aborted: a cell sent after the failure was seen runs. */
  async #abortWaiting(queue: readonly Queued[]): Promise<void> {
    this.#abortQueued = false;
    await new Promise((resolve) => setImmediate(resolve));
    for (const waiting of queue) waiting.aborted ||= waiting.request.header.msg_type === 'execute_request';
  }

  async #answer(channel: QueueName, { request, aborted: skip }: Queued): Promise<void> {
    const { publisher } = this.#kernel;
    publisher.publish('status', { execution_state: 'busy' }, request.header);
    const type = request.header.msg_type;
    const result = skip ? aborted() : await this.#handle(handlers[channel].get(type), request);
    if (result) this.#reply(channel, request, result);
    publisher.publish('status', { execution_state: 'idle' }, request.header);
  }

  /** Whatever a handler throws becomes a reply: a client never waits in vain. */
  async #handle(handler: Handler | undefined, request: Message): Promise<HandlerResult> {
    const type = request.header.msg_type;
    if (!handler)
      return type.endsWith('_request') ? refused(`${type} is not known to this kernel.`) : undefined;
    try {
      return await handler(request, this.#kernel);
    } catch (error) {
      if (!type.endsWith('_request')) return undefined;
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      return failed({ name, message, traceback: [stack ?? message] });
    }
  }

  #reply(channel: QueueName, request: Message, result: Reply | WithMetadata): void {
    const [reply, metadata] = result instanceof WithMetadata ? [result.reply, result.metadata] : [result, {}];
    this.#channels.send(
      channel,
      createMessage(request.header.msg_type.replace(/_request$/, '_reply'), {
        session: this.#id,
        parent: request.header,
        identities: request.identities,
        content: reply,
        metadata,
      }),
    );
  }
}
