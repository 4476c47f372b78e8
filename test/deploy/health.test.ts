/** The image's health check: it asks the server whose address is in the run-time file, whatever port and prefix a hub chose. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { root } from '../project/places.js';

const script = join(root, 'deploy/image/health.mjs');

/** The exit code of the check where `servers` have written their files. */
async function check(context: TestContext, servers: readonly object[]): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-health-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [index, server] of servers.entries())
    writeFileSync(join(folder, `jpserver-${index + 1}.json`), JSON.stringify(server));
  const env = { ...process.env, JUPYTER_RUNTIME_DIR: folder };
  const child = spawn(process.execPath, [script], { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A server that answers 200 at one path, and 404 elsewhere. */
async function listen(context: TestContext, path: string): Promise<number> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === path ? 200 : 404;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const deaf = { hostname: '127.0.0.1', port: 1, base_url: '/' };

test('a server that answers at its own port and prefix is healthy, whatever address it was told to listen on', async (context) => {
  const port = await listen(context, '/user/ada/api');
  for (const hostname of ['127.0.0.1', 'localhost', '0.0.0.0', ''])
    assert.equal(await check(context, [{ hostname, port, base_url: '/user/ada/' }]), 0, hostname);
});

test('one that does not answer, or answers elsewhere, is not', async (context) => {
  const port = await listen(context, '/user/ada/api');
  assert.equal(await check(context, [deaf]), 1);
  assert.equal(await check(context, [{ hostname: '127.0.0.1', port, base_url: '/user/grace/' }]), 1);
});

test('the file of a server that ended does not hide the one that runs', async (context) => {
  const port = await listen(context, '/api');
  assert.equal(await check(context, [deaf, { hostname: '127.0.0.1', port, base_url: '/' }]), 0);
});
