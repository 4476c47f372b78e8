/** Starts a kernel and runs cells in it, without a browser or a server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Json, Message } from '../wire/message.js';
import { type ClientChannel, ClientChannels } from './channels.js';
import { createConnection, type OwnConnection } from './connection-file.js';
import { CellOutputs, Outputs } from './outputs.js';
import type {
  CellError,
  ExecuteOptions,
  ExecuteResult,
  KernelClient,
  KernelInfo,
  StartOptions,
} from './types.js';

const kernelFile = fileURLToPath(new URL('../main.js', import.meta.url));

/** The kernel could not be started; the message carries what it wrote. */
export class KernelStartError extends Error {
  override readonly name = 'KernelStartError';
}

/** Milliseconds in which a kernel that was asked to end must have ended. */
const shutdownTime = 5000;
/** Milliseconds between a timeout's interrupt and giving the cell up. */
const interruptTime = 10_000;

interface Run {
  readonly outputs: CellOutputs;
  readonly options: ExecuteOptions;
  readonly settle: (result: ExecuteResult) => void;
  reply?: Message;
  idle: boolean;
  timedOut: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * Starts a kernel in a process of its own, with a fresh key.
 *
 * @throws KernelStartError where it ends or does not answer in time.
 * @example
 * const kernel = await startKernel();
 * const { outputs } = await kernel.execute('1 + 1');
 * await kernel.shutdown();
 */
export async function startKernel(options: StartOptions = {}): Promise<KernelClient> {
  const own = await createConnection();
  const client = new Client(own, options);
  try {
    await client.started(options.startTimeout ?? 60_000);
  } catch (error) {
    await client.shutdown();
    throw error;
  }
  return client;
}

class Client implements KernelClient {
  readonly #own: OwnConnection;
  readonly #process: ChildProcess;
  readonly #channels: ClientChannels;
  readonly #outputs = new Outputs();
  readonly #runs = new Map<string, Run>();
  readonly #waiting = new Map<string, (content: Json) => void>();
  readonly #deathListeners: ((reason: string) => void)[] = [];
  readonly #exited: Promise<string>;
  /** What the kernel itself (not a cell) wrote to stderr: it says why it could not start. */
  #complaints = '';
  #info: KernelInfo | undefined;
  #dead: string | undefined;
  #shutdown: Promise<void> | undefined;
  #welcome: (() => void) | undefined;

