/** Which tensors of a formula may be read outside their range, where they are 0: a printed formula says so. */
import { bindersOf, simpleId } from '../indices.js';
import type { Declarations, Expr, Ranged, TensorRef } from '../nodes.js';
import { children } from '../walk.js';
import { bindLetters, freeLetters, type Letters } from './letters.js';
import { printTensor } from './text.js';

/**
 * A sentence for each tensor with index arithmetic in a formula, empty where there is none.
 *
 * @example outsideNotes(formula) // ['x_{i+k} is 0 where its index is outside the range']
 */
export function outsideNotes(formula: Ranged, declarations?: Declarations): readonly string[] {
  const notes = new Set<string>();
  visit(formula.expr, freeLetters(formula.expr, declarations, formula), notes);
  return [...notes];
}

function visit(expr: Expr, letters: Letters, notes: Set<string>): void {
  const refs: readonly TensorRef[] =
    expr.kind === 'tensor' ? [expr] : expr.kind === 'derivative' ? [expr.of, ...expr.by] : [];
  for (const ref of refs) {
    const shifted = ref.indices.some((index) => index.parts.length > 0 && simpleId(index) === undefined);
    if (shifted) notes.add(`${printTensor(ref, letters)} is 0 where its index is outside the range`);
  }
  const inner = bindLetters(bindersOf(expr), letters);
  for (const child of children(expr)) visit(child, inner, notes);
}
