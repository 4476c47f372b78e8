/** The grammar: sums, products, factors. One function a rule; each rule is its doc comment. */

import type { Relation } from '../nodes.js';
import { parseAtom, startsAtom, startsTotal } from './atoms.js';
import type { Cursor } from './cursor.js';
import { parseIndices } from './parse-indices.js';
import type { ConditionSyntax, ProductSign, Syntax } from './syntax.js';
import { refuseLooseDivisor } from './totals.js';

const EXAMPLE = 'For example: s_i (δ_ij − s_j)';
const RELATIONS: readonly string[] = ['>', '≥', '<', '≤', '=', '≠'] satisfies Relation[];

/** sum = ['+' | '−'] product (('+' | '−') product)* */
export function parseSum(cursor: Cursor): Syntax {
  const { start } = cursor.next;
  const terms: { negative: boolean; term: Syntax }[] = [];
  let negative = takeSign(cursor) ?? false;
  for (;;) {
    terms.push({ negative, term: parseProduct(cursor) });
    const sign = takeSign(cursor);
    if (sign === undefined) break;
    negative = sign;
  }
  const [only] = terms;
  const place = cursor.since(start);
  if (only && terms.length === 1)
    return only.negative ? { kind: 'negate', operand: only.term, ...place } : only.term;
  return { kind: 'sum', terms, ...place };
}

/** The sign that is next: true for '−', false for '+'. */
function takeSign(cursor: Cursor): boolean | undefined {
  if (cursor.takes('−')) return true;
  return cursor.takes('+') ? false : undefined;
}

/**
 * product = factor (['·' | '*' | '/' | '⊙' | '⊗'] factor)*, from left to right; juxtaposition multiplies and '/'
 * divides by the one factor after it. A total takes all that follows; as a divisor, only factors with its letter.
 */
export function parseProduct(cursor: Cursor): Syntax {
  const { start } = cursor.next;
  const first = parseFactor(cursor);
  const rest: { sign: ProductSign; factor: Syntax }[] = [];
  for (;;) {
    const sign = takeProductSign(cursor);
    if (sign === undefined && !startsAtom(cursor)) break;
    const divisor = sign === '/' && startsTotal(cursor);
    const factor = parseFactor(cursor);
    if (divisor) refuseLooseDivisor(cursor, factor);
    rest.push({ sign: sign ?? '·', factor });
  }
  return rest.length === 0 ? first : { kind: 'product', first, rest, ...cursor.since(start) };
}

const PRODUCT_SIGNS: readonly ProductSign[] = ['·', '/', '⊙', '⊗'];

function takeProductSign(cursor: Cursor): ProductSign | undefined {
  return PRODUCT_SIGNS.find((sign) => cursor.takes(sign));
}

/** factor = ['−'] atom ['^' (atom | '{' sum '}' | '−' atom)]; a total is no base and no exponent without brackets. */
export function parseFactor(cursor: Cursor): Syntax {
  const { start } = cursor.next;
  if (cursor.takes('−')) {
    if (cursor.is('−') || cursor.is('+')) {
      cursor.refuse(cursor.next, 'Two signs follow each other.', 'Put the inner one in brackets: a − (−b)');
    }
    return { kind: 'negate', operand: parseFactor(cursor), ...cursor.since(start) };
  }
  if (cursor.is('+')) cursor.refuse(cursor.next, 'Two signs follow each other.', EXAMPLE);
  const base = parsePostfix(cursor, parseAtom(cursor), start);
  if (!cursor.is('^')) return base;
  const sign = cursor.take();
  if (isTransposeSign(cursor)) {
    takeTransposeSign(cursor);
    return afterPower(cursor, { kind: 'transpose', operand: base, ...cursor.since(start) }, start);
  }
  const exponent = parseExponent(cursor, sign);
  if (exponent.kind === 'transpose') {
    const inverse: Syntax = { kind: 'power', base, exponent: exponent.operand, ...cursor.since(start) };
    return afterPower(cursor, { kind: 'transpose', operand: inverse, ...cursor.since(start) }, start);
  }
  return afterPower(cursor, { kind: 'power', base, exponent, ...cursor.since(start) }, start);
}

/** Transposes and indices directly after an atom: `Aᵀ`, `A'`, `(A B)_ij`, `softmax(x)_i`. */
function parsePostfix(cursor: Cursor, atom: Syntax, start: number): Syntax {
  let result = atom;
  for (;;) {
    if (cursor.is("'") || cursor.is('ᵀ')) {
      if (result.kind === 'symbol' && result.indices) refuseIndexedTranspose(cursor);
      const sign = cursor.take();
      if (cursor.is('_')) refuseEntryOfTranspose(cursor, sign);
      result =
        result.kind === 'transpose'
          ? result.operand
          : { kind: 'transpose', operand: result, ...cursor.since(start) };
    } else if (cursor.is('_') && hasEntries(result)) {
      const indices = parseIndices(cursor);
      result = { kind: 'entry', operand: result, indices, ...cursor.since(start) };
    } else return result;
  }
}

function refuseIndexedTranspose(cursor: Cursor): never {
  cursor.refuse(
    cursor.next,
    'A transpose stands after a matrix without indices.',
    'With indices, exchange them: A_ji is the transpose of A_ij. Names contain no primes: write r_i for x_i′.',
  );
}

