import { ChildDiedError } from '../link/child.js';
import type { ExecuteResponse } from '../link/protocol.js';
import { failed, ok, refused } from '../reply.js';
import { type Handler, type Kernel, WithMetadata } from '../session/kernel.js';
import type { Json, Message } from '../wire/message.js';

interface Asked {
  readonly code: string;
  readonly silent: boolean;
  readonly store: boolean;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
  readonly expressions: Readonly<Record<string, string>>;
}

/**
 * `execute_request`: execute_input, then what the cell shows, then the reply. Silent cells show nothing and leave no
 * trace; cells that are not stored keep the count as it is.
 */
export const execute: Handler = async (request, kernel) => {
  const asked = read(request.content);
  if (typeof asked === 'string') return refused(asked);
  const origin = kernel.origins.add(request, asked.silent);
  if (asked.store) kernel.executionCount++;
  const count = asked.store ? kernel.executionCount : kernel.executionCount + 1;
  if (!asked.silent) {
    if (asked.store) kernel.history.add(count, asked.code);
    kernel.publisher.publish('execute_input', { code: asked.code, execution_count: count }, request.header);
  }
  const shownCount = asked.silent ? kernel.executionCount : count;
  const { code, silent, allowStdin, expressions } = asked;
  const { cellId } = request.metadata;
  try {
    const response = await kernel.child.request<'execute'>({
      type: 'execute',
      origin,
      code,
      count,
      ...(typeof cellId === 'string' && { cellId }),
      silent,
      allowStdin,
      expressions,
    });
    if (response.failure && asked.stopOnError) kernel.abortQueued();
    return reply(response, shownCount);
  } catch (error) {
    if (asked.stopOnError) kernel.abortQueued();
    return diedOrFaulted(error, request, asked, kernel, shownCount);
  }
};

function reply(response: ExecuteResponse, count: number): WithMetadata {
  const metadata = response.verdicts.length > 0 ? { handgrad: { verdicts: response.verdicts } } : {};
  const content = {
    execution_count: count,
    user_expressions: response.expressions,
    payload: response.payload,
  };
  return new WithMetadata(response.failure ? failed(response.failure, content) : ok(content), metadata);
}

function diedOrFaulted(
  error: unknown,
  request: Message,
  asked: Asked,
  kernel: Kernel,
  count: number,
): WithMetadata {
  const name = error instanceof ChildDiedError ? 'KernelRestarted' : 'KernelFault';
  const message = error instanceof Error ? error.message : String(error);
  const failure = { name, message, traceback: [`${name}: ${message}`] };
  if (!asked.silent) {
    const { traceback } = failure;
    kernel.publisher.publish('error', { ename: name, evalue: message, traceback }, request.header);
  }
  return new WithMetadata(failed(failure, { execution_count: count, user_expressions: {}, payload: [] }), {});
}

/** Says what is wrong with the request, or reads it with the defaults of the specification. */
function read(content: Json): Asked | string {
  const {
    code,
    silent = false,
    store_history = true,
    allow_stdin = true,
    stop_on_error = true,
    user_expressions,
  } = content;
  if (typeof code !== 'string') return `code is ${JSON.stringify(code)}; expected a string.`;
  const expressions: Record<string, string> = {};
  if (typeof user_expressions === 'object' && user_expressions !== null) {
    for (const [name, expression] of Object.entries(user_expressions)) {
      if (typeof expression !== 'string') return `user_expressions.${name} is no string.`;
      expressions[name] = expression;
    }
  }
  return {
    code,
    silent: silent === true,
    store: silent !== true && store_history !== false,
    allowStdin: allow_stdin !== false,
    stopOnError: stop_on_error !== false,
    expressions,
  };
}
