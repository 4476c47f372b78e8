/** Sums and products of operators, with structure kept: each rule is one line of a table. */
import { Kronecker, Product, Sum } from './composed.js';
import { type Jacobian, refuseNotMeeting, refuseOtherSize, useAlgebra } from './jacobian.js';
import { Dense, Diagonal, LowRank, type Pair, Selection } from './kinds.js';

/** Products of tables are multiplied out up to this many entries. */
const largestProduct = 4e6;
/** Low ranks are kept apart up to this rank. */
const largestRank = 16;

const add = (left: Float64Array, right: Float64Array): Float64Array =>
  left.map((value, k) => value + (right[k] ?? 0));

/** Two terms as one, where they have the same structure: D + D, U Vᵀ + U Vᵀ, table + table, 0 + A. */
function merged(left: Jacobian, right: Jacobian): Jacobian | undefined {
  if (left instanceof LowRank && left.pairs.length === 0) return right;
  if (right instanceof LowRank && right.pairs.length === 0) return left;
  if (left instanceof Diagonal && right instanceof Diagonal)
    return new Diagonal(add(left.entries, right.entries));
  if (left instanceof Dense && right instanceof Dense)
    return new Dense(add(left.values, right.values), left.rows, left.columns);
  if (
    left instanceof LowRank &&
    right instanceof LowRank &&
    left.pairs.length + right.pairs.length <= largestRank
  ) {
    return new LowRank([...left.pairs, ...right.pairs], left.rows, left.columns);
  }
  return undefined;
}

const termsOf = (jacobian: Jacobian): readonly Jacobian[] =>
  jacobian instanceof Sum ? jacobian.terms : [jacobian];

/** The sum, each term merged with the first it fits. Diagonals stand first. */
export function plus(left: Jacobian, right: Jacobian): Jacobian {
  refuseOtherSize(left, right);
  const terms: Jacobian[] = [];
  for (const term of [...termsOf(left), ...termsOf(right)]) {
    const at = terms.findIndex((other) => merged(other, term) !== undefined);
    const joined = at < 0 ? undefined : merged(terms[at] ?? term, term);
    if (joined === undefined) terms.push(term);
    else terms[at] = joined;
  }
  const [first = left, ...others] = terms.sort(
    (a, b) => Number(b instanceof Diagonal) - Number(a instanceof Diagonal),
  );
  return others.length === 0 ? first : new Sum([first, ...others]);
}

/** D A: row i scaled by d_i. A D: column j scaled by d_j. */
function scaledRows({ entries }: Diagonal, { values, rows, columns }: Dense): Dense {
  return new Dense(
    values.map((value, k) => value * (entries[Math.floor(k / columns)] ?? 0)),
    rows,
    columns,
  );
}

/** A B multiplied out, row by row. */
function multiplied(outer: Dense, inner: Jacobian): Dense {
  const values = new Float64Array(outer.rows * inner.columns);
  for (let i = 0; i < outer.rows; i += 1) {
    const row = outer.values.subarray(i * outer.columns, (i + 1) * outer.columns);
    values.set(inner.applyTransposed(row), i * inner.columns);
  }
  return new Dense(values, outer.rows, inner.columns);
}

const isIdentity = (jacobian: Jacobian): boolean =>
  jacobian instanceof Diagonal && jacobian.structure === 'identity';

/** Σ u (Bᵀ v)ᵀ and Σ (A u) vᵀ: a low rank stays one in any product. */
function lowRankProduct(outer: Jacobian, inner: Jacobian): LowRank | undefined {
  const of = (pairs: readonly Pair[]): LowRank => new LowRank(pairs, outer.rows, inner.columns);
  if (outer instanceof LowRank)
    return of(outer.pairs.map(({ u, v }) => ({ u, v: inner.applyTransposed(v) })));
  if (inner instanceof LowRank) return of(inner.pairs.map(({ u, v }) => ({ u: outer.apply(u), v })));
  return undefined;
}

/** Whether products of these sums stay diagonals and low ranks when multiplied out term by term. */
function staysLowRank(outer: Jacobian, inner: Jacobian): boolean {
  const simple = (jacobian: Jacobian): boolean =>
    termsOf(jacobian).every(
      (term) => term instanceof Diagonal || (term instanceof LowRank && term.pairs.length <= 4),
    );
  return (outer instanceof Sum || inner instanceof Sum) && simple(outer) && simple(inner);
}

/** Term by term: (A + B)(C + D). */
function expanded(outer: Jacobian, inner: Jacobian): Jacobian {
  return termsOf(outer)
    .flatMap((left) => termsOf(inner).map((right) => times(left, right)))
    .reduce(plus);
}

/** The matrix product, with the structure it has. */
export function times(outer: Jacobian, inner: Jacobian): Jacobian {
  refuseNotMeeting(outer, inner);
  if (isIdentity(outer)) return inner;
  if (isIdentity(inner)) return outer;
  const low = lowRankProduct(outer, inner);
  if (low !== undefined) return low;
  if (outer instanceof Diagonal && inner instanceof Diagonal) {
    return new Diagonal(outer.entries.map((value, k) => value * (inner.entries[k] ?? 0)));
  }
  if (outer instanceof Diagonal && inner instanceof Dense) return scaledRows(outer, inner);
  if (outer instanceof Dense && inner instanceof Diagonal)
    return scaledRows(inner, outer.transpose()).transpose();
  if (outer instanceof Selection && inner instanceof Selection && !outer.transposed && !inner.transposed) {
    return new Selection(
      outer.sources.map((source) => inner.sources[source] ?? 0),
      inner.columns,
    );
  }
  if (staysLowRank(outer, inner)) return expanded(outer, inner);
  if (outer instanceof Kronecker && inner instanceof Kronecker && outer.left.columns === inner.left.rows) {
    return new Kronecker(times(outer.left, inner.left), times(outer.right, inner.right));
  }
  if (outer instanceof Dense && outer.rows * inner.columns <= largestProduct && outer.rows <= inner.columns) {
    return multiplied(outer, inner);
  }
  if (inner instanceof Dense && outer.rows * inner.columns <= largestProduct) {
    return multiplied(inner.transpose(), outer.transpose()).transpose();
  }
  return new Product(outer, inner);
}

useAlgebra({ plus, times });
