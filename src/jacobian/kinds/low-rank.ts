import { Jacobian } from '../jacobian.js';
import { addMultiple, dot } from './vectors.js';

/** One summand weight · u vᵀ of a low rank. */
export interface Pair {
  readonly weight: number;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/** J = Σ_k w_k u_k v_kᵀ; no pairs at all are the Jacobian of a constant, 0. */
export class LowRank extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(
    readonly pairs: readonly Pair[],
    rows: number,
    columns: number,
  ) {
    super(rows, columns);
    this.cost = pairs.length * (rows + columns);
    this.structure =
      pairs.length === 0 ? 'zero' : pairs.length === 1 ? 'outer product' : `rank ${pairs.length}`;
  }

  addProduct(x: Float64Array, result: Float64Array): void {
    for (const { weight, u, v } of this.pairs) addMultiple(result, weight * dot(v, x), u);
  }

  addTransposedProduct(x: Float64Array, result: Float64Array): void {
    for (const { weight, u, v } of this.pairs) addMultiple(result, weight * dot(u, x), v);
  }

  turned(): LowRank {
    return new LowRank(
      this.pairs.map(({ weight, u, v }) => ({ weight, u: v, v: u })),
      this.columns,
      this.rows,
    );
  }

  multiple(factor: number): LowRank {
    const pairs = this.pairs.map((pair) => ({ ...pair, weight: factor * pair.weight }));
    return new LowRank(factor === 0 ? [] : pairs, this.rows, this.columns);
  }
}

/**
 * result = D x + Σ w u (v·x): a diagonal and a low rank in one pass over the result. Without it softmax's Jacobian would write its
 * result twice.
 */
export function diagonalAndPairs(
  entries: Float64Array,
  pairs: readonly Pair[],
  x: Float64Array,
  result: Float64Array,
): void {
  const [first, ...others] = pairs;
  if (first === undefined) return;
  const weight = first.weight * dot(first.v, x);
  if (first.u === entries) shiftedAndScaled(entries, x, weight, result);
  else scaledAndAdded(entries, x, first.u, weight, result);
  for (const pair of others) addMultiple(result, pair.weight * dot(pair.v, x), pair.u);
}

/** result = d (x + w), entry by entry: diag(s) − s sᵀ holds s once. Four at a time: the loop is bound by memory then. */
function shiftedAndScaled(d: Float64Array, x: Float64Array, w: number, result: Float64Array): void {
  const length = result.length;
  const even = length - (length % 4);
  for (let k = 0; k < even; k += 4) {
    result[k] = (d[k] as number) * ((x[k] as number) + w);
    result[k + 1] = (d[k + 1] as number) * ((x[k + 1] as number) + w);
    result[k + 2] = (d[k + 2] as number) * ((x[k + 2] as number) + w);
    result[k + 3] = (d[k + 3] as number) * ((x[k + 3] as number) + w);
  }
  for (let k = even; k < length; k += 1) result[k] = (d[k] as number) * ((x[k] as number) + w);
}

/** result = d x + w u, entry by entry, four at a time. */
function scaledAndAdded(
  d: Float64Array,
  x: Float64Array,
  u: Float64Array,
  w: number,
  result: Float64Array,
): void {
  const length = result.length;
  const even = length - (length % 4);
  for (let k = 0; k < even; k += 4) {
    result[k] = (d[k] as number) * (x[k] as number) + w * (u[k] as number);
    result[k + 1] = (d[k + 1] as number) * (x[k + 1] as number) + w * (u[k + 1] as number);
    result[k + 2] = (d[k + 2] as number) * (x[k + 2] as number) + w * (u[k + 2] as number);
    result[k + 3] = (d[k + 3] as number) * (x[k + 3] as number) + w * (u[k + 3] as number);
  }
  for (let k = even; k < length; k += 1)
    result[k] = (d[k] as number) * (x[k] as number) + w * (u[k] as number);
}
