/** One summand of a Jacobian as an operator: diag(u) · gather · core · gatherᵀ · diag(v). */
import { type Expr, multiply, num } from '../../formula/index.js';
import { kroneckerOf, plainest, product } from '../algebra/index.js';
import type { Jacobian } from '../jacobian.js';
import { Diagonal, LowRank, Selection } from '../kinds/index.js';
import { type Cluster, clusterExpr, clustersOf, connected } from './clusters.js';
import { coreOperator } from './core.js';
import { Evaluated } from './evaluated.js';
import type { Term } from './expand.js';
import { paired } from './pairs.js';
import type { Placed } from './shifts.js';
import { type Sides, type Split, sidesOf } from './sides.js';
import type { FormulaValues } from './values.js';

/** What a summand is made of: a number, what depends on rows alone, on columns alone, and the rest. */
interface Parts {
  readonly constant: Expr;
  readonly row: Expr | undefined;
  readonly column: Expr | undefined;
  readonly core: readonly Cluster[];
  /** The row index that a column index equals. */
  readonly pairs: ReadonlyMap<string, string>;
}

/** The operator of one summand; undefined where its δ pair an index with two others. */
export function termOperator(
  term: Term,
  whole: Expr,
  split: Split,
  values: FormulaValues,
): Jacobian | undefined {
  const sides = sidesOf(split);
  const found = paired(term, sides);
  if (found === undefined) return undefined;
  const parts = takeApart(clustersOf(found), found.pairs, sides);
  const middle = parts.core.length === 0 ? [] : cores(parts, split, values);
  if (middle === undefined) return new Evaluated(whole, split, values);
  const [factor] = values.over([], parts.constant);
  return assembled(parts, middle, split, values).multiple(factor ?? 1);
}

function takeApart(clusters: readonly Cluster[], pairs: ReadonlyMap<string, string>, sides: Sides): Parts {
  const paired = new Set(pairs.values());
  const touches = ({ ids }: Cluster, side: 'row' | 'column'): boolean =>
    [...ids].some((id) => sides.get(id) === side && !paired.has(id));
  const exprOf = (some: readonly Cluster[]): Expr | undefined =>
    some.length === 0 ? undefined : multiply(...some.map(clusterExpr));
  const of = (choose: (cluster: Cluster) => boolean): readonly Cluster[] => clusters.filter(choose);
  const isColumn = (cluster: Cluster): boolean => touches(cluster, 'column') && !touches(cluster, 'row');
  return {
    constant: exprOf(of(({ ids }) => ids.size === 0)) ?? num(1),
    row: exprOf(of((cluster) => cluster.ids.size > 0 && !touches(cluster, 'column'))),
    column: exprOf(of(isColumn)),
    core: of((cluster) => touches(cluster, 'row') && touches(cluster, 'column')),
    pairs,
  };
}

/** The cores of a summand, those tied to paired indices as one; undefined where one is too large to hold. */
function cores({ core, pairs }: Parts, split: Split, values: FormulaValues): readonly Placed[] | undefined {
  const shared = new Set(pairs.values());
  const batch = '#batch';
  const keys = ({ ids }: Cluster): readonly string[] => [...ids].map((id) => (shared.has(id) ? batch : id));
  const placed: Placed[] = [];
  for (const clusters of connected(core, keys)) {
    const ids = new Set(clusters.flatMap((cluster) => [...cluster.ids]));
    const found = coreOperator(
      {
        clusters,
        paired: split.rows.filter((id) => ids.has(id) && shared.has(id)),
        rows: split.rows.filter((id) => ids.has(id) && !shared.has(id)),
        columns: split.columns.filter((id) => ids.has(id)),
      },
      values,
    );
    if (found === undefined) return undefined;
    placed.push(found);
  }
  return placed;
}

/** The parts put together, with what is missing between them: identities for pairs, and the order of the indices. */
function assembled(parts: Parts, middle: readonly Placed[], split: Split, values: FormulaValues): Jacobian {
  const named = (id: string): string => parts.pairs.get(id) ?? id;
  const columns = split.columns.map(named);
  if (parts.pairs.size === 0 && middle.length === 0) {
    const u = values.over(split.rows, parts.row ?? num(1));
    const v = values.over(split.columns, parts.column ?? num(1));
    return new LowRank([{ weight: 1, u, v }], u.length, v.length);
  }
  const held = new Set(middle.flatMap((placed) => placed.rows));
  const identities = split.rows
    .filter((id) => [...parts.pairs.values()].includes(id) && !held.has(id))
    .map((id) => ({ jacobian: identityOf(values.lengthOf(id)), rows: [id], columns: [id] }));
  const place = ({ rows }: Placed): number => Math.min(...rows.map((id) => split.rows.indexOf(id)));
  const all: readonly Placed[] = [...middle, ...identities].sort((a, b) => place(a) - place(b));
  const inner = all.map(({ jacobian }) => jacobian).reduce(kroneckerOf);
  const left = gathered(
    split.rows,
    all.flatMap((placed) => placed.rows),
    parts.row,
    values,
  );
  const right = gathered(
    columns,
    all.flatMap((placed) => placed.columns),
    parts.column,
    values,
  );
  return product(left, product(inner, right.turned()));
}

const identityOf = (n: number): Jacobian => new Diagonal(new Float64Array(n).fill(1));

/** Entries over `ids`, each the one over `from` with the same indices, times a factor over `ids`. */
function gathered(
  ids: readonly string[],
  from: readonly string[],
  factor: Expr | undefined,
  values: FormulaValues,
): Jacobian {
  const weights = factor && values.over(ids, factor);
  if (ids.join() === from.join()) return weights ? new Diagonal(weights) : identityOf(values.span(ids));
  const steps = new Map<string, number>();
  let step = 1;
  for (const id of from.toReversed()) {
    steps.set(id, step);
    step *= values.lengthOf(id);
  }
  let sources = Int32Array.of(0);
  for (const id of ids) {
    const [length, stride] = [values.lengthOf(id), steps.get(id) ?? 0];
    const next = new Int32Array(sources.length * length);
    for (let k = 0; k < next.length; k += 1)
      next[k] = (sources[Math.floor(k / length)] as number) + (k % length) * stride;
    sources = next;
  }
  return plainest(new Selection(sources, step, false, weights));
}
