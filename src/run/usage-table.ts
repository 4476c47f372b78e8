/** What the kernels of a run took of the machine, as a table. */
import { layTable, oneLine, type Paint } from '../display/index.js';
import type { NotebookOutcome } from './outcome.js';

const titles = ['notebook', 'time', 'processor', 'peak memory'];
const unknown = 'unknown (no /proc)';

/** A row for each notebook that ran: its time, the processor time and the peak memory of its kernel with its child processes. */
export function usageTable(outcomes: readonly NotebookOutcome[], paint: Paint, width?: number): string {
  const rows = outcomes
    .filter(({ milliseconds }) => milliseconds > 0)
    .map(({ path, milliseconds, usage }) => [
      oneLine(path),
      seconds(milliseconds),
      usage ? seconds(usage.cpuMilliseconds) : unknown,
      usage ? `${Math.round(usage.peakBytes / 1e6)} MB` : unknown,
    ]);
  return layTable(titles, rows, {
    ...(width === undefined ? {} : { width }),
    yields: [{ column: 0, least: 8 }],
    paint: (text, row) => (row < 0 ? paint('bold', text) : text),
  });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
