/** What a run does: which notebooks, with which parameters, written where; or this machine's share of it. */

import { changedSources } from './changed.js';
import { RunError } from './errors.js';
import { commonTargets, type Job, readSources, type Source } from './files.js';
import { changedFiles } from './git.js';
import { injectParameters, type Parameters } from './parameters.js';
import { type PlannedShard, planOf, type Shard, shardOf, type Weighed } from './shard.js';
import { assertDeclared, type ParameterSet, setFile, setLabel, takesParameters } from './sweep.js';

export interface PlanOptions {
  readonly outputDirectory: string;
  readonly inPlace: boolean;
  readonly parameters: Parameters;
  /** Sets of parameters: a notebook with a `parameters` cell runs once for each. */
  readonly sweep?: readonly ParameterSet[];
  /** Only what changed since this commit. */
  readonly changed?: string;
  /** Only this part. */
  readonly shard?: Shard;
  /** Milliseconds of an earlier run, by the path of the notebook; only shards ask for it. */
  readonly durations?: ReadonlyMap<string, number>;
}

export interface RunPlan {
  readonly jobs: readonly Job[];
  readonly shard?: PlannedShard;
  /** What a person should know of the choice. */
  readonly notes: readonly string[];
}

/**
 * Chooses what runs; everything is read and nothing is run. Throws NotebookError for what is no notebook and RunError for what
 * cannot be chosen so.
 */
export async function planRun(named: readonly string[], options: PlanOptions): Promise<RunPlan> {
  const { sources, leftOut } = await readSources(named);
  const notes = leftOut.map((path) => `Left out ${path}: it is written for another language.`);
  const chosen = await onlyChanged(sources, options.changed, notes);
  const jobs = commonTargets(sources, options)
    .filter(({ file }) => chosen.has(file))
    .flatMap((job) => swept(job, options));
  if (options.sweep && chosen.size > 0 && jobs.every(({ parameters }) => parameters === undefined)) {
    throw new RunError('--parameters-file: no notebook here has a cell tagged “parameters”.');
  }
  if (!options.shard) return { jobs, notes };
  const weighed = weigh(jobs, options.durations ?? new Map());
  const mine = shardOf(weighed, options.shard);
  const { index, of } = options.shard;
  notes.push(`Part ${index} of ${of}: ${mine.length} of ${jobs.length} runs.`);
  return { jobs: mine.map(({ job }) => job), shard: { index, of, plan: planOf(weighed, of) }, notes };
}

async function onlyChanged(
  sources: readonly Source[],
  since: string | undefined,
  notes: string[],
): Promise<ReadonlySet<string>> {
  if (since === undefined) return new Set(sources.map(({ file }) => file));
  const changed = changedSources(sources, await changedFiles(since, '.'));
  notes.push(
    changed.length === 0
      ? `No notebook changed since ${since}, of ${sources.length}.`
      : `Changed since ${since}: ${changed.length} of ${sources.length} notebooks.`,
  );
  return new Set(changed.map(({ file }) => file));
}

/** The job with its parameters; one for each set of the sweep where the notebook takes parameters. */
function swept(job: Job, { parameters, sweep }: PlanOptions): readonly Job[] {
  const fixed = { ...job, notebook: injectParameters(job.notebook, parameters) };
  if (!sweep || !takesParameters(job.notebook)) return [fixed];
  return sweep.map((set, at) => {
    assertDeclared(job.notebook, job.path, set);
    const twice = Object.keys(set).find((name) => parameters.has(name));
    if (twice !== undefined) {
      throw new RunError(`“${twice}” is set by --parameter and by --parameters-file: leave one of them out.`);
    }
    const values = Object.entries(set).map(([name, value]) => [name, JSON.stringify(value)] as const);
    return {
      ...job,
      path: `${job.path} [${setLabel(set)}]`,
      target: setFile(job.target, at + 1, set),
      notebook: injectParameters(job.notebook, new Map([...parameters, ...values])),
      parameters: set,
    };
  });
}

/** The weight of a job: its last known time, or, in proportion to those known, its number of cells and one for its kernel. */
function weigh(
  jobs: readonly Job[],
  durations: ReadonlyMap<string, number>,
): readonly (Weighed & { readonly job: Job })[] {
  const cells = ({ notebook }: Job): number =>
    1 + notebook.cells.filter(({ type }) => type === 'code').length;
  const known = jobs.filter(({ path }) => durations.has(path));
  const time = known.reduce((sum, { path }) => sum + (durations.get(path) ?? 0), 0);
  const each = known.length === 0 ? 1 : time / known.reduce((sum, job) => sum + cells(job), 0);
  return jobs.map((job) => ({
    name: job.path,
    weight: durations.get(job.path) ?? cells(job) * each,
    job,
  }));
}
