/** The δ of a summand put to use: δ with a summed index is substituted, δ between a row and a column pairs them. */
import {
  type Binder,
  type Delta,
  type Expr,
  type Index,
  simpleId,
  simpleIndex,
  substituteIndex,
} from '../../formula/index.js';
import type { Term } from './expand.js';
import type { Sides } from './sides.js';

/** A summand without δ: where a row and a column index are one, the column's is written as the row's. */
export interface Paired {
  readonly factors: readonly Expr[];
  readonly bound: readonly Binder[];
  /** The row index that a column index equals. */
  readonly pairs: ReadonlyMap<string, string>;
}

function substituted(term: Term, id: string, by: Index): Term {
  const put = (expr: Expr): Expr => substituteIndex(expr, id, by);
  return {
    factors: term.factors.map(put),
    deltas: term.deltas.map((delta) => put(delta) as Delta),
    bound: term.bound.filter((binder) => binder.id !== id),
  };
}

/** The summand with its δ resolved; undefined where an index would be paired with two others. */
export function paired(term: Term, sides: Sides): Paired | undefined {
  const pairs = new Map<string, string>();
  const kept: Expr[] = [];
  let rest = term;
  for (let delta = rest.deltas[0]; delta !== undefined; delta = rest.deltas[0]) {
    rest = { ...rest, deltas: rest.deltas.slice(1) };
    const ids = [simpleId(delta.left), simpleId(delta.right)] as const;
    const isBound = (id: string | undefined): boolean => rest.bound.some((binder) => binder.id === id);
    const [left, right] = ids;
    if (left !== undefined && left === right) continue;
    if (left !== undefined && isBound(left) && isPlain(delta.right)) {
      rest = substituted(rest, left, delta.right);
    } else if (right !== undefined && isBound(right) && isPlain(delta.left)) {
      rest = substituted(rest, right, delta.left);
    } else {
      const pair = rowAndColumn(ids, sides);
      if (pair === undefined) {
        kept.push(delta);
        continue;
      }
      if (pairs.has(pair.column) || [...pairs.values()].includes(pair.row)) return undefined;
      pairs.set(pair.column, pair.row);
      rest = substituted(rest, pair.column, simpleIndex(pair.row));
    }
  }
  let factors = [...rest.factors, ...kept];
  for (const [column, row] of pairs)
    factors = factors.map((factor) => substituteIndex(factor, column, simpleIndex(row)));
  return { factors, bound: rest.bound, pairs };
}

/** One index alone, or a component: what another index can be replaced by without leaving its range. */
function isPlain(index: Index): boolean {
  return simpleId(index) !== undefined || index.parts.length === 0;
}

function rowAndColumn(
  [left, right]: readonly [string | undefined, string | undefined],
  sides: Sides,
): { readonly row: string; readonly column: string } | undefined {
  if (left === undefined || right === undefined) return undefined;
  const [a, b] = [sides.get(left), sides.get(right)];
  if (a === 'row' && b === 'column') return { row: left, column: right };
  return a === 'column' && b === 'row' ? { row: right, column: left } : undefined;
}
