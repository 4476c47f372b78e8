/** The parent process: channels, session and child put together. */
import { randomUUID } from 'node:crypto';
import { Channels } from './channels.js';
import { readConnectionFile } from './connection.js';

export { ConnectionFileError } from './connection.js';

import { History } from './history.js';
import { Child, describeDeath } from './link/child.js';
import { createLog } from './log.js';
import { watchParent } from './parent-watch.js';
import { OpenComms } from './session/open-comms.js';
import { Origins } from './session/origins.js';
import { Publisher } from './session/publisher.js';
import { Session } from './session/session.js';
import type { Message } from './wire/message.js';

/** Milliseconds that a child is given to end of its own accord. */
const patience = 1000;

/**
 * Runs a kernel for the front ends of a connection file, until it is shut down; then the process exits.
 *
 * @throws ConnectionFileError
 */
export async function runKernel(connectionFile: string): Promise<void> {
  const connection = readConnectionFile(connectionFile);
  for (const warning of connection.warnings) process.stderr.write(`handgrad: ${warning}\n`);
  const log = createLog(`${connectionFile.replace(/\.json$/, '')}-handgrad.log`);
  const id = randomUUID();
  const early: [Parameters<Session['receive']>[0], Message][] = [];
  let session: Session | undefined;
  // Started first: loading the compiler is what takes time, and it goes on while the sockets are bound.
  const child = new Child({
    onText: (name, origin, text) => publisher?.text(name, origin === 0 ? origins.last : origin, text),
    onPacket: (packet, buffers) => publisher?.packet(packet, buffers),
    onDeath: (death) => {
      if (!publisher) return;
      for (const comm of comms.closeAll()) publisher.publish('comm_close', { comm_id: comm, data: {} });
      if (session?.busy !== true) publisher.text('stderr', origins.last, `${describeDeath(death)}\n`);
    },
  });
  const origins = new Origins();
  const comms = new OpenComms();
  const history = new History();
  let publisher: Publisher | undefined;
  const channels = await Channels.bind(connection, id, {
    onRequest: (channel, message) => {
      if (session) session.receive(channel, message);
      else early.push([channel, message]);
    },
    onProblem: log,
  });
  publisher = new Publisher(channels, id, origins, comms, history);
  const end = once(async () => {
    await child.close(patience);
    await channels.close();
    process.exit(0);
  });
  session = new Session(
    channels,
    id,
    { channels, child, history, comms, origins, publisher },
    () => void end(),
  );
  publisher.publish('status', { execution_state: 'starting' });
  for (const [channel, message] of early) session.receive(channel, message);
  watchParent(() => void end());
  process.on('SIGTERM', () => void end());
  process.on('SIGHUP', () => void end());
  // Kernels that are interrupted by signal (a console's Ctrl-C) are interrupted all the same.
  process.on('SIGINT', () => {
    child.interrupt().catch((error: unknown) => log(`SIGINT: ${String(error)}`));
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}
