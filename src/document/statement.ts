/** What a line of a block says. */
import type { Status } from '../check/index.js';
import type { Block, Part } from './block.js';
import { equalsSigns } from './depth.js';
import { SourceText } from './source-text.js';

/** What a statement should come out as; with a mistake's name, as that mistake. */
export interface Expectation {
  readonly status: Status;
  readonly mistake?: string;
}

export interface Statement {
  readonly kind: 'given' | 'define' | 'assume' | 'derive' | 'check' | 'line' | 'rest' | 'unreadable';
  /** The whole of it. */
  readonly whole: SourceText;
  /** What follows the keyword; of an unreadable one, what is wrong with it. */
  readonly body: SourceText;
  readonly expect?: Expectation;
  /** The comment behind a line: its reason. */
  readonly because?: string;
  readonly problem?: string;
  /** A row of an environment: the next row may go on with its left side. */
  readonly isRow?: boolean;
}

/** A line that goes on with the line before begins, or that line ends, with a sign that needs another side. */
const goesOn = /^\s*(?:[+\-−–·⋅*×/⊙⊗)\]},;]|\\(?:cdot|times|odot|otimes|right)\b)/;
const isOpen = /(?:[+\-−–·⋅*×/⊙⊗([{,;=]|\\(?:cdot|times|odot|otimes))\s*$/;

/** The statements of a block, in their order. */
export function statementsOf(block: Block): readonly Statement[] {
  if (block.kind === 'rows') return joinedRows(block.parts).flatMap(rowStatements);
  if (block.kind === 'nothing-below') {
    const problem =
      'No displayed formula follows: expected \\begin{align}, \\begin{equation}, \\[ or the like below.';
    return block.parts.map(({ text }) => ({ kind: 'unreadable', whole: text, body: text, problem }));
  }
  const statements: { pieces: SourceText[]; reasons: string[] }[] = [];
  for (const { text } of block.parts) {
    const hash = text.text.indexOf('#');
    const code = hash < 0 ? text : text.slice(0, hash);
    const reason = hash < 0 ? '' : text.text.slice(hash).replace(/^#+/, '').trim();
    const last = statements.at(-1);
    if (code.text.trim() === '') continue;
    if (last && (goesOn.test(code.text) || isOpen.test(last.pieces.at(-1)?.text ?? ''))) {
      last.pieces.push(code);
      if (reason !== '') last.reasons.push(reason);
    } else statements.push({ pieces: [code], reasons: reason === '' ? [] : [reason] });
  }
  return statements.flatMap(({ pieces, reasons }) => {
    const whole = new SourceText(pieces.flatMap((piece) => piece.pieces)).trim();
    return readStatement(whole).map((statement) => ({
      ...statement,
      ...(reasons.length === 0 ? {} : { because: reasons.join(' ') }),
    }));
  });
}

/** `expect refuted: = x_j` · `expect refuted (sign): = x_j` · `given x: n` · `= x_j` · `let Z = …` · `∂Z/∂x_j = …` */
function readStatement(whole: SourceText): readonly Statement[] {
  const expected = /^expect\s+([a-z]+)\s*(?:\(([a-z-]+)\))?\s*:?\s*/.exec(whole.text);
  if (!expected) return readPlain(whole);
  const expect = expectationOf(expected);
  const rest = whole.slice(expected[0].length);
  if (!expect || rest.text === '') {
    const problem = expect
      ? '“expect” stands before the line it is about: expect refuted: = s_i (1 − s_j)'
      : `“expect ${expected[1]}”: expected proved, agrees, refuted or undecided. For example: expect refuted: = s_i (1 − s_j)`;
    return [{ kind: 'unreadable', whole, body: whole, problem }];
  }
  return readPlain(rest).map((statement, at, { length }) =>
    at === length - 1 ? { ...statement, expect } : statement,
  );
}

function expectationOf([, status, mistake]: RegExpExecArray): Expectation | undefined {
  if (status !== 'proved' && status !== 'agrees' && status !== 'refuted' && status !== 'undecided')
    return undefined;
  return { status, ...(mistake === undefined ? {} : { mistake }) };
}

function readPlain(whole: SourceText): readonly Statement[] {
  const [, keyword = ''] = /^(given|define|assume|derive|check)(?![\p{L}\p{N}_])/u.exec(whole.text) ?? [];
  const body = whole.slice(keyword.length).trim();
  switch (keyword) {
    case 'given':
    case 'define':
    case 'assume':
    case 'check':
      return [{ kind: keyword, whole, body }];
    case 'derive': {
      const [question = body, ...lines] = sidesOf(body);
      return [{ kind: 'derive', whole, body: question }, ...lines.map((line) => lineStatement(line))];
    }
    default:
      return readLine(whole);
  }
}

function readLine(whole: SourceText): readonly Statement[] {
  if (/^=\s*(?:…|\.{3}|\\l?dots)$/.test(whole.text)) return [{ kind: 'rest', whole, body: whole }];
  if (whole.text.startsWith('=')) return sidesOf(whole).map((line) => lineStatement(line));
  if (/^(?:let(?![\p{L}\p{N}_])|∂|\\partial|\\[dt]?frac\s*\{\s*\\partial)/u.test(whole.text)) {
    return [{ kind: 'line', whole, body: whole }];
  }
  const problem =
    'This begins no statement: expected given, define, assume, derive, check, expect, let, or a line that begins with “=” or “∂”. For example: = s_i (δ_ij − s_j)';
  return [{ kind: 'unreadable', whole, body: whole, problem }];
}

function lineStatement(body: SourceText): Statement {
  return { kind: 'line', whole: body, body };
}

/** What stands between the equals signs outside of brackets; nothing before a leading one. */
function sidesOf(text: SourceText): readonly SourceText[] {
  const signs = equalsSigns(text.text);
  const starts = [0, ...signs.map((at) => at + 1)];
  const sides = starts.map((start, at) => text.slice(start, signs[at]).trim());
  return sides[0]?.text === '' ? sides.slice(1) : sides;
}

/** Rows that go on with the row before belong to it, as lines do. */
function joinedRows(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const { text, note } of parts) {
    const last = joined.at(-1);
    if (last && (goesOn.test(text.text) || isOpen.test(last.text.text))) {
      const said = note ?? last.note;
      joined[joined.length - 1] = {
        text: new SourceText([...last.text.pieces, ...text.pieces]),
        ...(said ? { note: said } : {}),
      };
    } else joined.push(note ? { text, note } : { text });
  }
  return joined;
}

/**
 * A row of an aligned environment: `\frac{\partial L}{\partial x_j} = a` asks for the derivative and gives its first line, `= b` is
 * the next; `u = v` of other sides claims that they are equal.
 */
function rowStatements({ text, note }: Part): readonly Statement[] {
  const said = note
    ? expectationOf(/^expect\s+([a-z]+)\s*(?:\(([a-z-]+)\))?\s*$/.exec(note.text) ?? emptyMatch)
    : undefined;
  const expect = said ? { expect: said } : {};
  const sides = sidesOf(text);
  const leading = text.text.startsWith('=');
  const [left = text, ...rest] = sides;
  const lines = leading ? sides : rest;
  const isDerivative = /^(?:∂|\\partial|\\[dt]?frac\s*\{\s*\\partial)/.test(left.text);
  if (leading || isDerivative) {
    const question: Statement[] = leading ? [] : [{ kind: 'derive', whole: text, body: left }];
    return [
      ...question,
      ...lines.map((line, at) => ({ ...lineStatement(line), ...(at === lines.length - 1 ? expect : {}) })),
    ];
  }
  return [{ kind: 'check', whole: text, body: text, isRow: true, ...expect }];
}

const emptyMatch = /^/.exec('') as RegExpExecArray;
