/** Several reports as one. */
import { RunError } from './errors.js';
import type { RunResult } from './run.js';

/** A report with the name of its file. */
export interface NamedReport extends RunResult {
  readonly file: string;
}

/**
 * The reports as one that passes where the whole run would have passed; notebooks in the order of their paths.
 *
 * @throws RunError where shards are missing (unless `allowMissing`), of different runs or given twice, and where two reports tell
 * of the same notebook.
 */
export function mergeReports(reports: readonly NamedReport[], allowMissing: boolean): RunResult {
  assertOnePlan(reports);
  assertNoneTwice(reports);
  if (!allowMissing) assertComplete(reports);
  const outcomes = reports.flatMap((report) => report.outcomes);
  return {
    outcomes: outcomes.sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true })),
    interrupted: reports.some(({ interrupted }) => interrupted),
  };
}

function assertOnePlan(reports: readonly NamedReport[]): void {
  const [first] = reports.filter(({ shard }) => shard);
  for (const { file, shard } of reports) {
    if (first?.shard === undefined || shard === undefined || shard.plan === first.shard.plan) continue;
    throw new RunError(
      `${file} is part ${shard.index} of ${shard.of} of another run than ${first.file}: the notebooks, their cells, --durations or the number of parts differ. Run all parts on the same commit with the same options.`,
    );
  }
}

function assertNoneTwice(reports: readonly NamedReport[]): void {
  const parts = new Map<number, string>();
  const notebooks = new Map<string, string>();
  for (const { file, shard, outcomes } of reports) {
    if (shard) {
      const other = parts.get(shard.index);
      if (other !== undefined)
        throw new RunError(`${other} and ${file} are both part ${shard.index} of ${shard.of}.`);
      parts.set(shard.index, file);
    }
    for (const { path } of outcomes) {
      const other = notebooks.get(path);
      if (other !== undefined) {
        throw new RunError(`${other} and ${file} both tell of ${path}: leave one of them out.`);
      }
      notebooks.set(path, file);
    }
  }
}

function assertComplete(reports: readonly NamedReport[]): void {
  const of = reports.find(({ shard }) => shard)?.shard?.of ?? 0;
  const given = new Set(reports.map(({ shard }) => shard?.index));
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((index) => !given.has(index));
  if (missing.length === 0) return;
  throw new RunError(
    `Missing: part ${missing.join(', ')} of ${of}. Give its report too, or say --allow-missing to join what there is.`,
  );
}
