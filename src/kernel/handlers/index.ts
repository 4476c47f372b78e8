/** Which function handles which message. */
import type { Handler } from '../session/kernel.js';
import { commClose, commInfo, commMessage, commOpen } from './comms.js';
import { interrupt, shutdown } from './control.js';
import { execute } from './execute.js';
import { history } from './history.js';
import { kernelInfo } from './kernel-info.js';
import { complete, inspect, isComplete } from './language.js';

/** On shell: one after the other, in the order of arrival. */
export const shellHandlers: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    execute_request: execute,
    kernel_info_request: kernelInfo,
    complete_request: complete,
    inspect_request: inspect,
    is_complete_request: isComplete,
    history_request: history,
    comm_info_request: commInfo,
    comm_open: commOpen,
    comm_msg: commMessage,
    comm_close: commClose,
    interrupt_request: interrupt,
    shutdown_request: shutdown,
  }),
);

/** On control: at once, whatever shell is doing. */
export const controlHandlers: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    kernel_info_request: kernelInfo,
    interrupt_request: interrupt,
    shutdown_request: shutdown,
  }),
);
