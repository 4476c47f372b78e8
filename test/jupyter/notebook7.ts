/** Jupyter Notebook 7 beside the JupyterLab that there is: the same server with other pages. */
import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonOf } from '../../src/lab/index.js';

const run = promisify(execFile);
const pin = 'notebook==7.6.5';

/**
 * Installs Notebook into a folder of its own, with its settings and its front end where a server with this `home` looks for
 * them; returns what the server's environment needs. Rejects where PyPI cannot be reached.
 */
export async function installNotebook(
  environment: string,
  folder: string,
  home: string,
): Promise<Readonly<Record<string, string>>> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  await run(pythonOf(environment), [...pip, '--target', folder, pin]);
  await cp(join(folder, 'share', 'jupyter'), join(home, 'data'), { recursive: true });
  await cp(join(folder, 'etc', 'jupyter'), join(home, 'config'), { recursive: true });
  const settings = { JupyterNotebookApp: { expose_app_in_browser: true } };
  await writeFile(join(home, 'config', 'jupyter_notebook_config.json'), JSON.stringify(settings));
  return { PYTHONPATH: folder };
}
