/** `handgrad run`, as a command of the command line. */
import { join, relative } from 'node:path';
import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { runJson } from './json.js';
import { NotebookError } from './notebook.js';
import { failuresOf } from './outcome.js';
import { isIdentifier, type Parameters } from './parameters.js';
import { type ProgressLine, progressLine } from './progress.js';
import { type RunResult, runNotebooks } from './run.js';
import { claimTable, failureList, summaryLine } from './summary.js';
import { painter, type Terminal } from './terminal.js';

interface Flags {
  readonly outputDir: string;
  readonly inPlace?: boolean;
  readonly timeout?: number;
  readonly keepGoing?: boolean;
  readonly json?: boolean;
  readonly parameter?: readonly string[];
  readonly html?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

const help = `
A cell fails when it throws, takes longer than --timeout, or its kernel dies. A check fails when it is refuted or
undecided and that was not expected, or when it misses what was expected of it.

Tags of cells: raises-exception (may throw), skip-execution, parameters (see -p).

Exit code: 0 everything came out as it should; 1 a check or a cell failed, or you pressed Ctrl-C; 2 wrong usage, or no notebook.

Examples:
  $ handgrad run notebooks/01-softmax-and-cross-entropy.ipynb
  $ handgrad run notebooks --timeout 60 --keep-going
  $ handgrad run study.ipynb -p rows 100 -p scale 0.5
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
    .argument('<notebook...>', 'notebooks, or folders of them')
    .option('-o, --output-dir <folder>', 'where executed notebooks and the report are written', '.handgrad')
    .option('--in-place', 'write executed notebooks over their sources')
    .option('-t, --timeout <seconds>', 'interrupt a cell that takes longer (default: none)', positiveSeconds)
    .option('-k, --keep-going', 'go on with the next cell when one failed')
    .option('-p, --parameter <name value...>', 'set a parameter (name value, or name=value); repeatable')
    .option('--json', 'print the result as JSON')
    .option('--html <file>', 'the report as one HTML file (default: report.html in the output folder)')
    .option('--junit <file>', 'also a report as JUnit XML, for CI systems')
    .option('--markdown <file>', 'also a report as Markdown, such as "$GITHUB_STEP_SUMMARY"')
    .addHelpText('after', help)
    .action(async (notebooks: string[], flags: Flags) => {
      process.exitCode = await run(notebooks, flags);
    });
}

function positiveSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new InvalidArgumentError('Give a number of seconds greater than 0.');
  return seconds;
}

/** Runs and prints; answers the exit code. */
async function run(notebooks: readonly string[], flags: Flags): Promise<number> {
  const stop = stopOnSignals();
  const progress = progressLine(process.stderr);
  try {
    const parameters = readParameters(flags.parameter ?? []);
    if (flags.inPlace && parameters.size > 0) {
      throw new NotebookError(
        '--in-place with --parameter would write the parameters into the source: give --output-dir.',
      );
    }
    const { startKernel } = await import('../kernel/index.js');
    const result = await runNotebooks(notebooks, {
      start: startKernel,
      outputDirectory: flags.outputDir,
      inPlace: flags.inPlace ?? false,
      reports: {
        html: flags.html ?? join(flags.outputDir, 'report.html'),
        ...(flags.junit === undefined ? {} : { junit: flags.junit }),
        ...(flags.markdown === undefined ? {} : { markdown: flags.markdown }),
      },
      parameters,
      keepGoing: flags.keepGoing ?? false,
      ...(flags.timeout === undefined ? {} : { timeout: flags.timeout * 1000 }),
      signal: stop.signal,
      onProgress: (notebook, done) => progress.show(notebook, done),
    });
    return print(result, flags.json ?? false, progress, stop.signal.aborted);
  } catch (error) {
    progress.clear();
    if (!(error instanceof NotebookError || error instanceof CommanderError)) throw error;
    process.stderr.write(`handgrad run: ${error.message}\n`);
    return 2;
  } finally {
    stop.release();
  }
}

function print(
  { outcomes, reports }: RunResult,
  json: boolean,
  progress: ProgressLine,
  aborted: boolean,
): number {
  progress.clear();
  const failures = outcomes.flatMap(failuresOf);
  if (json) {
    process.stdout.write(`${runJson(outcomes)}\n`);
  } else {
    const terminal: Terminal = process.stdout;
    const paint = painter(terminal);
    const width = terminal.isTTY ? terminal.columns : undefined;
    const blocks = [
      claimTable(outcomes, paint, width),
      failureList(failures, paint),
      summaryLine(outcomes, paint),
    ];
    const written = [...outcomes.map(({ writtenTo }) => writtenTo), ...reports].map((file) =>
      relative('.', file),
    );
    blocks.push(paint('dim', `Written: ${written.join(', ')}`));
    process.stdout.write(`${blocks.filter(Boolean).join('\n\n')}\n`);
  }
  return failures.length === 0 && !aborted ? 0 : 1;
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) ends the run and writes what there is; the second ends the process. */
function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
    process.stderr.write('\nStopping; what has run so far is written. Once more to stop at once.\n');
  };
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    release() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

/** Reads `name value` pairs and `name=value`. */
function readParameters(texts: readonly string[]): Parameters {
  const parameters = new Map<string, string>();
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] ?? '';
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!isIdentifier(name)) {
      throw new NotebookError(
        `“${text}” is no parameter: give a name and a value, after the notebooks: -p rows 100.`,
      );
    }
    const value = equals < 0 ? texts[++index] : text.slice(equals + 1);
    if (value === undefined) {
      throw new NotebookError(
        `The parameter “${name}” has no value: -p ${name} 100. Notebooks stand before -p.`,
      );
    }
    parameters.set(name, value);
  }
  return parameters;
}
