/** The last step of reading: every binder and free index gets its dimension. */
import { freeIndices } from '../indices.js';
import type { Binder, Expr, Ranged } from '../nodes.js';
import { mapChildren } from '../walk.js';
import type { Context } from './context.js';
import type { Place } from './errors.js';

/** The expression with the dimensions of its binders filled in; one without any is a problem and shown as '?'. */
export function settle(expr: Expr, place: Place, context: Context): Expr {
  const fill = (binder: Binder): Binder => ({
    id: binder.id,
    dimension: context.rangeOf(binder.dimension, place),
  });
  const inner = mapChildren(expr, (child) => settle(child, place, context));
  if (inner.kind === 'total') return { ...inner, binder: fill(inner.binder) };
  if (inner.kind === 'matrix') return { ...inner, row: fill(inner.row), column: fill(inner.column) };
  return inner.kind === 'field' ? { ...inner, binders: inner.binders.map(fill) } : inner;
}

/** The expression with the ranges of its free indices: those of `order` first, then the others as they appear. */
export function toRanged(expr: Expr, order: readonly string[], place: Place, context: Context): Ranged {
  context.ranges.settleWeak();
  const settled = settle(expr, place, context);
  const free = [...new Set([...order, ...freeIndices(settled)])];
  const ranges = new Map<string, string>();
  for (const id of free) {
    const dimension = context.rangeOf(id, place);
    if (dimension !== '?') ranges.set(id, dimension);
  }
  return { expr: settled, free, ranges };
}
