import { Jacobian } from '../jacobian.js';

/** A ⊗ B over entries read row by row: (A ⊗ B) vec X = vec(A X Bᵀ). */
export class Kronecker extends Jacobian {
  readonly cost: number;
  readonly structure: string;
  /** Whether B is applied first: whichever way takes fewer multiplications. */
  private readonly rightFirst: boolean;

  constructor(
    readonly left: Jacobian,
    readonly right: Jacobian,
  ) {
    super(left.rows * right.rows, left.columns * right.columns);
    const rightFirst = left.columns * right.cost + right.rows * left.cost;
    const leftFirst = right.columns * left.cost + left.rows * right.cost;
    this.rightFirst = rightFirst <= leftFirst;
    this.cost = Math.min(rightFirst, leftFirst);
    this.structure = `Kronecker product of ${left.structure} and ${right.structure}`;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    const { left, right } = this;
    if (this.rightFirst) {
      const middle = new Float64Array(left.columns * right.rows);
      onRows(right, v, middle, left.columns);
      left.addTableProduct(middle, right.rows, result);
      return;
    }
    const middle = new Float64Array(left.rows * right.columns);
    left.addTableProduct(v, right.columns, middle);
    onRows(right, middle, result, left.rows);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    this.turned().addProduct(u, result);
  }

  turned(): Kronecker {
    return new Kronecker(this.left.turned(), this.right.turned());
  }

  multiple(factor: number): Kronecker {
    return new Kronecker(this.left.multiple(factor), this.right);
  }
}

/** Each row of a table through the Jacobian, added to the same row of the result. */
function onRows(jacobian: Jacobian, table: Float64Array, result: Float64Array, count: number): void {
  const { rows, columns } = jacobian;
  for (let k = 0; k < count; k += 1) {
    const row = table.subarray(k * columns, (k + 1) * columns);
    jacobian.addProduct(row, result.subarray(k * rows, (k + 1) * rows));
  }
}
