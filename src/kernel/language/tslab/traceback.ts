/** How something thrown is shown: the person's frames first, in the lines they wrote.  */
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { Failure } from '../interpreter.js';

/** A place in what the person wrote. */
export interface SourcePosition {
  /** `cell 3`, or a path. */
  readonly label: string;
  /** One-based. */
  readonly line: number;
  readonly column: number;
  /** The text of that line, where it is known. */
  readonly text?: string;
}

/**
 * Where a frame of the running code stands in the source; `undefined` for frames of the engine itself, which are left
 * out. Frames of other files may be given back as they are.
 */
export type MapFrame = (file: string, line: number, column: number) => SourcePosition | undefined;

/** How many frames are shown; recursion without end has thousands. */
const frameLimit = 20;
/** How deep `cause` is followed. */
const causeLimit = 5;

/** Anything can be thrown: `null`, a string, an object whose getters throw. This never throws. */
export function describeThrown(thrown: unknown, map: MapFrame): Failure {
  if (!isError(thrown)) {
    const shown = safely(
      () => (typeof thrown === 'string' ? thrown : inspect(thrown)),
      'a value that cannot be shown',
    );
    const name =
      safely(() => (thrown as { constructor?: { name?: string } }).constructor?.name, undefined) ??
      typeof thrown;
    const message = `${shown} was thrown`;
    return { kind: 'runtime', name, message, traceback: [`${name}: ${message}`] };
  }
  const name = safely(() => String(thrown.name), 'Error');
  const message = safely(() => String(thrown.message), '');
  return { kind: 'runtime', name, message, traceback: errorLines(thrown, map, 0) };
}

function errorLines(error: Error, map: MapFrame, depth: number): string[] {
  const name = safely(() => String(error.name), 'Error');
  const message = safely(() => String(error.message), '');
  const positions = parseStack(
    safely(() => String(error.stack ?? ''), ''),
    map,
  );
  const lines = [
    ...(message === '' ? name : `${name}: ${message}`).split('\n'),
    ...excerpt(positions[0]?.position),
  ];
  for (const { name: frame, position } of positions.slice(0, frameLimit)) {
    const place = `${position.label}:${position.line}:${position.column}`;
    lines.push(frame === '' ? `    at ${place}` : `    at ${frame} (${place})`);
  }
  if (positions.length > frameLimit) lines.push(`    … ${positions.length - frameLimit} more`);
  if (depth < causeLimit) lines.push(...causeLines(error, map, depth));
  return lines;
}

function causeLines(error: Error, map: MapFrame, depth: number): string[] {
  const cause = safely(() => error.cause, undefined);
  const lines: string[] = [];
  if (cause !== undefined) {
    const [first, ...rest] = isError(cause)
      ? errorLines(cause, map, depth + 1)
      : [safely(() => inspect(cause), '?')];
    lines.push(`Caused by ${first}`, ...rest);
  }
  if (error instanceof AggregateError) {
    for (const each of error.errors.slice(0, causeLimit) as unknown[]) {
      const shown = isError(each) ? errorLines(each, map, depth + 1) : [safely(() => inspect(each), '?')];
      lines.push(...shown.map((line) => `  ${line}`));
    }
  }
  return lines;
}

/** The line with a mark under the column. */
export function excerpt(position: SourcePosition | undefined): string[] {
  if (position?.text === undefined) return [];
  const number = String(position.line);
  const indent = position.text.slice(0, position.column - 1).replace(/[^\t]/g, ' ');
  return [`  ${number} | ${position.text}`, `  ${' '.repeat(number.length)} | ${indent}^`];
}

interface Frame {
  readonly name: string;
  readonly position: SourcePosition;
}

/** `at name (file:line:column)` and `at file:line:column`, as V8 writes them. */
function parseStack(stack: string, map: MapFrame): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split('\n')) {
    const match =
      /^\s+at (?:async )?(?:(.*?) \()?(?:async )?((?:file:\/\/|[a-z]+:)?[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (!match) continue;
    const [, name = '', file = '', row = '', column = ''] = match;
    if (file.startsWith('node:')) continue;
    const path = file.startsWith('file:') ? safely(() => fileURLToPath(file), file) : file;
    const position = map(path, Number(row), Number(column));
    if (position) frames.push({ name: readableName(name), position });
  }
  return frames;
}

/** V8 calls top-level code of a script by names that mean nothing to a person. */
function readableName(name: string): string {
  return /^(?:eval|Object\.<anonymous>|<anonymous>|Script\..*|Module\..*)$/.test(name) ? '' : name;
}

function isError(value: unknown): value is Error {
  return (
    value instanceof Error || safely(() => Object.prototype.toString.call(value) === '[object Error]', false)
  );
}

function safely<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
