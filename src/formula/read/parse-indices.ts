/** Indices: `_ij`, `_{i,j}`, `_{i+k}`, `_0`, `_{12,}`. */
import type { Cursor } from './cursor.js';
import { GREEK } from './spelling.js';
import type { IndexSyntax, IndicesSyntax } from './syntax.js';
import type { Token } from './tokens.js';

const EXAMPLE = 'One letter or digit is one index: W_ij, W_{i,j}, x_0, x_{i+1}, W_{i,12}';

/** The next token's `_` and the indices after it. `count` is how many the name before it has, when that is known. */
export function parseIndices(cursor: Cursor, count?: number): IndicesSyntax {
  const { start } = cursor.take();
  if (cursor.is('{')) return parseBraced(cursor, start, count);
  const token = cursor.next;
  if (token.kind !== 'indices') {
    cursor.refuse(
      token.kind === 'end' ? { start, end: start + 1 } : token,
      'No index stands after `_`.',
      EXAMPLE,
    );
  }
  cursor.take();
  if (
    token.single &&
    /^[0-9]$/.test(token.text) &&
    cursor.next.kind === 'number' &&
    cursor.next.start === token.end
  ) {
    refuseDigits(cursor, { ...token, end: cursor.next.end });
  }
  const list = lettersOf(cursor, token);
  return { list, start, end: token.end, ...(list.length > 1 && { run: token.text }) };
}

/** One index for each letter and digit of a run; several digits together are refused. */
function lettersOf(cursor: Cursor, token: Token): IndexSyntax[] {
  if (/[0-9]{2}/.test(token.text)) refuseDigits(cursor, token);
  if (token.single && token.text.length > 1) return [letterIndex(token.text, token)];
  const letters = token.text.match(/[0-9]|\P{M}\p{M}*/gu) ?? [];
  return letters.map((letter) =>
    /[0-9]/.test(letter) ? componentIndex(Number(letter), token) : letterIndex(letter, token),
  );
}

function refuseDigits(cursor: Cursor, token: Pick<Token, 'start' | 'end' | 'text'>): never {
  const digits = /[0-9]{2,}/.exec(cursor.text.slice(token.start, token.end))?.[0] ?? token.text;
  cursor.refuse(
    token,
    `\`_${cursor.shown(token)}\` is ambiguous: the component ${digits}, or ${[...digits].join(' and ')}?`,
    `Write x_{${digits},} or W_{i,${digits}} for the component ${digits} (they count from 0), and W_{${[...digits].join(',')}} for several.`,
  );
}

function letterIndex(letter: string, { start, end }: { start: number; end: number }): IndexSyntax {
  return { parts: [{ sign: 1, letter }], offset: 0, start, end };
}

function componentIndex(offset: number, { start, end }: { start: number; end: number }): IndexSyntax {
  return { parts: [], offset, start, end };
}

/** `{` item (',' item)* `}`: with a comma, an item of digits is one component. */
function parseBraced(cursor: Cursor, start: number, count: number | undefined): IndicesSyntax {
  const opened = cursor.take();
  const items: Token[][] = [[]];
  let commas = 0;
  while (!cursor.is('}')) {
    const token = cursor.take();
    if (token.kind === 'end') {
      cursor.refuse(opened, 'The brace opened here is not closed.', `Expected \`}\`. ${EXAMPLE}`);
    }
    if (token.kind === 'sign' && token.text === ',') {
      commas++;
      items.push([]);
    } else items.at(-1)?.push(token);
  }
  const close = cursor.take();
  if (commas > 0 && items.at(-1)?.length === 0) items.pop();
  const list = items.flatMap((item) => readItem(cursor, item, commas > 0, opened));
  const [single] = items;
  const [word] = single ?? [];
  const run = items.length === 1 && single?.length === 1 && word?.kind === 'name' ? word.text : undefined;
  const greek = run === undefined ? undefined : GREEK.get(run);
  const end = close.end;
  if (word && greek !== undefined && (count === undefined || (count !== list.length && count === 1))) {
    return { list: [letterIndex(greek, word)], start, end };
  }
  return { list, start, end, ...(run !== undefined && list.length > 1 && { run }) };
}

/** One item between commas: letters and digits, one index each, or one sum of signed letters and digits. */
function readItem(cursor: Cursor, item: readonly Token[], separated: boolean, opened: Token): IndexSyntax[] {
  const [first] = item;
  if (!first) cursor.refuse(opened, 'An index is missing in these braces.', EXAMPLE);
  const signed = item.some((token) => token.kind === 'sign');
  if (!signed)
    return item.flatMap((token) => readRun(cursor, token, separated && item.length === 1, separated));
  const place = { start: first.start, end: item.at(-1)?.end ?? first.end };
  return [{ ...readArithmetic(cursor, item), ...place }];
}

function readRun(cursor: Cursor, token: Token, whole: boolean, separated: boolean): IndexSyntax[] {
  if (token.kind === 'number') {
    if (!/^[0-9]+$/.test(token.text)) cursor.refuse(token, 'A component is a whole number.', EXAMPLE);
    if (!whole && token.text.length > 1) refuseDigits(cursor, token);
    return [componentIndex(wholeNumber(cursor, token), token)];
  }
  if (token.kind !== 'name') {
    cursor.refuse(token, `\`${cursor.shown(token)}\` is no index.`, EXAMPLE);
  }
  const greek = separated ? GREEK.get(token.text) : undefined;
  return greek !== undefined ? [letterIndex(greek, token)] : lettersOf(cursor, token);
}

/** ['−'] (letter | digits) (('+' | '−') (letter | digits))* */
function readArithmetic(cursor: Cursor, item: readonly Token[]): Pick<IndexSyntax, 'parts' | 'offset'> {
  const parts: { sign: 1 | -1; letter: string }[] = [];
  let offset = 0;
  let sign: 1 | -1 | undefined = 1;
  for (const [at, token] of item.entries()) {
    if (token.kind === 'sign' && (token.text === '+' || token.text === '−')) {
      if (at > 0 && sign !== undefined)
        cursor.refuse(token, 'Two signs follow each other in an index.', EXAMPLE);
      sign = token.text === '+' ? 1 : -1;
      continue;
    }
    if (sign === undefined) {
      cursor.refuse(token, 'It is not clear where this index ends.', 'Separate indices by commas: W_{i,j+1}');
    }
    if (token.kind === 'number' && /^[0-9]+$/.test(token.text)) offset += sign * wholeNumber(cursor, token);
    else if (token.kind === 'name') parts.push({ sign, letter: oneLetter(cursor, token) });
    else cursor.refuse(token, `\`${cursor.shown(token)}\` has no meaning in an index.`, EXAMPLE);
    sign = undefined;
  }
  const last = item.at(-1);
  if (last && sign !== undefined) cursor.refuse(last, 'The index ends in a sign.', EXAMPLE);
  return { parts, offset };
}

function oneLetter(cursor: Cursor, token: Token): string {
  const letters = token.text.match(/[0-9]|\P{M}\p{M}*/gu) ?? [];
  if (letters.length === 1) return token.text;
  const greek = GREEK.get(token.text);
  if (greek !== undefined) return greek;
  cursor.refuse(
    token,
    `It is not clear which index \`${token.text}\` is in index arithmetic.`,
    'Separate indices by commas: W_{i,j+1}',
  );
}

function wholeNumber(cursor: Cursor, token: Token): number {
  const value = Number(token.text);
  if (!Number.isSafeInteger(value) || value > 1e9) {
    cursor.refuse(token, 'This component is too large.', 'Components are at most 1000000000.');
  }
  return value;
}
