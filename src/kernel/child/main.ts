/** The child process: the language engine and the person's code. Started by link/child.ts. */
import { Socket } from 'node:net';
import { compileCacheDirectory, compileCacheVariable } from '../compile-cache.js';
import type { Interpreter } from '../language/interpreter.js';
import { descendants, endAll } from '../link/descendants.js';
import { PacketReader } from '../link/packet.js';
import {
  descriptors,
  fenceTokenVariable,
  type Request,
  type Responses,
  type ToChild,
} from '../link/protocol.js';
import { Comms } from './comms.js';
import { Displays } from './display.js';
import { createEngine } from './engine.js';
import { Executions } from './execute.js';
import { installGlobals } from './globals.js';
import { Housekeeping } from './housekeeping.js';
import { Interrupts } from './interrupts.js';
import { announceExit, reportLateFailures } from './late-failures.js';
import { Output, origins } from './output.js';
import { preload } from './preload.js';
import { Prompts } from './prompt.js';
import { Verdicts } from './verdicts.js';

const token = process.env[fenceTokenVariable] ?? '';
delete process.env[fenceTokenVariable];
// Node has read it. Programs that cells start must not find the kernel's choice, only the person's own.
if (process.env[compileCacheVariable] === compileCacheDirectory()) delete process.env[compileCacheVariable];

const output = new Output(token);
const facilities = {
  output,
  displays: new Displays(output),
  prompts: new Prompts(output),
  comms: new Comms(output),
};
installGlobals(facilities);
const exit = announceExit(output);
const verdicts = new Verdicts(
  () => output.origin,
  (origin, verdict) => output.packet({ type: 'verdict', origin, verdict }),
);
const interrupts = new Interrupts();

const housekeeping = new Housekeeping();

interface Ready {
  readonly interpreter: Interpreter;
  readonly executions: Executions;
}

const ready: Promise<Ready> = createEngine(facilities.displays).then(async (interpreter) => {
  reportLateFailures(output, (thrown) => interpreter.describe(thrown));
  const problem = await preload(interpreter);
  if (problem !== undefined) output.text('stderr', `handgrad could not be preloaded: ${problem}\n`);
  interrupts.started();
  return { interpreter, executions: new Executions(interpreter, facilities, verdicts) };
});

type Response = Responses[keyof Responses];

function answer(
  { interpreter, executions }: Ready,
  request: Request,
  buffers: readonly Uint8Array[],
): Response | Promise<Response> {
  switch (request.type) {
    case 'execute':
      return executions.run(request);
    case 'complete':
      return interpreter.complete(request.code, request.cursor);
    case 'inspect':
      return interpreter.inspect(request.code, request.cursor, request.level);
    case 'isComplete':
      return interpreter.isComplete(request.code);
    case 'comm':
      origins.run(request.origin, () => facilities.comms.handle(request, buffers));
      return {};
  }
}

/** Requests under way, cells apart. One that is still here when an interrupt is read was unwound by it. */
const serving = new Set<number>();

async function serve(id: number, request: Request, buffers: readonly Uint8Array[]): Promise<void> {
  try {
    const host = await ready;
    if (request.type !== 'execute') serving.add(id);
    const response = await answer(host, request, buffers);
    serving.delete(id);
    // All that the cell wrote, by whatever way, is delivered before the reply.
    if (request.type === 'execute') output.fence(request.origin);
    output.packet({ type: 'reply', id, response });
    if (request.type === 'execute') housekeeping.tidy();
  } catch (error) {
    serving.delete(id);
    output.packet({
      type: 'fault',
      id,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

function receive(message: ToChild, buffers: readonly Uint8Array[]): void {
  switch (message.type) {
    case 'request':
      void serve(message.id, message.request, buffers);
      return;
    case 'input':
      facilities.prompts.answer(message.value);
      return;
    case 'interrupt':
      interrupt(interrupts.take(message.number));
      return;
  }
}

function interrupt(stack: string | undefined): void {
  void ready.then(({ executions }) => {
    executions.interrupt(stack);
    for (const id of serving) output.packet({ type: 'fault', id, message: 'The request was interrupted.' });
    serving.clear();
    output.packet({ type: 'interrupted' });
  });
}

const reader = new PacketReader();
const requests = new Socket({ fd: descriptors.requests, readable: true, writable: false });
requests.on('data', (chunk: Buffer) => {
  for (const { json, buffers } of reader.push(chunk)) receive(json as ToChild, buffers);
});
// The parent has closed its end, or is gone: nobody else will end what the cells have started.
requests.on('close', () => {
  endAll(descendants(process.pid));
  exit(0);
});
// Ctrl-C at a terminal reaches the whole group; the parent turns it into an interrupt.
process.on('SIGINT', () => undefined);
