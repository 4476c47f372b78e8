// Whether the server of this container answers. Its address is read from the file that it writes at its start, because a hub
// chooses port and prefix. A container that runs something else (`handgrad run`) has no server and is healthy.
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';

const folder = process.env.JUPYTER_RUNTIME_DIR ?? '/tmp/handgrad-jupyter';

/** What servers have written down; a file of one that has ended may be among them. */
function servers() {
  try {
    return readdirSync(folder)
      .filter((name) => /^jpserver-\d+\.json$/.test(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  } catch {
    return [];
  }
}

/** Whether the command of this container is a server: then one that has not yet written its file is awaited. */
function isServer() {
  const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0');
  return words.some((word) => /(^|\/)jupyter(hub)?(-|$)/.test(word));
}

/** @param {{ port: number, base_url: string, hostname: string, sock?: string }} server */
function answers(server) {
  const host = ['', '0.0.0.0', '::', '*'].includes(server.hostname) ? '127.0.0.1' : server.hostname;
  const where = server.sock ? { socketPath: server.sock } : { host, port: server.port };
  return new Promise((resolve) => {
    const request = http.get({ ...where, path: `${server.base_url}api`, timeout: 3000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

const known = servers();
const healthy = known.length > 0 ? (await Promise.all(known.map(answers))).includes(true) : !isServer();
process.exitCode = healthy ? 0 : 1;
