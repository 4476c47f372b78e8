/** The interpreter: cells are parsed, checked, rewritten, run; what they declare is what later cells are checked against. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
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
import { CellCompiler, type CellProgram, nodeNames } from './cell-compiler.js';
import { isCodeCacheKept, keepCodeCache, loadCompiler } from './compiler.js';
import { completenessOf } from './completeness.js';
import { complete } from './completion.js';
import { Environment } from './environment.js';
import { Importer } from './importer.js';
import { inspect } from './inspection.js';
import type { SourceFile } from './internals.js';
import { LocalModules, metaOf } from './local-modules.js';
import type { RuntimeNames } from './names.js';
import { optimizeAgain, withoutOptimizing } from './optimizing.js';
import { Scope } from './scope.js';
import { Traces } from './traces.js';

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

export class Engine implements Interpreter {
  readonly #options: InterpreterOptions;
  readonly #environment: Environment;
  readonly #scope: Scope;
  readonly #boxes = new Boxes();
  readonly #traces = new Traces();
  readonly #importer: Importer;
  readonly #meta: object;
  readonly #require: NodeJS.Require;
  readonly #compiler: CellCompiler;
  /** What the newest cell runs under, until it ends. A cell that was interrupted never ends. */
  #running: symbol | undefined;
  /** Set while the compiler works: still set at the next call, it says that the work was ended halfway. */
  #isCompiling = false;
  #idle: NodeJS.Timeout | undefined;
  #preparation: Generator<void, void, void> | undefined;
  /** Nothing is done in idle moments any more. */
  #isResting = true;

  constructor(options: InterpreterOptions) {
    this.#options = options;
    const compiler = loadCompiler();
    this.#environment = new Environment(compiler, options);
    this.#scope = new Scope(this.#environment);
    this.#compiler = new CellCompiler(this.#environment, this.#scope, this.#boxes, this.#traces);
    this.#traces.install();
    const local: LocalModules = new LocalModules(compiler, this.#traces, (specifier, directory, attributes) =>
      this.#importer.load(specifier, directory, attributes),
    );
    this.#importer = new Importer(options, local);
    const notebook = join(options.directory, 'notebook.ts');
    this.#meta = metaOf(notebook);
    this.#require = createRequire(notebook);
    withoutOptimizing(() => this.#compile(() => this.#compiler.warm()));
    this.#rest();
  }

  async execute(cell: Cell): Promise<Outcome> {
    let program: CellProgram;
    try {
      const prepared = this.#compile(() => this.#compiler.prepare(cell));
      if ('failure' in prepared) return { status: 'error', failure: prepared.failure };
      program = prepared.program;
    } catch (error) {
      return { status: 'error', failure: this.describe(new EngineError(error)) };
    }
    const result: Box = { value: undefined };
    const run = Symbol(cell.id);
    this.#running = run;
    try {
      // Called as a plain function, it has no name in a stack.
      const { start } = program;
      const finished = start(...this.#arguments(program, result));
      if (program.isAsync) await finished;
      const { value } = result;
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
    return this.#look(code, (file) => complete(this.#environment, this.#boxes, file, cursor));
  }

  inspect(code: string, cursor: number, level: 0 | 1): Inspection {
    return this.#look(code, (file) => inspect(this.#environment, this.#boxes, file, cursor, level));
  }

  isComplete(code: string): Completeness {
    return completenessOf(this.#environment, code);
  }

  describe(thrown: unknown): Failure {
    return this.#traces.failure(thrown);
  }

  dispose(): void {
    this.#isResting = false;
    clearTimeout(this.#idle);
    this.#traces.release();
  }

  /** Sees a text as if it were a cell; nothing of it stays. */
  #look<Result>(code: string, look: (file: SourceFile) => Result): Result {
    return this.#compile(() => {
      const environment = this.#environment;
      environment.complete();
      const file = environment.parse(this.#compiler.fileName('look'), code);
      environment.admit(file);
      this.#scope.open(environment.bind(file));
      const seen = look(file);
      environment.dismiss(file);
      return seen;
    });
  }

  /** Runs `work` with the compiler in a state to be trusted. */
  #compile<T>(work: () => T): T {
    clearTimeout(this.#idle);
    if (this.#isCompiling) {
      this.#environment.renew();
      optimizeAgain();
    }
    this.#isCompiling = true;
    const done = work();
    // Not reached when an interrupt ends the work, or the compiler fails.
    this.#isCompiling = false;
    this.#rest();
    return done;
  }

  /** What a cell's function takes. */
  #arguments({ runtime, boxes }: CellProgram, result: Box): readonly unknown[] {
    const given: Record<keyof RuntimeNames, unknown> = {
      imports: this.#importer.bind.bind(this.#importer),
      dynamicImport: this.#importer.dynamic.bind(this.#importer),
      meta: this.#meta,
      result,
    };
    const forNode: Record<(typeof nodeNames)[number], unknown> = {
      require: this.#require,
      __filename: join(this.#options.directory, 'notebook.ts'),
      __dirname: this.#options.directory,
    };
    return [
      ...(Object.keys(runtime) as (keyof RuntimeNames)[]).map((name) => given[name]),
      ...nodeNames.map((name) => forNode[name]),
      ...boxes.map((name) => this.#boxes.get(name)),
    ];
  }

  /** Does, a little at a time and when no cell runs, what need not be done before an answer. */
  #rest(): void {
    clearTimeout(this.#idle);
    if (!this.#isResting || this.#running !== undefined) return;
    const environment = this.#environment;
    if (!environment.isPartial && !environment.isWorn && isCodeCacheKept()) return;
    this.#idle = setTimeout(
      () => {
        if (this.#running !== undefined || !this.#isResting) return;
        try {
          this.#compile(() => this.#restStep());
        } catch {
          // What could not be prepared is tried again when a cell needs it, and then its error is told.
          this.#isResting = false;
        }
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
}
