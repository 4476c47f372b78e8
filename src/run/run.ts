/** A run of several notebooks, some at a time, from files to files. */
import { dirname } from 'node:path';
import type { KernelClient, StartOptions } from '../kernel/index.js';
import { executeNotebook, type Progress } from './execute.js';
import { type Job, writeWhole } from './files.js';
import { writeNotebook } from './notebook.js';
import type { NotebookOutcome } from './outcome.js';
import type { RunPlan } from './plan.js';
import { inParallel } from './pool.js';
import type { PlannedShard } from './shard.js';

export interface RunOptions {
  readonly start: (options: StartOptions) => Promise<KernelClient>;
  /** How many notebooks run at a time. */
  readonly jobs: number;
  /** Milliseconds that notebooks took before, by their paths: where several run at a time, the longest begin first. */
  readonly durations?: ReadonlyMap<string, number>;
  readonly keepGoing: boolean;
  /** Milliseconds a cell may take. */
  readonly timeout?: number;
  /** Characters of output that a cell may write. */
  readonly outputLimit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (notebook: string, progress: Progress) => void;
  readonly onEnded?: (outcome: NotebookOutcome) => void;
}

export interface RunResult {
  /** In the order of the plan, whichever was over first. */
  readonly outcomes: readonly NotebookOutcome[];
  /** The person ended the run before it was over. */
  readonly interrupted: boolean;
  readonly shard?: PlannedShard;
}

/**
 * Runs the notebooks of a plan, each in a fresh kernel and in its own folder, and writes each executed notebook as soon as it
 * is over, also when a cell failed or `signal` was aborted. Whatever becomes of a notebook, the others run; an abort ends those
 * that run and begins no further one.
 */
export async function runNotebooks({ jobs, shard }: RunPlan, options: RunOptions): Promise<RunResult> {
  const { signal } = options;
  const outcomes = new Map<Job, NotebookOutcome>();
  const work = async (job: Job): Promise<void> => {
    const outcome = await runJob(job, options);
    outcomes.set(job, outcome);
    options.onEnded?.(outcome);
  };
  await inParallel(inOrderOfBeginning(jobs, options), options.jobs, work, signal);
  return {
    outcomes: jobs.map((job) => outcomes.get(job) ?? notBegun(job)),
    interrupted: signal?.aborted ?? false,
    ...(shard ? { shard } : {}),
  };
}

/** Those that took longest first, so that none of them is left for the end; before them those of which nothing is known. */
export function inOrderOfBeginning<Named extends { readonly path: string }>(
  jobs: readonly Named[],
  { jobs: atATime, durations }: Pick<RunOptions, 'jobs' | 'durations'>,
): readonly Named[] {
  if (atATime === 1 || !durations) return jobs;
  const time = ({ path }: Named): number => durations.get(path) ?? Number.MAX_VALUE;
  return [...jobs].sort((a, b) => time(b) - time(a));
}

async function runJob(job: Job, options: RunOptions): Promise<NotebookOutcome> {
  const { timeout, outputLimit, signal } = options;
  const began = performance.now();
  const { notebook, ...executed } = await executeNotebook(job.notebook, {
    start: options.start,
    directory: dirname(job.file),
    keepGoing: options.keepGoing,
    ...(timeout === undefined ? {} : { timeout }),
    ...(outputLimit === undefined ? {} : { outputLimit }),
    ...(signal ? { signal } : {}),
    onProgress: (progress) => options.onProgress?.(job.path, progress),
  });
  await writeWhole(job.target, writeNotebook(notebook));
  return {
    ...named(job),
    ...executed,
    notebook,
    writtenTo: job.target,
    milliseconds: performance.now() - began,
  };
}

/** A notebook whose turn had not come when the run was ended; what an earlier run wrote of it is left as it is. */
function notBegun(job: Job): NotebookOutcome {
  const cells = job.notebook.cells
    .filter(({ type }) => type === 'code')
    .map(({ id }, at) => ({ id, number: at + 1, status: 'not-run' as const, verdicts: [], milliseconds: 0 }));
  return {
    ...named(job),
    cells,
    notebook: job.notebook,
    startError: 'not run: the run was ended before its turn',
    milliseconds: 0,
  };
}

function named({ path, parameters }: Job): Pick<NotebookOutcome, 'path' | 'parameters'> {
  return { path, ...(parameters ? { parameters } : {}) };
}
