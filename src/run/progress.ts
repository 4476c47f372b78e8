/** Live progress: one line that is rewritten on a terminal, a line for each notebook elsewhere. */
import { oneLine } from '../display/index.js';
import type { Progress } from './execute.js';
import { cellName } from './outcome.js';
import { fit, type Terminal } from './terminal.js';

export interface ProgressLine {
  show(notebook: string, progress: Progress): void;
  /** Takes the line away; what is written next stands in its place. */
  clear(): void;
}

/** The progress line of a terminal; it also counts the seconds of a cell that takes long. */
export function progressLine(terminal: Terminal): ProgressLine {
  if (!terminal.isTTY) return plainProgress(terminal);
  let timer: NodeJS.Timeout | undefined;
  const write = (text: string) => terminal.write(`\r\u001b[2K${fit(text, (terminal.columns ?? 80) - 1)}`);
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    show(notebook, progress) {
      stop();
      const { cell, cells, phase } = progress;
      const place = cell ? `[${cell.number}/${cells}] ${cellName(cell)}` : 'starting the kernel';
      const text = oneLine(`${notebook}  ${place}`);
      write(text);
      if (phase === 'done') return;
      const began = performance.now();
      timer = setInterval(() => write(`${text}  ${Math.round((performance.now() - began) / 1000)} s`), 1000);
      timer.unref();
    },
    clear() {
      stop();
      terminal.write('\r\u001b[2K');
    },
  };
}

function plainProgress(terminal: Terminal): ProgressLine {
  return {
    show(notebook, { phase, cells }) {
      if (phase === 'starting') terminal.write(`Running ${oneLine(notebook)} (${cells} code cells)\n`);
    },
    clear() {},
  };
}
