/** `handgrad lab` as a person runs it: it says where it is, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { jupyterEnvironment, root } from './environment.js';

const cli = join(root, 'dist/cli.js');
const missing = await jupyterEnvironment().then(
  () => false as const,
  (error: unknown) => `no JupyterLab: ${String(error)}`,
);

interface Running {
  readonly child: ChildProcess;
  readonly page: URL;
  said(): string;
}

/** Runs the command, and waits for the line that says where the lab is. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(process.execPath, [cli, 'lab', ...args], {
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  for (;;) {
    const page = /^JupyterLab: (\S+)$/m.exec(text)?.[1];
    if (page !== undefined) return { child, page: new URL(page), said: () => text };
    assert.equal(child.exitCode, null, text);
    await wait(50);
  }
}

async function finished(args: readonly string[], env: NodeJS.ProcessEnv, cwd = tmpdir()) {
  const child = spawn(process.execPath, [cli, 'lab', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  await once(child, 'close');
  return { code: child.exitCode, said };
}

/** Asks the server's own interface, with the token. */
async function ask(page: URL, path: string, body?: object): Promise<Response> {
  return fetch(new URL(path, page.origin), {
    headers: { authorization: `token ${page.searchParams.get('token')}` },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
}

/** The processes below one, itself included: read from the system, not from what we believe. */
function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return [pid, ...children.map(Number).flatMap(family)];
}

/** What a run of the lab keeps for itself. */
function runFolders(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('handgrad-jupyterlab-'));
}

/** A process's family, once it has so many members. */
async function grown(pid: number, members: number): Promise<readonly number[]> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const pids = family(pid);
    if (pids.length >= members) return pids;
    await wait(100);
  }
  return family(pid);
}

async function allGone(pids: readonly number[]): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (!pids.some((pid) => existsSync(`/proc/${pid}`))) return;
    await wait(100);
  }
  assert.fail(`still running: ${pids.filter((pid) => existsSync(`/proc/${pid}`)).join()}`);
}

