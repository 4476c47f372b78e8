/** Replies that cannot forget their `status`: a handler returns one of these, nothing else. */
import type { Failure } from './language/interpreter.js';
import type { Json } from './wire/message.js';

export type Reply =
  | { readonly status: 'ok' | 'aborted'; readonly [field: string]: unknown }
  | {
      readonly status: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
      readonly [field: string]: unknown;
    }
  /** Of is_complete_request, where the status is the answer. */
  | { readonly status: 'complete' | 'incomplete' | 'invalid' | 'unknown'; readonly indent?: string };

export function ok(content: Json = {}): Reply {
  return { ...content, status: 'ok' };
}

export function failed(
  { name, message, traceback }: Pick<Failure, 'name' | 'message' | 'traceback'>,
  content: Json = {},
): Reply {
  return { ...content, status: 'error', ename: name, evalue: message, traceback };
}

/** A request that makes no sense as it stands. */
export function refused(message: string): Reply {
  return failed({ name: 'InvalidRequest', message, traceback: [`InvalidRequest: ${message}`] });
}

export function aborted(content: Json = {}): Reply {
  return { ...content, status: 'aborted' };
}
