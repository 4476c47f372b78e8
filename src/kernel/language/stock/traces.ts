/**
 * Where an error arose, in the words of the notebook: `cell [3], line 2, column 5`. Positions are translated when a stack is
 * first read, so a person who prints `error.stack` sees the same.
 */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { Failure } from '../interpreter.js';

interface Script {
  /** `cell [3]`, or the path of a module beside the notebook. */
  readonly label: string;
  readonly source: string;
  readonly map: string;
  decoded?: SourceMap;
}

interface Place {
  readonly script: Script;
  readonly line: number;
  readonly column: number;
}

/** Frames of the kernel itself (and of Node) are left out: nobody's mistake is there. */
const kernelFolder = fileURLToPath(new URL('../../', import.meta.url));
const kernelUrl = new URL('../../', import.meta.url).href;
/** A frame of a cell, or of a module beside the notebook: its position has been translated. */
const ownFrame = /, line \d+, column \d+\)?$/;
/** Frames that are recorded, and how many of them are shown. */
const recordedFrames = 100;
const longestTrace = 25;
/** How many scripts back positions can be translated. */
const rememberedScripts = 3000;

export class Traces {
  readonly #scripts = new Map<string, Script>();
  readonly #previous = Error.prepareStackTrace;
  readonly #previousLimit = Error.stackTraceLimit;

  /** Begins to translate stacks; `release` puts things back. */
  install(): void {
    // With Node's ten, a library that throws deep inside hides the cell that called it.
    Error.stackTraceLimit = Math.max(Error.stackTraceLimit, recordedFrames);
    Error.prepareStackTrace = (error, sites) => this.#stack(error, sites);
  }

  release(): void {
    Error.prepareStackTrace = this.#previous;
    Error.stackTraceLimit = this.#previousLimit;
  }

