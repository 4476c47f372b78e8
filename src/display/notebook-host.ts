/** What handgrad's kernel puts at hand in every cell, as far as the library uses it. The library imports nothing of the kernel. */

export interface HostComm {
  readonly id: string;
  send(data: Readonly<Record<string, unknown>>): void;
  onMessage(listener: (data: Readonly<Record<string, unknown>>) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export interface HostDisplay {
  /** Shows another value in the place of the first. */
  update(value: unknown): void;
}

export interface CellHost {
  readonly comms: {
    open(
      target: string,
      data: Readonly<Record<string, unknown>>,
      metadata: Readonly<Record<string, unknown>>,
    ): HostComm;
  };
  display(value: unknown): HostDisplay;
}

/** The kernel around the cell; undefined in any other kernel and in a program. */
export function currentHost(): CellHost | undefined {
  const host = globalThis as { comms?: Partial<CellHost['comms']>; display?: unknown };
  const isHost = typeof host.comms?.open === 'function' && typeof host.display === 'function';
  return isHost ? (globalThis as unknown as CellHost) : undefined;
}

/** A cell keeps its id; every run of it has another number. */
interface Cell {
  readonly id: string;
  readonly run: number;
}

const cellPlace = Symbol.for('handgrad.cell');

/** What must end when its cell runs again. */
const ofCells = new Map<string, { readonly run: number; readonly ends: (() => void)[] }>();

/** Calls `end` when the cell that runs now is run again; outside a cell, never. */
export function untilRunAgain(end: () => void): void {
  const cell = (globalThis as { [cellPlace]?: Cell })[cellPlace];
  if (cell === undefined) return;
  const before = ofCells.get(cell.id);
  if (before?.run === cell.run) {
    before.ends.push(end);
    return;
  }
  ofCells.set(cell.id, { run: cell.run, ends: [end] });
  for (const endOne of before?.ends ?? []) endOne();
}
