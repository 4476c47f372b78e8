import { Jacobian } from '../jacobian.js';
import { Diagonal, diagonalAndPairs, LowRank } from '../kinds/index.js';

/** J = Σ_k J_k. */
export class Sum extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(readonly terms: readonly [Jacobian, ...Jacobian[]]) {
    super(terms[0].rows, terms[0].columns);
    this.cost = terms.reduce((total, { cost }) => total + cost, 0);
    this.structure = namesOf(terms).join(' plus ');
  }

  override product(v: Float64Array): Float64Array {
    return this.fused(v, false) ?? super.product(v);
  }

  override transposedProduct(u: Float64Array): Float64Array {
    return this.fused(u, true) ?? super.transposedProduct(u);
  }

  /** A diagonal with a low rank, in one pass; undefined for other sums. */
  private fused(v: Float64Array, transposed: boolean): Float64Array | undefined {
    const [diagonal, second, ...others] = this.terms;
    if (!(diagonal instanceof Diagonal && second instanceof LowRank) || second.pairs.length === 0)
      return undefined;
    const result = new Float64Array(v.length);
    const { pairs } = transposed ? second.turned() : second;
    diagonalAndPairs(diagonal.entries, pairs, v, result);
    for (const term of others) {
      if (transposed) term.addTransposedProduct(v, result);
      else term.addProduct(v, result);
    }
    return result;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    for (const term of this.terms) term.addProduct(v, result);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    for (const term of this.terms) term.addTransposedProduct(u, result);
  }

  override addTableProduct(table: Float64Array, width: number, result: Float64Array): void {
    for (const term of this.terms) term.addTableProduct(table, width, result);
  }

  private each(change: (term: Jacobian) => Jacobian): Sum {
    const [first, ...others] = this.terms;
    return new Sum([change(first), ...others.map(change)]);
  }

  turned(): Sum {
    return this.each((term) => term.turned());
  }

  multiple(factor: number): Sum {
    return this.each((term) => term.multiple(factor));
  }
}

/** What the terms are, each kind once, with how often where that is more than once. */
function namesOf(terms: readonly Jacobian[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { structure } of terms) {
    const name = structure === 'outer product' ? 'rank 1' : structure;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} times ${name}`));
}
