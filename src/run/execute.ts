/** One notebook, from its first cell to its last, in a kernel of its own. */

import type { ExecuteResult, KernelClient, NotebookOutput, StartOptions } from '../kernel/index.js';
import { askBackend, type BackendInUse } from './backend.js';
import type { Notebook, NotebookCell } from './notebook.js';
import { tagsOf } from './notebook.js';
import type { CellOutcome, CellStatus } from './outcome.js';
import { type Usage, watchUsage } from './usage.js';
import { readVerdicts } from './verdicts.js';

export interface ExecuteNotebookOptions {
  readonly start: (options: StartOptions) => Promise<KernelClient>;
  /** The directory that cells run in. */
  readonly directory: string;
  /** Milliseconds that one cell may take. */
  readonly timeout?: number;
  /** Characters of output that a cell may write; what comes behind is left out. */
  readonly outputLimit?: number;
  /** Go on behind a cell that failed. */
  readonly keepGoing?: boolean;
  /** When aborted, the cell that runs is interrupted and no further one starts. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: 'starting' | 'running' | 'done';
  readonly cell?: CellOutcome | { readonly id: string; readonly number: number };
  readonly cells: number;
}

export interface Executed {
  readonly notebook: Notebook;
  readonly cells: readonly CellOutcome[];
  readonly startError?: string;
  /** What computed the autograd witness, where one spoke. */
  readonly backend?: BackendInUse;
  /** What the kernel took of the machine, where the system tells. */
  readonly usage?: Usage;
}

/**
 * Runs the cells in order and returns the notebook with their outputs, whatever happens: a cell that throws ends the run
 * (unless `keepGoing`, or the cell is tagged `raises-exception`), so do a kernel that dies and an aborted signal; the
 * cells behind are `not-run` and stand in the notebook without output. Never rejects for what cells do.
 */
export async function executeNotebook(source: Notebook, options: ExecuteNotebookOptions): Promise<Executed> {
  const codeCells = source.cells.filter((cell) => cell.type === 'code');
  const records = new Map(codeCells.map((cell, index) => [cell.id, new CellRecord(cell, index + 1)]));
  options.onProgress?.({ phase: 'starting', cells: codeCells.length });
  let kernel: KernelClient;
  let backend: BackendInUse | undefined;
  try {
    kernel = await options.start({ cwd: options.directory });
  } catch (error) {
    const startError = `the kernel did not start: ${error instanceof Error ? error.message : String(error)}`;
    return { notebook: assemble(source, records, {}), cells: outcomes(records), startError };
  }
  const watch = watchUsage(kernel.processId);
  let usage: Usage | undefined;
  const stop = stopOnAbort(kernel, options.signal);
  try {
    for (const record of records.values()) {
      if (options.signal?.aborted) break;
      const goOn = await runCell(kernel, record, records, options);
      options.onProgress?.({ phase: 'done', cell: record.outcome(), cells: codeCells.length });
      if (!goOn) break;
    }
    if (judgedByAutograd(records) && !options.signal?.aborted) backend = await askBackend(kernel);
  } finally {
    stop.release();
    usage = watch.end();
    await kernel.shutdown();
  }
  return {
    notebook: assemble(source, records, kernel.info.languageInfo),
    cells: outcomes(records),
    ...(backend ? { backend } : {}),
    ...(usage ? { usage } : {}),
  };
}

/** Milliseconds in which an interrupted cell must give up; one in native code does not hear of it. */
const interruptTime = 3000;

