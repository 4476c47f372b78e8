/** Requests that must be answered while a cell runs. */
import { failed, ok } from '../reply.js';
import type { Handler } from '../session/kernel.js';

/** `interrupt_request`: gives up the cell that runs; those that wait behind it are aborted by its failure. */
export const interrupt: Handler = async (_request, kernel) => {
  try {
    await kernel.child.interrupt();
    return ok();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed({ name: 'InterruptFailed', message, traceback: [`InterruptFailed: ${message}`] });
  }
};

/** `shutdown_request`: `restart` is echoed; whoever started the kernel starts it again. */
export const shutdown: Handler = ({ content, header }, kernel) => {
  const restart = content.restart === true;
  kernel.publisher.publish('shutdown_reply', { status: 'ok', restart }, header);
  kernel.endAfterReply();
  return ok({ restart });
};
