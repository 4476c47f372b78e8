/** Reports read back from their JSON, with the executed notebooks where they are found. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CellError } from '../kernel/index.js';
import { RunError } from './errors.js';
import { reportFormat } from './json.js';
import { type Notebook, readNotebook } from './notebook.js';
import type { CellOutcome, CellStatus, NotebookOutcome } from './outcome.js';
import type { RunResult } from './run.js';
import type { PlannedShard } from './shard.js';
import { readVerdicts } from './verdicts.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a report that `handgrad run` or `handgrad merge` wrote. Executed notebooks are looked for where the report says, from its
 * own place; one that is not there leaves its cells without source and output.
 *
 * @throws RunError for what is no such report.
 */
export async function readReport(path: string): Promise<RunResult> {
  const report = await readJson(path);
  const notebooks = list(report.notebooks);
  const shard = readShard(report.shard, path);
  return {
    outcomes: await Promise.all(notebooks.map((given) => readOutcome(given, path))),
    interrupted: report.interrupted === true,
    ...(shard ? { shard } : {}),
  };
}

/** How long notebooks took, by their paths, from a report: see `--durations`. */
export async function readDurations(path: string): Promise<ReadonlyMap<string, number>> {
  const { outcomes } = await readReport(path);
  const ran = outcomes.filter(({ milliseconds }) => milliseconds > 0);
  return new Map(ran.map(({ path: notebook, milliseconds }) => [notebook, milliseconds]));
}

async function readJson(path: string): Promise<Json> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new RunError(
      `${path}: there is no such file. A report is what handgrad run writes: .handgrad/report.json.`,
    );
  });
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${path}: this is no JSON, and so no report (${(error as Error).message}).`);
  }
  if (isObject(report) && report.format === reportFormat && Array.isArray(report.notebooks)) return report;
  const given = isObject(report) ? JSON.stringify(report.format) : typeof report;
  throw new RunError(
    `${path}: expected a report of handgrad run ("format": "${reportFormat}"), found ${given ?? 'none'}.`,
  );
}

async function readOutcome(given: Json, report: string): Promise<NotebookOutcome> {
  const { path, startError, backend, usage, parameters } = given;
  if (typeof path !== 'string') throw new RunError(`${report}: a notebook in it has no path.`);
  const cells = list(given.cells).map(readCell);
  const file = typeof given.executed === 'string' ? resolve(dirname(report), given.executed) : undefined;
  const notebook = file === undefined ? undefined : await readExecuted(file);
  return {
    path,
    ...(isObject(parameters) ? { parameters } : {}),
    cells,
    notebook: notebook ?? withoutContent(cells),
    ...(notebook && file !== undefined ? { writtenTo: file } : {}),
    ...(typeof startError === 'string' ? { startError } : {}),
    ...(isObject(backend) && typeof backend.name === 'string'
      ? { backend: { ...backend, name: backend.name } }
      : {}),
    ...(isObject(usage)
      ? { usage: { cpuMilliseconds: number(usage.cpuMilliseconds), peakBytes: number(usage.peakBytes) } }
      : {}),
    milliseconds: number(given.milliseconds),
  };
}

async function readExecuted(file: string): Promise<Notebook | undefined> {
  try {
    return readNotebook(await readFile(file, 'utf8'), file);
  } catch {
    return undefined;
  }
}

function withoutContent(cells: readonly CellOutcome[]): Notebook {
  const source = '// The executed notebook was not beside the report.';
  return {
    cells: cells.map(({ id }) => ({
      id,
      type: 'code',
      source,
      metadata: {},
      executionCount: null,
      outputs: [],
    })),
    metadata: {},
  };
}

const statuses = ['ok', 'raised', 'skipped', 'not-run', 'error', 'timeout', 'dead', 'interrupted'] as const;

function readCell(given: Json, at: number): CellOutcome {
  const error = isObject(given.error) ? readError(given.error) : undefined;
  return {
    id: String(given.id),
    number: typeof given.number === 'number' ? given.number : at + 1,
    // A status that is not known must not pass.
    status: statuses.find((status): status is CellStatus => status === given.status) ?? 'error',
    verdicts: readVerdicts(Array.isArray(given.verdicts) ? given.verdicts : []),
    ...(error ? { error } : {}),
    milliseconds: number(given.milliseconds),
  };
}

function readError({ ename, evalue, traceback }: Json): CellError {
  return {
    ename: String(ename),
    evalue: String(evalue),
    traceback: Array.isArray(traceback) ? traceback.map(String) : [],
  };
}

function readShard(given: unknown, path: string): PlannedShard | undefined {
  if (given === undefined) return undefined;
  if (isObject(given)) {
    const { index, of, plan } = given;
    if (typeof index === 'number' && typeof of === 'number' && typeof plan === 'string')
      return { index, of, plan };
  }
  throw new RunError(`${path}: “shard” is ${JSON.stringify(given)}, expected { index, of, plan }.`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function number(value: unknown): number {
  const read = Number(value);
  return Number.isFinite(read) ? read : 0;
}
