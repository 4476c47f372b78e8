/** The outputs of cells as a notebook holds them, kept up to date by the messages of iopub. */
import type { Json, Message } from '../wire/message.js';
import type { MimeBundle, NotebookOutput, OutputEvent } from './types.js';

type Listener = (event: OutputEvent) => void;

/** A copy of the outputs is made only where it is asked for: one for each of many outputs would take time with their square. */
class Changed implements OutputEvent {
  readonly added?: NotebookOutput;
  readonly #list: readonly NotebookOutput[];

  constructor(
    readonly cellId: string,
    list: readonly NotebookOutput[],
    added: NotebookOutput | undefined,
  ) {
    this.#list = list;
    if (added !== undefined) this.added = added;
  }

  get outputs(): readonly NotebookOutput[] {
    return [...this.#list];
  }
}

/** One run of a cell. */
export class CellOutputs {
  readonly cellId: string;
  readonly listener: Listener | undefined;
  readonly list: NotebookOutput[] = [];
  /** A `clear_output` that waits for the next output. */
  clearPending = false;
  readonly #limit: number;
  #kept = 0;
  #leftOut = 0;

  /** `limit`: characters that are kept; see `ExecuteOptions.outputLimit`. */
  constructor(cellId: string, listener: Listener | undefined, limit = Number.POSITIVE_INFINITY) {
    this.cellId = cellId;
    this.listener = listener;
    this.#limit = limit;
  }

  /** The output, or what of it is still within the limit; an error always is. */
  within(output: NotebookOutput): NotebookOutput | undefined {
    if (output.output_type === 'error') return output;
    const size = sizeOf(output);
    const room = Math.max(0, this.#limit - this.#kept);
    this.#kept += Math.min(size, room);
    if (size <= room) return output;
    if (output.output_type !== 'stream' || room === 0) {
      this.#leftOut += size;
      return undefined;
    }
    this.#leftOut += size - room;
    return { ...output, text: output.text.slice(0, room).replace(/\p{Cs}$/u, '') };
  }

  /** Empties the list; what comes next is counted anew. */
  empty(): void {
    this.clearPending = false;
    this.list.length = 0;
    this.#kept = 0;
    this.#leftOut = 0;
  }

  /** All outputs of a cell that is over, with a word on what was left out. */
  ended(): readonly NotebookOutput[] {
    if (this.#leftOut === 0) return [...this.list];
    const millions = (characters: number): string => (characters / 1e6).toFixed(1);
    const text = `\n[handgrad] ${millions(this.#leftOut)} million characters of output were left out: a cell may write ${millions(this.#limit)} million.\n`;
    return [...this.list, { output_type: 'stream', name: 'stderr', text }];
  }

  changed(added?: NotebookOutput): void {
    this.listener?.(new Changed(this.cellId, this.list, added));
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

  #add(cell: CellOutputs, whole: NotebookOutput, content: Json): void {
    if (cell.clearPending) cell.empty();
    const output = cell.within(whole);
    if (output === undefined) return;
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
    cell.empty();
    cell.changed();
  }
}

/** Characters that an output takes in a notebook beside its data, about. */
const frame = 100;

/** Characters that an output takes in a notebook, about. */
function sizeOf(output: NotebookOutput): number {
  if (output.output_type === 'stream') return output.text.length;
  return output.output_type === 'error' ? 0 : frame + JSON.stringify(output.data).length;
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
