/** Messages of comms from the front end, and which comms are open. */
import type { CommEvent } from '../link/protocol.js';
import { ok } from '../reply.js';
import type { Handler, Kernel } from '../session/kernel.js';
import type { Json, Message } from '../wire/message.js';

/** `comm_info_request` */
export const commInfo: Handler = ({ content }, { comms }) => {
  const target = content.target_name;
  return ok({ comms: comms.list(typeof target === 'string' ? target : undefined) });
};

/** `comm_open`: the child closes it again where nobody has registered the target. */
export const commOpen: Handler = async (request, kernel) => {
  const { comm_id: id, target_name: target } = request.content;
  if (typeof id !== 'string' || typeof target !== 'string') return undefined;
  kernel.comms.opened(id, target);
  await forward(request, kernel, { event: 'open', commId: id, target });
  return undefined;
};

/** `comm_msg` */
export const commMessage: Handler = async (request, kernel) => {
  const id = request.content.comm_id;
  if (typeof id === 'string') await forward(request, kernel, { event: 'message', commId: id });
  return undefined;
};

/** `comm_close` */
export const commClose: Handler = async (request, kernel) => {
  const id = request.content.comm_id;
  if (typeof id !== 'string') return undefined;
  kernel.comms.closed(id);
  await forward(request, kernel, { event: 'close', commId: id });
  return undefined;
};

async function forward(
  request: Message,
  kernel: Kernel,
  event: Pick<CommEvent, 'event' | 'commId' | 'target'>,
): Promise<void> {
  const { data } = request.content;
  const origin = kernel.origins.add(request, false);
  const whole = {
    type: 'comm',
    origin,
    ...event,
    data: isObject(data) ? data : {},
    metadata: request.metadata,
  } as const;
  await kernel.child.request<'comm'>(whole, request.buffers);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