  /** Makes the positions of a script known. `name` is the file name it runs under. */
  add(name: string, label: string, source: string, map: string): void {
    this.#scripts.set(name, { label, source, map });
    if (this.#scripts.size <= rememberedScripts) return;
    const [oldest] = this.#scripts.keys();
    if (oldest !== undefined) this.#scripts.delete(oldest);
  }

  /** How a thrown value is shown: the person's frames first, the failing line with a mark under it, causes last. */
  failure(thrown: unknown, kind: Failure['kind'] = 'runtime'): Failure {
    const { name, message } = headline(thrown);
    const first = message === '' ? name : `${name}: ${message}`;
    const traceback = [first, ...this.#details(thrown, first, 0)];
    return { kind, name, message, traceback };
  }

  #details(thrown: unknown, first: string, depth: number): readonly string[] {
    if (!isError(thrown)) return [];
    const stack = safely(() => String(thrown.stack), '');
    const all = stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => this.#translated(line));
    // Below the cell's own top level is only what ran the cell.
    const bottom = all.findLastIndex((line) => /^\s+at (?:async )?cell \[\d+\], line/.test(line));
    const frames = bottom < 0 ? all : all.slice(0, bottom + 1);
    const shown = frames.filter(
      (frame) =>
        !/\((?:node:|native)|at (?:async )?node:/.test(frame) &&
        !frame.includes(kernelFolder) &&
        !frame.includes(kernelUrl),
    );
    const theirs = shown.filter((frame) => ownFrame.test(frame));
    const others = shown.filter((frame) => !ownFrame.test(frame));
    const lines = [...this.#excerpt(theirs[0]), ...shortened([...theirs, ...others])];
    // A SyntaxError of a module names the place above its message.
    if (thrown instanceof SyntaxError && !stack.startsWith(first)) {
      lines.unshift(
        ...stack
          .split('\n')
          .slice(0, 3)
          .filter((line) => line !== '' && line !== first),
      );
    }
    if (depth > 4) return lines;
    const cause = safely(() => thrown.cause, undefined);
    if (cause !== undefined) lines.push(...this.#cause('Caused by', cause, depth));
    const several: unknown = thrown instanceof AggregateError ? safely(() => thrown.errors, []) : [];
    for (const error of Array.isArray(several) ? several.slice(0, 5) : [])
      lines.push(...this.#cause('One of', error, depth));
    return lines;
  }

  /** A frame that another than `#stack` has written: when the person has replaced `Error.prepareStackTrace`. */
  #translated(frame: string): string {
    const match = /^(\s+at (?:.*\()?)(.*):(\d+):(\d+)(\)?)$/.exec(frame);
    const [, before = '', file = '', line = '', column = '', after = ''] = match ?? [];
    const script = this.#scripts.get(file);
    if (script === undefined) return frame;
    const place = this.#place(script, Number(line), Number(column));
    return `${before}${script.label}, line ${place.line}, column ${place.column}${after}`;
  }

  #cause(title: string, cause: unknown, depth: number): readonly string[] {
    const { name, message } = headline(cause);
    return [`${title}: ${name}: ${message}`, ...this.#details(cause, `${name}: ${message}`, depth + 1)];
  }

  /** The line that a frame points to, with a mark under the column. */
  #excerpt(frame: string | undefined): readonly string[] {
    const match = /(?:^\s*at |\()([^(]*), line (\d+), column (\d+)\)?$/.exec(frame ?? '');
    if (match === null) return [];
    const [, label = '', line = '', column = ''] = match;
    const bare = label.replace(/^async /, '');
    const script = [...this.#scripts.values()].findLast((candidate) => candidate.label === bare);
    const text = script?.source.split('\n')[Number(line) - 1];
    return text === undefined ? [] : excerpt(text, Number(column), 1);
  }

  #stack(error: Error, sites: readonly NodeJS.CallSite[]): string {
    let head: string;
    try {
      head = Error.prototype.toString.call(error);
    } catch {
      head = 'Error';
    }
    return [head, ...sites.map((site) => `    at ${this.#site(site)}`)].join('\n');
  }

  #site(site: NodeJS.CallSite): string {
    const written = String(site);
    const script = this.#scripts.get(site.getFileName() ?? '');
    if (script === undefined) return written;
    const place = this.#place(script, site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
    const where = `${script.label}, line ${place.line}, column ${place.column}`;
    const within = /^(.*) \([^(]*\)$/.exec(written)?.[1];
    // The function that holds a cell has no name a person would know.
    return within === undefined || /^(?:async )?(?:Object\.)?(?:<anonymous>|eval)$/.test(within)
      ? where
      : `${within.replace(/\bObject\./, '')} (${where})`;
  }

  #place(script: Script, line: number, column: number): Place {
    script.decoded ??= new SourceMap(JSON.parse(script.map) as SourceMapPayload);
    const entry = script.decoded.findEntry(line - 1, column - 1);
    return 'originalLine' in entry
      ? { script, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
      : { script, line, column };
  }
}

/** Recursion once, and of what is still long the beginning and the end: the end is the cell. */
function shortened(frames: readonly string[]): readonly string[] {
  const folded: string[] = [];
  for (let index = 0; index < frames.length; ) {
    const frame = frames[index] ?? '';
    let times = 1;
    while (frames[index + times] === frame) times += 1;
    folded.push(
      frame,
      ...(times > 2 ? [`    … the same ${times - 1} times more`] : times > 1 ? [frame] : []),
    );
    index += times;
  }
  if (folded.length <= longestTrace) return folded;
  const left = folded.length - longestTrace + 1;
  return [...folded.slice(0, longestTrace - 6), `    … ${left} more`, ...folded.slice(-5)];
}

/** A line of source with a mark under `length` characters from `column` (from 1). */
export function excerpt(text: string, column: number, length: number): readonly string[] {
  const start = Math.max(0, column - 61);
  const shown = text.slice(start, start + 120).replaceAll('\t', ' ');
  const before = Math.min(shown.length, column - 1 - start);
  const mark = '^'.repeat(Math.max(1, Math.min(length, shown.length - before)));
  return [`    ${shown}`, `    ${' '.repeat(before)}${mark}`];
}

/** Errors of other contexts are errors too. */
function isError(thrown: unknown): thrown is Error {
  return safely(
    () => thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]',
    false,
  );
}

/** `name` and `message` of whatever was thrown. */
function headline(thrown: unknown): { readonly name: string; readonly message: string } {
  if (isError(thrown)) {
    return {
      name: safely(() => String(thrown.name || 'Error'), 'Error'),
      message: safely(() => String(thrown.message), ''),
    };
  }
  const shown = safely(
    () => (typeof thrown === 'string' ? thrown : inspect(thrown)),
    'a value that cannot be shown',
  );
  return { name: 'Thrown', message: shown };
}

/** Getters and proxies of what was thrown may throw themselves. */
function safely<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
