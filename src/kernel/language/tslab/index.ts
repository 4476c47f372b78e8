/** The language engine on tslab's converter: TypeScript 5.0.4, earlier cells as declarations. */
import vm from 'node:vm';
import type {
  Cell,
  Completeness,
  Completion,
  CreateInterpreter,
  Failure,
  Inspection,
  Interpreter,
  InterpreterOptions,
  Outcome,
} from '../interpreter.js';
import { alignLines } from './alignment.js';
import {
  type Conversion,
  type Converter,
  type Diagnostic,
  loadConverter,
  type QuickInfo,
} from './converter.js';
import { Modules } from './modules.js';
import { describeThrown, excerpt, type SourcePosition } from './traceback.js';

/** How many cells back the source of a frame is remembered. */
const rememberedCells = 1000;

/** "Unterminated template literal", "'*\/' expected": tslab's own check does not know them. */
const unfinished: ReadonlySet<number> = new Set([1160, 1010]);

/** TypeScript's codes below 2000 are those of the grammar. */
const isGrammar = (code: number): boolean => code < 2000;

interface RunCell {
  readonly label: string;
  readonly source: readonly string[];
  /** For each line of the JavaScript, the line of the source; both zero-based. */
  readonly lines: readonly number[];
}

class TslabInterpreter implements Interpreter {
  readonly #converter: Converter;
  readonly #isCompleteCode: (source: string) => { readonly completed: boolean; readonly indent?: string };
  readonly #modules: Modules;
  readonly #exports: Record<string, unknown>;
  readonly #cells = new Map<string, RunCell>();
  readonly #directory: string;
  #declarations: string;

  constructor(options: InterpreterOptions) {
    const { createConverter, isCompleteCode } = loadConverter();
    this.#converter = createConverter();
    this.#isCompleteCode = isCompleteCode;
    this.#modules = new Modules(options);
    this.#declarations = options.declarations;
    this.#directory = options.directory;
    this.#exports = createExports(options.declarations);
  }

  async execute(cell: Cell): Promise<Outcome> {
    let conversion: Conversion;
    try {
      conversion = this.#converter.convert(this.#declarations, cell.code);
    } catch (thrown) {
      return { status: 'error', failure: this.describe(thrown) };
    }
    const [first] = conversion.diagnostics;
    if (first) return { status: 'error', failure: diagnosticFailure(conversion.diagnostics, first, cell) };
    if (conversion.sideOutputs) this.#modules.update(conversion.sideOutputs);
    this.#declarations = conversion.declOutput ?? '';
    if (!conversion.output) return { status: 'ok', hasValue: false };
    try {
      await this.#modules.prepare(conversion.output);
      await this.#run(conversion.output, conversion.hasToplevelAwait === true, cell);
    } catch (thrown) {
      return { status: 'error', failure: this.describe(thrown) };
    }
    return this.#takeValue(conversion.lastExpressionVar);
  }

  complete(code: string, cursor: number): Completion {
    const { start, end, candidates, original } = this.#converter.complete(this.#declarations, code, cursor);
    const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
    return { start, end, matches: candidates.map((text) => ({ text, type: kinds.get(text) ?? '' })) };
  }