/** When aborted, the cell is interrupted; if that does not end it, its kernel is. */
function stopOnAbort(kernel: KernelClient, signal: AbortSignal | undefined): { release(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    timer = setTimeout(() => kernel.kill(), interruptTime);
    kernel.interrupt().catch(() => kernel.kill());
  };
  signal?.addEventListener('abort', stop);
  return {
    release() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}

/** What is known of a cell so far. */
class CellRecord {
  status: CellStatus = 'not-run';
  /** What the cell has shown, asked for when all is over: a cell that ended may still be added to. */
  outputs: () => readonly NotebookOutput[] = () => [];
  executionCount: number | null = null;
  result: ExecuteResult | undefined;
  milliseconds = 0;

  constructor(
    readonly cell: NotebookCell,
    readonly number: number,
  ) {}

  outcome(): CellOutcome {
    const { cell, number, status, result, milliseconds } = this;
    const verdicts = readVerdicts(result?.verdicts ?? []);
    return {
      id: cell.id,
      number,
      status,
      verdicts,
      ...(result?.error ? { error: result.error } : {}),
      milliseconds,
    };
  }
}

function judgedByAutograd(records: ReadonlyMap<string, CellRecord>): boolean {
  return outcomes(records).some(({ verdicts }) =>
    verdicts.some(({ witnesses }) => witnesses.some(({ name }) => name === 'autograd')),
  );
}

/** Runs one cell; answers whether the next one may run. */
async function runCell(
  kernel: KernelClient,
  record: CellRecord,
  records: ReadonlyMap<string, CellRecord>,
  { timeout, outputLimit, keepGoing, signal, onProgress }: ExecuteNotebookOptions,
): Promise<boolean> {
  const { cell, number } = record;
  const tags = tagsOf(cell);
  if (tags.includes('skip-execution')) record.status = 'skipped';
  else if (cell.source.trim() === '') record.status = 'ok';
  if (record.status !== 'not-run') return true;
  onProgress?.({ phase: 'running', cell: { id: cell.id, number }, cells: records.size });
  const began = performance.now();
  const result = await kernel.execute(cell.source, {
    cellId: cell.id,
    ...(timeout === undefined ? {} : { timeout }),
    ...(outputLimit === undefined ? {} : { outputLimit }),
    onOutput: (event) => {
      const changed = records.get(event.cellId);
      if (changed) changed.outputs = () => event.outputs;
    },
  });
  record.milliseconds = performance.now() - began;
  record.result = result;
  record.outputs = () => result.outputs;
  record.executionCount = result.executionCount;
  record.status = statusOf(result, tags.includes('raises-exception'), signal?.aborted ?? false);
  if (record.status === 'dead' || record.status === 'interrupted') return false;
  return record.status === 'ok' || record.status === 'raised' || (keepGoing ?? false);
}

function statusOf({ status }: ExecuteResult, mayRaise: boolean, aborted: boolean): CellStatus {
  switch (status) {
    case 'ok':
      return 'ok';
    case 'error':
      if (aborted) return 'interrupted';
      return mayRaise ? 'raised' : 'error';
    case 'aborted':
      return 'interrupted';
    case 'timeout':
      return 'timeout';
    case 'dead':
      return aborted ? 'interrupted' : 'dead';
  }
}

function outcomes(records: ReadonlyMap<string, CellRecord>): readonly CellOutcome[] {
  return [...records.values()].map((record) => record.outcome());
}

/** The notebook with what its cells gave; a cell's verdicts stand in its metadata, where `handgrad report` finds them. */
function assemble(
  source: Notebook,
  records: ReadonlyMap<string, CellRecord>,
  languageInfo: Readonly<Record<string, unknown>>,
): Notebook {
  const cells = source.cells.map((cell) => {
    const record = records.get(cell.id);
    if (!record) return cell;
    const { handgrad: _before, ...metadata } = cell.metadata;
    const verdicts = record.result?.verdicts ?? [];
    return {
      ...cell,
      metadata: verdicts.length === 0 ? metadata : { ...metadata, handgrad: { verdicts } },
      executionCount: record.executionCount,
      outputs: record.outputs(),
    };
  });
  const metadata = Object.keys(languageInfo).length === 0 ? {} : { language_info: languageInfo };
  return { cells, metadata: { ...source.metadata, ...metadata } };
}
