/** A JupyterLab for the time of a test: that of `handgrad lab`, with settings of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lab, startLab as start } from '../../src/lab/index.js';

export type LabServer = Lab;

/**
 * Starts JupyterLab of `environment` over `folder`, with its settings in `home`, on a free port. Its kernel is that of this
 * checkout's build for tests.
 */
export async function startLab(
  environment: string,
  folder: string,
  home: string,
  env: Readonly<Record<string, string>> = {},
): Promise<LabServer> {
  await writeSettings(home);
  return start({ environment, folder, state: home, port: 0, env });
}

/** All cells are drawn, not only those in view. */
async function writeSettings(home: string): Promise<void> {
  const settings: Readonly<Record<string, unknown>> = {
    'notebook-extension/tracker': { windowingMode: 'none' },
  };
  for (const [name, value] of Object.entries(settings)) {
    const file = join(home, 'settings/@jupyterlab', `${name}.jupyterlab-settings`);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, JSON.stringify(value));
  }
}
