/** A run of several notebooks, one after the other, from files to files. */
import { dirname } from 'node:path';
import type { KernelClient, StartOptions } from '../kernel/index.js';
import { executeNotebook, type Progress } from './execute.js';
import { findJobs, type Job, writeWhole } from './files.js';
import { writeNotebook } from './notebook.js';
import type { NotebookOutcome } from './outcome.js';
import { injectParameters, type Parameters } from './parameters.js';
import { type ReportFiles, writeReports } from './write-reports.js';

export interface RunOptions {
  readonly start: (options: StartOptions) => Promise<KernelClient>;
  readonly outputDirectory: string;
  readonly inPlace: boolean;
  readonly reports: ReportFiles;
  readonly parameters: Parameters;
  readonly keepGoing: boolean;
  /** Milliseconds a cell may take. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (notebook: string, progress: Progress) => void;
}

export interface RunResult {
  readonly outcomes: readonly NotebookOutcome[];
  /** The reports that were written. */
  readonly reports: readonly string[];
}

/**
 * Runs the named notebooks, each in a fresh kernel and in its own folder, and writes each executed notebook as soon as it
 * is over, and the reports at the end; also when a cell failed or `signal` was aborted. A failing notebook does not keep
 * the next one from running, an abort does. Throws NotebookError, before anything runs, for what is no notebook.
 */
export async function runNotebooks(named: readonly string[], options: RunOptions): Promise<RunResult> {
  const jobs = await findJobs(named, options);
  const prepared = jobs.map((job) => ({
    ...job,
    notebook: injectParameters(job.notebook, options.parameters),
  }));
  const outcomes: NotebookOutcome[] = [];
  for (const job of prepared) {
    if (options.signal?.aborted) break;
    outcomes.push(await runJob(job, options));
  }
  return { outcomes, reports: await writeReports(outcomes, options.reports) };
}

async function runJob(
  job: Job,
  { start, timeout, keepGoing, signal, onProgress }: RunOptions,
): Promise<NotebookOutcome> {
  const began = performance.now();
  const { notebook, cells, startError, backend } = await executeNotebook(job.notebook, {
    start,
    directory: dirname(job.file),
    keepGoing,
    ...(timeout === undefined ? {} : { timeout }),
    ...(signal ? { signal } : {}),
    onProgress: (progress) => onProgress?.(job.path, progress),
  });
  await writeWhole(job.target, writeNotebook(notebook));
  return {
    path: job.path,
    cells,
    notebook,
    writtenTo: job.target,
    ...(startError === undefined ? {} : { startError }),
    ...(backend ? { backend } : {}),
    milliseconds: performance.now() - began,
  };
}
