/** How a value becomes a MIME bundle. */
import { inspect } from 'node:util';
import type { Json } from '../wire/message.js';

/** The method by which an object shows itself; the convention that Deno's kernel set. */
export const displayMethod = Symbol.for('Jupyter.display');

/** Deep enough to see a structure, short enough to read. */
const inspectOptions = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 } as const;

export function toText(value: unknown): string {
  return inspect(value, inspectOptions);
}

/**
 * Asks the value to show itself; else its text as Node prints it, without colours. A promise only where the method gives one.
 *
 * @throws what the value's own method throws, and a TypeError where it returns no object.
 */
export function show(value: unknown): Json | Promise<Json> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return { 'text/plain': toText(value) };
  }
  const method = (value as { [displayMethod]?: unknown })[displayMethod];
  if (typeof method !== 'function') return { 'text/plain': toText(value) };
  const bundle: unknown = method.call(value);
  return bundle instanceof Promise ? bundle.then(checkBundle) : checkBundle(bundle);
}

function checkBundle(bundle: unknown): Json {
  if (typeof bundle !== 'object' || bundle === null || Array.isArray(bundle)) {
    throw new TypeError(
      `[Symbol.for('Jupyter.display')]() returned ${inspect(bundle)}; expected a MIME bundle such as { 'text/html': '…' }.`,
    );
  }
  return toMimeBundle(bundle as Record<string, unknown>);
}

/**
 * Makes any bundle one that can be sent: bytes become base64, as images are sent, and what is no JSON is said.
 *
 * @throws TypeError for a type whose data is undefined, a function or refers to itself.
 */
export function toMimeBundle(bundle: Readonly<Record<string, unknown>>): Json {
  const result: Record<string, unknown> = {};
  for (const [type, data] of Object.entries(bundle)) {
    result[type] = ArrayBuffer.isView(data) ? base64(data) : toJson(data, type);
  }
  return result;
}

function base64(data: ArrayBufferView): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

function toJson(data: unknown, type: string): unknown {
  if (typeof data === 'string') return data;
  const text = JSON.stringify(data) as string | undefined;
  if (text === undefined) {
    throw new TypeError(`The data for ${type} is ${typeof data}; expected text, bytes or a JSON value.`);
  }
  return JSON.parse(text) as unknown;
}
