/** A JupyterLab on the loopback address, for the time of a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface LabServer {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/**
 * Starts JupyterLab of `environment` over `folder`, with its settings and its run-time files in `home`; nothing of the
 * person's own set-up is read, news and updates are off. `kernels` is a data folder of Jupyter with further kernels.
 */
export async function startLab(
  environment: string,
  folder: string,
  home: string,
  kernels: string,
): Promise<LabServer> {
  const port = await freePort();
  const token = 'handgrad-test';
  await writeSettings(home);
  const child = spawn(
    join(environment, 'bin/jupyter'),
    [
      'lab',
      '--no-browser',
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--ServerApp.port_retries=0',
      `--IdentityProvider.token=${token}`,
      `--ServerApp.root_dir=${folder}`,
      '--ServerApp.allow_root=True',
      '--LabApp.news_url=None',
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
      '--LabApp.extension_manager=readonly',
      '--LabApp.expose_app_in_browser=True',
    ],
    {
      env: {
        ...process.env,
        HOME: home,
        JUPYTER_CONFIG_DIR: join(home, 'config'),
        JUPYTER_DATA_DIR: join(home, 'data'),
        JUPYTER_PATH: kernels,
        JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
        IPYTHONDIR: join(home, 'ipython'),
        JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
        JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces'),
        VIRTUAL_ENV: environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  child.stderr?.on('data', (data: Buffer) => {
    log += data.toString();
  });
  const url = `http://127.0.0.1:${port}`;
  await answered(`${url}/api/status?token=${token}`, child, () => log);
  return { url, token, stop: () => stop(child) };
}

async function answered(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`JupyterLab ended with ${child.exitCode}:\n${log()}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await wait(100);
  }
  throw new Error(`JupyterLab did not answer within a minute:\n${log()}`);
}

/** Interrupted twice, JupyterLab ends without asking, and takes its kernels along. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

/** All cells are drawn, not only those in view. */
async function writeSettings(home: string): Promise<void> {
  const settings: Readonly<Record<string, unknown>> = {
    'notebook-extension/tracker': { windowingMode: 'none' },
    'apputils-extension/notification': { checkForUpdates: false, fetchNews: 'false' },
  };
  for (const [name, value] of Object.entries(settings)) {
    const file = join(home, 'settings/@jupyterlab', `${name}.jupyterlab-settings`);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, JSON.stringify(value));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
