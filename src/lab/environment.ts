/** Python environments in handgrad's cache: the set-up's own scripts make them, and this gives them types. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from './package-folder.js';

/** What an environment is made of; the same as in scripts/setup/python.mjs. */
export interface Wanted {
  /** What a person reads while it is made. */
  readonly title: string;
  /** Of its folder in the cache. */
  readonly name: string;
  /** What pip is to install. */
  readonly install: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

function script(name: string): Promise<unknown> {
  return import(pathToFileURL(join(packageFolder(), 'scripts', 'setup', name)).href);
}

/** JupyterLab in the cache, made first if need be; rejects with a SetupProblem where there is no Python or no network for it. */
export async function provideLab(env: Environment = process.env): Promise<string> {
  const { provideLab: provide } = (await script('lab.mjs')) as {
    provideLab(env: Environment): Promise<string>;
  };
  return provide(env);
}

/** An environment of any pinned packages, in the same way. */
export async function provideEnvironment(wanted: Wanted): Promise<string> {
  const { provideEnvironment: provide } = (await script('python.mjs')) as {
    provideEnvironment(wanted: Wanted): Promise<string>;
  };
  return provide(wanted);
}

/** Handgrad's folder in the person's cache. */
export async function cacheFolder(env: Environment = process.env): Promise<string> {
  const { cacheFolder: find } = (await script('cache.mjs')) as { cacheFolder(env: Environment): string };
  return find(env);
}

/** The Python of an environment. */
export function pythonOf(environment: string): string {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');
}

/** Whether the set-up says what is missing and what to do: its message is all that a person needs. */
export function isSetupProblem(error: unknown): error is Error {
  return error instanceof Error && error.name === 'SetupProblem';
}
