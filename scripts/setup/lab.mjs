// JupyterLab with the plotly renderer and widgets, in an environment of handgrad's own.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { provideEnvironment } from './python.mjs';

const requirements = fileURLToPath(new URL('../lab/requirements.txt', import.meta.url));

/**
 * The folder of the environment, made if it is not in the cache yet.
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {import('./problem.mjs').SetupProblem}
 */
export function provideLab(env = process.env) {
  return provideEnvironment({
    title: 'Installing JupyterLab for handgrad (once, 60 MB to download)',
    name: 'jupyterlab',
    install: ['--require-hashes', '--only-binary=:all:', '--requirement', requirements],
    contents: [readFileSync(requirements)],
    env,
  });
}
