/** Which notebook cell runs now, where the kernel says so: running a cell again replaces what it made before. */

/** A cell keeps its id; every run of it has another number. */
export interface Cell {
  readonly id: string;
  readonly run: number;
}

const place = Symbol.for('handgrad.cell');

/** The cell that runs now; undefined outside handgrad's kernel. */
export function currentCell(): Cell | undefined {
  return (globalThis as { [place]?: Cell })[place];
}

/** What was made in a cell, in order, and where in that order something new belongs. */
export interface Made {
  readonly cell: Cell | undefined;
}

/**
 * Where the next thing made in `cell` goes: in the place of what an earlier run of the cell made (which is to be removed), after
 * what this run made already, or at the end.
 */
export function placeFor(
  made: readonly Made[],
  cell: Cell | undefined,
): { readonly at: number; readonly replaced: readonly number[] } {
  if (cell === undefined) return { at: made.length, replaced: [] };
  const replaced = indicesWhere(made, (m) => m.cell?.id === cell.id && m.cell.run !== cell.run);
  const own = indicesWhere(made, (m) => m.cell?.id === cell.id && m.cell.run === cell.run);
  const last = own.at(-1);
  return { at: last === undefined ? (replaced[0] ?? made.length) : last + 1, replaced };
}

function indicesWhere(made: readonly Made[], test: (m: Made) => boolean): number[] {
  return made.flatMap((m, at) => (test(m) ? [at] : []));
}
