// What one person tries against another, or against themselves to see that the attempt itself works. Run with node --eval by that
// person; GIVEN stands before it. Prints what became of each attempt, as JSON: 'done', or why not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';

/** @type {{ home: string, notebook: string, runtime: string, kernel: string, port: number, uid: number, pid: number, hub: string, name: string, token: string }} */
const given = JSON.parse(process.env.GIVEN ?? '{}');
const connection = join(given.runtime, `kernel-${given.kernel}.json`);

/** @param {unknown} error */
const why = (error) => String(/** @type {NodeJS.ErrnoException} */ (error).code ?? error);

/** @param {() => unknown} action */
function attempt(action) {
  try {
    action();
    return 'done';
  } catch (error) {
    return why(error);
  }
}

/** A kernel's shell channel. @param {string} path @returns {Promise<string>} */
function connects(path) {
  return new Promise((resolve) => {
    const socket = net.connect(path, () => resolve('done'));
    socket.on('error', (error) => resolve(why(error)));
    socket.on('connect', () => socket.destroy());
  });
}

/** Asks a server at its own port. @param {https.RequestOptions} identity @returns {Promise<string>} */
function asks(identity) {
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port: given.port,
      path: `/user/${given.name}/api`,
      rejectUnauthorized: false,
    };
    const request = https.get({ ...options, ...identity }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'done' : String(response.statusCode));
    });
    request.on('error', (error) => resolve(why(error)));
  });
}

/** The key that this person's own server has. */
function ownKey() {
  const { JUPYTERHUB_SSL_KEYFILE: key, JUPYTERHUB_SSL_CERTFILE: cert } = process.env;
  return key && cert ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined;
}

/** @param {string} path */
async function throughHub(path) {
  const headers = { authorization: `token ${given.token}` };
  const { status } = await fetch(`${given.hub}${path}`, { headers, redirect: 'manual' });
  return status === 200 ? 'done' : String(status);
}

/** Ports that this person's processes listen on, as anybody on the machine can see. */
function ports() {
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && Number(fields[7]) === given.uid)
    .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
}

const key = ownKey();
const became = {
  readNotebook: attempt(() => readFileSync(given.notebook)),
  listHome: attempt(() => readdirSync(given.home)),
  writeHome: attempt(() => writeFileSync(join(given.home, `by-${process.getuid?.()}`), '')),
  readConnectionFile: attempt(() => readFileSync(connection)),
  connectToKernel: await connects(connection.replace(/\.json$/, '-ipc-1')),
  signalProcess: attempt(() => process.kill(given.pid, 0)),
  readEnvironment: attempt(() => readFileSync(`/proc/${given.pid}/environ`)),
  seeTheirTmp: attempt(() => readdirSync(`/proc/${given.pid}/root/tmp`)),
  serverPort: await asks({}),
  serverPortWithOwnKey: key === undefined ? 'no key' : await asks(key),
  serverThroughHub: await throughHub(`/user/${given.name}/api/contents`),
  hubApi: await throughHub(`/hub/api/users/${given.name}`),
};

process.stdout.write(
  JSON.stringify({
    became,
    ports: ports(),
    visible: readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
  }),
);
