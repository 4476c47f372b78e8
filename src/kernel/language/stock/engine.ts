/** The interpreter: cells are parsed, checked, rewritten, run; what they declare is what later cells are checked against. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import type {
  Cell,
  Completeness,
  Completion,
  Failure,
  Inspection,
  Interpreter,
  InterpreterOptions,
  Outcome,
} from '../interpreter.js';
import { type Box, Boxes } from './boxes.js';
import { type ParsedCell, parseCell } from './cell.js';
import { isCodeCacheKept, keepCodeCache, loadCompiler } from './compiler.js';
import { completenessOf } from './completeness.js';
import { complete } from './completion.js';
import { failureOf, typeErrors } from './diagnostics.js';
import { emit } from './emit.js';
import { Environment } from './environment.js';
import { Importer } from './importer.js';
import { inspect } from './inspection.js';
import type { SourceFile } from './internals.js';
import { LocalModules, metaOf } from './local-modules.js';
import { rewriteCell } from './rewrite.js';
import { Scope } from './scope.js';
import { Traces } from './traces.js';

/** A cell ready to be run. */
interface Runnable {
  readonly isAsync: boolean;
  readonly start: (...values: readonly unknown[]) => unknown;
  readonly arguments: readonly unknown[];
  readonly result: Box;
}

type Prepared =
  | { readonly failure: Failure }
  | { readonly runnable: Runnable }
  /** Set when the cell needs more than the bare library: see Environment. */
  | { readonly needsMore: true };

/**
 * Reading the library runs the whole compiler once, cold: V8 optimises functions, finds its guesses wrong and starts over.
 * Without its optimiser that takes 105 ms in place of 200; what comes later is optimised as ever. (`--no-opt` and back
 * would do as well, but changes what Node 22 takes for its set of flags, and with it the validity of the code cache.)
 */
function withoutOptimizing(work: () => void): void {
  setFlagsFromString('--max-optimized-bytecode-size=0');
  try {
    work();
  } finally {
    setFlagsFromString('--max-optimized-bytecode-size=61440');
  }
}

/** A file that is there and cannot be read would be waited for for ever. */
const mostAttempts = 4;

/** Milliseconds without work after which the engine does what it has put off. */
const idleDelay = 25;

/** The compiler failed on a cell: a fault of ours or of TypeScript's, never of the person. The next cell finds a new checker. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(cause: unknown) {
    super('The cell could not be compiled, through no fault of yours. Writing it differently may help.', {
      cause,
    });
  }
}

/** What most cells have: a declaration, a call, a value. */
const warmUp = 'const first = [1].map((x) => x + 1); first';

export class Engine implements Interpreter {
  readonly #options: InterpreterOptions;
  readonly #environment: Environment;
  readonly #scope: Scope;
  readonly #boxes = new Boxes();
  readonly #traces = new Traces();
  readonly #importer: Importer;
  readonly #meta: object;
  readonly #require: NodeJS.Require;
  readonly #checkedSources = new WeakSet<SourceFile>();
  #texts = 0;
  /** What the newest cell runs under, until it ends. A cell that was interrupted never ends. */
  #running: symbol | undefined;
  /** Set while the compiler works: still set at the next call, it says that the work was ended halfway. */
  #isCompiling = false;
  #idle: NodeJS.Timeout | undefined;
  #preparation: Generator<void, void, void> | undefined;
  #isDisposed = false;

