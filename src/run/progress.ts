/** Live progress: on a terminal a line for each notebook that runs, rewritten; elsewhere a line at its beginning and its end. */
import { fit, oneLine, painter, type Terminal } from '../display/index.js';
import type { Progress } from './execute.js';
import { cellName, failuresOf, type NotebookOutcome } from './outcome.js';

export interface ProgressDisplay {
  /** What a notebook does now. */
  show(notebook: string, progress: Progress): void;
  /** A notebook is over. */
  ended(outcome: NotebookOutcome): void;
  /** Something to be told meanwhile, in a line that stays. */
  note(text: string): void;
  /** Takes what moves away; what is written next stands in its place. */
  clear(): void;
}

/** The progress of a run of `total` notebooks; on a terminal it also counts the seconds of a cell. */
export function progressDisplay(terminal: Terminal, total: number): ProgressDisplay {
  return terminal.isTTY ? new LiveProgress(terminal, total) : plainProgress(terminal);
}

interface Running {
  readonly text: string;
  readonly since: number;
}

class LiveProgress implements ProgressDisplay {
  readonly #running = new Map<string, Running>();
  #over = 0;
  /** How many lines of ours stand on the terminal; the cursor is at the end of the last. */
  #lines = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly total: number,
  ) {}

  show(notebook: string, { cell, cells }: Progress): void {
    const place = cell ? `[${cell.number}/${cells}] ${cellName(cell)}` : 'starting the kernel';
    this.#running.set(notebook, {
      text: `${oneLine(notebook)}  ${oneLine(place)}`,
      since: performance.now(),
    });
    this.#timer ??= setInterval(() => this.#draw(), 1000).unref();
    this.#draw();
  }

  ended(outcome: NotebookOutcome): void {
    this.#running.delete(outcome.path);
    this.#over += 1;
    if (this.total > 1) {
      const good = failuresOf(outcome).length === 0;
      const sign = painter(this.terminal)(good ? 'green' : 'red', good ? '✓' : '✗');
      this.#wipe();
      this.terminal.write(
        `${sign} ${fit(`${oneLine(outcome.path)}  ${oneLine(endedWords(outcome))}`, this.#width - 2)}\n`,
      );
    }
    this.#draw();
  }

  note(text: string): void {
    this.#wipe();
    this.terminal.write(`${text}\n`);
    this.#draw();
  }

  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#running.clear();
    this.#wipe();
  }

  get #width(): number {
    return (this.terminal.columns ?? 80) - 1;
  }

  #wipe(): void {
    if (this.#lines > 0) this.terminal.write(`\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(this.#lines - 1)}`);
    this.#lines = 0;
  }

  #draw(): void {
    const now = performance.now();
    const lines = [...this.#running.values()].slice(0, 12).map(({ text, since }) => {
      const seconds = Math.floor((now - since) / 1000);
      return seconds === 0 ? text : `${text}  ${seconds} s`;
    });
    if (this.total > 1) lines.push(`${this.#over} of ${this.total} notebooks are done`);
    this.#wipe();
    if (lines.length === 0) return;
    this.terminal.write(lines.map((line) => fit(line, this.#width)).join('\n'));
    this.#lines = lines.length;
  }
}

function plainProgress(terminal: Terminal): ProgressDisplay {
  return {
    show(notebook, { phase, cells }) {
      if (phase === 'starting') terminal.write(`Running ${oneLine(notebook)} (${cells} code cells)\n`);
    },
    ended(outcome) {
      terminal.write(`Done    ${oneLine(`${outcome.path}: ${endedWords(outcome)}`)}\n`);
    },
    note(text) {
      terminal.write(`${text}\n`);
    },
    clear() {},
  };
}

/** `12 claims, passed, 3.2 s`. */
function endedWords(outcome: NotebookOutcome): string {
  const claims = outcome.cells.reduce((sum, { verdicts }) => sum + verdicts.length, 0);
  const failures = failuresOf(outcome);
  const how = failures.length === 0 ? 'passed' : `failed (${failures[0]?.reason ?? ''})`;
  return `${claims} ${claims === 1 ? 'claim' : 'claims'}, ${how}, ${(outcome.milliseconds / 1000).toFixed(1)} s`;
}
