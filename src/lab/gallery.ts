/** Which folder the lab opens, and the notebook it begins with. */
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/** The folder cannot be opened; the message says what to do. */
export class LabFolderError extends Error {
  override readonly name = 'LabFolderError';
}

export interface Opened {
  readonly folder: string;
  /** The first notebook in reading order, by its name in the folder. */
  readonly first?: string;
  /** How many notebooks of the gallery were copied there just now. */
  readonly copied: number;
}

/** The name of the folder that an installed package's gallery is copied to. */
export const copyName = 'handgrad-notebooks';

/**
 * The folder that was asked for; else the gallery. In a checkout the gallery is opened where it is: git keeps what it was. An
 * installed package belongs to the package manager, which throws away what a person writes into it: there the gallery is copied to
 * `handgrad-notebooks` in the working folder, and a file that is there already stays as the person left it.
 *
 * @throws LabFolderError for a folder that is not there
 */
export function openGallery(packageFolder: string, asked: string | undefined, workingFolder: string): Opened {
  if (asked !== undefined) {
    const folder = resolve(workingFolder, asked);
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
      throw new LabFolderError(`${folder} is no folder: make it first, or give another --notebook-dir.`);
    }
    return opened(folder, 0);
  }
  const gallery = join(packageFolder, 'notebooks');
  if (isCheckout(packageFolder)) return opened(gallery, 0);
  const folder = join(workingFolder, copyName);
  return opened(folder, copyMissing(gallery, folder));
}

function isCheckout(folder: string): boolean {
  return existsSync(join(folder, '.git')) && !folder.split(sep).includes('node_modules');
}

function opened(folder: string, copied: number): Opened {
  const first = readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .sort()[0];
  return { folder, copied, ...(first === undefined ? {} : { first }) };
}

/** Copies what is not there yet, folders and all; answers how many notebooks that were. */
function copyMissing(from: string, to: string): number {
  let copied = 0;
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (existsSync(target)) continue;
    mkdirSync(join(target, '..'), { recursive: true });
    copyFileSync(source, target, constants.COPYFILE_EXCL);
    if (entry.name.endsWith('.ipynb')) copied++;
  }
  return copied;
}
