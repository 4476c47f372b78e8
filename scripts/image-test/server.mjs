// Within a container: what its server answers with and without the token, and what a kernel brings into being. Prints JSON.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const origin = 'http://127.0.0.1:8888';
const headers = { authorization: `token ${process.env.JUPYTER_TOKEN}` };
const folder = process.env.JUPYTER_RUNTIME_DIR ?? '';

/** @param {string} path @param {RequestInit} [init] @returns {Promise<any>} */
async function ask(path, init) {
  const response = await fetch(`${origin}${path}`, { headers, ...init });
  return response.status === 204 ? undefined : response.json();
}

/** Sockets that listen, of the whole container. */
const listening = () =>
  ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .filter((line) => line.trim().split(/\s+/)[3] === '0A'),
  ).length;

const withoutToken = (await fetch(`${origin}/api/kernels`)).status;
const withToken = (await fetch(`${origin}/api/kernels`, { headers })).status;
const { kernelspecs } = await ask('/api/kernelspecs');
const kernel = await ask('/api/kernels', { method: 'POST', body: JSON.stringify({ name: 'handgrad' }) });

/** @type {string[]} */
let channels = [];
for (let attempt = 0; attempt < 300 && channels.length < 5; attempt++) {
  await wait(100);
  channels = readdirSync(folder).filter((name) => name.startsWith(`kernel-${kernel.id}-ipc-`));
}

// What others could read or enter.
const open = [folder, join(folder, `kernel-${kernel.id}.json`)].filter(
  (path) => (statSync(path).mode & 0o077) !== 0,
);

const heard = listening();
await ask(`/api/kernels/${kernel.id}`, { method: 'DELETE' });
const kernels = (await ask('/api/kernels')).length;

process.stdout.write(
  JSON.stringify({
    withoutToken,
    withToken,
    specs: Object.keys(kernelspecs),
    listening: heard,
    channels: channels.length,
    open,
    kernels,
  }),
);