  inspect(code: string, cursor: number, _level: 0 | 1): Inspection {
    // Right after a name, as front ends ask, TypeScript looks to the right: look at the name's last letter.
    const info =
      this.#converter.inspect(this.#declarations, code, cursor) ??
      (cursor > 0 ? this.#converter.inspect(this.#declarations, code, cursor - 1) : undefined);
    return info ? { found: true, data: { 'text/plain': quickInfoText(info) } } : { found: false };
  }

  isComplete(code: string): Completeness {
    const { completed, indent } = this.#isCompleteCode(code);
    if (!completed) return { status: 'incomplete', indent: indent ?? '' };
    try {
      const codes = this.#converter.convert(this.#declarations, code).diagnostics.map((each) => each.code);
      if (codes.some((each) => unfinished.has(each))) return { status: 'incomplete', indent: '' };
      return { status: codes.some(isGrammar) ? 'invalid' : 'complete' };
    } catch {
      return { status: 'unknown' };
    }
  }

  describe(thrown: unknown): Failure {
    return describeThrown(thrown, (file, line, column) => this.#locate(file, line, column));
  }

  dispose(): void {
    this.#converter.close();
  }

  async #run(javascript: string, awaits: boolean, cell: Cell): Promise<void> {
    const filename = `cell:${cell.count}:${cell.id}`;
    this.#cells.set(filename, {
      label: `cell ${cell.count}`,
      source: cell.code.split('\n'),
      lines: alignLines(cell.code, javascript),
    });
    const oldest = this.#cells.keys().next();
    if (this.#cells.size > rememberedCells && !oldest.done) this.#cells.delete(oldest.value);
    const wrapped = `(${awaits ? 'async ' : ''}function(exports, require) { ${javascript}\n})`;
    const run = vm.runInThisContext(wrapped, {
      filename,
      importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as (exports: object, require: (specifier: string) => unknown) => unknown;
    await run(this.#exports, this.#modules.require);
  }

  #takeValue(name: string | undefined): Outcome {
    if (name === undefined || !(name in this.#exports)) return { status: 'ok', hasValue: false };
    const value = this.#exports[name];
    delete this.#exports[name];
    return value === undefined ? { status: 'ok', hasValue: false } : { status: 'ok', hasValue: true, value };
  }

  #locate(file: string, line: number, column: number): SourcePosition | undefined {
    const cell = this.#cells.get(file);
    if (!cell)
      return file.startsWith(this.#directory) && !isOwn(file) ? { label: file, line, column } : undefined;
    const sourceLine = cell.lines[line - 1] ?? 0;
    const text = cell.source[sourceLine] ?? '';
    // Columns are those of the JavaScript; where they lie outside the line, its first letter is shown.
    const start = text.search(/\S/) + 1;
    return {
      label: cell.label,
      line: sourceLine + 1,
      column: column <= text.length ? column : Math.max(start, 1),
      text,
    };
  }
}

/** Frames of the kernel, and of the converter, say nothing to a person. */
function isOwn(file: string): boolean {
  return /[\\/]kernel[\\/](?:language|child)[\\/]|[\\/]node_modules[\\/]/.test(file);
}

/**
 * tslab's `exports`: TypeScript makes imported names unchangeable getters, here they are plain values that a later cell
 * may assign anew. What the host declares is found on `globalThis`.
 */
function createExports(declarations: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [, name = ''] of declarations.matchAll(/^declare (?:function|const|let|var) (\w+)/gm)) {
    values[name] = (globalThis as Record<string, unknown>)[name];
  }
  return new Proxy(values, {
    defineProperty(_target, property, attributes) {
      if (property !== '__esModule')
        values[String(property)] = attributes.get ? attributes.get() : attributes.value;
      return true;
    },
  });
}

function diagnosticFailure(diagnostics: readonly Diagnostic[], first: Diagnostic, cell: Cell): Failure {
  const lines = cell.code.split('\n');
  const traceback: string[] = [];
  for (const { start, messageText, code, fileName } of diagnostics) {
    const position = {
      label: fileName ?? `cell ${cell.count}`,
      line: start.line + 1,
      column: start.character + 1,
    };
    traceback.push(`${position.label}:${position.line}:${position.column} - TS${code}: ${messageText}`);
    const text = fileName === undefined ? lines[start.line] : undefined;
    if (text !== undefined) traceback.push(...excerpt({ ...position, text }));
  }
  const kind = isGrammar(first.code) ? 'syntax' : 'type';
  const name = kind === 'syntax' ? 'SyntaxError' : 'TypeScriptError';
  const message = `${first.start.line + 1}:${first.start.character + 1} - ${first.messageText}`;
  return { kind, name, message, traceback: [`${name}: ${message}`, ...traceback] };
}

function quickInfoText({ displayParts, documentation, tags }: QuickInfo): string {
  const join = (parts: readonly { readonly text: string }[] = []): string =>
    parts.map(({ text }) => text).join('');
  const tagLines = (tags ?? []).map(({ name, text }) => `@${name} ${join(text)}`.trimEnd());
  return [join(displayParts), join(documentation), tagLines.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

export const createInterpreter: CreateInterpreter = (options) => new TslabInterpreter(options);
