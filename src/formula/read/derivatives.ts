/** Derivatives: `∂s_i/∂x_j`, `∂²L/∂x_i∂x_j`, `\frac{\partial s_i}{\partial x_j}`; where one is asked for, `d s_i / d x_j` too. */
import type { Cursor } from './cursor.js';
import { declaredTensor } from './names.js';
import { parseIndices } from './parse-indices.js';
import type { DerivativeSyntax, SymbolSyntax } from './syntax.js';

const EXAMPLE = 'For example: ∂s_i/∂x_j, ∂²L/∂x_i∂x_j';

/** Whether the next tokens are a fraction whose numerator begins with ∂. */
export function startsFractionOfDerivatives(cursor: Cursor): boolean {
  return (
    cursor.isCommand('frac') &&
    cursor.ahead(1).text === '{' &&
    cursor.ahead(2).kind === 'sign' &&
    cursor.ahead(2).text === '∂'
  );
}

/**
 * derivative = '∂' symbol '/' '∂' symbol, of higher order '∂²' symbol '/' '∂' symbol '∂' symbol; also as a fraction.
 * With `upright`, `d` is read for ∂.
 */
export function parseDerivative(cursor: Cursor, upright = false): DerivativeSyntax {
  const { start } = cursor.next;
  const fraction = cursor.isCommand('frac');
  if (fraction) {
    cursor.take();
    cursor.expect('{', EXAMPLE);
  }
  const order = parseOrder(cursor, upright);
  const of = parseSymbol(cursor, upright);
  if (fraction) {
    cursor.expect('}', EXAMPLE);
    cursor.expect('{', EXAMPLE);
  } else {
    cursor.expect('/', EXAMPLE);
  }
  const by = parseBy(cursor, upright, order);
  if (fraction) cursor.expect('}', EXAMPLE);
  return { kind: 'derivative', of, by, ...cursor.since(start) };
}

/** '∂' with its order: 1, or the power that follows. */
function parseOrder(cursor: Cursor, upright: boolean): number {
  takePartial(cursor, upright);
  return parsePower(cursor) ?? 1;
}

/** '^2', '^{2}', '²' */
function parsePower(cursor: Cursor): number | undefined {
  if (!cursor.is('^')) return undefined;
  const { start } = cursor.take();
  const braced = cursor.takes('{');
  const token = cursor.take();
  if (braced) cursor.expect('}', EXAMPLE);
  if (token.kind !== 'number' || !/^[1-9]$/.test(token.text)) {
    cursor.refuse(cursor.since(start), 'The order of a derivative is a number from 1 to 9.', EXAMPLE);
  }
  return Number(token.text);
}

/** As many '∂' symbol as the order; '∂x_i^2' counts twice. */
function parseBy(cursor: Cursor, upright: boolean, order: number): SymbolSyntax[] {
  const by: SymbolSyntax[] = [];
  const { start } = cursor.next;
  while (by.length < order) {
    if (by.length > 0 && !startsPartial(cursor, upright)) {
      cursor.refuse(
        cursor.since(start),
        `The order is ${order}, but ${by.length} stand${by.length === 1 ? 's' : ''} below.`,
        EXAMPLE,
      );
    }
    takePartial(cursor, upright);
    const symbol = parseSymbol(cursor, upright);
    const times = order > 1 ? (parsePower(cursor) ?? 1) : 1;
    for (let n = 0; n < times; n++) by.push(symbol);
  }
  if (by.length > order) {
    cursor.refuse(cursor.since(start), `The order is ${order}, but ${by.length} stand below.`, EXAMPLE);
  }
  return by;
}

function startsPartial(cursor: Cursor, upright: boolean): boolean {
  return cursor.is('∂') || (upright && (cursor.isName('d') || isJoined(cursor)));
}

/** Takes '∂', or with `upright` a `d` that stands alone; `ds` is left to be read as the symbol s. */
function takePartial(cursor: Cursor, upright: boolean): void {
  if (cursor.takes('∂')) return;
  if (upright && cursor.isName('d')) {
    cursor.take();
    return;
  }
  if (upright && isJoined(cursor)) return;
  cursor.refuse(cursor.next, 'Expected `∂` and a name here.', EXAMPLE);
}

/** Whether the next name is a `d` and a declared name in one word: the ds of ds_i/dx_j. */
function isJoined(cursor: Cursor): boolean {
  const { kind, text } = cursor.next;
  return (
    kind === 'name' && text.startsWith('d') && !cursor.isDeclared(text) && cursor.isDeclared(text.slice(1))
  );
}

/** symbol = name ['_' indices] */
export function parseSymbol(cursor: Cursor, upright = false): SymbolSyntax {
  const joined = upright && isJoined(cursor);
  const token = cursor.take();
  if (token.kind !== 'name') {
    const place = token.kind === 'end' ? { start: Math.max(0, token.start - 1), end: token.end } : token;
    const bracket = token.kind === 'sign' && token.text === '(';
    const remedy = bracket
      ? `Give the expression a name first (r_i = …), then write ∂r_i/∂x_j. ${EXAMPLE}`
      : EXAMPLE;
    cursor.refuse(place, 'A name was expected here.', remedy);
  }
  const name = joined ? token.text.slice(1) : token.text;
  const count = declaredTensor(name, cursor.declarations)?.dimensions.length;
  const indices = cursor.is('_') ? parseIndices(cursor, count) : undefined;
  return { kind: 'symbol', name, ...(indices && { indices }), ...cursor.since(token.start) };
}