function refuseEntryOfTranspose(cursor: Cursor, sign: { start: number; end: number }): never {
  cursor.refuse(
    sign,
    `\`${cursor.shown(sign)}\` is the transpose, never part of a name.`,
    'An entry of a transpose is written (Aᵀ)_ij or A_ji; another variable needs a name of its own: r_i',
  );
}

function hasEntries(syntax: Syntax): boolean {
  return ['call', 'group', 'power', 'bracket'].includes(syntax.kind);
}

/** After a power: transposes and indices still, but no second power. */
function afterPower(cursor: Cursor, power: Syntax, start: number): Syntax {
  const result = parsePostfix(cursor, power, start);
  if (!cursor.is('^')) return result;
  if (isTransposeSign(cursor, 1)) {
    cursor.take();
    takeTransposeSign(cursor);
    return { kind: 'transpose', operand: result, ...cursor.since(start) };
  }
  cursor.refuse(
    cursor.next,
    'A power of a power needs brackets.',
    'Write (x^2)^3 or x^{2^3}, whichever is meant.',
  );
}

/** Whether the next tokens are `T`, `{T}`, `⊤` after `^`: the transpose, unless T is declared. */
function isTransposeSign(cursor: Cursor, from = 0): boolean {
  const braced = cursor.ahead(from).kind === 'sign' && cursor.ahead(from).text === '{';
  const token = cursor.ahead(from + (braced ? 1 : 0));
  const closes = !braced || (cursor.ahead(from + 2).kind === 'sign' && cursor.ahead(from + 2).text === '}');
  if (token.kind === 'sign') return closes && (token.text === 'ᵀ' || token.text === "'");
  return closes && token.kind === 'name' && token.text === 'T' && !cursor.isDeclared('T');
}

function takeTransposeSign(cursor: Cursor): void {
  const braced = cursor.takes('{');
  cursor.take();
  if (braced) cursor.take();
}

/** atom | '{' sum '}' | '−' atom, and `{-T}`, which is the inverse's transpose. */
function parseExponent(cursor: Cursor, sign: { start: number; end: number }): Syntax {
  const { start } = cursor.next;
  if (startsTotal(cursor)) {
    cursor.refuse(cursor.next, 'A total is no exponent without brackets.', 'Write e^{Σ_k x_k}.');
  }
  if (cursor.is('{')) {
    if (cursor.ahead(1).text === '−' && isTransposeSign(cursor, 2) && cursor.ahead(3).text === '}') {
      cursor.take();
      cursor.take();
      cursor.take();
      cursor.take();
      const one: Syntax = { kind: 'number', text: '1', ...cursor.since(start) };
      const minusOne: Syntax = { kind: 'negate', operand: one, ...cursor.since(start) };
      return { kind: 'transpose', operand: minusOne, ...cursor.since(start) };
    }
    const opened = cursor.take();
    const body = cursor.deeper(() => parseSum(cursor));
    cursor.expect('}', 'For example: e^{x_i}', opened);
    return { kind: 'group', body, ...cursor.since(start) };
  }
  if (cursor.takes('−')) {
    return { kind: 'negate', operand: parseExponentAtom(cursor, sign), ...cursor.since(start) };
  }
  return parseExponentAtom(cursor, sign);
}

function parseExponentAtom(cursor: Cursor, sign: { start: number; end: number }): Syntax {
  if (startsTotal(cursor)) {
    cursor.refuse(cursor.next, 'A total is no exponent without brackets.', 'Write e^{Σ_k x_k}.');
  }
  if (!startsAtom(cursor)) {
    const place = cursor.next.kind === 'end' ? sign : cursor.next;
    cursor.refuse(place, 'No exponent stands after `^`.', 'For example: x^2, e^{x_i}, x^{-1}');
  }
  const token = cursor.next;
  if (token.single) {
    const after = cursor.ahead(1);
    const more = after.start === token.end && (after.text === '_' || after.kind === 'number');
    if (more) {
      cursor.refuse(
        { start: token.start, end: after.end },
        'In LaTeX `^` takes one token without braces.',
        'Write e^{x_i} and x^{10}.',
      );
    }
  }
  return parseAtom(cursor);
}

/** condition = sum ('>' | '≥' | '<' | '≤' | '=' | '≠') sum */
export function parseCondition(cursor: Cursor): ConditionSyntax {
  const { start } = cursor.next;
  const left = parseSum(cursor);
  const relation = takeRelation(cursor);
  if (relation === undefined) {
    const found = cursor.next;
    cursor.refuse(
      found.kind === 'end' ? { start, end: cursor.end } : found,
      `No comparison stands ${found.kind === 'end' ? 'here' : `before \`${cursor.shown(found)}\``}.`,
      'A condition compares two sums: [x_i > 0], [k ≤ i], { x_i if x_i > 0; 0 otherwise }. To group a sum use ( ).',
    );
  }
  const right = parseSum(cursor);
  if (cursor.next.kind === 'sign' && RELATIONS.includes(cursor.next.text)) {
    cursor.refuse(
      cursor.next,
      'One condition makes one comparison.',
      'Multiply two brackets: [0 < x_i] [x_i < 1]',
    );
  }
  return { relation, left, right, ...cursor.since(start) };
}

/** The relation that is next, taken. */
export function takeRelation(cursor: Cursor): Relation | undefined {
  if (cursor.next.kind !== 'sign') return undefined;
  const { text } = cursor.next;
  const relation = (['>', '≥', '<', '≤', '=', '≠'] as const).find((sign) => sign === text);
  if (relation !== undefined) cursor.take();
  return relation;
}
