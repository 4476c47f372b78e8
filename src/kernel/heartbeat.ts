import type { Reply } from 'zeromq';

/** Sends back what comes in, for as long as the socket is open. The parent never blocks, so this always answers. */
export async function beat(socket: Reply): Promise<void> {
  for await (const frames of socket) await socket.send(frames);
}
