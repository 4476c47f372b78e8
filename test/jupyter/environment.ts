/** A Python environment with Jupyter's own tools, at pinned versions, made once and kept in handgrad's cache. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installKernel } from '../../src/kernel/index.js';
import { provideEnvironment, pythonOf, type Wanted } from '../../src/lab/index.js';

const pins = [
  'jupyter_kernel_test==0.7.0',
  'jupyter_client==8.10.0',
  'jupyter-console==6.6.3',
  'nbclient==0.11.0',
  'nbconvert==7.17.2',
  'nbformat==5.11.1',
  'papermill==2.7.0',
  'ipykernel==7.4.0',
  'pyzmq==27.3.0',
  'setuptools==80.9.0',
];

/** The checkout: tests run from dist-test/test/jupyter. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const here = join(root, 'test', 'jupyter');

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

export interface JupyterEnvironment {
  readonly python: string;
  /** Runs Python with the kernel installed in a place of its own; nothing of the person's Jupyter is seen or changed. */
  run(
    args: readonly string[],
    options?: { readonly input?: string; readonly cwd?: string },
  ): Promise<Finished>;
  remove(): void;
}

const jupyter: Wanted = { title: 'Installing Jupyter for tests', name: 'jupyter', install: pins };

/** The environment, or one with other packages (setuptools among them); or, as text, why there is none. */
export async function jupyterEnvironment(wanted = jupyter): Promise<JupyterEnvironment | string> {
  let python: string;
  try {
    python = pythonOf(await provideEnvironment(wanted));
  } catch (error) {
    return `no Python environment with Jupyter: ${error instanceof Error ? error.message : String(error)}`;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'handgrad-jupyter-'));
  installKernel({ prefix: scratch });
  installTranslator(python, scratch);
  const env = {
    ...process.env,
    PATH: [dirname(python), process.env.PATH].filter(Boolean).join(delimiter),
    JUPYTER_PATH: join(scratch, 'share', 'jupyter'),
    JUPYTER_RUNTIME_DIR: join(scratch, 'runtime'),
    JUPYTER_CONFIG_DIR: join(scratch, 'config'),
    JUPYTER_DATA_DIR: join(scratch, 'data'),
    IPYTHONDIR: join(scratch, 'ipython'),
    PYTHONPATH: [join(scratch, 'python'), process.env.PYTHONPATH].filter(Boolean).join(delimiter),
    PYTHONWARNINGS: 'ignore',
  };
  return {
    python,
    run: (args, options) => finish(python, args, env, options),
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** The translator for papermill, as a person would install it with pip. */
function installTranslator(python: string, scratch: string): void {
  const source = join(scratch, 'papermill');
  cpSync(join(root, 'scripts', 'papermill'), source, { recursive: true });
  const target = join(scratch, 'python');
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--no-build-isolation',
    '--target',
    target,
    source,
  ];
  execFileSync(python, args, { stdio: 'pipe' });
}

function finish(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { input = '', cwd }: { readonly input?: string; readonly cwd?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      ...(cwd !== undefined && { cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}
