/** From the text of a cell to a function that runs it: parsed, checked, rewritten, emitted, declared. */
import { Script } from 'node:vm';
import type { Cell, Failure } from '../interpreter.js';
import type { Boxes } from './boxes.js';
import { type ParsedCell, parseCell } from './cell.js';
import { failureOf, typeErrors } from './diagnostics.js';
import { emit } from './emit.js';
import type { Environment } from './environment.js';
import type { SourceFile } from './internals.js';
import type { RuntimeNames } from './names.js';
import { withoutOptimizing } from './optimizing.js';
import { rewriteCell } from './rewrite.js';
import type { Scope } from './scope.js';
import type { Traces } from './traces.js';

/** What every cell has besides, as a CommonJS module would; in this order after the runtime's own. */
export const nodeNames = ['require', '__filename', '__dirname'] as const;

/** A cell ready to be run. */
export interface CellProgram {
  /** Whether `start` returns a promise for the end of the cell. */
  readonly isAsync: boolean;
  /** Takes what the names in `runtime` stand for, in their order; then `nodeNames`; then the boxes. */
  readonly start: (...values: readonly unknown[]) => unknown;
  readonly runtime: RuntimeNames;
  /** The names whose boxes the cell uses. */
  readonly boxes: readonly string[];
}

type Prepared =
  | { readonly failure: Failure }
  | { readonly program: CellProgram }
  /** The cell may need more than has been read so far: see Environment. */
  | { readonly needsMore: true };

/** A file that is there and cannot be read would be waited for for ever. */
const mostAttempts = 4;

/** What most cells have: a declaration, a call, a value. */
const warmUp = 'const first = [1].map((x) => x + 1); first';

export class CellCompiler {
  readonly #environment: Environment;
  readonly #scope: Scope;
  readonly #boxes: Boxes;
  readonly #traces: Traces;
  readonly #checkedSources = new WeakSet<SourceFile>();
  #texts = 0;

  constructor(environment: Environment, scope: Scope, boxes: Boxes, traces: Traces) {
    this.#environment = environment;
    this.#scope = scope;
    this.#boxes = boxes;
    this.#traces = traces;
  }

  /** A file name that was not used before: the checker remembers files by their names. */
  fileName(kind: string, ending = '.ts'): string {
    this.#texts += 1;
    return `[${kind} ${this.#texts}]${ending}`;
  }

  /** Lets the first cell find a compiler that has done its first steps. */
  warm(): void {
    const environment = this.#environment;
    const parsed = parseCell(environment, this.fileName('warm'), warmUp);
    environment.admit(parsed.file);
    this.#scope.open(environment.bind(parsed.file));
    typeErrors(environment, parsed.file, parsed.text.length);
    const { compiler, checker } = environment;
    const rewriting = rewriteCell({ compiler, checker, cell: parsed, earlier: () => undefined });
    emit(environment, parsed.file, rewriting.transformers);
  }

  /** Checks a cell and, if it may run, declares its names and makes it ready to. */
  prepare(cell: Cell): Exclude<Prepared, { readonly needsMore: true }> {
    // The bare library first, then with Node, then with all of the modules that the cell names.
    for (let attempts = 1; ; attempts += 1) {
      const prepared = this.#attempt(cell, attempts === mostAttempts);
      if (!('needsMore' in prepared)) return prepared;
      withoutOptimizing(() => this.#environment.complete());
    }
  }

  #attempt(cell: Cell, isLast: boolean): Prepared {
    const environment = this.#environment;
    const label = `cell [${cell.count}]`;
    const name = this.fileName('cell');
    const parsed = parseCell(environment, name, cell.code);
    const { file } = parsed;
    if (parsed.syntaxErrors.length > 0) {
      return { failure: failureOf(environment, parsed.syntaxErrors, { file, label }, 'syntax') };
    }
    environment.admit(file);
    this.#scope.open(environment.bind(file));
    const ownErrors = typeErrors(environment, file, cell.code.length);
    const errors = ownErrors.length > 0 ? ownErrors : this.#errorsOfImports(parsed);
    const isUnchecked = file.checkJsDirective?.enabled === false;
    if ((errors.length > 0 || isUnchecked) && environment.isPartial && !isLast) {
      environment.dismiss(file);
      return { needsMore: true };
    }
    if (errors.length > 0) {
      environment.dismiss(file);
      return { failure: failureOf(environment, errors, { file, label }, 'type') };
    }
    const rewriting = rewriteCell({
      compiler: environment.compiler,
      checker: environment.checker,
      cell: parsed,
      earlier: (earlier) => this.#scope.get(earlier),
    });
    const emitted = emit(environment, file, rewriting.transformers);
    if (environment.hidesErrors && !isLast) {
      environment.dismiss(file);
      return { needsMore: true };
    }
    const key = `${label} ${cell.id}`;
    this.#traces.add(key, label, cell.code, emitted.map);
    const { runtime, boxes } = rewriting;
    const parameters = [...Object.values(runtime), ...nodeNames, ...boxes.values()];
    let start: CellProgram['start'];
    try {
      start = new Script(
        `(${parsed.isAsync ? 'async ' : ''}function (${parameters.join(', ')}) { 'use strict';\n${emitted.javaScript}\n})`,
        { filename: key, lineOffset: -1 },
      ).runInThisContext() as CellProgram['start'];
    } catch (error) {
      // What TypeScript lets pass and JavaScript does not: a regular expression, `break` in an unchecked cell.
      if (error instanceof SyntaxError) return { failure: this.#traces.failure(error, 'syntax') };
      throw error;
    }
    this.#declare(parsed, emitted.declarations);
    return { program: { isAsync: parsed.isAsync, start, runtime, boxes: [...boxes.keys()] } };
  }

  /** What the cell declares holds from here on, whether it runs to its end or not. */
  #declare(parsed: ParsedCell, declarations: string | undefined): void {
    const { file, names } = parsed;
    const environment = this.#environment;
    for (const name of names) this.#boxes.declare(name);
    if (names.size === 0 && file.moduleAugmentations.length === 0) return;
    if (declarations === undefined || file.moduleAugmentations.length > 0) {
      // Some type has no name outside the cell: then the cell itself is what later cells are checked against.
      this.#scope.settle(file);
      this.#scope.declare(names, file);
      return;
    }
    const left = environment.parse(this.fileName('declared', '.d.ts'), declarations);
    environment.admit(left);
    environment.bind(left);
    this.#scope.settle(left);
    this.#scope.declare(names, left);
  }

  #errorsOfImports(parsed: ParsedCell): ReturnType<typeof typeErrors> {
    const environment = this.#environment;
    if (parsed.file.imports.length === 0) return [];
    for (const source of environment.localSources(parsed.file)) {
      if (this.#checkedSources.has(source)) continue;
      const errors = [
        ...source.parseDiagnostics,
        ...(source.parseDiagnostics.length > 0 ? [] : typeErrors(environment, source, source.text.length)),
      ];
      if (errors.length > 0) return errors;
      this.#checkedSources.add(source);
    }
    return [];
  }
}
