/** The rows of a displayed formula of LaTeX, without what only sets the type. */
import { braceDepths } from './depth.js';
import type { SourceText } from './source-text.js';

/** `\begin{align}`, `\[` or `$$`; other environments around it (a theorem, a figure) are passed by. */
const display =
  /\\begin\{((?:align|alignat|equation|gather|multline|flalign|eqnarray)\*?)\}(?:\{\d+\})?|(?<!\\)\\\[|(?<!\\)\$\$/;

/** Environments that only arrange rows within a formula. */
const arranging = /\\(?:begin|end)\{(?:split|aligned|alignedat|gathered)\}(?:\{\d+\})?/g;

/** Commands that put something around or under a piece; the piece is what counts. */
const decorating = /\\(?:underbrace|overbrace|boxed|cancel|bcancel|xcancel|textcolor\{[^{}]*\})\s*(?=\{)/;

/** The rows of the first displayed formula in the text, the empty ones left out; undefined where there is none. */
export function displayedRows(text: SourceText): readonly SourceText[] | undefined {
  const found = display.exec(text.text);
  if (!found) return undefined;
  const [opening, name] = found;
  const closing = name === undefined ? (opening === '$$' ? '$$' : '\\]') : `\\end{${name}}`;
  const from = found.index + opening.length;
  const end = text.text.indexOf(closing, from);
  const body = text.slice(from, end < 0 ? undefined : end).blank(arranging);
  return rowsOf(undecorated(body))
    .map((row) => withoutSetting(row).trim())
    .filter((row) => row.text !== '');
}

/** The rows, apart at the `\\` that stand in no bracket and no inner environment. */
function rowsOf(body: SourceText): readonly SourceText[] {
  const depths = braceDepths(body.text);
  const rows: SourceText[] = [];
  let start = 0;
  for (const match of body.text.matchAll(/\\\\(\*?\s*(?:\[[^\]\n]*\])?)/g)) {
    if (depths[match.index] !== 0) continue;
    rows.push(body.slice(start, match.index));
    start = match.index + match[0].length;
  }
  return [...rows, body.slice(start)];
}

/** `\underbrace{a}_{= 1}` is `(a)`: the command and what stands under it are blanked, the braces become brackets. */
function undecorated(body: SourceText): SourceText {
  const found = decorating.exec(body.text);
  if (!found) return body;
  const open = found.index + found[0].length;
  const close = closingBrace(body.text, open);
  if (close < 0) return body;
  const under = /^\s*[_^]\s*(?=\{)/.exec(body.text.slice(close + 1));
  const afterUnder = under ? closingBrace(body.text, close + 1 + under[0].length) + 1 : close + 1;
  const isBrace = /^\\(?:under|over)brace/.test(found[0]);
  const units = body.text.split('');
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (units[at] !== '\n') units[at] = ' ';
  };
  blank(found.index, open);
  units[open] = '(';
  units[close] = ')';
  if (isBrace) blank(close + 1, Math.max(close + 1, afterUnder));
  return undecorated(body.withText(units.join('')));
}

/** Where the brace that opens at `open` closes; −1 where it does not. */
function closingBrace(text: string, open: number): number {
  const depths = braceDepths(text);
  const depth = depths[open] ?? 0;
  for (let at = open + 1; at < text.length; at++) if (text[at] === '}' && depths[at] === depth) return at;
  return -1;
}

function withoutSetting(row: SourceText): SourceText {
  const depths = braceDepths(row.text);
  const units = row.text.split('').map((unit, at) => (unit === '&' && depths[at] === 0 ? ' ' : unit));
  const plain = row.withText(units.join(''));
  return plain
    .blank(/\\(?:label|tag\*?|text|intertext|mbox|hspace\*?|color)\{[^{}]*\}/g)
    .blank(/\\(?:nonumber|notag|displaystyle|quad|qquad|[,;!:])(?![a-zA-Z])/g)
    .blank(/(?<![\p{L}\p{N}}])\{\s*\}/gu)
    .blank(/[.,;]\s*$/);
}
