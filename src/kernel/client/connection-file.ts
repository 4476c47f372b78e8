/** A connection file for a kernel of one's own, in a directory that nobody else can enter. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, channelNames, parseConnection } from '../connection.js';

export interface OwnConnection {
  readonly file: string;
  readonly connection: Connection;
  /** Removes the directory. */
  remove(): void;
}

/** Local sockets where the system has them: no port can be taken by another process in between. */
export async function createConnection(): Promise<OwnConnection> {
  const directory = mkdtempSync(join(tmpdir(), 'handgrad-kernel-'));
  const ports = process.platform === 'win32' ? await freePorts(channelNames.length) : [1, 2, 3, 4, 5];
  const fields = {
    ...(process.platform === 'win32'
      ? { transport: 'tcp', ip: '127.0.0.1' }
      : { transport: 'ipc', ip: join(directory, 'channel') }),
    ...Object.fromEntries(channelNames.map((name, index) => [`${name}_port`, ports[index]])),
    key: randomBytes(32).toString('hex'),
    signature_scheme: 'hmac-sha256',
    kernel_name: 'handgrad',
  };
  const file = join(directory, 'connection.json');
  writeFileSync(file, JSON.stringify(fields), { mode: 0o600 });
  return {
    file,
    connection: parseConnection(fields, file),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      return typeof address === 'object' && address ? address.port : 0;
    }),
  );
}
