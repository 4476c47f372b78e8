/** Reading a definition: a name, its index letters, and what every entry is. */
import { freeIndices } from '../indices.js';
import type { Declarations, Tensor } from '../nodes.js';
import { toText } from '../print/text.js';
import { Context } from './context.js';
import { Cursor } from './cursor.js';
import { withTensor } from './declare.js';
import { parseSymbol } from './derivatives.js';
import { IndexError, MixedNotationError, type Place } from './errors.js';
import { functionName } from './functions.js';
import { notationOf } from './notation.js';
import { parseSum } from './parse.js';
import { toExpr } from './read-expression.js';
import { toRanged } from './settle.js';
import type { SymbolSyntax, Syntax } from './syntax.js';
import { tokenize } from './tokens.js';

/** What was read, with what the reader should be told about how. */
export interface ReadDefinition {
  /** The declarations with the new name in them. */
  readonly declarations: Declarations;
  readonly tensor: Tensor;
  readonly notes: readonly string[];
}

/**
 * A definition, `s_i = exp(x_i) / Σ_k exp(x_k)` or in matrix notation `y = W x + b`. The ranges of the left side's
 * letters are found on the right. Repeating a definition word for word changes nothing; another one is refused.
 */
export function readDefinition(text: string, declarations: Declarations): ReadDefinition {
  const cursor: Cursor = new Cursor(tokenize(text), declarations);
  return definitionFrom(cursor, declarations);
}

export function definitionFrom(cursor: Cursor, declarations: Declarations): ReadDefinition {
  if (cursor.is('∂') || cursor.isCommand('frac')) {
    cursor.refuse(
      cursor.next,
      'A definition begins with a name.',
      'For example: s_i = exp(x_i) / Σ_k exp(x_k)',
    );
  }
  const left = parseSymbol(cursor);
  cursor.expect('=', 'A definition is a name, `=` and a sum: s_i = exp(x_i) / Σ_k exp(x_k)');
  const known = declarations.tensors.get(left.name);
  const outer = known?.definition ? without(declarations, left.name) : declarations;
  const right = parseSum(cursor);
  cursor.expectEnd();
  const context = new Context(cursor.text, outer, false);
  checkNewName(left, known, context);
  const letters = definedLetters(left, context);
  const tensorOf = definedTensor(left, letters, right, context);
  if (known && !sameTensor(known, tensorOf)) {
    context.refuse(
      left,
      `${left.name} is defined already.`,
      'Choose another name, or begin again with given(…).',
    );
  }
  return {
    declarations: known ? declarations : withTensor(outer, tensorOf),
    tensor: tensorOf,
    notes: context.notes,
  };
}

/** Whether two definitions say the same, word for word. */
function sameTensor(left: Tensor, right: Tensor): boolean {
  const shown = ({ dimensions, definition }: Tensor): string =>
    JSON.stringify([dimensions, definition?.indices, definition && toText(definition.body)]);
  return shown(left) === shown(right);
}

function without(declarations: Declarations, name: string): Declarations {
  return { ...declarations, tensors: new Map([...declarations.tensors].filter(([key]) => key !== name)) };
}

/** The name and the body of a definition; letters of the left side are those of the right. */
function definedTensor(
  left: SymbolSyntax,
  letters: readonly string[],
  right: Syntax,
  context: Context,
): Tensor {
  for (const letter of letters) {
    context.free.add(letter);
    context.taken.add(letter);
  }
  const notation = notationOf(right, context);
  if (notation === 'matrix' && letters.length > 0) {
    throw new MixedNotationError(
      context.text,
      left,
      `\`${context.shown(left)}\` has indices and the right side is in matrix notation.`,
      `Write ${left.name} without indices, or give every name on the right its own.`,
    );
  }
  const { expr, order } = toExpr(right, context);
  const indices = notation === 'matrix' ? order : letters;
  const extra = freeIndices(expr).find((id) => !indices.includes(id));
  if (extra !== undefined) refuseExtra(extra, left, right, context);
  const { ranges, expr: body } = toRanged(expr, indices, right, context);
  const dimensions = indices.map((id) => ranges.get(id) ?? '');
  return { name: left.name, dimensions, definition: { indices, body } };
}

function refuseExtra(letter: string, left: SymbolSyntax, place: Place, context: Context): never {
  throw new IndexError(
    context.text,
    place,
    `${letter} is free on the right but does not stand on the left, \`${context.shown(left)}\`.`,
    `Sum over it (Σ_${letter} …), or give the left side the index ${letter}.`,
  );
}

/** A new name is no tensor, dimension, or function in use; names that exist are not changed. */
function checkNewName(left: SymbolSyntax, known: Tensor | undefined, context: Context): void {
  if (known && !known.definition) {
    context.refuse(
      left,
      `${left.name} is declared already: it is given, not defined.`,
      'Choose another name.',
    );
  }
  if (context.dimension(left.name) !== undefined) {
    context.refuse(left, `${left.name} is the name of a dimension.`, 'Choose another name.');
  }
  if (functionName(left.name) !== undefined && left.name !== 'σ' && left.name !== 'sigma') {
    context.refuse(left, `${left.name} is a function of the language.`, 'Choose another name.');
  }
}

/** The index letters of a left side: plain letters, each once. */
function definedLetters(left: SymbolSyntax, context: Context): readonly string[] {
  const list = left.indices?.list ?? [];
  const letters = list.map((index) => {
    const [part, more] = index.parts;
    if (!part || more || part.sign < 0 || index.offset !== 0) {
      context.refuse(
        index,
        `\`${context.shown(left)}\` is no left side: its indices are letters.`,
        'A definition says what every entry is: s_i = …; single entries with cases: { a if i = 0; b otherwise }',
      );
    }
    context.checkLetter(part.letter, left);
    return part.letter;
  });
  const twice = letters.find((letter, at) => letters.indexOf(letter) !== at);
  if (twice !== undefined) {
    throw new IndexError(
      context.text,
      left,
      `${twice} stands twice on the left.`,
      'Each axis has its own letter; a diagonal matrix is defined with δ: A_ij = δ_ij d_i',
    );
  }
  return letters;
}
