/** What git knows of the files. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { RunError } from './errors.js';

const execute = promisify(execFile);

/**
 * The files (absolute) that differ from commit `since`, or from where this branch left it: committed, staged, unstaged and new
 * ones, also those that were deleted.
 *
 * @throws RunError outside a repository, without git, and for a commit that is not known.
 */
export async function changedFiles(since: string, directory: string): Promise<ReadonlySet<string>> {
  const top = await topLevel(directory);
  const base = await baseOf(since, directory);
  const lists = await Promise.all([
    base === undefined
      ? git(top, 'ls-files', '--cached', '-z')
      : git(top, 'diff', '--name-only', '--no-renames', '-z', base, '--'),
    git(top, 'ls-files', '--others', '--exclude-standard', '-z'),
  ]);
  const names = lists.flatMap((list) => list.split('\0').filter(Boolean));
  return new Set(names.map((name) => resolve(top, name)));
}

/** Whether git takes the text for a commit. */
export async function isCommit(text: string, directory: string): Promise<boolean> {
  return git(directory, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`).then(
    () => true,
    () => false,
  );
}

/** The root of the repository, as the system names it (without symbolic links). */
export async function topLevel(directory: string): Promise<string> {
  try {
    return (await git(directory, 'rev-parse', '--show-toplevel')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new RunError(
        '--changed asks git, which is not installed (or not on PATH). Install it, or leave --changed out.',
      );
    }
    const said = oneLineOf(error);
    if (/not a git repository|work tree/.test(said)) {
      throw new RunError(
        `--changed asks git, and ${resolve(directory)} lies in no repository. Run it in one, or leave --changed out.`,
      );
    }
    throw new RunError(`--changed asks git, which answered: ${said}`);
  }
}

/**
 * The commit to compare with: where this branch left `since`; `since` itself where the history does not reach back. Undefined before
 * the first commit, when everything is new.
 */
async function baseOf(since: string, directory: string): Promise<string | undefined> {
  if (!(await isCommit(since, directory))) {
    if (since === 'HEAD') return undefined;
    throw new RunError(
      `--changed ${since}: git knows no commit of this name here. Fetch it first (git fetch origin; with actions/checkout: fetch-depth: 0), or name another.`,
    );
  }
  return git(directory, 'merge-base', since, 'HEAD').then(
    (base) => base.trim(),
    () => since,
  );
}

async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', ['-C', directory, ...args], { maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

function oneLineOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  return (stderr ?? message).trim().replace(/\s+/g, ' ');
}
