/** Which notebooks are run, and where what comes of them is written. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { assertLanguage, isOurs, type Notebook, NotebookError, readNotebook } from './notebook.js';
import type { ParameterSet } from './sweep.js';

/** A notebook that is to be run: as it was named, where it is, and where its executed copy goes. */
export interface Job {
  /** With its parameters where it is one of a sweep: `study.ipynb [rows=10]`. */
  readonly path: string;
  readonly file: string;
  readonly target: string;
  readonly notebook: Notebook;
  /** The set of parameters of a sweep. */
  readonly parameters?: ParameterSet;
}

/** A notebook as it was found. */
export type Source = Pick<Job, 'path' | 'file' | 'notebook'>;

/**
 * Reads the notebooks named, and those in the folders named (in alphabetical order, hidden folders and node_modules left
 * out), each once. In folders, notebooks of other languages are left out. Throws NotebookError for what cannot be read.
 */
export async function readSources(
  named: readonly string[],
): Promise<{ readonly sources: readonly Source[]; readonly leftOut: readonly string[] }> {
  const paths = (await Promise.all(named.map(notebooksAt))).flat();
  const unique = [...new Map(paths.map((path) => [resolve(path), path])).entries()];
  const found = await Promise.all(
    unique.map(async ([file, path]) => ({
      path,
      file,
      notebook: readNotebook(await readFile(file, 'utf8'), path),
    })),
  );
  const foreign = (source: Source): boolean => !named.includes(source.path) && !isOurs(source.notebook);
  const sources = found.filter((source) => !foreign(source));
  for (const { notebook, path } of sources) assertLanguage(notebook, path);
  return { sources, leftOut: found.filter(foreign).map(({ path }) => path) };
}

/**
 * The sources with where their executed copies go: these keep their place relative to each other in `outputDirectory`; with
 * `inPlace` they replace the sources. Throws NotebookError where that cannot be.
 */
export function commonTargets(
  sources: readonly Source[],
  { outputDirectory, inPlace }: { readonly outputDirectory: string; readonly inPlace: boolean },
): readonly Job[] {
  const common = commonDirectory(sources.map(({ file }) => dirname(file)));
  return sources.map((source) => {
    const target = inPlace ? source.file : join(resolve(outputDirectory), relative(common, source.file));
    if (!inPlace && target === source.file) {
      throw new NotebookError(
        `${source.path} lies in the output directory: choose another --output-dir, or say --in-place.`,
      );
    }
    return { ...source, target };
  });
}

async function notebooksAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new NotebookError(`${path}: there is no such file or folder.`);
  if (!found.isDirectory()) return [path];
  const notebooks = await notebooksBelow(path);
  if (notebooks.length === 0) throw new NotebookError(`${path}: no notebook (*.ipynb) in this folder.`);
  return notebooks;
}

async function notebooksBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    sorted.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return /^\.|^node_modules$/.test(entry.name) ? [] : notebooksBelow(path);
      return entry.name.endsWith('.ipynb') ? [path] : [];
    }),
  );
  return found.flat();
}

function commonDirectory(directories: readonly string[]): string {
  const [first = '.', ...rest] = directories;
  const parts = first.split(sep);
  const shared = rest.reduce((length, directory) => {
    const other = directory.split(sep);
    const differs = parts.findIndex((part, index) => other[index] !== part);
    return Math.min(length, differs < 0 ? parts.length : differs);
  }, parts.length);
  return parts.slice(0, shared).join(sep) || sep;
}

/** Writes a file whole or not at all: beside its place first, then renamed. Makes the folder. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const directory = dirname(file);
  await mkdir(directory, { recursive: true });
  const beside = join(directory, `.${basename(file)}.${process.pid}.part`);
  try {
    await writeFile(beside, text);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
