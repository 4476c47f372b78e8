/** The outputs of cells as a notebook holds them, kept up to date by the messages of iopub. */
import type { Json, Message } from '../wire/message.js';
import type { MimeBundle, NotebookOutput, OutputEvent } from './types.js';

type Listener = (event: OutputEvent) => void;

/** One run of a cell. */
export class CellOutputs {
  readonly cellId: string;
  readonly listener: Listener | undefined;
  readonly list: NotebookOutput[] = [];
  /** A `clear_output` that waits for the next output. */
  clearPending = false;

  constructor(cellId: string, listener: Listener | undefined) {
    this.cellId = cellId;
    this.listener = listener;
  }

  changed(added?: NotebookOutput): void {
    const outputs = [...this.list];
    this.listener?.({ cellId: this.cellId, outputs, ...(added === undefined ? {} : { added }) });
  }
}

interface Shown {
  readonly cell: CellOutputs;
  readonly output: NotebookOutput;
}

export class Outputs {
  /** Where each display id was shown. */
  readonly #displays = new Map<string, Shown[]>();

  /** Applies a message of iopub to the cell that it belongs to; other messages are ignored. */
  apply(message: Message, cell: CellOutputs): void {
    const { msg_type: type } = message.header;
    if (type === 'clear_output') this.#clear(cell, message.content.wait === true);
    else if (type === 'update_display_data') this.#update(message.content);
    else {
      const output = toOutput(type, message.content);
      if (output) this.#add(cell, output, message.content);
    }
  }

  #add(cell: CellOutputs, output: NotebookOutput, content: Json): void {
    if (cell.clearPending) this.#empty(cell);
    const last = cell.list.at(-1);
    if (output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name) {
      cell.list[cell.list.length - 1] = { ...last, text: last.text + output.text };
    } else {
      cell.list.push(output);
      const id = displayId(content);
      if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), { cell, output }]);
    }
    cell.changed(output);
  }

  #update(content: Json): void {
    const id = displayId(content);
    if (id === undefined) return;
    const places = this.#displays.get(id) ?? [];
    const updated = places.map(({ cell, output }): Shown => {
      const index = cell.list.indexOf(output);
      if (index < 0 || output.output_type !== 'display_data') return { cell, output };
      const next = { ...output, data: object(content.data), metadata: object(content.metadata) };
      cell.list[index] = next;
      return { cell, output: next };
    });
    this.#displays.set(id, updated);
    for (const cell of new Set(updated.map((place) => place.cell))) cell.changed();
  }

  #clear(cell: CellOutputs, wait: boolean): void {
    if (wait) {
      cell.clearPending = true;
      return;
    }
    this.#empty(cell);
    cell.changed();
  }

  #empty(cell: CellOutputs): void {
    cell.clearPending = false;
    cell.list.length = 0;
  }
}

function toOutput(type: string, content: Json): NotebookOutput | undefined {
  switch (type) {
    case 'stream':
      return {
        output_type: 'stream',
        name: content.name === 'stderr' ? 'stderr' : 'stdout',
        text: String(content.text),
      };
    case 'display_data':
      return { output_type: type, data: object(content.data), metadata: object(content.metadata) };
    case 'execute_result':
      return {
        output_type: type,
        execution_count: Number(content.execution_count),
        data: object(content.data),
        metadata: object(content.metadata),
      };
    case 'error': {
      const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
      return { output_type: type, ename: String(content.ename), evalue: String(content.evalue), traceback };
    }
    default:
      return undefined;
  }
}

function displayId(content: Json): string | undefined {
  const id = object(content.transient).display_id;
  return typeof id === 'string' ? id : undefined;
}

function object(value: unknown): MimeBundle {
  return typeof value === 'object' && value !== null ? (value as MimeBundle) : {};
}
