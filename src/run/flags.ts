/** What the options of the command line mean. */
import { existsSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { RunError } from './errors.js';
import { isCommit, topLevel } from './git.js';
import { isIdentifier, type Parameters } from './parameters.js';

export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Give a number of seconds greater than 0.');
  return number;
}

export function megabytes(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Give a number of megabytes greater than 0.');
  return number;
}

export function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 or more.');
  return Number(text);
}

/** Reads `name value` pairs and `name=value`. */
export function readParameters(texts: readonly string[]): Parameters {
  const parameters = new Map<string, string>();
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index] ?? '';
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!isIdentifier(name)) {
      throw new RunError(
        `“${text}” is no parameter: give a name and a value, after the notebooks: -p rows 100.`,
      );
    }
    const value = equals < 0 ? texts[++index] : text.slice(equals + 1);
    if (value === undefined) {
      throw new RunError(`The parameter “${name}” has no value: -p ${name} 100. Notebooks stand before -p.`);
    }
    parameters.set(name, value);
  }
  return parameters;
}

/** What `--changed` asks for, and the notebooks to choose from. */
export interface Choice {
  readonly since: string;
  readonly notebooks: readonly string[];
}

/**
 * Reads `--changed [commit]`. Without a commit it is the one that pre-commit compares with, or HEAD; without notebooks, all below
 * this folder. A word behind `--changed` that git does not know and that names a file is a notebook: `run --changed notebooks`.
 *
 * @throws RunError outside a repository.
 */
export async function readChanged(
  given: string | true,
  notebooks: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Choice> {
  await topLevel('.');
  const usual = environment.PRE_COMMIT_FROM_REF || 'HEAD';
  const isPath = typeof given === 'string' && !(await isCommit(given, '.')) && existsSync(given);
  const all = isPath ? [given, ...notebooks] : notebooks;
  return {
    since: given === true || isPath ? usual : given,
    notebooks: all.length === 0 ? ['.'] : all,
  };
}
