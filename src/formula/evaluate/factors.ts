/** A product taken apart: its factors, what it is divided by, the masks in it, and the sums it stands under. */

import { freeIndices } from '../indices.js';
import type { Add, Binder, Bracket, Delta, Expr, Total } from '../nodes.js';

export interface Product {
  readonly sign: 1 | -1;
  readonly numerators: readonly Expr[];
  readonly denominators: readonly Expr[];
  /** Brackets and δ: where one of them is 0 the product is 0, whatever the rest (Iverson's convention). */
  readonly masks: readonly (Bracket | Delta)[];
  /** The indices that are summed over. */
  readonly bound: readonly Binder[];
}

/**
 * Takes an expression apart. A Σ among the factors is opened, so that all is contracted in one, where its own body is a
 * product, and its letter is not used elsewhere (`taken`); the one Σ given as `root` is opened anyway: its letter may hide one outside.
 */
export function takeApart(expr: Expr, taken: ReadonlySet<string>, root?: Expr): Product {
  const found = {
    sign: 1 as 1 | -1,
    numerators: [] as Expr[],
    denominators: [] as Expr[],
    masks: [] as (Bracket | Delta)[],
    bound: [] as Binder[],
  };
  const used = new Set(taken);
  const visit = (part: Expr, above: boolean, whole: boolean): void => {
    switch (part.kind) {
      case 'multiply':
        for (const factor of part.factors) visit(factor, above, whole && part.factors.length === 1);
        return;
      case 'divide':
        visit(part.numerator, above, false);
        visit(part.denominator, !above, false);
        return;
      case 'negate':
        found.sign = found.sign === 1 ? -1 : 1;
        visit(part.operand, above, whole);
        return;
      case 'bracket':
      case 'delta':
        if (above) found.masks.push(part);
        else found.denominators.push(part);
        return;
      case 'total':
        if (part === root ? part.operation === 'sum' : opens(part, above, whole, used)) {
          used.add(part.binder.id);
          found.bound.push(part.binder);
          if (part.where !== undefined) found.masks.push(part.where);
          visit(part.body, true, whole);
          return;
        }
        (above ? found.numerators : found.denominators).push(part);
        return;
      default:
        (above ? found.numerators : found.denominators).push(part);
    }
  };
  visit(expr, true, true);
  return found;
}

/** Whether a Σ among the factors is opened. */
function opens(total: Total, above: boolean, whole: boolean, used: ReadonlySet<string>): boolean {
  if (total.operation !== 'sum' || !above || used.has(total.binder.id)) return false;
  return whole || isProduct(total.body);
}

function isProduct(expr: Expr): boolean {
  if (expr.kind === 'negate') return isProduct(expr.operand);
  if (expr.kind === 'total') return expr.operation === 'sum' && isProduct(expr.body);
  return expr.kind === 'multiply' && expr.factors.length > 1;
}

/** The most products a sum may be multiplied out into. */
const MOST_TERMS = 64;

/**
 * A sum among the factors that is better multiplied out than built as one array: because a δ in it would select from a
 * summed index, or because it spans three or more indices that its own factors do not.
 */
export function sumToMultiplyOut(product: Product): Add | undefined {
  if (product.bound.length === 0) return undefined;
  const bound = new Set(product.bound.map(({ id }) => id));
  return product.numerators.find(
    (factor): factor is Add =>
      factor.kind === 'add' &&
      factor.terms.length <= MOST_TERMS &&
      (selects(factor, bound) || isWide(factor)),
  );
}

function termFactors(term: Expr): readonly Expr[] {
  const { numerators, denominators, masks } = takeApart(term, new Set());
  return [...numerators, ...denominators, ...masks];
}

function selects(sum: Add, bound: ReadonlySet<string>): boolean {
  return sum.terms.some((term) =>
    termFactors(term).some(
      (factor) => factor.kind === 'delta' && freeIndices(factor).some((id) => bound.has(id)),
    ),
  );
}

function isWide(sum: Add): boolean {
  const width = freeIndices(sum).length;
  if (width < 3) return false;
  return sum.terms.every((term) => termFactors(term).every((factor) => freeIndices(factor).length < width));
}
