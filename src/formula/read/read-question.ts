/** Reading a question: which derivative is asked for. */
import { derivative, tensor } from '../build.js';
import type { Declarations, Derivative, Ranged, TensorRef } from '../nodes.js';
import { Context } from './context.js';
import { Cursor } from './cursor.js';
import { parseDerivative } from './derivatives.js';
import { elaborateTensor } from './elaborate.js';
import { collectFree } from './free.js';
import { notationOf } from './notation.js';
import { toRanged } from './settle.js';
import type { DerivativeSyntax, SymbolSyntax } from './syntax.js';
import { tokenize } from './tokens.js';

export interface ReadQuestion {
  readonly of: TensorRef;
  readonly by: readonly TensorRef[];
  /** The derivative, not worked out; its free indices are the output's, then the variables'. */
  readonly ranged: Ranged & { readonly expr: Derivative };
  readonly notes: readonly string[];
}

/**
 * What derivative is asked for: `∂s_i/∂x_j`, `∂²L/∂x_i∂x_j`, here also `d s_i / d x_j`; in matrix notation, `∂L/∂W`,
 * fresh letters are made. Components (`∂s_0/∂x_1`) are allowed.
 */
export function readQuestion(text: string, declarations: Declarations): ReadQuestion {
  const { cursor, syntax } = parseQuestion(text, declarations);
  if (cursor.is('=')) {
    cursor.refuse(
      cursor.next,
      'A question has no right side.',
      'Ask for ∂s_i/∂x_j; its lines are the steps.',
    );
  }
  cursor.expectEnd();
  const context = new Context(cursor.text, declarations, false);
  const node = derivativeOf(syntax, context);
  const ranged = toRanged(node, [], syntax, context);
  const { of, by } = node;
  return { of, by, ranged: { ...ranged, expr: node }, notes: context.notes };
}

function parseQuestion(
  text: string,
  declarations: Declarations,
): { cursor: Cursor; syntax: DerivativeSyntax } {
  const tokens = tokenize(text);
  const cursor: Cursor = new Cursor(tokens, declarations);
  const first = cursor.next;
  const upright = first.kind === 'name' && first.text.startsWith('d');
  const fraction = cursor.isCommand('frac');
  if (!cursor.is('∂') && !upright && !fraction) {
    cursor.refuse(
      first.kind === 'end' ? { start: 0, end: Math.max(1, cursor.text.length) } : first,
      'A derivative was expected.',
      'For example: ∂s_i/∂x_j, d s_i / d x_j, ∂²L/∂x_i∂x_j, ∂L/∂W',
    );
  }
  return { cursor, syntax: parseDerivative(cursor, upright || fraction) };
}

/** A derivative's node; without indices, in matrix notation, its letters are made. */
export function derivativeOf(syntax: DerivativeSyntax, context: Context): Derivative {
  collectFree(syntax, context);
  if (notationOf(syntax, context) === 'index') {
    const of = elaborateTensor(syntax.of, new Map(), context);
    return derivative(of, ...syntax.by.map((symbol) => elaborateTensor(symbol, new Map(), context)));
  }
  const axes = (symbol: SymbolSyntax): readonly string[] => context.tensor(symbol.name)?.dimensions ?? [];
  const symbols = [syntax.of, ...syntax.by];
  const letters = [...context.freshFree(symbols.flatMap(axes).length)];
  const [of, ...by] = symbols.map((symbol) => {
    const known = context.tensor(symbol.name);
    if (!known) return elaborateTensor(symbol, new Map(), context);
    const own = letters.splice(0, known.dimensions.length);
    for (const [axis, letter] of own.entries()) context.fix(letter, known.dimensions[axis] ?? '', symbol);
    return tensor(known.name, ...own);
  });
  if (!of) throw new TypeError('a derivative has a numerator');
  return derivative(of, ...by);
}
