/** `handgrad new`, as a command of the command line. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { type Notebook, writeNotebook } from '../run/index.js';
import { firstNotebook } from './cells.js';
import { NewError } from './errors.js';
import { exerciseNotebook, nbgraderNotebook } from './exercise-notebook.js';
import { solutionOf } from './solution.js';
import { readStatement, statementFrom, type Words } from './statement.js';

interface Flags extends Words {
  readonly from?: string;
  readonly nbgrader?: boolean;
  readonly outputDir?: string;
}

const help = `
Examples:
  $ handgrad new notebook softmax
  $ handgrad new exercise softmax --given x:n --define 's_i = exp(x_i) / Σ_k exp(x_k)' --derive 'jacobian=∂s_i/∂x_j' --points 2
  $ handgrad new exercise softmax --from statement.json
  $ handgrad new exercise softmax --from statement.json --nbgrader`;

const exerciseHelp = `
The solution is worked by the machine and held against the exercise: a statement that it cannot solve is refused. Files that are there
are never overwritten.

With --nbgrader the notebook is written to source/NAME/NAME.ipynb of the course in this folder, with the marks of nbgrader
(solutions that its generate_assignment cuts out, a graded cell for each part), and nbgrader_config.py beside it if there is none.

Exit code: 0 made; 1 it could not be made; 2 wrong usage.

Examples:
  $ handgrad new exercise softmax --given x:n --define 's_i = exp(x_i) / Σ_k exp(x_k)' --derive 'jacobian=∂s_i/∂x_j' --points 2
  $ handgrad new exercise linear --given x:n W:m,n b:m --define 'y_i = Σ_j W_ij x_j + b_i' --derive 'by x=∂y_i/∂x_j' --derive '∂y_i/∂W_kl'
  $ handgrad new exercise softmax --from statement.json --nbgrader`;

/** Adds `handgrad new exercise` and `handgrad new notebook` to a commander program. The actions set `process.exitCode`. */
export function addNewCommand(program: Command): void {
  const make = program
    .command('new')
    .summary('make a notebook, or an exercise from a statement')
    .description(
      'Makes a notebook to begin with, or an exercise from a statement, with its solution and credit.',
    )
    .addHelpText('after', help);
  make
    .command('notebook')
    .summary('a notebook with one derivation to begin with')
    .description('Makes NAME.ipynb with one derivation to begin with.')
    .argument('<name>', 'the name of the notebook')
    .option('-o, --output-dir <folder>', 'where it is written (otherwise here)')
    .addHelpText('after', '\nExamples:\n  $ handgrad new notebook softmax')
    .action((name: string, flags: Flags) => report(() => [write(place(name, flags), firstNotebook(name))]));
  make
    .command('exercise')
    .summary('an exercise from a statement, with its solution and credit')
    .description(
      'Makes a notebook from a statement: prose, a cell for each part, the solution folded away, the credit.',
    )
    .argument('<name>', 'the name of the exercise and of its notebook')
    .option('--from <file>', 'a statement in JSON: given, define, assume, hints, parts; title and prose')
    .option('--given <tensor...>', 'tensors with their dimensions: x:n W:m,n c:')
    .option('--define <line...>', 'definitions, in order')
    .option('--assume <line...>', 'assumptions')
    .option('--derive <question...>', 'what is asked, a part each: ∂s_i/∂x_j, or jacobian=∂s_i/∂x_j')
    .option('--points <number...>', 'points: one number for every part, or one for each', points)
    .option('--nbgrader', 'for a course graded by nbgrader')
    .option(
      '-o, --output-dir <folder>',
      'where it is written (otherwise here; with --nbgrader in source/NAME)',
    )
    .addHelpText('after', exerciseHelp)
    .action((name: string, flags: Flags) => report(() => makeExercise(name, flags)));
}

function points(text: string, before: readonly number[] = []): readonly number[] {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Give a number above 0.');
  return [...before, number];
}

/** Makes what was asked and says what was written; what cannot be made ends with 1. */
function report(make: () => readonly string[]): void {
  try {
    for (const file of make()) process.stdout.write(`Written: ${file}\n`);
  } catch (error) {
    if (!(error instanceof NewError)) throw error;
    process.stderr.write(`handgrad new: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function makeExercise(name: string, flags: Flags): readonly string[] {
  const file = place(name, flags);
  const words = [flags.given, flags.define, flags.assume, flags.derive, flags.points];
  if (flags.from !== undefined && words.some((word) => word !== undefined))
    throw new NewError(
      '--from FILE holds the whole statement: leave --given, --define, --assume, --derive and --points out.',
    );
  const statement =
    flags.from === undefined
      ? statementFrom(flags, name)
      : readStatement(textOf(flags.from), flags.from, name);
  const solution = solutionOf(statement);
  if (flags.nbgrader !== true) return [write(file, exerciseNotebook(statement, solution))];
  const written = write(file, nbgraderNotebook(statement, solution));
  return existsSync(configuration) ? [written] : [written, writeConfiguration()];
}

const configuration = 'nbgrader_config.py';

function writeConfiguration(): string {
  const shipped = fileURLToPath(new URL('../../scripts/nbgrader/nbgrader_config.py', import.meta.url));
  writeFileSync(configuration, readFileSync(shipped, 'utf8'), { flag: 'wx' });
  return configuration;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new NewError(
      `${file} cannot be read (${(error as Error).message}). Give the file of a statement: --from statement.json.`,
    );
  }
}

/** Where the notebook goes. */
function place(name: string, { outputDir, nbgrader }: Flags): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} _.-]*$/u.test(name))
    throw new NewError(
      `“${name}” is no name for a notebook: letters, digits, spaces, dots, - and _, a letter or digit first.`,
    );
  return join(outputDir ?? (nbgrader === true ? join('source', name) : '.'), `${name}.ipynb`);
}

/** Writes a notebook where there is none. */
function write(file: string, made: Notebook): string {
  if (existsSync(file))
    throw new NewError(`${file} is there already: give another name, or another folder with --output-dir.`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, writeNotebook(made), { flag: 'wx' });
  return file;
}
