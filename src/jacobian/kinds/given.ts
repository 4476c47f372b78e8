import { MatrixError } from '../errors.js';
import { Jacobian } from '../jacobian.js';
import { viewVector } from '../numbers.js';
import type { JacobianOperator } from '../operator.js';

/** What a Jacobian must at least be able to do to take part in sums and chains. */
export type Products = Pick<JacobianOperator, 'rows' | 'columns' | 'apply' | 'applyTransposed'>;

/** A Jacobian that is known by its products only: a backward pass written by hand, or compiled elsewhere. */
export class Given extends Jacobian {
  readonly structure = 'given by its products';
  /** What a table would take: how dear its products are is not known. */
  readonly cost: number;

  constructor(
    private readonly products: Products,
    private readonly transposed = false,
    private readonly factor = 1,
  ) {
    const { rows, columns } = products;
    super(transposed ? columns : rows, transposed ? rows : columns);
    this.cost = rows * columns;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    this.add(v, result, this.transposed ? 'applyTransposed' : 'apply');
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    this.add(u, result, this.transposed ? 'apply' : 'applyTransposed');
  }

  private add(vector: Float64Array, result: Float64Array, name: 'apply' | 'applyTransposed'): void {
    const { products, factor } = this;
    // A copy: what is given may write into what it is given, and may give that back.
    const found = viewVector(products[name](vector.slice()));
    if (found.length !== result.length) {
      throw new MatrixError(
        `${name} gave ${found.length} numbers; of a Jacobian of ${products.rows} × ${products.columns} it must give ${result.length}, one for each ${
          name === 'apply' ? 'output' : 'input'
        }.`,
      );
    }
    for (let k = 0; k < result.length; k += 1)
      result[k] = (result[k] as number) + factor * (found[k] as number);
  }

  turned(): Given {
    return new Given(this.products, !this.transposed, this.factor);
  }

  multiple(factor: number): Given {
    return new Given(this.products, this.transposed, factor * this.factor);
  }
}
