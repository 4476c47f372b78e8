/** What the tests in the lab stand on: a browser on this machine, and a JupyterLab of our own in the cache. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The project's own folder, seen from dist-test/test/lab. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A chromium on this machine, or undefined. */
export function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env.CHROMIUM ?? '', ...candidates].find(isExecutable);
}

function isExecutable(file: string): boolean {
  if (file === '') return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The folder of a Python environment with JupyterLab and the plotly renderer, versions pinned by constraints.txt; made
 * when it is not in the cache, under a name that changes with them. Rejects where Python or PyPI cannot be reached.
 */
export async function jupyterEnvironment(): Promise<string> {
  const constraints = join(root, 'test/lab/constraints.txt');
  const key = createHash('sha256').update(readFileSync(constraints)).digest('hex').slice(0, 12);
  const cache =
    process.env.HANDGRAD_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'handgrad');
  const environment = join(cache, `jupyterlab-${key}`);
  // An environment cannot be moved, so it is made in place, and marked when it is whole.
  const whole = join(environment, 'whole');
  if (existsSync(whole)) return environment;
  await rm(environment, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await run('python3', ['-m', 'venv', environment]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--constraint', constraints];
  await run(join(environment, 'bin/python'), [...pip, 'jupyterlab', 'plotly', 'nbclient']);
  await writeFile(whole, '');
  return environment;
}
