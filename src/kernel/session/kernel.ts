/** What the handlers of messages may use. */
import type { Channels } from '../channels.js';
import type { History } from '../history.js';
import type { Child } from '../link/child.js';
import type { Reply } from '../reply.js';
import type { Header, Json, Message } from '../wire/message.js';
import type { OpenComms } from './open-comms.js';
import type { Origins } from './origins.js';
import type { Publisher } from './publisher.js';

export interface Kernel {
  readonly channels: Channels;
  readonly child: Child;
  readonly history: History;
  readonly comms: OpenComms;
  readonly origins: Origins;
  readonly publisher: Publisher;
  /** The number of the last cell that was stored. */
  executionCount: number;
  /** Ends the process once the reply to the present request has been sent. */
  endAfterReply(): void;
  /** Answers with `aborted` the cells that wait behind the present one. */
  abortQueued(): void;
}

/** One per message type. Messages of the kind that has no reply give `undefined`. */
export type Handler = (request: Message, kernel: Kernel) => Promise<HandlerResult> | HandlerResult;

export type HandlerResult = Reply | WithMetadata | undefined;

/** A reply whose message carries metadata. */
export class WithMetadata {
  readonly reply: Reply;
  readonly metadata: Json;
  constructor(reply: Reply, metadata: Json) {
    this.reply = reply;
    this.metadata = metadata;
  }
}

export type Parent = Header | Record<string, never>;
