/** Kernels of others, started with a connection file and asked over the wire. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ClientChannels } from '../../src/kernel/client/channels.js';
import { channelNames, parseConnection } from '../../src/kernel/connection.js';
import type { Json, Message } from '../../src/kernel/wire/message.js';

const denoVersion = '2.9.6';

/** Deno from npm, in handgrad's cache; throws where it cannot be had. */
export function denoProgram(): string {
  const cache = process.env.HANDGRAD_CACHE ?? join(homedir(), '.cache', 'handgrad');
  const place = join(cache, 'bench', `deno-${denoVersion}`);
  const packages = join(place, 'node_modules', '@deno');
  if (!existsSync(packages)) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `deno@${denoVersion}`], {
      cwd: place,
      stdio: 'pipe',
    });
  }
  const program = readdirSync(packages)
    .map((name) => join(packages, name, 'deno'))
    .find((file) => existsSync(file));
  if (program === undefined) throw new Error(`npm's deno ${denoVersion} has no program for this machine`);
  return program;
}

/** A connection file for TCP on this machine, the one transport that all kernels know; returns its fields. */
export async function writeTcpConnection(file: string): Promise<Json> {
  const fields: Record<string, unknown> = {
    transport: 'tcp',
    ip: '127.0.0.1',
    key: randomBytes(16).toString('hex'),
    signature_scheme: 'hmac-sha256',
    kernel_name: 'other',
  };
  for (const channel of channelNames) fields[`${channel}_port`] = await freePort();
  writeFileSync(file, JSON.stringify(fields), { mode: 0o600 });
  return fields;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

export class OtherKernel {
  readonly #process: ChildProcess;
  readonly #channels: ClientChannels;
  readonly #replies = new Map<string, (message: Message) => void>();
  /** All that was shown so far, as JSON: kernels differ in how they show. */
  shown = '';

  private constructor(child: ChildProcess, fields: Json) {
    this.#process = child;
    this.#channels = new ClientChannels(
      parseConnection(fields, 'other'),
      randomUUID(),
      (channel, message) => {
        const type = message.header.msg_type;
        if (channel === 'shell') this.#replies.get(message.parent.msg_id ?? '')?.(message);
        if (channel === 'iopub' && /^(stream|execute_result|display_data|error)$/.test(type)) {
          this.shown += JSON.stringify(message.content);
        }
      },
    );
  }

  /** @param argv with `{connection_file}`, as in a kernelspec. */
  static async start(argv: readonly string[], directory: string): Promise<OtherKernel> {
    const file = join(directory, `${randomUUID()}.json`);
    const fields = await writeTcpConnection(file);
    const [program = '', ...rest] = argv.map((part) => part.replace('{connection_file}', file));
    const kernel = new OtherKernel(spawn(program, rest, { cwd: directory, stdio: 'ignore' }), fields);
    await kernel.#ask('kernel_info_request', {});
    return kernel;
  }

  /** Runs a cell and waits until what it shows holds `expected`; fails with what it showed in its place. */
  async expect(code: string, expected: RegExp): Promise<void> {
    this.shown = '';
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    const { content: reply } = await this.#ask('execute_request', { ...content, stop_on_error: false });
    for (let attempt = 0; attempt < 100 && !expected.test(this.shown); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!expected.test(this.shown))
      throw new Error(`${code}\nshowed ${this.shown}\nand replied ${JSON.stringify(reply)}`);
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.on('exit', resolve));
    this.#process.kill('SIGKILL');
    await exited;
    this.#channels.close();
  }

  #ask(type: string, content: Json): Promise<Message> {
    return new Promise((resolve) => this.#replies.set(this.#channels.send('shell', type, content), resolve));
  }
}
