/** Σ, Π and max over indices. */
import type { Cursor } from './cursor.js';
import { parseProduct, parseSum, takeRelation } from './parse.js';
import { parseIndices } from './parse-indices.js';
import { below, indicesOf, type Syntax, type TotalSyntax } from './syntax.js';

const EXAMPLE = 'For example: Σ_k x_k, Σ_{k≠i} x_k, Σ_{k=1}^{n} x_k, Σ_ij A_ij';

/** total = ('Σ' | 'Π' | 'max') '_' (indices | '{' index condition-on-it '}') product… */
export function parseTotal(cursor: Cursor, operation: TotalSyntax['operation']): Syntax {
  const sign = cursor.take();
  if (!cursor.is('_')) {
    cursor.refuse(sign, `The index that \`${cursor.shown(sign)}\` runs over is missing.`, EXAMPLE);
  }
  const over = isConditional(cursor) ? parseRestriction(cursor) : parseLetters(cursor);
  if (cursor.is('^')) refuseUpper(cursor);
  const body = cursor.deeper(() => parseBody(cursor, sign));
  return { kind: 'total', operation, ...over, body, ...cursor.since(sign.start) };
}

type Over = Pick<TotalSyntax, 'letters' | 'where' | 'dimension'>;

function parseBody(cursor: Cursor, sign: { start: number; end: number }): Syntax {
  if (cursor.next.kind === 'end') {
    cursor.refuse(sign, 'Nothing stands after this total.', EXAMPLE);
  }
  return parseProduct(cursor);
}

/** Whether what the total runs over is in braces with a comparison. */
function isConditional(cursor: Cursor): boolean {
  if (cursor.ahead(1).text !== '{') return false;
  for (let distance = 2; ; distance++) {
    const token = cursor.ahead(distance);
    if (token.kind === 'end' || token.text === '}') return false;
    if (token.kind === 'sign' && '<>≤≥=≠'.includes(token.text)) return true;
  }
}

/** `_k`, `_ij`, `_{i,j}`: each a letter, none twice. */
function parseLetters(cursor: Cursor): Over {
  const indices = parseIndices(cursor);
  if (indices.list.length > 20) cursor.refuse(indices, 'A total runs over at most 20 letters.', EXAMPLE);
  const letters = indices.list.map((index) => {
    const [part, more] = index.parts;
    if (!part || more || part.sign < 0 || index.offset !== 0) {
      cursor.refuse(index, 'A total runs over a letter.', EXAMPLE);
    }
    return { letter: part.letter, start: index.start, end: index.end };
  });
  const twice = letters.find((l, at) => letters.findIndex((other) => other.letter === l.letter) !== at);
  if (twice) {
    cursor.refuse(
      indices,
      `${twice.letter} stands twice under one total.`,
      'For the diagonal write Σ_i A_ii.',
    );
  }
  return { letters };
}

/** `_{k≠i}`, `_{k<i}`, `_{k=1}^{n}`: the letter first, then a comparison. */
function parseRestriction(cursor: Cursor): Over {
  cursor.take();
  const opened = cursor.take();
  const letter = cursor.take();
  if (letter.kind !== 'name' || [...letter.text.replace(/\p{M}/gu, '')].length !== 1) {
    cursor.refuse(letter, 'A restricted total names the one letter it runs over first.', EXAMPLE);
  }
  const name = { letter: letter.text, start: letter.start, end: letter.end };
  const relation = takeRelation(cursor);
  if (relation === undefined) {
    cursor.refuse(cursor.next, `No comparison stands after \`${letter.text}\`.`, EXAMPLE);
  }
  const right = cursor.deeper(() => parseSum(cursor));
  cursor.expect('}', `One comparison restricts a total. ${EXAMPLE}`, opened);
  if (relation === '=' && (cursor.is('^') || right.kind === 'number')) {
    return { letters: [name], dimension: parseFullRange(cursor, right, opened) };
  }
  const left: Syntax = { kind: 'symbol', name: letter.text, start: letter.start, end: letter.end };
  return { letters: [name], where: { relation, left, right, start: letter.start, end: right.end } };
}

/** `k=1}^{n}` or `k=0}^{n-1}`: only the full range of a dimension. */
function parseFullRange(
  cursor: Cursor,
  from: Syntax,
  opened: { start: number; end: number },
): NonNullable<TotalSyntax['dimension']> {
  const remedy =
    'Only the full range is written with limits: Σ_{k=1}^{n}, n being the dimension. A part of it is restricted: Σ_{k≤i}';
  if (!cursor.takes('^')) {
    cursor.refuse({ start: opened.start, end: cursor.end }, 'The upper limit is missing.', remedy);
  }
  const braced = cursor.takes('{');
  const name = cursor.take();
  const less = braced && cursor.takes('−') ? cursor.take() : undefined;
  if (braced) cursor.expect('}', remedy);
  const first = from.kind === 'number' ? from.text : undefined;
  const full = (first === '1' && !less) || (first === '0' && less?.text === '1');
  if (name.kind !== 'name' || !full) {
    cursor.refuse(
      { start: opened.start, end: cursor.end },
      'This is not the full range of a dimension.',
      remedy,
    );
  }
  return { name: name.text, start: name.start, end: name.end };
}

function refuseUpper(cursor: Cursor): never {
  cursor.refuse(cursor.next, 'An upper limit needs a lower one.', 'Write Σ_k x_k or Σ_{k=1}^{n} x_k.');
}

/** After '/', a factor without the total's letter behind those that have it could be meant outside: refused. */
export function refuseLooseDivisor(cursor: Cursor, total: Syntax): void {
  if (total.kind !== 'total' || total.body.kind !== 'product') return;
  const letters = new Set(total.letters.map((l) => l.letter));
  const last = total.body.rest.at(-1);
  if (!last || carries(last.factor, letters)) return;
  cursor.refuse(
    last.factor,
    `It is not clear whether \`${cursor.shown(last.factor)}\` belongs to the divisor: it does not carry ${[...letters].join(' or ')}.`,
    'Put the total in brackets: a / (Σ_k b_k) c or a / (Σ_k b_k c)',
  );
}

function carries(syntax: Syntax, letters: ReadonlySet<string>): boolean {
  const waiting: Syntax[] = [syntax];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const at = indicesOf(next).some((index) => index.parts.some((part) => letters.has(part.letter)));
    if (at || (next.kind === 'symbol' && letters.has(next.name))) return true;
    waiting.push(...below(next));
  }
  return false;
}
