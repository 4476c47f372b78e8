/** The child process as the parent sees it: started, asked, interrupted, ended, and started again when it dies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileCacheDirectory, compileCacheVariable } from '../compile-cache.js';
import { Demultiplexer } from './demultiplexer.js';
import { descendants, endAll } from './descendants.js';
import { encodePacket } from './packet.js';
import {
  descriptors,
  type FromChild,
  fenceTokenVariable,
  type Request,
  type Responses,
  type ToChild,
} from './protocol.js';

const childFile = fileURLToPath(new URL('../child/main.js', import.meta.url));

/** Milliseconds after which an interrupt that was not taken is sent again: it met the moment between two turns. */
const interruptRetry = 1000;
/** How often it is tried. A cell in native code (a synchronous child process, say) cannot be reached at all. */
const interruptTries = 5;

/** Milliseconds after its end in which the rest of a child's output is awaited. */
const drainTime = 300;

/** How the child ended. */
export interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the cell gave to `process.exit`, if it called it. */
  readonly exitCalled?: number;
}

/** A request was under way when the child ended; its state is lost. */
export class ChildDiedError extends Error {
  override readonly name = 'ChildDiedError';
  readonly death: Death;
  constructor(death: Death) {
    super(describeDeath(death));
    this.death = death;
  }
}

/** The child could not serve a request: a fault of the kernel, with its stack. */
export class ChildFaultError extends Error {
  override readonly name = 'ChildFaultError';
}

export function describeDeath({ code, signal, exitCalled }: Death): string {
  const lost = 'A new process has been started; all variables are lost, so run the cells again from the top.';
  if (exitCalled !== undefined)
    return `process.exit(${exitCalled}) was called, which ended the process that runs the cells. ${lost}`;
  if (signal === 'SIGKILL') {
    return `The process that runs the cells was killed by the system (SIGKILL; often for want of memory). ${lost}`;
  }
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  return `The process that runs the cells ${how}. ${lost}`;
}

export type ChildPacket = Exclude<FromChild, { type: 'fence' | 'reply' | 'fault' | 'interrupted' | 'exit' }>;

export interface ChildListeners {
  readonly onText: (name: 'stdout' | 'stderr', origin: number, text: string) => void;
  readonly onPacket: (packet: ChildPacket, buffers: readonly Uint8Array[]) => void;
  /** All that the child had written has been delivered; requests under way are rejected after this returns. */
  readonly onDeath: (death: Death) => void;
}

interface Pending {
  readonly resolve: (response: never) => void;
  readonly reject: (error: Error) => void;
}

/** One life of the child. */
class Life {
  readonly #process: ChildProcess;
  readonly #demultiplexer: Demultiplexer;
  readonly #listeners: ChildListeners;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #exitCalled: number | undefined;
  #interruptTaken: (() => void) | undefined;
  #interruptNumber = 0;
  /** Whether it has ever answered: one that has not would die again at once. */
  served = false;
  readonly ended: Promise<Death>;

