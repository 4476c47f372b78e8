/** `handgrad merge`, as a command of the command line. */
import type { Command } from 'commander';
import { HandgradError } from '../formula/index.js';
import { mergeReports } from './merge.js';
import { printOptions, printResult } from './print.js';
import { readReport } from './read-report.js';
import { type ReportFiles, writeReports } from './write-reports.js';

interface Flags extends ReportFiles {
  readonly json?: boolean;
  readonly annotations?: boolean;
  readonly time?: boolean;
  readonly allowMissing?: boolean;
}

const help = `
Joins the reports of runs on several machines: the parts of one run (see handgrad run --shard), or runs of different
notebooks. Executed notebooks that lie beside a report, as handgrad run wrote them, are shown in the HTML report.

Exit code: as one run of everything would have given; 2 wrong usage, no report, a part that is missing or given twice.

Examples:
  $ handgrad merge part-1/report.json part-2/report.json --html report.html
  $ handgrad merge parts/*/report.json --junit junit.xml --markdown "$GITHUB_STEP_SUMMARY"`;

/** Adds `handgrad merge REPORT…` to a commander program; exit codes as for `addRunCommand`. */
export function addMergeCommand(program: Command): void {
  program
    .command('merge')
    .summary('join the reports of several runs')
    .description('Joins reports that handgrad run has written into one.')
    .argument('<report...>', 'reports as JSON (report.json)')
    .option('--allow-missing', 'join what there is, though parts are missing')
    .option('--time', 'also print the time and the peak memory of each kernel')
    .option('--json', 'print the result as JSON')
    .option('--html <file>', 'a report as one HTML file')
    .option('--report <file>', 'a report as JSON')
    .option('--junit <file>', 'a report as JUnit XML, for CI systems')
    .option('--markdown <file>', 'a report as Markdown')
    .option('--annotations', 'also print annotations for GitHub')
    .addHelpText('after', help)
    .action(async (files: string[], flags: Flags) => {
      process.exitCode = await merge(files, flags);
    });
}

async function merge(files: readonly string[], flags: Flags): Promise<number> {
  try {
    const reports = await Promise.all(files.map(async (file) => ({ file, ...(await readReport(file)) })));
    const result = mergeReports(reports, flags.allowMissing ?? false);
    const written = await writeReports(result, flags);
    const outcomes = result.outcomes.map(({ writtenTo: _, ...outcome }) => outcome);
    return printResult({ ...result, outcomes }, printOptions({ annotations: false, ...flags }, written));
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    process.stderr.write(`handgrad merge: ${error.message}\n`);
    return 2;
  }
}
