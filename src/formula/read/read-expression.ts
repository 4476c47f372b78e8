/** Reading an expression: the sum that a text is, in either notation. */
import { simpleIndex } from '../indices.js';
import type { Declarations, Expr, Ranged } from '../nodes.js';
import { Context } from './context.js';
import { Cursor } from './cursor.js';
import { elaborate } from './elaborate.js';
import type { Place } from './errors.js';
import { collectFree } from './free.js';
import { evaluate } from './matrix.js';
import type { MatrixValue } from './matrix-value.js';
import { notationOf } from './notation.js';
import { parseSum } from './parse.js';
import { toRanged } from './settle.js';
import type { Syntax } from './syntax.js';
import { tokenize } from './tokens.js';

/**
 * The expression a text stands for, with the ranges of its free indices in order of appearance. Text that cannot be
 * read, and indices without one range, throw a `FormulaError` that shows the place.
 *
 * @example readExpression('s_i (δ_ij − s_j)', declare({ s: ['n'] }))
 */
export function readExpression(
  text: string,
  declarations: Declarations,
): Ranged & { readonly notes: readonly string[] } {
  const cursor: Cursor = new Cursor(tokenize(text), declarations);
  const syntax = parseSum(cursor);
  if (cursor.is('=')) {
    cursor.refuse(
      cursor.next,
      'An expression has no `=`.',
      'A name is given with define: s_i = exp(x_i) / Z',
    );
  }
  cursor.expectEnd();
  const context = new Context(cursor.text, declarations, false);
  const { expr, order } = toExpr(syntax, context);
  return { ...toRanged(expr, order, syntax, context), notes: context.notes };
}

/** A sum's node, and the order of its free indices where matrix notation gives one. */
export function toExpr(syntax: Syntax, context: Context): { expr: Expr; order: readonly string[] } {
  collectFree(syntax, context);
  if (notationOf(syntax, context) === 'index')
    return { expr: elaborate(syntax, new Map(), context), order: [] };
  const value = evaluate(syntax, new Map(), context);
  const order = context.freshFree(value.rows.length + value.columns.length);
  return { expr: entryAt(value, order, syntax, context), order };
}

/**
 * The entry of a value at letters, which take their ranges from its shape: rows first, then columns. The pairs of a
 * Kronecker product and of vec stand for (column, row) of a matrix whose columns are stacked, so their letters are
 * given the other way round: B_ij, not B_ji, is vec(B), and A_ik B_jl is B ⊗ A.
 */
export function entryAt(
  value: MatrixValue,
  letters: readonly string[],
  place: Place,
  context: Context,
): Expr {
  const keys = [...value.rows.toReversed(), ...value.columns.toReversed()];
  for (const [at, letter] of letters.entries()) {
    const key = keys[at];
    if (key !== undefined) context.same(letter, key, place);
  }
  const indices = letters.map(simpleIndex);
  const split = value.rows.length;
  return value.entry(indices.slice(0, split).toReversed(), indices.slice(split).toReversed());
}
