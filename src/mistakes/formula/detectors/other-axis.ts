/** Sums over the other axis everywhere: the statistics of a batch in place of those of a row. */
import {
  allIndices,
  type Expr,
  freeIndices,
  freshId,
  mapChildren,
  simpleIndex,
  substituteIndices,
  type Total,
} from '../../../formula/index.js';
import { type Detector, explained } from '../finding.js';

interface Axes {
  /** The axis that is summed over, and the letter of the result that runs over it. */
  readonly summed: { readonly id: string; readonly dimension: string };
  /** The other one. */
  readonly left: { readonly id: string; readonly dimension: string };
}

/** 1/d Σ_k G_bk → 1/N Σ_a G_aj: all sums and means of the result taken over the other of its axes. */
export const meansOverOtherAxis: Detector = function* (problem) {
  const letters = problem.right.free.flatMap((id) => {
    const dimension = problem.scope.get(id);
    return dimension === undefined ? [] : [{ id, dimension }];
  });
  for (const summed of letters) {
    for (const left of letters) {
      if (summed.dimension === left.dimension) continue;
      const axes = { summed, left };
      for (const sizesToo of [true, false]) {
        const candidate = otherAxis(
          problem.right.expr,
          axes,
          sizesToo,
          new Set(allIndices(problem.right.expr)),
        );
        if (candidate === problem.right.expr) continue;
        yield* explained(problem, candidate, () => ({
          mistake: 'wrong-axis',
          message: `The sums run over the other axis: over ${left.dimension} where they should run over ${summed.dimension}.`,
          hint: `Which entries share a mean: those with the same ${left.id}, or those with the same ${summed.id}?`,
        }));
      }
    }
  }
};

function otherAxis(expr: Expr, axes: Axes, sizesToo: boolean, taken: Set<string>): Expr {
  const { summed, left } = axes;
  const inner = mapChildren(expr, (child) => otherAxis(child, axes, sizesToo, taken));
  if (sizesToo && inner.kind === 'size' && inner.dimension === summed.dimension)
    return { ...inner, dimension: left.dimension };
  if (inner.kind !== 'total' || inner.operation !== 'sum' || inner.binder.dimension !== summed.dimension)
    return inner;
  return overLeft(inner, axes, taken);
}

/** Σ_k G_bk Z_bj → Σ_a G_aj Z_bj: in what runs along with the sum; what stands still in it stays. */
function overLeft(total: Total, { summed, left }: Axes, taken: Set<string>): Expr {
  if (total.where !== undefined || !freeIndices(total.body).includes(left.id)) return total;
  const along = total.binder.id;
  const id = freshId(left.id, taken);
  taken.add(id);
  const moves = new Map([
    [left.id, simpleIndex(id)],
    [along, simpleIndex(summed.id)],
  ]);
  const moved = (expr: Expr): Expr => {
    if (!freeIndices(expr).includes(along)) return expr;
    const isEntry = expr.kind === 'tensor' || expr.kind === 'delta' || expr.kind === 'total';
    return isEntry ? substituteIndices(expr, moves) : mapChildren(expr, moved);
  };
  return {
    ...total,
    binder: { id, dimension: left.dimension },
    body: moved(total.body),
  };
}
