/** `handgrad run`, as a command of the command line. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { HandgradError } from '../formula/index.js';
import type { KernelClient } from '../kernel/index.js';
import { RunError } from './errors.js';
import { count, megabytes, positiveNumber, readChanged, readParameters } from './flags.js';
import { planRun, type RunPlan } from './plan.js';
import { sensibleJobs } from './pool.js';
import { printOptions, printResult } from './print.js';
import { progressDisplay } from './progress.js';
import { readDurations } from './read-report.js';
import { runNotebooks } from './run.js';
import { readShard } from './shard.js';
import { stopOnSignals } from './signals.js';
import { readSweep } from './sweep.js';
import { writeReports } from './write-reports.js';

interface Flags {
  readonly outputDir: string;
  readonly inPlace?: boolean;
  readonly jobs?: number;
  readonly timeout?: number;
  readonly outputLimit: number;
  readonly keepGoing?: boolean;
  readonly parameter?: readonly string[];
  readonly parametersFile?: string;
  readonly changed?: string | true;
  readonly shard?: string;
  readonly durations?: string;
  readonly time?: boolean;
  readonly json?: boolean;
  readonly annotations?: boolean;
  readonly html?: string;
  readonly report?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

const help = `
A cell fails when it throws, takes longer than --timeout, or its kernel dies. A check fails when it is refuted or
undecided and that was not expected, or when it misses what was expected of it.

Tags of cells: raises-exception (may throw), skip-execution, parameters (see -p and --parameters-file).

Several notebooks run at a time, each in a kernel of its own: one that hangs, dies or floods does not disturb the others.
--changed runs what differs from a commit, and what reads local files that do. --shard runs one part of several of nearly
equal weight (cells, or times of --durations); handgrad merge joins the parts' reports. A part can come from the environment
of an indexed job: env/8 (JOB_COMPLETION_INDEX and the like), or env, with HANDGRAD_SHARDS for the number.
--parameters-file holds [{ "rows": 10 }, { "rows": 100 }], or { "rows": [10, 100] } for every combination.

Exit code: 0 everything came out as it should; 1 a check or a cell failed, or you pressed Ctrl-C; 2 wrong usage, or no notebook.

Examples:
  $ handgrad run notebooks/01-softmax-and-cross-entropy.ipynb
  $ handgrad run notebooks --jobs 4 --timeout 60 --time
  $ handgrad run study.ipynb -p rows 100 -p scale 0.5
  $ handgrad run study.ipynb --parameters-file sweep.json
  $ handgrad run notebooks --changed origin/main
  $ handgrad run notebooks --shard 2/8 --report part-2.json
  $ handgrad run notebooks --json > result.json`;

/**
 * Adds `handgrad run NOTEBOOK…` to a commander program. The action sets `process.exitCode` (0, 1 or 2) and returns when
 * everything is written; mistakes in its options throw commander's error, which the command line turns into exit code 2.
 *
 * @example
 * addRunCommand(program);
 * await program.parseAsync();
 */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .summary('run notebooks headless: a verdict for every check')
    .description(
      'Runs notebooks from top to bottom in fresh kernels and prints a verdict for every check in them.',
    )
    .argument('[notebook...]', 'notebooks, or folders of them (with --changed: this folder)')
    .option('-o, --output-dir <folder>', 'where executed notebooks and the report are written', '.handgrad')
    .option('--in-place', 'write executed notebooks over their sources')
    .option('-j, --jobs <number>', 'notebooks that run at a time (default: by processors and memory)', count)
    .option('-t, --timeout <seconds>', 'interrupt a cell that takes longer (default: none)', positiveNumber)
    .option('--output-limit <megabytes>', 'output of a cell that is kept', megabytes, 20)
    .option('-k, --keep-going', 'go on with the next cell when one failed')
    .option('-p, --parameter <name value...>', 'set a parameter (name value, or name=value); repeatable')
    .option('--parameters-file <file>', 'run once for each set of parameters in this JSON file')
    .option('--changed [commit]', 'only what changed since a commit (default: the last one)')
    .option('--shard <part>', 'only part 2/8 of the run; env/8 or env: from the environment')
    .option('--durations <file>', 'an earlier report.json: parts of equal time')
    .option('--time', 'also print the time and the peak memory of each kernel')
    .option('--json', 'print the result as JSON')
    .option('--html <file>', 'the report as one HTML file (default: report.html in the output folder)')
    .option('--report <file>', 'the report as JSON, for merge (default: report.json in the output folder)')
    .option('--junit <file>', 'also a report as JUnit XML, for CI systems')
    .option('--markdown <file>', 'also a report as Markdown, such as "$GITHUB_STEP_SUMMARY"')
    .option('--annotations', 'also print annotations for GitHub (there they are printed anyway)')
    .addHelpText('after', help)
    .action(async (notebooks: string[], flags: Flags, command: Command) => {
      if (notebooks.length === 0 && flags.changed === undefined) {
        command.error("error: missing required argument 'notebook'");
      }
      process.exitCode = await run(notebooks, flags);
    });
}