  constructor(own: OwnConnection, options: StartOptions) {
    this.#own = own;
    this.#process = spawn(process.execPath, [kernelFile, own.file], {
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, ...options.env, JPY_PARENT_PID: String(process.pid) },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C at a terminal is for whoever uses this client; it decides what becomes of the kernel.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-10_000);
    });
    this.#exited = new Promise((resolve) => {
      this.#process.on('error', (error) => resolve(`could not be started: ${error.message}`));
      this.#process.on('exit', (code, signal) => {
        resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
      });
    });
    void this.#exited.then((reason) => this.#died(reason));
    this.#channels = new ClientChannels(own.connection, randomUUID(), (channel, message) =>
      this.#receive(channel, message),
    );
  }

  get info(): KernelInfo {
    if (!this.#info) throw new Error('The kernel has not answered yet.');
    return this.#info;
  }

  get processId(): number | undefined {
    return this.#process.pid;
  }

  /** Waits for the answer to kernel_info and for the welcome on iopub: from then on no output is missed. */
  async started(timeout: number): Promise<void> {
    const welcomed = new Promise<void>((resolve) => {
      this.#welcome = resolve;
    });
    const answered = this.#ask('shell', 'kernel_info_request', {}).then((content) => {
      this.#info = readInfo(content);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.#startError(`did not answer within ${timeout} ms`)), timeout);
    });
    const died = this.#exited.then((reason) => Promise.reject(this.#startError(reason)));
    died.catch(() => undefined);
    await Promise.race([Promise.all([welcomed, answered]), late, died]).finally(() => clearTimeout(timer));
  }

  execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    const outputs = new CellOutputs(options.cellId ?? randomUUID(), options.onOutput, options.outputLimit);
    return new Promise((resolve) => {
      const run: Run = { outputs, options, settle: resolve, idle: false, timedOut: false };
      if (this.#dead !== undefined) {
        this.#settleDead(run, this.#dead);
        return;
      }
      const id = this.#channels.send(
        'shell',
        'execute_request',
        {
          code,
          silent: options.silent === true,
          store_history: options.silent !== true,
          user_expressions: {},
          allow_stdin: options.onInput !== undefined,
          // Whoever runs a notebook decides by itself whether to go on after an error.
          stop_on_error: false,
        },
        options.cellId === undefined ? {} : { metadata: { cellId: options.cellId } },
      );
      this.#runs.set(id, run);
    });
  }

  async interrupt(): Promise<void> {
    if (this.#dead !== undefined) return;
    await Promise.race([this.#ask('control', 'interrupt_request', {}), this.#exited]);
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#end();
    return this.#shutdown;
  }

  kill(): void {
    this.#endGroup();
    this.#own.remove();
  }

  onDeath(listener: (reason: string) => void): void {
    if (this.#dead !== undefined && !this.#shutdown) listener(this.#dead);
    else this.#deathListeners.push(listener);
  }

  async #end(): Promise<void> {
    if (this.#dead === undefined) {
      this.#channels.send('control', 'shutdown_request', { restart: false });
      const timer = setTimeout(() => this.#process.kill('SIGKILL'), shutdownTime);
      await this.#exited;
      clearTimeout(timer);
    }
    this.#endGroup();
    this.#channels.close();
    this.#own.remove();
  }

  /** What the kernel left behind: a child in native code, processes that cells started. It leads a process group of its own. */
  #endGroup(): void {
    const { pid } = this.#process;
    if (pid === undefined || process.platform === 'win32') return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #receive(channel: ClientChannel | 'iopub', message: Message): void {
    if (message.header.msg_type === 'iopub_welcome') this.#welcome?.();
    const parent = message.parent.msg_id;
    if (parent === undefined) return;
    const waiting = channel === 'iopub' ? undefined : this.#waiting.get(parent);
    if (waiting) {
      this.#waiting.delete(parent);
      waiting(message.content);
    }
    const run = this.#runs.get(parent);
    if (!run) return;
    switch (message.header.msg_type) {
      case 'execute_reply':
        run.reply = message;
        break;
      case 'execute_input':
      case 'status':
        this.#status(run, message);
        break;
      case 'input_request':
        void this.#input(run, message);
        break;
      default:
        this.#outputs.apply(message, run.outputs);
    }
    if (run.reply && run.idle) this.#settle(run, run.reply);
  }

  /** A cell's time runs from when it is its turn. */
  #status(run: Run, message: Message): void {
    const state = message.content.execution_state;
    if (state === 'idle') run.idle = true;
    const { timeout } = run.options;
    if (state !== 'busy' || timeout === undefined || run.timer) return;
    run.timer = setTimeout(() => {
      run.timedOut = true;
      void this.interrupt();
      // A cell in native code cannot be interrupted.
      run.timer = setTimeout(() => this.#process.kill('SIGKILL'), interruptTime);
    }, timeout);
  }

  async #input(run: Run, message: Message): Promise<void> {
    const { prompt, password } = message.content;
    const value = await run.options.onInput?.(String(prompt), password === true);
    this.#channels.send('stdin', 'input_reply', { value: value ?? '' }, { parent: message.header });
  }

  #settle(run: Run, { content, metadata }: Message): void {
    clearTimeout(run.timer);
    const error = content.status === 'error' ? readError(content) : undefined;
    const count = content.execution_count;
    run.settle({
      status: this.#statusOf(run, content),
      executionCount: typeof count === 'number' ? count : null,
      ...(error === undefined ? {} : { error }),
      outputs: run.outputs.ended(),
      verdicts: readVerdicts(metadata),
      metadata,
    });
  }

  #statusOf(run: Run, content: Json): ExecuteResult['status'] {
    if (content.status === 'ok') return 'ok';
    if (content.status === 'aborted' || this.#shutdown) return 'aborted';
    if (run.timedOut) return 'timeout';
    return content.ename === 'KernelRestarted' ? 'dead' : 'error';
  }

  #died(reason: string): void {
    this.#dead = `The kernel ${reason}.`;
    for (const run of this.#runs.values()) this.#settleDead(run, this.#dead);
    if (this.#shutdown) return;
    for (const listener of this.#deathListeners) listener(this.#dead);
  }

  /** Settling twice does nothing, so runs that had ended are left as they are. */
  #settleDead(run: Run, reason: string): void {
    clearTimeout(run.timer);
    const [ename, evalue] = ['KernelDied', reason];
    run.settle({
      status: this.#shutdown ? 'aborted' : run.timedOut ? 'timeout' : 'dead',
      executionCount: null,
      error: { ename, evalue, traceback: [`${ename}: ${evalue}`] },
      outputs: run.outputs.ended(),
      verdicts: [],
      metadata: {},
    });
  }

  #ask(channel: ClientChannel, type: string, content: Json): Promise<Json> {
    return new Promise((resolve) => {
      this.#waiting.set(this.#channels.send(channel, type, content), resolve);
    });
  }

  #startError(how: string): KernelStartError {
    const said = this.#complaints.trim();
    return new KernelStartError(`The kernel ${how}.${said === '' ? '' : ` It said: ${said}`}`);
  }
}

function readError(content: Json): CellError {
  const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
  return { ename: String(content.ename), evalue: String(content.evalue), traceback };
}

function readVerdicts(metadata: Json): readonly unknown[] {
  const { verdicts } = (metadata.handgrad ?? {}) as { readonly verdicts?: unknown };
  return Array.isArray(verdicts) ? verdicts : [];
}

function readInfo(content: Json): KernelInfo {
  const languageInfo = (content.language_info ?? {}) as Json;
  return {
    implementation: String(content.implementation),
    implementationVersion: String(content.implementation_version),
    languageVersion: String(languageInfo.version),
    languageInfo,
    protocolVersion: String(content.protocol_version),
  };
}
