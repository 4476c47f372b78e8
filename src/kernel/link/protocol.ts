/**
 * What parent and child say to each other. An `origin` is a number that the parent gives to each request of a front end;
 * all output, late output too, carries the origin that caused it.
 */
import type { Completeness, Completion, Failure, Inspection } from '../language/interpreter.js';
import type { Json } from '../wire/message.js';

/** File descriptors of the child besides 0, 1 and 2. */
export const descriptors = { packets: 3, requests: 4, interrupts: 5 } as const;

/** Where the child finds the token that marks fences; unguessable, fresh for every child, gone from its environment at once. */
export const fenceTokenVariable = 'HANDGRAD_KERNEL_FENCE';

export interface ExecuteRequest {
  readonly type: 'execute';
  readonly origin: number;
  readonly code: string;
  readonly count: number;
  /** The id that the front end knows the cell by, the same each time it is run; absent where it says none. */
  readonly cellId?: string;
  readonly silent: boolean;
  readonly allowStdin: boolean;
  readonly expressions: Readonly<Record<string, string>>;
}

export interface CommEvent {
  readonly type: 'comm';
  readonly origin: number;
  readonly event: 'open' | 'message' | 'close';
  readonly commId: string;
  /** Only with `open`. */
  readonly target?: string;
  readonly data: Json;
  readonly metadata: Json;
}

/** Requests that are answered by a packet `reply` with the same id. */
export type Request =
  | ExecuteRequest
  | CommEvent
  | { readonly type: 'complete'; readonly code: string; readonly cursor: number }
  | { readonly type: 'inspect'; readonly code: string; readonly cursor: number; readonly level: 0 | 1 }
  | { readonly type: 'isComplete'; readonly code: string };

export type ToChild =
  | { readonly type: 'request'; readonly id: number; readonly request: Request }
  /** The number also goes to the watcher of interrupts, on a channel of its own. */
  | { readonly type: 'interrupt'; readonly number: number }
  | { readonly type: 'input'; readonly value: string };

export type ExpressionResult =
  | { readonly status: 'ok'; readonly data: Json; readonly metadata: Json }
  | {
      readonly status: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

export interface ExecuteResponse {
  /** Absent when the cell succeeded. */
  readonly failure?: Failure;
  readonly expressions: Readonly<Record<string, ExpressionResult>>;
  readonly payload: readonly Json[];
  readonly verdicts: readonly unknown[];
}

export interface Responses {
  readonly execute: ExecuteResponse;
  readonly comm: Record<string, never>;
  readonly complete: Completion;
  readonly inspect: Inspection;
  readonly isComplete: Completeness;
}

/** What a cell shows, apart from text, which goes through the file descriptors 1 and 2. */
export type OutputPacket =
  | {
      readonly type: 'display';
      readonly origin: number;
      readonly data: Json;
      readonly metadata: Json;
      readonly id?: string;
      readonly update: boolean;
    }
  | {
      readonly type: 'result';
      readonly origin: number;
      readonly count: number;
      readonly data: Json;
      readonly metadata: Json;
    }
  | { readonly type: 'error'; readonly origin: number; readonly failure: Failure }
  | { readonly type: 'clear'; readonly origin: number; readonly wait: boolean };

export type FromChild =
  | OutputPacket
  | CommEvent
  | { readonly type: 'reply'; readonly id: number; readonly response: Responses[keyof Responses] }
  /** The request could not be served: a fault of the kernel itself. */
  | { readonly type: 'fault'; readonly id: number; readonly message: string }
  | {
      readonly type: 'prompt';
      readonly origin: number;
      readonly question: string;
      readonly password: boolean;
    }
  /** See demultiplexer.ts. `streams`: whether the fence could also be written to 1 and 2. */
  | {
      readonly type: 'fence';
      readonly epoch: number;
      readonly origin: number;
      readonly streams: readonly [boolean, boolean];
    }
  | { readonly type: 'interrupted' }
  /** A verdict whose cell has had its reply. */
  | { readonly type: 'verdict'; readonly origin: number; readonly verdict: unknown }
  /** The cell called `process.exit`. */
  | { readonly type: 'exit'; readonly code: number };
