/** What the specification (5.5) asks of each message; every message that a test receives is held against it. */
import assert from 'node:assert/strict';
import type { Json, Message } from '../../src/kernel/wire/message.js';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const integer: Check = (value) => Number.isInteger(value);
const flag: Check = (value) => typeof value === 'boolean';
const object: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
/** Types whose data are JSON carry any; all others carry text. */
const bundle: Check = (value) =>
  object(value) &&
  Object.entries(value as Json).every(
    ([type, data]) => /^application\/(.*\+)?json$/.test(type) || text(data),
  );

const failure = { ename: text, evalue: text, traceback: listOf(text) };

/** Contents of messages that are not replies. */
const contents: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  status: { execution_state: oneOf('starting', 'busy', 'idle') },
  execute_input: { code: text, execution_count: integer },
  execute_result: { execution_count: integer, data: bundle, metadata: object, transient: optional(object) },
  stream: { name: oneOf('stdout', 'stderr'), text },
  display_data: { data: bundle, metadata: object, transient: optional(object) },
  update_display_data: { data: bundle, metadata: object, transient: object },
  clear_output: { wait: flag },
  error: failure,
  comm_open: { comm_id: text, target_name: text, data: object },
  comm_msg: { comm_id: text, data: object },
  comm_close: { comm_id: text, data: object },
  input_request: { prompt: text, password: flag },
  iopub_welcome: { subscription: text },
};

/** Contents of replies whose status is `ok`. */
const replies: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  kernel_info_reply: {
    protocol_version: text,
    implementation: text,
    implementation_version: text,
    language_info: (value) =>
      object(value) &&
      ['name', 'version', 'mimetype', 'file_extension'].every((field) => text((value as Json)[field])),
    banner: text,
    help_links: listOf((link) => object(link) && text((link as Json).text) && text((link as Json).url)),
    supported_features: listOf(text),
  },
  execute_reply: { execution_count: integer, payload: listOf(object), user_expressions: object },
  complete_reply: { matches: listOf(text), cursor_start: integer, cursor_end: integer, metadata: object },
  inspect_reply: { found: flag, data: bundle, metadata: object },
  history_reply: { history: listOf(Array.isArray) },
  comm_info_reply: { comms: object },
  interrupt_reply: {},
  shutdown_reply: { restart: flag },
};

/** Fails, with the message's type and field, where a message is not as the specification asks. */
export function checkMessage(message: Message): void {
  const { header, content } = message;
  for (const field of ['msg_id', 'msg_type', 'session', 'username', 'date', 'version'] as const) {
    assert.equal(typeof header[field], 'string', `header.${field} of ${header.msg_type}`);
  }
  assert.ok(!Number.isNaN(Date.parse(header.date)), `date of ${header.msg_type}: ${header.date}`);
  checkFields(header.msg_type, content, contentSchema(header.msg_type, content));
}

function contentSchema(type: string, content: Json): Readonly<Record<string, Check>> {
  if (!type.endsWith('_reply')) {
    const schema = contents[type];
    assert.ok(schema, `${type} is no message that a kernel may send`);
    return schema;
  }
  if (type === 'is_complete_reply' && content.status !== 'error') {
    const indent = content.status === 'incomplete' ? text : (value: unknown) => value === undefined;
    return { status: oneOf('complete', 'incomplete', 'invalid', 'unknown'), indent };
  }
  if (content.status === 'error') return failure;
  assert.ok(
    content.status === 'ok' || content.status === 'aborted',
    `status of ${type}: ${String(content.status)}`,
  );
  return content.status === 'aborted' ? {} : (replies[type] ?? assert.fail(`${type} is unknown`));
}

function checkFields(type: string, content: Json, schema: Readonly<Record<string, Check>>): void {
  for (const [field, check] of Object.entries(schema)) {
    assert.ok(check(content[field]), `${field} of ${type} is ${JSON.stringify(content[field])}`);
  }
}
