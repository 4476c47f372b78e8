// The hub of deploy/hub as it is installed, on ports that are free, with a state of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** @param {string} prefix what install.sh made @param {string} state an empty folder that only root can enter */
export async function startHub(prefix, state) {
  const [port, hub, proxy] = await Promise.all([freePort(), freePort(), freePort()]);
  const log = join(state, 'hub.log');
  const output = openSync(log, 'a');
  const child = spawn(
    join(prefix, 'hub/bin/jupyterhub'),
    [
      `--config=${join(prefix, 'handgrad/hub/jupyterhub_config.py')}`,
      `--JupyterHub.bind_url=http://127.0.0.1:${port}`,
      `--JupyterHub.hub_bind_url=https://127.0.0.1:${hub}`,
      `--ConfigurableHTTPProxy.api_url=https://127.0.0.1:${proxy}`,
      `--OwnSpaceSpawner.run_directory=${join('/run', basename(state))}`,
    ],
    { cwd: state, env: { ...process.env, HANDGRAD_PREFIX: prefix }, stdio: ['ignore', output, output] },
  );
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const begin = Date.now();
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the hub ended:\n${readFileSync(log, 'utf8')}`);
    const response = await fetch(`${url}/hub/health`).catch(() => undefined);
    if (response?.ok) break;
    if (Date.now() - begin > 60_000)
      throw new Error(`the hub does not answer:\n${readFileSync(log, 'utf8')}`);
    await wait(100);
  }
  return {
    url,
    pid: child.pid ?? 0,
    log: () => readFileSync(log, 'utf8'),
    seconds: (Date.now() - begin) / 1000,
    /** @param {NodeJS.Signals} signal */
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
