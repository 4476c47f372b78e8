/** The factors of a summand, grouped by what ties them together. */
import { type Binder, type Expr, freeIndices, multiply, size, sum } from '../../formula/index.js';
import type { Paired } from './pairs.js';

/** Factors that share summed indices, as one: Σ_k of their product. */
export interface Cluster {
  readonly factors: readonly Expr[];
  readonly bound: readonly Binder[];
  /** The free indices it speaks of, columns that are paired being written as their rows. */
  readonly ids: ReadonlySet<string>;
}

/** The cluster as one expression. */
export function clusterExpr({ factors, bound }: Cluster): Expr {
  return bound.reduce((body, { id, dimension }) => sum(id, dimension, body), multiply(...factors));
}

/** Items in groups, two being in one when they share a key, directly or through others. */
export function connected<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => Iterable<string>,
): readonly (readonly Item[])[] {
  let groups: { readonly items: readonly Item[]; readonly keys: ReadonlySet<string> }[] = [];
  for (const item of items) {
    const keys = new Set(keysOf(item));
    const touching = groups.filter((group) => [...keys].some((key) => group.keys.has(key)));
    groups = [
      ...groups.filter((group) => !touching.includes(group)),
      {
        items: [...touching.flatMap((group) => group.items), item],
        keys: new Set([...touching.flatMap((group) => [...group.keys]), ...keys]),
      },
    ];
  }
  return groups.map((group) => group.items);
}

/** The factors of a summand by the summed indices they share; an index that no factor has counts its size. */
export function clustersOf({ factors, bound }: Paired): readonly Cluster[] {
  const ids = (expr: Expr): readonly string[] => freeIndices(expr);
  const isBound = new Set(bound.map(({ id }) => id));
  const used = new Set(factors.flatMap(ids));
  const counts = bound.filter(({ id }) => !used.has(id)).map(({ dimension }) => size(dimension));
  return connected([...factors, ...counts], (factor) => ids(factor).filter((id) => isBound.has(id))).map(
    (group) => {
      const own = new Set(group.flatMap(ids));
      return {
        factors: group,
        bound: bound.filter(({ id }) => own.has(id)),
        ids: new Set([...own].filter((id) => !isBound.has(id))),
      };
    },
  );
}
