/** What the tests in the lab stand on: a browser on this machine, and a JupyterLab of our own in the cache. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideLab } from '../../src/lab/index.js';

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

/** The folder of a Python environment with JupyterLab: the one of `handgrad lab`. Rejects where Python or PyPI cannot be reached. */
export function jupyterEnvironment(): Promise<string> {
  return provideLab();
}

/** What a test in the lab needs, or why it is to be skipped. */
export interface LabNeeds {
  readonly chromium: string;
  readonly environment: string;
  readonly missing: string | false;
}

export async function labNeeds(): Promise<LabNeeds> {
  const chromium = findChromium();
  if (chromium === undefined) {
    const missing = 'no chromium on this machine (apt-get install chromium)';
    return { chromium: '', environment: '', missing };
  }
  try {
    return { chromium, environment: await jupyterEnvironment(), missing: false };
  } catch (error) {
    return { chromium, environment: '', missing: `JupyterLab could not be installed: ${String(error)}` };
  }
}
