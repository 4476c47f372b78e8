/**
 * What the kernel needs of a language engine: cells in, outcomes out. An engine lives in the child process, beside the
 * person's code; it knows nothing of Jupyter, of sockets or of the parent. All cursors are UTF-16 offsets.
 *
 * An interrupt ends JavaScript at any instruction, without running `catch` or `finally`: the promise of `execute` may then
 * never settle. An engine must therefore be usable again at once, with everything that the interrupted cell had assigned
 * so far in place (declarations are committed before a cell runs, not after).
 */

/** A cell to be run. */
export interface Cell {
  readonly code: string;
  /** The number in `In [3]`; it names the cell in tracebacks. Silent cells carry the next cell's number. */
  readonly count: number;
  /** Unique among all runs of this kernel; an engine may use it to tell two runs of one number apart. */
  readonly id: string;
}

/** How a failure is shown: the `error` message of Jupyter, as plain data. */
export interface Failure {
  /** Where it arose: the text could not be read, its types do not fit, or it ran and threw. */
  readonly kind: 'syntax' | 'type' | 'runtime';
  /** `TypeError`, `SyntaxError`, …; for type errors `TypeScriptError`. */
  readonly name: string;
  readonly message: string;
  /** Lines for a person, the first of them `name: message`; positions are those of the cell's own text, one-based. */
  readonly traceback: readonly string[];
}

export type Outcome =
  | { readonly status: 'ok'; readonly hasValue: false }
  /** The value of the cell's last expression; `undefined` has no value to show. */
  | { readonly status: 'ok'; readonly hasValue: true; readonly value: unknown }
  | { readonly status: 'error'; readonly failure: Failure };

export interface CompletionMatch {
  /** The text that replaces `start … end`. */
  readonly text: string;
  /** `function`, `class`, `const`, `property`, `keyword`, `path`, … */
  readonly type: string;
  /** The type, as TypeScript prints it, where it is cheap to know. */
  readonly signature?: string;
  /** The first paragraph of its doc comment, for the first matches; all of it is what inspection shows. */
  readonly documentation?: string;
}

export interface Completion {
  readonly matches: readonly CompletionMatch[];
  readonly start: number;
  readonly end: number;
}

export type Inspection =
  | { readonly found: false }
  /** A MIME bundle with at least `text/plain`: the signature and the documentation. */
  | { readonly found: true; readonly data: Readonly<Record<string, unknown>> };

export type Completeness =
  | { readonly status: 'complete' | 'invalid' | 'unknown' }
  | { readonly status: 'incomplete'; readonly indent: string };

/** What the host gives an engine when it starts. */
export interface InterpreterOptions {
  /** Imports are resolved from here, as if the cell were a file in it. */
  readonly directory: string;
  /** Ambient declarations (the text of a `.d.ts`) of what the host puts on `globalThis`: `display`, `prompt`, … */
  readonly declarations: string;
  /** Modules whose values the host provides: `tslab` → its display API. Their types come from `types`, or are resolved. */
  readonly modules: ReadonlyMap<string, ProvidedModule>;
  /** Where an import that cannot be found from `directory` is looked for next (handgrad's own directory). */
  readonly fallbackDirectory: string;
  /**
   * Called with each module that a cell imports, when it has loaded and before the cell goes on; what it returns is
   * awaited (handgrad's `ready()` is called this way).
   */
  readonly onImport?: (specifier: string, module: object) => Promise<void> | undefined;
}

export interface ProvidedModule {
  readonly exports: object;
  /** The text of a `.d.ts`. Without it the types are resolved like those of any package. */
  readonly types?: string;
}

export interface Interpreter {
  /** Type errors are a Failure, and then nothing of the cell runs. Never rejects. */
  execute(cell: Cell): Promise<Outcome>;
  complete(code: string, cursor: number): Completion;
  /** Level 1 may add more: all overloads, the source. */
  inspect(code: string, cursor: number, level: 0 | 1): Inspection;
  isComplete(code: string): Completeness;
  /** How anything thrown outside `execute` (a late rejection, a timer) is shown; knows the positions of earlier cells. */
  describe(thrown: unknown): Failure;
  dispose(): void;
}

/** Every engine exports one of these as `createInterpreter` from its `index.ts`, and `languageVersion`, quick to call. */
export type CreateInterpreter = (options: InterpreterOptions) => Interpreter;