/** Runs and prints; answers the exit code. */
async function run(notebooks: readonly string[], flags: Flags): Promise<number> {
  try {
    const plan = await planOfRun(notebooks, flags);
    for (const note of plan.notes) process.stderr.write(`${note}\n`);
    return await runPlan(plan, flags);
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    process.stderr.write(`handgrad run: ${error.message}\n`);
    return 2;
  }
}

async function planOfRun(named: readonly string[], flags: Flags): Promise<RunPlan> {
  const { outputDir: outputDirectory, inPlace = false, parametersFile, shard, durations } = flags;
  const parameters = readParameters(flags.parameter ?? []);
  if (inPlace && (parameters.size > 0 || parametersFile !== undefined)) {
    const option = parametersFile === undefined ? '--parameter' : '--parameters-file';
    throw new RunError(
      `--in-place with ${option} would write the parameters into the source: give --output-dir.`,
    );
  }
  if (durations !== undefined && shard === undefined) {
    throw new RunError('--durations weighs the parts of a run: give --shard too.');
  }
  const choice = flags.changed === undefined ? undefined : await readChanged(flags.changed, named);
  return planRun(choice?.notebooks ?? named, {
    outputDirectory,
    inPlace,
    parameters,
    ...(choice ? { changed: choice.since } : {}),
    ...(parametersFile === undefined ? {} : { sweep: await readSweep(parametersFile) }),
    ...(shard === undefined ? {} : { shard: readShard(shard) }),
    ...(durations === undefined ? {} : { durations: await readDurations(durations) }),
  });
}

async function runPlan(plan: RunPlan, flags: Flags): Promise<number> {
  const kernels = new Set<KernelClient>();
  const progress = progressDisplay(process.stderr, plan.jobs.length);
  const stop = stopOnSignals(
    (text) => progress.note(text),
    () => {
      for (const kernel of kernels) kernel.kill();
    },
  );
  try {
    const { startKernel } = await import('../kernel/index.js');
    const report = flags.report ?? join(flags.outputDir, 'report.json');
    const result = await runNotebooks(plan, {
      start: async (options) => {
        const kernel = await startKernel(options);
        kernels.add(kernel);
        return kernel;
      },
      jobs: flags.jobs ?? sensibleJobs(),
      // What an earlier run left; only the order of beginning depends on it.
      durations: await readDurations(report).catch(() => new Map<string, number>()),
      keepGoing: flags.keepGoing ?? false,
      outputLimit: flags.outputLimit * 1e6,
      ...(flags.timeout === undefined ? {} : { timeout: flags.timeout * 1000 }),
      signal: stop.signal,
      onProgress: (notebook, done) => progress.show(notebook, done),
      onEnded: (outcome) => progress.ended(outcome),
    });
    progress.clear();
    const written = await writeReports(result, {
      html: flags.html ?? join(flags.outputDir, 'report.html'),
      report,
      ...(flags.junit === undefined ? {} : { junit: flags.junit }),
      ...(flags.markdown === undefined ? {} : { markdown: flags.markdown }),
    });
    return printResult(result, printOptions(flags, written));
  } finally {
    progress.clear();
    stop.release();
  }
}