  constructor(options: InterpreterOptions) {
    this.#options = options;
    const compiler = loadCompiler();
    this.#environment = new Environment(compiler, options);
    this.#scope = new Scope(this.#environment);
    this.#traces.install();
    const local: LocalModules = new LocalModules(compiler, this.#traces, (specifier, directory, attributes) =>
      this.#importer.load(specifier, directory, attributes),
    );
    this.#importer = new Importer(options, local);
    const notebook = join(options.directory, 'notebook.ts');
    this.#meta = metaOf(notebook);
    this.#require = createRequire(notebook);
    withoutOptimizing(() => this.#compile(() => this.#warm()));
    this.#rest();
  }

  async execute(cell: Cell): Promise<Outcome> {
    let runnable: Runnable;
    try {
      const prepared = this.#compile(() => this.#prepare(cell));
      if ('failure' in prepared) return { status: 'error', failure: prepared.failure };
      runnable = prepared.runnable;
    } catch (error) {
      return { status: 'error', failure: this.describe(new EngineError(error)) };
    }
    const run = Symbol(cell.id);
    this.#running = run;
    try {
      // Called as a plain function, it has no name in a stack.
      const { start } = runnable;
      const finished = start(...runnable.arguments);
      if (runnable.isAsync) await finished;
      const { value } = runnable.result;
      return value === undefined
        ? { status: 'ok', hasValue: false }
        : { status: 'ok', hasValue: true, value };
    } catch (error) {
      return { status: 'error', failure: this.describe(error) };
    } finally {
      if (this.#running === run) this.#running = undefined;
      this.#rest();
    }
  }

  complete(code: string, cursor: number): Completion {
    return this.#compile(() => {
      this.#environment.complete();
      return complete(this.#environment, this.#scope, this.#boxes, this.#fileName('complete'), code, cursor);
    });
  }

  inspect(code: string, cursor: number, level: 0 | 1): Inspection {
    return this.#compile(() => {
      this.#environment.complete();
      return inspect(
        this.#environment,
        this.#scope,
        this.#boxes,
        this.#fileName('inspect'),
        code,
        cursor,
        level,
      );
    });
  }

  isComplete(code: string): Completeness {
    return completenessOf(this.#environment, code);
  }

  describe(thrown: unknown): Failure {
    return this.#traces.failure(thrown);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#idle);
    this.#traces.release();
  }

  /** Runs `work` with the compiler in a state to be trusted. */
  #compile<T>(work: () => T): T {
    clearTimeout(this.#idle);
    if (this.#isCompiling) this.#environment.renew();
    this.#isCompiling = true;
    const done = work();
    // Not reached when an interrupt ends the work, or the compiler fails.
    this.#isCompiling = false;
    this.#rest();
    return done;
  }

  #prepare(cell: Cell): Exclude<Prepared, { readonly needsMore: true }> {
    // The bare library first, then with Node, then with all of the modules that the cell names.
    for (let attempts = 1; ; attempts += 1) {
      const prepared = this.#attempt(cell, attempts === mostAttempts);
      if (!('needsMore' in prepared)) return prepared;
      withoutOptimizing(() => this.#environment.complete());
    }
  }

  /** Checks a cell and, if it may run, declares its names and makes it ready to. */
  #attempt(cell: Cell, isLast: boolean): Prepared {
    const environment = this.#environment;
    const label = `cell [${cell.count}]`;
    const name = this.#fileName('cell');
    const parsed = parseCell(environment, name, cell.code);
    const { file } = parsed;
    if (parsed.syntaxErrors.length > 0) {
      return { failure: failureOf(environment, parsed.syntaxErrors, { file, label }, 'syntax') };
    }
    if (environment.isLight && file.imports.length > 0 && !isLast) return { needsMore: true };
    environment.admit(file);
    this.#scope.open(environment.bind(file));
    const errors = typeErrors(environment, file, cell.code.length);
    if (errors.length > 0 && environment.isPartial && !isLast) {
      environment.dismiss(file);
      return { needsMore: true };
    }
    const all = errors.length > 0 ? errors : this.#errorsOfImports(parsed);
    if (all.length > 0) {
      environment.dismiss(file);
      return { failure: failureOf(environment, all, { file, label }, 'type') };
    }
    const rewriting = rewriteCell({
      compiler: environment.compiler,
      checker: environment.checker,
      cell: parsed,
      earlier: (earlier) => this.#scope.get(earlier),
    });
    const emitted = emit(environment, file, rewriting.transformers);
    const key = `${label} ${cell.id}`;
    this.#traces.add(key, label, cell.code, emitted.map);
    const { runtime, boxes } = rewriting;
    const parameters = [...Object.values(runtime), 'require', '__filename', '__dirname', ...boxes.values()];
    let start: Runnable['start'];
    try {
      start = new Script(
        `(${parsed.isAsync ? 'async ' : ''}function (${parameters.join(', ')}) { 'use strict';\n${emitted.javaScript}\n})`,
        { filename: key, lineOffset: -1 },
      ).runInThisContext() as Runnable['start'];
    } catch (error) {
      // What TypeScript lets pass and JavaScript does not: a regular expression, `break` in an unchecked cell.
      if (error instanceof SyntaxError) return { failure: this.#traces.failure(error, 'syntax') };
      throw error;
    }
    this.#declare(parsed, emitted.declarations);
    const result: Box = { value: undefined };
    const given: Record<keyof typeof runtime, unknown> = {
      imports: this.#importer.bind.bind(this.#importer),
      dynamicImport: this.#importer.dynamic.bind(this.#importer),
      meta: this.#meta,
      result,
    };
    return {
      runnable: {
        isAsync: parsed.isAsync,
        start,
        arguments: [
          ...(Object.keys(runtime) as (keyof typeof runtime)[]).map((part) => given[part]),
          this.#require,
          join(this.#options.directory, 'notebook.ts'),
          this.#options.directory,
          ...[...boxes.keys()].map((box) => this.#boxes.get(box)),
        ],
        result,
      },
    };
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
    const left = environment.parse(this.#fileName('declared', '.d.ts'), declarations);
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

  /** Lets the first cell find a compiler that has done its first steps. */
  #warm(): void {
    const environment = this.#environment;
    const parsed = parseCell(environment, this.#fileName('warm'), warmUp);
    environment.admit(parsed.file);
    this.#scope.open(environment.bind(parsed.file));
    typeErrors(environment, parsed.file, parsed.text.length);
    const { compiler, checker } = environment;
    const rewriting = rewriteCell({ compiler, checker, cell: parsed, earlier: () => undefined });
    emit(environment, parsed.file, rewriting.transformers);
  }

  /** Does, a little at a time and when no cell runs, what need not be done before an answer. */
  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#isDisposed || this.#running !== undefined) return;
    const environment = this.#environment;
    if (!environment.isPartial && !environment.isWorn && isCodeCacheKept()) return;
    this.#idle = setTimeout(
      () => {
        if (this.#running !== undefined || this.#isDisposed) return;
        this.#compile(() => this.#restStep());
      },
      this.#preparation === undefined ? idleDelay : 0,
    );
    this.#idle.unref();
  }

  #restStep(): void {
    const environment = this.#environment;
    if (environment.isPartial) {
      this.#preparation ??= environment.prepare();
      if (this.#preparation.next().done === true) this.#preparation = undefined;
    } else if (environment.isWorn) environment.renew();
    else keepCodeCache();
  }

  #fileName(kind: string, ending = '.ts'): string {
    this.#texts += 1;
    return `[${kind} ${this.#texts}]${ending}`;
  }
}
