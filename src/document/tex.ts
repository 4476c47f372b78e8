/** Blocks of a LaTeX document: statements in comments, and the aligned environments that a comment asks for. */
import type { Block, Part } from './block.js';
import { braceDepths } from './depth.js';
import { type Piece, SourceText } from './source-text.js';

const environments = /^(align|alignat|aligned|equation|gather|multline|flalign|eqnarray|split)\*?$/;

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
      if (/^check\s+below\b/.test(rest)) blocks.push(...rowsBelow(lines, at + 1));
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

/** The rows of the first environment from line `from` on; none where there is no such environment. */
function rowsBelow(lines: readonly TexLine[], from: number): readonly Block[] {
  const begins = lines.findIndex(({ code }, at) => at >= from && /\\begin\{[a-z]+\*?\}/.test(code.text));
  const found = /\\begin\{([a-z]+\*?)\}(?:\{\d+\})?/.exec(lines[begins]?.code.text ?? '');
  const [whole = '', name = ''] = found ?? [];
  if (!found || !environments.test(name)) return [];
  const ends = lines.findIndex(({ code }, at) => at >= begins && code.text.includes(`\\end{${name}}`));
  const last = ends < 0 ? lines.length - 1 : ends;
  const body = new SourceText(lines.slice(begins, last + 1).map(({ code }) => code));
  const end = ends < 0 ? body.text.length : body.text.lastIndexOf(`\\end{${name}}`);
  const notes = lines.slice(begins, last + 1).flatMap(({ comment }) => (comment ? [comment] : []));
  const rows = rowsOf(body.slice(found.index + whole.length, end)).map((row) => row.trim());
  return [
    {
      kind: 'rows',
      name: '',
      parts: withNotes(
        rows.filter(({ text }) => text !== ''),
        notes,
      ),
    },
  ];
}

/** The rows, apart at the `\\` that stand in no bracket and no inner environment; what only sets the type is blanked. */
function rowsOf(body: SourceText): readonly SourceText[] {
  const depths = braceDepths(body.text);
  const rows: SourceText[] = [];
  let start = 0;
  for (const match of body.text.matchAll(/\\\\(\*?\s*(?:\[[^\]\n]*\])?)/g)) {
    if (depths[match.index] !== 0) continue;
    rows.push(body.slice(start, match.index));
    start = match.index + match[0].length;
  }
  return [...rows, body.slice(start)].map(withoutSetting);
}

function withoutSetting(row: SourceText): SourceText {
  const depths = braceDepths(row.text);
  const units = row.text.split('').map((unit, at) => (unit === '&' && depths[at] === 0 ? ' ' : unit));
  const plain = row.withText(units.join(''));
  return plain
    .blank(/\\(?:label|tag\*?|text|intertext|mbox|hspace\*?)\{[^{}]*\}/g)
    .blank(
      /\\(?:nonumber|notag|displaystyle|quad|qquad|begin\{(?:split|aligned)\}|end\{(?:split|aligned)\}|[,;!:])(?![a-zA-Z])/g,
    )
    .blank(/(?<![\p{L}\p{N}}])\{\s*\}/gu)
    .blank(/[.,;]\s*$/);
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
