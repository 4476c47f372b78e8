/** The kernel against tslab's, Deno's and ipykernel, in one run: start, warm cells, declaring cells, prints, memory. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClientChannels } from '../src/kernel/client/channels.js';
import { parseConnection } from '../src/kernel/connection.js';
import type { Json, Message } from '../src/kernel/wire/message.js';
import { denoProgram, writeTcpConnection } from '../test/jupyter/other-kernel.js';

const rounds = Number(process.env.ROUNDS ?? 3);
/** How many declaring cells the long sessions have; tslab takes a minute for 1,000. */
const declaring = Number(process.env.DECLARING ?? 1000);
const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = process.env.HANDGRAD_CACHE ?? join(homedir(), '.cache', 'handgrad');
const scratch = mkdtempSync(join(tmpdir(), 'handgrad-bench-'));

interface Language {
  readonly declare: (n: number) => string;
  readonly object: string;
  readonly prints: string;
}

interface Peer {
  readonly name: string;
  readonly argv: (connectionFile: string) => readonly string[];
  readonly language: Language;
}

const typescript: Language = {
  declare: (n) => `const value${n}: number = ${n}; function twice${n}(x: number) { return x * value${n} }`,
  object: 'const subject = { alpha: 1, beta: 2 }',
  prints: 'for (let n = 0; n < 20000; n++) console.log(n)',
};
const python: Language = {
  declare: (n) => `value${n} = ${n}\ndef twice${n}(x):\n    return x * value${n}`,
  object: 'import math as subject',
  prints: 'for n in range(20000): print(n)',
};

function peers(): Peer[] {
  const found: Peer[] = [
    {
      name: 'handgrad',
      argv: (file) => [process.execPath, join(root, 'dist-test/src/kernel/main.js'), file],
      language: typescript,
    },
    {
      name: 'tslab',
      argv: (file) => [
        process.execPath,
        join(root, 'node_modules/tslab/bin/tslab'),
        'kernel',
        '--config-path',
        file,
      ],
      language: typescript,
    },
  ];
  try {
    const deno = denoProgram();
    found.push({
      name: 'deno',
      argv: (file) => [deno, 'jupyter', '--kernel', '--conn', file],
      language: typescript,
    });
  } catch (error) {
    console.log(`without deno: ${String(error).split('\n')[0]}`);
  }
  const ipykernel = pythonWithKernel();
  if (ipykernel) {
    found.push({
      name: 'ipykernel',
      argv: (file) => [ipykernel, '-m', 'ipykernel_launcher', '-f', file],
      language: python,
    });
  }
  return found;
}

/** The environment of test/jupyter, or the Python at hand, where it has ipykernel. */
function pythonWithKernel(): string | undefined {
  const environments = join(cache, 'jupyter');
  const candidates = existsSync(environments)
    ? readdirSync(environments).map((name) => join(environments, name, 'bin', 'python'))
    : [];
  return [...candidates, 'python3'].find((program) => {
    try {
      execFileSync(program, ['-c', 'import ipykernel'], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  });
}

class Running {
  readonly #process: ChildProcess;
  readonly #channels: ClientChannels;
  readonly #second: ClientChannels;
  readonly #replies = new Map<string, (message: Message) => void>();
  readonly #idles = new Map<string, () => void>();
  printed = 0;
  printedToSecond = 0;

  private constructor(child: ChildProcess, file: Json) {
    this.#process = child;
    const connection = parseConnection(file, 'bench');
    this.#channels = new ClientChannels(connection, randomUUID(), (channel, message) => {
      const { header, parent, content } = message;
      if (channel === 'iopub' && header.msg_type === 'stream')
        this.printed += String(content.text).split('\n').length - 1;
      if (channel === 'iopub' && content.execution_state === 'idle') this.#idles.get(parent.msg_id ?? '')?.();
      if (channel === 'shell') this.#replies.get(parent.msg_id ?? '')?.(message);
    });
    this.#second = new ClientChannels(connection, randomUUID(), (channel, { header, content }) => {
      if (channel === 'iopub' && header.msg_type === 'stream') {
        this.printedToSecond += String(content.text).split('\n').length - 1;
      }
    });
  }

  static async start(peer: Peer): Promise<Running> {
    const file = join(scratch, `${randomUUID()}.json`);
    const fields = await writeTcpConnection(file);
    const [program = '', ...args] = peer.argv(file);
    return new Running(spawn(program, args, { stdio: 'ignore', cwd: scratch }), fields);
  }

  async reply(type: string, content: Json): Promise<Message> {
    return new Promise((resolve) => this.#replies.set(this.#channels.send('shell', type, content), resolve));
  }

  execute(code: string): Promise<Message> {
    return this.reply('execute_request', executeContent(code));
  }

  /** Until idle, which comes after all output; or, of a kernel that loses it, `patience` milliseconds. */
  async executeToIdle(code: string, patience: number): Promise<void> {
    const id = this.#channels.send('shell', 'execute_request', executeContent(code));
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#idles.set(id, resolve);
      timer = setTimeout(resolve, patience);
    });
    clearTimeout(timer);
  }

  /** Resident memory of the process and all below it, in MB. */
  memory(): number {
    const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const below = (pid: number): number =>
      rows.reduce(
        (sum, [child = 0, parent, size = 0]) =>
          sum + (child === pid ? size : 0) + (parent === pid ? below(child) : 0),
        0,
      );
    return below(this.#process.pid ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.on('exit', resolve));
    this.#channels.send('control', 'shutdown_request', { restart: false });
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(timer);
    this.#channels.close();
    this.#second.close();
  }
}

