/** The cells run so far, for front ends that walk through them (the up arrow of a console). Kept in memory only. */

export interface HistoryEntry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  /** Text of the cell's result, where it had one. */
  output: string | null;
}

/** The present session; there are no others. */
const session = 1;
const limit = 10_000;

export class History {
  readonly #entries: HistoryEntry[] = [];

  add(line: number, input: string): void {
    this.#entries.push({ session, line, input, output: null });
    if (this.#entries.length > limit) this.#entries.shift();
  }

  /** The text of the result of a cell that was added. */
  setOutput(line: number, text: string): void {
    const entry = this.#entries.findLast((each) => each.line === line);
    if (entry) entry.output = text;
  }

  /** The last `count` entries, oldest first. */
  tail(count: number): readonly HistoryEntry[] {
    return count > 0 ? this.#entries.slice(-count) : [];
  }

  /** Lines `start` up to and without `stop` of a session; 0 is the present one, negative ones count back from it. */
  range(which: number, start: number, stop: number | undefined): readonly HistoryEntry[] {
    if (which !== 0 && which !== session) return [];
    return this.#entries.filter(({ line }) => line >= start && (stop === undefined || line < stop));
  }

  /**
   * The last `count` entries that match a glob pattern: `*` stands for any text, `?` for one character. `unique` keeps
   * only the latest of equal inputs.
   */
  search(pattern: string, count: number | undefined, unique: boolean): readonly HistoryEntry[] {
    const expression = globToRegExp(pattern);
    let found = this.#entries.filter(({ input }) => expression.test(input));
    if (unique) {
      const latest = new Map(found.map((entry) => [entry.input, entry]));
      found = found.filter((entry) => latest.get(entry.input) === entry);
    }
    return count === undefined ? found : count > 0 ? found.slice(-count) : [];
  }
}

function globToRegExp(pattern: string): RegExp {
  const source = pattern.replace(/[\\^$.|+()[\]{}*?]/g, (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : `\\${character}`;
  });
  return new RegExp(`^${source}$`, 'su');
}