  constructor(listeners: ChildListeners) {
    this.#listeners = listeners;
    const token = randomBytes(16).toString('hex');
    this.#process = spawn(
      process.execPath,
      // See child/interrupts.ts for the flag.
      ['--no-force-async-hooks-checks', ...process.execArgv, childFile],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
        // A directory that the person has chosen goes before the kernel's.
        env: { [compileCacheVariable]: compileCacheDirectory(), ...process.env, [fenceTokenVariable]: token },
      },
    );
    this.#demultiplexer = new Demultiplexer(token, {
      onText: listeners.onText,
      onPacket: (packet, buffers) => this.#receive(packet, buffers),
    });
    const read = (
      stream: unknown,
      channel: 'stdout' | 'stderr' | 'packets',
      push: (chunk: Buffer) => void,
    ): void => {
      (stream as Readable).on('data', push);
      (stream as Readable).on('end', () => this.#demultiplexer.end(channel));
    };
    read(this.#pipe(1), 'stdout', (chunk) => this.#demultiplexer.pushText('stdout', chunk));
    read(this.#pipe(2), 'stderr', (chunk) => this.#demultiplexer.pushText('stderr', chunk));
    read(this.#pipe(descriptors.packets), 'packets', (chunk) => this.#demultiplexer.pushPackets(chunk));
    // Writing to a child that has just died is no error of its own: its death is reported.
    for (const stream of [this.#requests, this.#interrupts]) stream.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.#process.on('error', () => resolve({ code: null, signal: null }));
      this.#process.on('exit', (code, signal) => {
        const finish = (): void => {
          const called = this.#exitCalled;
          resolve({ code, signal, ...(called === undefined ? {} : { exitCalled: called }) });
        };
        // What the child wrote is still in the pipes; processes that it started may hold them open for ever.
        this.#process.on('close', finish);
        setTimeout(finish, drainTime).unref();
      });
    });
  }

  get #requests(): Writable {
    return this.#pipe(descriptors.requests) as Writable;
  }

  get #interrupts(): Writable {
    return this.#pipe(descriptors.interrupts) as Writable;
  }

  /** Node's types know only the first five. */
  #pipe(descriptor: number): unknown {
    return (this.#process.stdio as readonly unknown[])[descriptor];
  }

  send(message: ToChild, buffers?: readonly Uint8Array[]): void {
    this.#requests.write(encodePacket(message, buffers));
  }

  request(request: Request, buffers?: readonly Uint8Array[]): Promise<Responses[keyof Responses]> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.send({ type: 'request', id, request }, buffers);
    });
  }

  /** Resolves when the child has taken the interrupt; rejects when it cannot be reached. */
  async interrupt(): Promise<void> {
    for (let attempt = 0; attempt < interruptTries; attempt++) {
      this.#interruptNumber = (this.#interruptNumber % 255) + 1;
      this.send({ type: 'interrupt', number: this.#interruptNumber });
      this.#interrupts.write(Buffer.from([this.#interruptNumber]));
      const taken = new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), interruptRetry);
        this.#interruptTaken = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      if (await Promise.race([taken, this.ended.then(() => true)])) return;
    }
    throw new Error('The cell could not be interrupted: it is in native code. Restart the kernel.');
  }

  /** Fails what is under way. */
  fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  /** Asks it to end by closing its requests; kills it when it does not. What its cells had started ends with it. */
  async end(patience: number): Promise<void> {
    const started = descendants(this.#process.pid ?? 0);
    this.#requests.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), patience);
    await this.ended;
    clearTimeout(timer);
    endAll(started);
  }

  #receive(packet: Exclude<FromChild, { type: 'fence' }>, buffers: readonly Uint8Array[]): void {
    switch (packet.type) {
      case 'reply':
        this.served = true;
        this.#pending.get(packet.id)?.resolve(packet.response as never);
        this.#pending.delete(packet.id);
        return;
      case 'fault':
        this.#pending.get(packet.id)?.reject(new ChildFaultError(packet.message));
        this.#pending.delete(packet.id);
        return;
      case 'interrupted':
        this.#interruptTaken?.();
        return;
      case 'exit':
        this.#exitCalled = packet.code;
        return;
      default:
        this.#listeners.onPacket(packet, buffers);
    }
  }
}

export class Child {
  readonly #listeners: ChildListeners;
  #life: Life | undefined;
  #closing = false;

  constructor(listeners: ChildListeners) {
    this.#listeners = listeners;
    this.#life = this.#start();
  }

  /** @throws ChildDiedError, ChildFaultError */
  request<Kind extends Request['type']>(
    request: Extract<Request, { type: Kind }>,
    buffers?: readonly Uint8Array[],
  ): Promise<Responses[Kind]> {
    this.#life ??= this.#start();
    return this.#life.request(request, buffers) as Promise<Responses[Kind]>;
  }

  answerPrompt(value: string): void {
    this.#life?.send({ type: 'input', value });
  }

  async interrupt(): Promise<void> {
    await this.#life?.interrupt();
  }

  /** Ends the child for good. A cell that runs is not waited for longer than `patience` milliseconds. */
  async close(patience: number): Promise<void> {
    this.#closing = true;
    await this.#life?.end(patience);
  }

  #start(): Life {
    const life = new Life(this.#listeners);
    void life.ended.then((death) => {
      if (!this.#closing) {
        this.#listeners.onDeath(death);
        // The next one is made ready at once; but one that never answered would only die again: that waits for a request.
        this.#life = life.served ? this.#start() : undefined;
      }
      life.fail(new ChildDiedError(death));
    });
    return life;
  }
}
