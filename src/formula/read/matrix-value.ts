/** A value of matrix notation: its shape, and its entry at given indices. */
import type { Expr, Index } from '../nodes.js';
import type { Context } from './context.js';
import { type Place, ShapeError } from './errors.js';

/**
 * A scalar has neither rows nor columns, a vector rows, its transpose columns, a matrix both; a Kronecker product has
 * two of each, the outer before the inner. Rows and columns are keys of the context's `Ranges`.
 */
export interface MatrixValue {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly entry: (rows: readonly Index[], columns: readonly Index[]) => Expr;
}

export function scalar(expr: () => Expr): MatrixValue {
  return { rows: [], columns: [], entry: expr };
}

export function isScalar(value: MatrixValue): boolean {
  return value.rows.length === 0 && value.columns.length === 0;
}

/** What a shape is called in a message. */
export function shapeName(value: MatrixValue, context: Context): string {
  const names = (keys: readonly string[]): string =>
    keys.map((key) => context.ranges.of(key) ?? '?').join('·');
  if (isScalar(value)) return 'a scalar';
  if (value.columns.length === 0) return `a vector of ${names(value.rows)}`;
  if (value.rows.length === 0) return `a row vector of ${names(value.columns)}`;
  return `a matrix of ${names(value.rows)} × ${names(value.columns)}`;
}

export function refuseShape(context: Context, place: Place, says: string, remedy: string): never {
  throw new ShapeError(context.text, place, says, remedy);
}

/** Two lists of sizes become the same; sizes that are not are a problem of ranges at the place. */
export function unite(
  left: readonly string[],
  right: readonly string[],
  place: Place,
  context: Context,
): void {
  for (const [at, key] of left.entries()) {
    const other = right[at];
    if (other === undefined) continue;
    const conflict = context.ranges.same(key, other);
    if (!conflict) continue;
    const { first, second } = conflict;
    context.problem(
      'two-ranges',
      place,
      `${first.dimension} (of \`${context.shown(first.place)}\`) meets ${second.dimension} (of \`${context.shown(second.place)}\`) in \`${context.shown(place)}\`.`,
      'Sizes that meet must be the same: transpose one (Aᵀ), or change the order of the factors.',
    );
  }
}

/** Refuses values whose shapes are not of the same kind, and makes their sizes the same. */
export function sameShape(left: MatrixValue, right: MatrixValue, place: Place, context: Context): void {
  const alike = left.rows.length === right.rows.length && left.columns.length === right.columns.length;
  if (!alike) {
    refuseShape(
      context,
      place,
      `\`${context.shown(place)}\` combines ${shapeName(left, context)} and ${shapeName(right, context)}.`,
      'Both must have the same shape. A vector of ones is 𝟏 (or ones), the identity I: 𝟏 − s, A + λ I',
    );
  }
  unite(left.rows, right.rows, place, context);
  unite(left.columns, right.columns, place, context);
}
