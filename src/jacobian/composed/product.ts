import { Jacobian } from '../jacobian.js';
import { Selection } from '../kinds/index.js';

/** J = A B …, not multiplied out: applied from the right. */
export class Product extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(readonly factors: readonly [Jacobian, Jacobian, ...Jacobian[]]) {
    super(factors[0].rows, (factors.at(-1) ?? factors[1]).columns);
    this.cost = factors.reduce((total, { cost }) => total + cost, 0);
    this.structure = groupsOf(factors) ?? factors.map(nameInProduct).join(' times ');
  }

  override product(v: Float64Array): Float64Array {
    return this.factors.reduceRight((vector, factor) => factor.product(vector), v);
  }

  override transposedProduct(u: Float64Array): Float64Array {
    return this.factors.reduce((vector, factor) => factor.transposedProduct(vector), u);
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    const [first, ...others] = this.factors;
    first.addProduct(
      others.reduceRight((vector, factor) => factor.product(vector), v),
      result,
    );
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    const last = this.factors.at(-1) ?? this.factors[1];
    last.addTransposedProduct(
      this.factors.slice(0, -1).reduce((vector, factor) => factor.transposedProduct(vector), u),
      result,
    );
  }

  override addTableProduct(table: Float64Array, width: number, result: Float64Array): void {
    const [first, ...others] = this.factors;
    const inner = others.reduceRight((now, factor) => {
      const next = new Float64Array(factor.rows * width);
      factor.addTableProduct(now, width, next);
      return next;
    }, table);
    first.addTableProduct(inner, width, result);
  }

  turned(): Product {
    const [last, before, ...others] = this.factors.toReversed().map((factor) => factor.turned());
    if (last === undefined || before === undefined) throw new TypeError('A product has two factors or more.');
    return new Product([last, before, ...others]);
  }

  multiple(factor: number): Product {
    const [first, second, ...others] = this.factors;
    return new Product([first.multiple(factor), second, ...others]);
  }
}

function nameInProduct({ structure }: Jacobian): string {
  return structure.includes(' plus ') ? `(${structure})` : structure;
}

/** Outputs gathered from sums over inputs: an outer product in each of several groups, as in a batch. */
function groupsOf([outer, inner, ...others]: readonly Jacobian[]): string | undefined {
  if (others.length > 0 || !(outer instanceof Selection && inner instanceof Selection)) return undefined;
  if (outer.transposed || !inner.transposed) return undefined;
  return `rank 1 in each of ${outer.among} groups`;
}
