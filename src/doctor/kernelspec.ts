/** Where Jupyter would find handgrad's kernel. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Finding } from './finding.js';
import { findProgram, output } from './programs.js';

interface KernelSpec {
  readonly argv: readonly string[];
}

/** The folders that Jupyter searches, in its order: JUPYTER_PATH, the person's, the Python environment's, the machine's. */
async function dataFolders(): Promise<readonly string[]> {
  const own =
    process.env.JUPYTER_DATA_DIR ||
    (process.platform === 'darwin'
      ? join(homedir(), 'Library/Jupyter')
      : join(process.env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'jupyter'));
  const python = await findProgram(['python3', 'python']);
  const prefix = python && (await output(python, ['-c', 'import sys; print(sys.prefix)']));
  const environments = [process.env.VIRTUAL_ENV, process.env.CONDA_PREFIX, prefix].filter((folder) => folder);
  return [
    ...(process.env.JUPYTER_PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    own,
    ...environments.map((folder) => join(folder ?? '', 'share/jupyter')),
    '/usr/local/share/jupyter',
    '/usr/share/jupyter',
  ];
}

/** The kernel as Jupyter sees it: installed, and what its kernelspec starts is still there. */
export async function kernelSpec(): Promise<Finding> {
  const about = 'kernel';
  for (const folder of new Set(await dataFolders())) {
    const file = join(folder, 'kernels/handgrad/kernel.json');
    if (!existsSync(file)) continue;
    const lost = lostPrograms(file);
    if (lost.length === 0) return { about, state: 'ok', says: `installed for Jupyter in ${folder}` };
    return {
      about,
      state: 'broken',
      says: `${file} starts ${lost.join(' and ')}, which is not there`,
      remedy: 'npx handgrad install',
    };
  }
  return { about, state: 'missing', says: 'not installed for Jupyter', remedy: 'npx handgrad install' };
}

/** The absolute paths in the kernelspec's command that do not exist. */
function lostPrograms(file: string): readonly string[] {
  try {
    const { argv } = JSON.parse(readFileSync(file, 'utf8')) as KernelSpec;
    return argv.filter((part) => part.startsWith('/') && !existsSync(part));
  } catch {
    return [`something unreadable (${file})`];
  }
}
