/** JupyterLab as a child process: started on the loopback address with a token, and gone when it is told, with all it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { installKernel } from '../kernel/index.js';
import { pythonOf } from './environment.js';
import { packageFolder } from './package-folder.js';

/** JupyterLab ended before it answered, or did not answer; the message ends with what it said. */
export class LabStartError extends Error {
  override readonly name = 'LabStartError';
}

export interface LabOptions {
  /** A Python environment with JupyterLab: see `provideLab`. */
  readonly environment: string;
  /** The folder whose notebooks are shown. */
  readonly folder: string;
  /** What is to outlast the run: settings, workspaces, and the signatures of notebooks that are trusted. */
  readonly state: string;
  /** The notebook to open, by its name in the folder. */
  readonly notebook?: string;
  /** This port and no other; without it the first free one from 8888 on. 0 is any free port. */
  readonly port?: number;
  /** Whether JupyterLab opens the person's browser. */
  readonly openBrowser?: boolean;
  /** Added to the environment of the server and its kernels. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

export interface Lab {
  /** `http://127.0.0.1:8888`, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** The page to open, with the token. */
  readonly page: string;
  readonly pid: number;
  /** When the server ends by itself: its exit code, and the end of what it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
  /** Ends the server and its kernels; resolves when they are gone. */
  stop(): Promise<void>;
}

const startMilliseconds = 120_000;
const stopMilliseconds = 15_000;

/**
 * Starts JupyterLab and waits until it answers. Its kernel is the one of this very package. Nothing of the person's own Jupyter is
 * read or changed; news and update checks are off. The token is made anew and stands in no process list. The server has a session
 * of its own (Ctrl-C in the terminal does not reach it) and ends when this process does, however it ends.
 *
 * @throws LabStartError
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const run = mkdtempSync(join(tmpdir(), 'handgrad-jupyterlab-'));
  const token = randomBytes(24).toString('hex');
  const log = join(run, 'server.log');
  const child = launch(options, run, token, log);
  const gone = ended(child).then(() => {
    const said = lastLines(log);
    rmSync(run, { recursive: true, force: true });
    return { code: child.exitCode, said };
  });
  const stop = () => stopServer(child, gone);
  try {
    const url = await answering(child, gone, join(run, 'runtime'), token, options);
    const place = options.notebook === undefined ? '' : `/tree/${encodeURIComponent(options.notebook)}`;
    return { url, token, page: `${url}/lab${place}?token=${token}`, pid: child.pid ?? 0, ended: gone, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch(options: LabOptions, run: string, token: string, log: string): ChildProcess {
  const { environment, folder, state, notebook, port, openBrowser = false } = options;
  const python = pythonOf(environment);
  const place = notebook === undefined ? '/lab' : `/lab/tree/${encodeURIComponent(notebook)}`;
  installKernel({ prefix: run });
  mkdirSync(join(run, 'runtime'), { mode: 0o700 });
  mkdirSync(state, { recursive: true });
  const output = openSync(log, 'w', 0o600);
  try {
    return spawn(
      python,
      [
        join(packageFolder(), 'scripts', 'lab', 'server.py'),
        '--ServerApp.ip=127.0.0.1',
        ...(port === undefined ? [] : [`--ServerApp.port=${port}`, '--ServerApp.port_retries=0']),
        `--ServerApp.open_browser=${openBrowser ? 'True' : 'False'}`,
        `--ServerApp.root_dir=${folder}`,
        `--LabApp.default_url=${place}`,
        ...(process.getuid?.() === 0 ? ['--ServerApp.allow_root=True'] : []),
        '--MultiKernelManager.default_kernel_name=handgrad',
        `--LabApp.app_settings_dir=${join(packageFolder(), 'scripts', 'lab', 'settings')}`,
        '--LabApp.news_url=None',
        '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
        '--LabApp.extension_manager=readonly',
        '--LabApp.expose_app_in_browser=True',
      ],
      {
        cwd: folder,
        detached: process.platform !== 'win32',
        stdio: ['pipe', output, output],
        env: {
          ...process.env,
          ...ownPlaces(run, state),
          VIRTUAL_ENV: environment,
          PATH: [dirname(python), process.env.PATH].filter(Boolean).join(delimiter),
          JUPYTER_TOKEN: token,
          HANDGRAD_LAB_RUN: run,
          ...options.env,
        },
      },
    );
  } finally {
    closeSync(output);
  }
}

/** Where JupyterLab keeps things: what lasts, and what goes when it ends. */
function ownPlaces(run: string, state: string): Readonly<Record<string, string>> {
  return {
    JUPYTER_RUNTIME_DIR: join(run, 'runtime'),
    JUPYTER_PATH: join(run, 'share', 'jupyter'),
    JUPYTER_PREFER_ENV_PATH: '1',
    JUPYTER_CONFIG_DIR: join(state, 'config'),
    JUPYTER_DATA_DIR: join(state, 'data'),
    JUPYTERLAB_SETTINGS_DIR: join(state, 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: join(state, 'workspaces'),
    IPYTHONDIR: join(state, 'ipython'),
  };
}

/** Resolves when the process is gone, or could not be started. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
}

/** Waits for the file in which the server says where it listens, and for its answer there. */
async function answering(
  child: ChildProcess,
  gone: Lab['ended'],
  runtime: string,
  token: string,
  { port, signal }: LabOptions,
): Promise<string> {
  const deadline = Date.now() + startMilliseconds;
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (failure !== undefined) throw new LabStartError(`JupyterLab could not be started: ${failure}.`);
    if (child.exitCode !== null || child.signalCode !== null)
      throw endedEarly(child, port, (await gone).said);
    const url = listening(join(runtime, `jpserver-${child.pid}.json`));
    if (url !== undefined) {
      const response = await fetch(`${url}/api/status`, {
        headers: { authorization: `token ${token}` },
      }).catch(() => undefined);
      if (response?.ok) return url;
    }
    await wait(100);
  }
  kill(child);
  const { said } = await gone;
  throw new LabStartError(
    `JupyterLab did not answer within ${startMilliseconds / 1000} s. It said:\n${said}`,
  );
}

function endedEarly(child: ChildProcess, port: number | undefined, said: string): LabStartError {
  if (/port .*(already in use|not available|is in use)|address already in use/i.test(said)) {
    return new LabStartError(
      `port ${port ?? ''} is taken: give another with --port, or none to have one found.`,
    );
  }
  const how = child.exitCode === null ? `signal ${child.signalCode}` : `code ${child.exitCode}`;
  return new LabStartError(`JupyterLab ended with ${how} before it answered. It said:\n${said}`);
}

function listening(file: string): string | undefined {
  try {
    const { url } = JSON.parse(readFileSync(file, 'utf8')) as { url: string };
    return url.replace(/\/$/, '');
  } catch {
    // Not written yet, or not whole.
    return undefined;
  }
}

/** The end of its standard input tells the server to stop its kernels and go; after 15 s its whole session is made to. */
async function stopServer(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.stdin?.on('error', () => undefined);
  child.stdin?.end();
  const late = setTimeout(() => kill(child), stopMilliseconds);
  await gone;
  clearTimeout(late);
}

function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined)
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  } catch {
    return '';
  }
}
