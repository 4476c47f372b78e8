/** `handgrad check`, as a command of the command line. */
import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { painter } from '../display/index.js';
import { checkDocuments } from './check-documents.js';
import { DocumentError, type Kind } from './files.js';
import { annotations, jsonReport, junitReport, markdownReport, textReport } from './report.js';
import { passes } from './result.js';

interface Flags {
  readonly as?: Kind;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
  readonly markdown?: string;
  readonly annotations?: boolean;
}

const help = `
In Markdown, blocks fenced as \`\`\`handgrad; in LaTeX, comments: % handgrad: …, or % handgrad begin … % handgrad end, and
% handgrad: check below for the rows of the displayed formula that follows. The lines:

  given x: n; t: n; W: m n; ε          tensors and their dimensions; begins anew
  define s_i = exp(x_i) / Σ_k exp(x_k)
  assume Σ_i t_i = 1
  derive ∂s_i/∂x_j                     then its lines, each judged:
  = s_i (δ_ij − s_j)                   # the reason, or a comment
  let Z = Σ_k exp(x_k)                 a name within the derivation
  ∂Z/∂x_j = exp(x_j)                   a part of the way
  = …                                  the rest is left to the reader
  check ∂s_i/∂x_i = s_i (1 − s_i)      an equality by itself
  expect refuted: = s_i (1 − s_j)      a mistake that is meant; also: expect refuted (sign): …

A block without “given” goes on where the one before ended; \`\`\`handgrad NAME joins blocks of one name.

Exit code: 0 every line came out as it should; 1 one is refuted, undecided or cannot be read; 2 wrong usage, or no file.

Examples:
  $ handgrad check README.md
  $ handgrad check docs paper.tex --all
  $ handgrad check paper.tex --junit check.xml --markdown "$GITHUB_STEP_SUMMARY"
  $ cat notes.md | handgrad check -`;

/** Adds `handgrad check FILE…` to a commander program; the action sets `process.exitCode` (0, 1 or 2). */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('check the derivations in Markdown and LaTeX documents')
    .description(
      'Checks the derivations that stand in documents, line by line, and names mistakes by file and line.',
    )
    .argument('<file...>', 'documents (.md, .tex), folders of them, or - for stdin')
    .option('--as <kind>', 'read every file as markdown or tex', readKind)
    .option('-a, --all', 'print every line with its verdict, not only what fails')
    .option('--json', 'print the result as JSON')
    .option('--junit <file>', 'also a report as JUnit XML, for CI systems')
    .option('--markdown <file>', 'also a report as Markdown')
    .option('--annotations', 'also print annotations for GitHub (there they are printed anyway)')
    .addHelpText('after', help)
    .action(async (files: string[], flags: Flags) => {
      process.exitCode = await check(files, flags);
    });
}

function readKind(text: string): Kind {
  if (text === 'markdown' || text === 'tex') return text;
  throw new InvalidArgumentError('Give markdown or tex.');
}

async function check(files: readonly string[], flags: Flags): Promise<number> {
  try {
    const results = await checkDocuments(files, flags.as);
    for (const { path, blocks } of results) {
      if (blocks === 0 && files.includes(path))
        process.stderr.write(`${path}: no block for handgrad in it.\n`);
    }
    if (flags.junit !== undefined) await writeFile(flags.junit, junitReport(results));
    if (flags.markdown !== undefined) await writeFile(flags.markdown, markdownReport(results));
    const text = flags.json
      ? jsonReport(results)
      : textReport(results, painter(process.stdout), flags.all ?? false);
    process.stdout.write(`${text}\n`);
    const wanted = flags.annotations ?? process.env.GITHUB_ACTIONS === 'true';
    // Beside JSON they go to stderr, which GitHub reads too.
    if (wanted) (flags.json ? process.stderr : process.stdout).write(annotations(results));
    return results.every(({ findings }) => findings.every(passes)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    process.stderr.write(`handgrad check: ${error.message}\n`);
    return 2;
  }
}