function executeContent(code: string): Json {
  return {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
}

type Measures = Map<string, number[]>;

function note(measures: Measures, name: string, value: number): void {
  measures.set(name, [...(measures.get(name) ?? []), value]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function round(peer: Peer, measures: Measures): Promise<void> {
  const started = performance.now();
  const kernel = await Running.start(peer);
  const since = (): number => performance.now() - started;
  await kernel.reply('kernel_info_request', {});
  note(measures, 'start to kernel_info', since());
  await kernel.execute('1+1');
  note(measures, 'start to first 1+1', since());
  note(measures, 'memory after the first, MB', kernel.memory());
  const { declare, object, prints } = peer.language;
  for (let n = 0; n < 5; n++) await kernel.execute(`${n}+2`);
  for (let n = 0; n < 20; n++)
    note(measures, 'warm 1+1, the same text', await timed(() => kernel.execute('1+1')));
  for (let n = 0; n < 20; n++)
    note(measures, 'warm 1+1, new text', await timed(() => kernel.execute(`${n}+1${n}`)));
  for (let n = 0; n < 100; n++) {
    const time = await timed(() => kernel.execute(declare(n)));
    if (n < 10) note(measures, 'declaring cell, first 10', time);
    if (n >= 90) note(measures, 'declaring cell, last 10 of 100', time);
  }
  note(measures, 'memory after 100 cells, MB', kernel.memory());
  await kernel.execute(object);
  for (let n = 0; n < 10; n++) {
    const complete = { code: 'subject.', cursor_pos: 8 };
    note(measures, 'completion', await timed(() => kernel.reply('complete_request', complete)));
    const inspect = { code: 'subject', cursor_pos: 7, detail_level: 0 };
    note(measures, 'inspection', await timed(() => kernel.reply('inspect_request', inspect)));
  }
  kernel.printed = 0;
  kernel.printedToSecond = 0;
  note(measures, '20,000 prints, two subscribers', await timed(() => kernel.executeToIdle(prints, 5000)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  note(measures, '… lines lost, of 40,000', 40_000 - kernel.printed - kernel.printedToSecond);
  for (let n = 100; n < declaring; n++) {
    const time = await timed(() => kernel.execute(declare(n)));
    if (n >= declaring - 10) note(measures, `declaring cell, last 10 of ${declaring}`, time);
  }
  for (let n = 0; n < 20; n++)
    note(measures, `1+1, new text, after ${declaring}`, await timed(() => kernel.execute(`${n}+2${n}`)));
  await kernel.stop();
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const all = peers();
const measures = new Map(all.map((peer) => [peer.name, new Map<string, number[]>()]));
// Interleaved, so that a machine that is busy for a while slows all of them.
for (let n = 0; n < rounds; n++) {
  for (const peer of all) {
    process.stderr.write(`round ${n + 1} of ${rounds}: ${peer.name}\n`);
    await round(peer, measures.get(peer.name) ?? new Map<string, number[]>());
  }
}
rmSync(scratch, { recursive: true, force: true });

const { version } = createRequire(import.meta.url)('typescript/package.json') as { version: string };
console.log(
  `Node ${process.versions.node}, TypeScript ${version}; medians of ${rounds} interleaved rounds, ms unless said; in brackets: times handgrad's`,
);
console.log(''.padEnd(32) + all.map(({ name }) => name.padStart(18)).join(''));
for (const name of measures.get('handgrad')?.keys() ?? []) {
  const own = median(measures.get('handgrad')?.get(name) ?? []);
  const columns = all.map((peer) => {
    const value = median(measures.get(peer.name)?.get(name) ?? []);
    const ratio = own > 0 ? ` (${(value / own).toFixed(1)})` : '';
    return `${value.toFixed(value < 100 ? 1 : 0)}${ratio}`.padStart(18);
  });
  console.log(name.padEnd(32) + columns.join(''));
}
