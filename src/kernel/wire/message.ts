/** Jupyter messages as plain data, and how a new one is made. */
import { randomUUID } from 'node:crypto';

/** The version of the messaging specification that this kernel speaks. */
export const protocolVersion = '5.5';

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export type Json = Readonly<Record<string, unknown>>;

export interface Message {
  /** Routing frames before the delimiter: who asked; for iopub, the topic. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  /** The header of the message that this one answers; empty when there is none. */
  readonly parent: Header | Record<string, never>;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: readonly Uint8Array[];
}

export interface MessageParts {
  readonly session: string;
  readonly content: Json;
  readonly parent?: Header | Record<string, never>;
  readonly identities?: readonly Uint8Array[];
  readonly metadata?: Json;
  readonly buffers?: readonly Uint8Array[];
}

/** A new message with a fresh id and the present time. */
export function createMessage(type: string, parts: MessageParts): Message {
  return {
    identities: parts.identities ?? [],
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session: parts.session,
      username: 'handgrad',
      date: new Date().toISOString(),
      version: protocolVersion,
    },
    parent: parts.parent ?? {},
    metadata: parts.metadata ?? {},
    content: parts.content,
    buffers: parts.buffers ?? [],
  };
}
