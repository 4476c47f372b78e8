/** Blocks of a LaTeX document: statements in comments, and the aligned environments that a comment asks for. */
import type { Block, Part } from './block.js';
import { type Piece, SourceText } from './source-text.js';
import { displayedRows } from './tex-rows.js';

interface TexLine {
  readonly code: Piece;
  /** What stands behind the first % that is not \%. */
  readonly comment?: Piece;
}

/**
 * The blocks of a LaTeX document:
 *
 *     % handgrad: derive \partial L / \partial x_j        one statement
 *     % handgrad begin NAME                               lines of statements, each in a comment
 *     % handgrad end
 *     % handgrad: check below                             the rows of the environment that follows are the lines
 */
export function texBlocks(text: string): readonly Block[] {
  const lines = text.split(/\r?\n/).map(splitLine);
  const blocks: Block[] = [];
  let open: { readonly name: string; readonly parts: Part[] } | undefined;
  const add = (name: string, parts: readonly Part[]): void => {
    blocks.push({ kind: 'statements', name, parts });
  };
  for (const [at, { comment }] of lines.entries()) {
    if (!comment) continue;
    const [, word = '', rest = ''] =
      /^%*\s*handgrad(?:\s+(begin|end)\b|\s*:)\s*(.*)$/.exec(comment.text) ?? [];
    const isStatement = /^%*\s*handgrad\s*:/.test(comment.text);
    if (word === 'begin') open = { name: rest.trim(), parts: [] };
    else if (word === 'end') {
      if (open) add(open.name, open.parts);
      open = undefined;
    } else if (open) open.parts.push({ text: statementText(comment, /^%*\s?/) });
    else if (isStatement && !insideEnvironment(comment.text)) {
      if (/^check\s+below\b/.test(rest)) blocks.push(blockBelow(lines, at));
      else add('', [{ text: statementText(comment, /^%*\s*handgrad\s*:\s*/) }]);
    }
  }
  if (open) add(open.name, open.parts);
  return blocks;
}

/** Of a row, not a statement of its own: `% handgrad: expect refuted`. */
function insideEnvironment(comment: string): boolean {
  return /^%*\s*handgrad\s*:\s*expect\s+[a-z]+(\s*\([a-z-]+\))?\s*$/.test(comment);
}

function splitLine(line: string, at: number): TexLine {
  const [code = ''] = /^(?:\\.|[^\\%])*/.exec(line) ?? [];
  const piece = { text: code, line: at + 1, column: 1 };
  if (code.length === line.length) return { code: piece };
  return {
    code: piece,
    comment: { text: line.slice(code.length), line: at + 1, column: [...code].length + 1 },
  };
}

function statementText(comment: Piece, prefix: RegExp): SourceText {
  const whole = new SourceText([comment]);
  return whole.slice(prefix.exec(comment.text)?.[0].length ?? 0);
}

/** The rows of the displayed formula below a line. */
function blockBelow(lines: readonly TexLine[], at: number): Block {
  const below = lines.slice(at + 1);
  const rows = displayedRows(new SourceText(below.map(({ code }) => code)));
  if (rows) {
    const notes = below.flatMap(({ comment }) => (comment ? [comment] : []));
    return { kind: 'rows', name: '', parts: withNotes(rows, notes) };
  }
  const comment = lines[at]?.comment;
  return {
    kind: 'nothing-below',
    name: '',
    parts: comment ? [{ text: statementText(comment, /^%*\s*/) }] : [],
  };
}

/** A comment of handgrad's belongs to the row on its line; one on a line of its own to the row below. */
function withNotes(rows: readonly SourceText[], comments: readonly Piece[]): readonly Part[] {
  const parts: Part[] = rows.map((text) => ({ text }));
  for (const comment of comments.filter(({ text }) => insideEnvironment(text))) {
    const at = rows.findIndex((row) => row.place(row.text.length).line >= comment.line);
    const note = statementText(comment, /^%*\s*handgrad\s*:\s*/);
    if (at >= 0) parts[at] = { text: rows[at] as SourceText, note };
  }
  return parts;
}
