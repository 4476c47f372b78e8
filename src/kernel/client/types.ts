/** The contract of the headless client: everything that runs notebooks without a browser is written against this. */

/** MIME types to their data; `application/json` and `…+json` are JSON values, all else is text. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Outputs as they stand in an nbformat 4.5 notebook. */
export type NotebookOutput =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly output_type: 'display_data';
      readonly data: MimeBundle;
      readonly metadata: Readonly<Record<string, unknown>>;
    }
  | {
      readonly output_type: 'execute_result';
      readonly execution_count: number;
      readonly data: MimeBundle;
      readonly metadata: Readonly<Record<string, unknown>>;
    }
  | {
      readonly output_type: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/**
 * What happens to the outputs of cells while they run. `clear_output` and `update_display_data` have been applied to
 * `outputs`, the cell's whole list so far, so it can be written to the notebook as it is.
 */
export interface OutputEvent {
  /** The cell whose list has changed: the one that runs, or an earlier one (late output, an updated display). */
  readonly cellId: string;
  readonly outputs: readonly NotebookOutput[];
  /** What came in: absent when something was cleared or updated in place. Neighbouring streams are joined in `outputs` only. */
  readonly added?: NotebookOutput;
}

export interface ExecuteOptions {
  /** Called whenever the outputs of this cell change, or those of an earlier one that this cell updates. */
  readonly onOutput?: (event: OutputEvent) => void;
  /** Milliseconds after which the cell is interrupted and the status is `timeout`. None by default. */
  readonly timeout?: number;
  /** Answers `prompt()`. Without it `prompt()` throws in the cell. */
  readonly onInput?: (question: string, password: boolean) => Promise<string>;
  /** The cell's id in the notebook; made up when missing. */
  readonly cellId?: string;
  /** Runs without a number, without history and without a result. */
  readonly silent?: boolean;
  /**
   * Characters of output that are kept; what comes behind is left out, and the list of outputs ends by saying so. No limit by
   * default. An error is never left out.
   */
  readonly outputLimit?: number;
}

export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/**
 * `aborted`: not run, because the kernel was being shut down. `timeout`: interrupted after its time; the kernel's state is kept.
 * `dead`: the kernel, or its child process with all state, ended while the cell ran; `error` says how.
 */
export interface ExecuteResult {
  readonly status: 'ok' | 'error' | 'aborted' | 'timeout' | 'dead';
  readonly executionCount: number | null;
  readonly error?: CellError;
  /** All outputs of the cell, as in the last OutputEvent. */
  readonly outputs: readonly NotebookOutput[];
  /** Verdicts (JSON) that the cell announced, displayed or not, in order. */
  readonly verdicts: readonly unknown[];
  /** The metadata of the kernel's reply. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface KernelInfo {
  readonly implementation: string;
  readonly implementationVersion: string;
  readonly languageVersion: string;
  /** `language_info`, as it is written to a notebook's metadata. */
  readonly languageInfo: Readonly<Record<string, unknown>>;
  readonly protocolVersion: string;
}

export interface StartOptions {
  /** The directory that cells run in; imports are resolved from it. The current one by default. */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds to wait for the kernel to answer; 60 000 by default. */
  readonly startTimeout?: number;
}

export interface KernelClient {
  readonly info: KernelInfo;
  /** The process of the kernel; what it started are its children. Undefined where there is no process of its own. */
  readonly processId: number | undefined;
  /** Runs one cell at a time, in the order of the calls; never rejects for what the cell does. */
  execute(code: string, options?: ExecuteOptions): Promise<ExecuteResult>;
  interrupt(): Promise<void>;
  /** Ends the kernel and all it started; safe to call twice, and after a death. */
  shutdown(): Promise<void>;
  /** Kills the kernel and all it started at once, without waiting: for a program that must end now. */
  kill(): void;
  /** Called at once when the kernel process ends without `shutdown`; `reason` names the exit code or signal. */
  onDeath(listener: (reason: string) => void): void;
}
