/** Text that remembers where in a file it stood, through cutting and joining. */

/** A place in a file: both counted from 1, columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A piece of one line of a file. */
export interface Piece extends Place {
  readonly text: string;
}

/** One or several pieces, joined by line breaks. */
export class SourceText {
  readonly text: string;

  constructor(readonly pieces: readonly Piece[]) {
    this.text = pieces.map(({ text }) => text).join('\n');
  }

  /** The place of an offset (in UTF-16 units). */
  place(offset = 0): Place {
    let rest = offset;
    for (const { text, line, column } of this.pieces) {
      if (rest <= text.length) return { line, column: column + [...text.slice(0, rest)].length };
      rest -= text.length + 1;
    }
    const last = this.pieces.at(-1);
    return last === undefined
      ? { line: 1, column: 1 }
      : { line: last.line, column: last.column + last.text.length };
  }

  slice(from: number, to = this.text.length): SourceText {
    const cut: Piece[] = [];
    let start = 0;
    for (const { text, line, column } of this.pieces) {
      const [first, last] = [Math.max(from - start, 0), Math.min(to - start, text.length)];
      if (first <= last) {
        const before = [...text.slice(0, first)].length;
        cut.push({ text: text.slice(first, last), line, column: column + before });
      }
      start += text.length + 1;
    }
    return new SourceText(cut);
  }

  /** Without white space at both ends. */
  trim(): SourceText {
    const { text } = this;
    const from = text.length - text.trimStart().length;
    return this.slice(from, Math.max(from, text.trimEnd().length));
  }

  /** Other text of the same length in every line: what stood there is blanked, the places stay. */
  withText(text: string): SourceText {
    const lines = text.split('\n');
    return new SourceText(this.pieces.map((piece, at) => ({ ...piece, text: lines[at] ?? '' })));
  }

  /** With everything that matches replaced by blanks. */
  blank(pattern: RegExp): SourceText {
    return this.withText(this.text.replace(pattern, (found) => found.replace(/[^\n]/g, ' ')));
  }
}
