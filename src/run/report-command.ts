/** `handgrad report`, as a command of the command line. */
import { relative } from 'node:path';
import type { Command } from 'commander';
import { painter } from '../display/index.js';
import { outcomeOfExecuted } from './executed.js';
import { readSources } from './files.js';
import { NotebookError } from './notebook.js';
import { failuresOf } from './outcome.js';
import { summaryLine } from './summary.js';
import { type ReportFiles, writeReports } from './write-reports.js';

interface Flags {
  readonly html: string;
  readonly junit?: string;
  readonly markdown?: string;
}

const help = `
Runs nothing: it tells what handgrad run has written into the notebooks. What was changed in them since is believed.

Exit code: 0 every claim came out as it should; 1 one did not, or a cell had failed; 2 wrong usage, or no notebook.

Example:
  $ handgrad report .handgrad --html report.html`;

/** Adds `handgrad report NOTEBOOK…` to a commander program; exit codes as for `addRunCommand`. */
export function addReportCommand(program: Command): void {
  program
    .command('report')
    .summary('a report of notebooks that were run')
    .description('Makes a report of notebooks that handgrad run has executed.')
    .argument('<notebook...>', 'executed notebooks, or folders of them')
    .option('--html <file>', 'where the HTML file goes', '.handgrad/report.html')
    .option('--junit <file>', 'also a report as JUnit XML, for CI systems')
    .option('--markdown <file>', 'also a report as Markdown')
    .addHelpText('after', help)
    .action(async (notebooks: string[], flags: Flags) => {
      process.exitCode = await report(notebooks, flags);
    });
}

async function report(notebooks: readonly string[], files: ReportFiles): Promise<number> {
  try {
    const { sources } = await readSources(notebooks);
    const outcomes = sources.map(({ notebook, path }) => outcomeOfExecuted(notebook, path));
    const written = await writeReports({ outcomes, interrupted: false }, files);
    const paint = painter(process.stdout);
    const said = [summaryLine(outcomes, paint), ...written.map((file) => `Written: ${relative('.', file)}`)];
    process.stdout.write(`${said.join('\n')}\n`);
    return outcomes.flatMap(failuresOf).length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    process.stderr.write(`handgrad report: ${error.message}\n`);
    return 2;
  }
}