describe('handgrad lab', { skip: missing, timeout: 240_000 }, () => {
  it('serves on loopback, with a token, this package’s kernel, and opens the gallery', async () => {
    const { child, page } = await start(['--no-browser', '--port', '0']);
    try {
      assert.equal(page.hostname, '127.0.0.1');
      assert.match(page.pathname, /^\/lab\/tree\/01-.*\.ipynb$/);
      assert.match(page.searchParams.get('token') ?? '', /^[0-9a-f]{48}$/);
      assert.equal((await fetch(new URL('/api/contents', page.origin))).status, 403);
      const specs = (await (await ask(page, '/api/kernelspecs')).json()) as {
        default: string;
        kernelspecs: { handgrad: { spec: { argv: readonly string[] } } };
      };
      assert.equal(specs.default, 'handgrad');
      assert.equal(specs.kernelspecs.handgrad.spec.argv[1], join(dirname(cli), 'kernel/main.js'));
      const { content } = (await (await ask(page, '/api/contents')).json()) as {
        content: { name: string }[];
      };
      assert.ok(content.some(({ name }) => name.startsWith('01-')));
      const listening = readFileSync('/proc/net/tcp', 'utf8') + readFileSync('/proc/net/tcp6', 'utf8');
      const port = Number(page.port).toString(16).toUpperCase().padStart(4, '0');
      const addresses = [...listening.matchAll(new RegExp(`([0-9A-F]+):${port} \\S+ 0A`, 'g'))].map(
        (m) => m[1],
      );
      assert.deepEqual(addresses, ['0100007F']);
      const extensions = JSON.stringify(await (await ask(page, '/lab/api/listings/../../lab')).text());
      assert.match(extensions, /jupyterlab-plotly/);
      assert.match(extensions, /anywidget/);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`leaves no process and no file behind on ${signal}`, {
      skip: !existsSync('/proc/self/task') && 'reads /proc',
    }, async () => {
      const scratch = mkdtempSync(join(tmpdir(), 'handgrad-scratch-'));
      const { child, page, said } = await start(['--no-browser', '--port', '0'], { TMPDIR: scratch });
      assert.equal(runFolders(scratch).length, 1);
      const started = await ask(page, '/api/kernels', { name: 'handgrad' });
      assert.equal(started.status, 201);
      const pids = await grown(child.pid ?? 0, 4);
      assert.ok(pids.length >= 4, `command, server, kernel and its child: ${pids.join()}`);
      child.kill(signal);
      await once(child, 'close');
      if (signal !== 'SIGKILL') {
        assert.equal(child.exitCode, 0, said());
        assert.deepEqual(
          pids.filter((pid) => existsSync(`/proc/${pid}`)),
          [],
        );
      }
      await allGone(pids);
      assert.deepEqual(runFolders(scratch), []);
      rmSync(scratch, { recursive: true, force: true });
    });
  }

  it('opens the browser that the person has, without the token in its arguments', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'handgrad-browser-'));
    const note = join(folder, 'note');
    const browser = join(folder, 'browser');
    writeFileSync(browser, `#!/bin/sh\necho "$@" > ${note}.part && mv ${note}.part ${note}\n`);
    chmodSync(browser, 0o755);
    const { child, page } = await start(['--port', '0'], { BROWSER: browser, CI: '' });
    try {
      for (let attempt = 0; attempt < 200 && !existsSync(note); attempt++) await wait(50);
      const opened = readFileSync(note, 'utf8');
      assert.match(opened, /^file:.*\.html/);
      assert.ok(!opened.includes(page.searchParams.get('token') ?? '?'));
    } finally {
      child.kill('SIGTERM');
      await once(child, 'close');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('handgrad lab, where it cannot be', () => {
  let taken: Server;
  before(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
  });
  after(() => {
    taken.close();
  });

  it('says that the port is taken', { skip: missing, timeout: 120_000 }, async () => {
    const { port } = taken.address() as { port: number };
    const { code, said } = await finished(['--no-browser', '--port', String(port)], process.env);
    assert.equal(code, 1);
    assert.match(said, new RegExp(`^handgrad lab: port ${port} is taken: give another with --port`));
  });

  it('says that there is no Python, and what to install', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'handgrad-empty-'));
    const { code, said } = await finished(['--no-browser'], {
      PATH: empty,
      HOME: empty,
      HANDGRAD_CACHE: empty,
    });
    rmSync(empty, { recursive: true, force: true });
    assert.equal(code, 1);
    assert.match(
      said,
      /^handgrad lab: there is no Python 3\.10 or later; to mend it: .*apt-get install python3/,
    );
  });

  it('says that Python is too old, or cannot make environments', async () => {
    for (const [script, message] of [
      ['exit 1', /older than 3\.10/],
      ['[ "$1" = -c ]', /cannot make virtual environments.*python3-venv/],
    ] as const) {
      const folder = mkdtempSync(join(tmpdir(), 'handgrad-python-'));
      writeFileSync(join(folder, 'python3'), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, 'python3'), 0o755);
      const env = { PATH: folder, HOME: folder, HANDGRAD_CACHE: join(folder, 'cache') };
      const { code, said } = await finished(['--no-browser'], env);
      rmSync(folder, { recursive: true, force: true });
      assert.equal(code, 1);
      assert.match(said, message);
    }
  });

  it('refuses a folder that is not there, and a port that is none', async () => {
    const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const noFolder = await finished(['--notebook-dir', 'nowhere'], { ...process.env, PATH: path });
    assert.equal(noFolder.code, 1);
    assert.match(noFolder.said, /nowhere is no folder/);
    for (const port of ['many', '70000', '-1', '1.5']) {
      assert.equal((await finished(['--port', port], process.env)).code, 2, port);
    }
  });
});
