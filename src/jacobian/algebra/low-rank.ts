/** Low ranks in sums and products. */
import type { Jacobian } from '../jacobian.js';
import { LowRank, type Pair } from '../kinds/index.js';
import { addMultiple, multipleOf } from '../kinds/vectors.js';
import { sameNumbers } from './equal.js';

/** left · a + right · b */
function combined(a: Float64Array, left: number, b: Float64Array, right: number): Float64Array {
  const result = multipleOf(a, left);
  addMultiple(result, right, b);
  return result;
}

/** Two outer products as one where they share a vector: u vᵀ + u wᵀ = u (v + w)ᵀ. */
function onePair(left: Pair, right: Pair): Pair | undefined {
  const [sameU, sameV] = [sameNumbers(left.u, right.u), sameNumbers(left.v, right.v)];
  if (sameU && sameV) return { ...left, weight: left.weight + right.weight };
  if (sameU) return { weight: 1, u: left.u, v: combined(left.v, left.weight, right.v, right.weight) };
  if (sameV) return { weight: 1, u: combined(left.u, left.weight, right.u, right.weight), v: left.v };
  return undefined;
}

/** The sum of two low ranks; its rank is no larger than the sum of theirs. */
export function lowRankSum(left: LowRank, right: LowRank): LowRank {
  const pairs = [...left.pairs];
  for (const pair of right.pairs) {
    const at = pairs.findIndex((other) => sameNumbers(other.u, pair.u) || sameNumbers(other.v, pair.v));
    const joined = at < 0 ? undefined : onePair(pairs[at] ?? pair, pair);
    if (joined === undefined) pairs.push(pair);
    else if (joined.weight === 0) pairs.splice(at, 1);
    else pairs[at] = joined;
  }
  return new LowRank(pairs, left.rows, left.columns);
}

/** Σ u (Bᵀ v)ᵀ and Σ (A u) vᵀ: a low rank stays one in any product, and takes the smaller of two ranks. */
export function lowRankProduct(outer: Jacobian, inner: Jacobian): LowRank | undefined {
  const of = (pairs: readonly Pair[]): LowRank => new LowRank(pairs, outer.rows, inner.columns);
  const rank = (jacobian: Jacobian): number =>
    jacobian instanceof LowRank ? jacobian.pairs.length : Number.POSITIVE_INFINITY;
  if (outer instanceof LowRank && rank(outer) <= rank(inner))
    return of(outer.pairs.map((pair) => ({ ...pair, v: inner.transposedProduct(pair.v) })));
  if (inner instanceof LowRank) return of(inner.pairs.map((pair) => ({ ...pair, u: outer.product(pair.u) })));
  return undefined;
}
