/** The part of a summand that ties rows to columns by more than equality: a table, two thin ones, one for each example of a batch. */
import { type Expr, freeIndices, multiply } from '../../formula/index.js';
import { BlockDiagonal, Product } from '../composed/index.js';
import { denseLimit } from '../dense-limit.js';
import type { Jacobian } from '../jacobian.js';
import { Dense } from '../kinds/index.js';
import { type Cluster, clusterExpr } from './clusters.js';
import { type Placed, shifted } from './shifts.js';
import type { FormulaValues } from './values.js';

/** A table may have this many entries, or a few times as many as there are numbers in what was given. */
const largestTable = 4e6;
/** A table is not made where that takes more multiplications than this: applying its formula takes less. */
const mostWork = 2e8;

/** Clusters that hang together, with the paired, row and column indices they stand over. */
export interface Core {
  readonly clusters: readonly Cluster[];
  readonly paired: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** The operator of a core; undefined where it would be a table too large to hold. */
export function coreOperator(core: Core, values: FormulaValues): Placed | undefined {
  const { paired, rows, columns, clusters } = core;
  const [only, ...others] = clusters;
  const [factor, ...more] = only?.factors ?? [];
  if (
    paired.length === 0 &&
    factor !== undefined &&
    others.length + more.length === 0 &&
    only?.bound.length === 0
  ) {
    const found = shifted(factor, rows, columns, values);
    if (found !== undefined) return found;
  }
  const placed = (jacobian: Jacobian): Placed => ({
    jacobian,
    rows: [...paired, ...rows],
    columns: [...paired, ...columns],
  });
  const thin = paired.length === 0 ? thinProduct(core, values) : undefined;
  if (thin !== undefined) return placed(thin);
  const [height, width] = [values.span(rows), values.span(columns)];
  const blocks = values.span(paired);
  const entries = blocks * height * width;
  if (entries > mostEntries(values) || entries * termsOf(clusters, values) > mostWork) return undefined;
  const whole = multiply(...clusters.map(clusterExpr));
  const table = values.over([...paired, ...rows, ...columns], whole);
  if (paired.length === 0) return placed(new Dense(table, height, width));
  const parts = Array.from(
    { length: blocks },
    (_, k) => new Dense(table.subarray(k * height * width, (k + 1) * height * width), height, width),
  );
  return placed(new BlockDiagonal(parts));
}

/** How many entries a table may have. */
function mostEntries({ given }: FormulaValues): number {
  return Math.min(denseLimit() / 8, Math.max(largestTable, 4 * given));
}

/** How many terms each entry of a table is summed from. */
function termsOf(clusters: readonly Cluster[], { sizeOf }: FormulaValues): number {
  return clusters.reduce(
    (total, { bound }) => total + bound.reduce((product, { dimension }) => product * sizeOf(dimension), 1),
    0,
  );
}

/** Σ_k A_ik B_kj as A B, where that is smaller than the table, or the table takes too much work to make. */
function thinProduct({ clusters, rows, columns }: Core, values: FormulaValues): Jacobian | undefined {
  const [only, ...others] = clusters;
  if (only === undefined || others.length > 0 || only.bound.length === 0) return undefined;
  const [left, right]: [Expr[], Expr[]] = [[], []];
  for (const factor of only.factors) {
    const ids = freeIndices(factor);
    if (!ids.some((id) => columns.includes(id))) left.push(factor);
    else if (!ids.some((id) => rows.includes(id))) right.push(factor);
    else return undefined;
  }
  const rank = termsOf(clusters, values);
  const [height, width] = [values.span(rows), values.span(columns)];
  const isThin = rank * (height + width) < height * width || rank * height * width > mostWork;
  if (!isThin || rank * Math.max(height, width) > mostEntries(values)) return undefined;
  const bound = only.bound.map(({ id }) => id);
  const dimensions = new Map(only.bound.map(({ id, dimension }) => [id, dimension]));
  const outer = values.over([...rows, ...bound], multiply(...left), dimensions);
  const inner = values.over([...bound, ...columns], multiply(...right), dimensions);
  return new Product([new Dense(outer, height, rank), new Dense(inner, rank, width)]);
}
