/** What every Jacobian operator can do. The kinds are in files of their own; how they combine is in algebra.ts. */
import { refuseTooLarge } from './dense-limit.js';
import { LayoutError } from './errors.js';
import { type Numbers, readVector } from './numbers.js';
import type { JacobianOperator } from './operator.js';

/** How operators combine; given to this file by algebra.ts, which knows all kinds. */
export interface Algebra {
  plus(left: Jacobian, right: Jacobian): Jacobian;
  times(left: Jacobian, right: Jacobian): Jacobian;
}

let algebra: Algebra | undefined;

export function useAlgebra(given: Algebra): void {
  algebra = given;
}

function combine(): Algebra {
  if (algebra === undefined) throw new ReferenceError('The algebra of operators is not loaded.');
  return algebra;
}

/**
 * A Jacobian as an operator: row i is output i, column j is input j (numerator layout). Sums, products, transposes and
 * multiples of operators are operators, and keep their structure where they have one.
 *
 * @example
 * const J = diagonal(s).minus(outer(s, s)); // softmax: diag(s) − s sᵀ, n numbers and not n²
 * J.applyTransposed([0, 1, 0]);
 */
export abstract class Jacobian implements JacobianOperator {
  /** What it is made of, in words: "diagonal", "diagonal plus rank 1". */
  abstract readonly structure: string;
  /** How many multiplications `apply` takes. */
  abstract readonly cost: number;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {}

  protected abstract multiply(v: Float64Array): Float64Array;
  protected abstract multiplyTransposed(u: Float64Array): Float64Array;
  abstract transpose(): Jacobian;
  abstract scale(factor: number): Jacobian;

  /** J v, for a step v with one entry for each input. */
  apply(v: Numbers): Float64Array {
    return this.multiply(this.fitting(v, this.columns, 'v', 'inputs (columns)'));
  }

  /** Jᵀ u, for a cotangent u with one entry for each output. */
  applyTransposed(u: Numbers): Float64Array {
    return this.multiplyTransposed(this.fitting(u, this.rows, 'u', 'outputs (rows)'));
  }

  private fitting(given: Numbers, length: number, name: string, of: string): Float64Array {
    const vector = readVector(given);
    if (vector.length === length) return vector;
    throw new LayoutError(
      `${name} has ${vector.length} entries; this Jacobian is ${this.rows} × ${this.columns} and needs one for each of its ${length} ${of}.`,
    );
  }

  plus(other: Jacobian): Jacobian {
    return combine().plus(this, other);
  }

  minus(other: Jacobian): Jacobian {
    return combine().plus(this, other.scale(-1));
  }

  /** The matrix product: this Jacobian after `inner` (the chain rule). */
  times(inner: Jacobian): Jacobian {
    return combine().times(this, inner);
  }

  /** The table, a row for each output. Throws `DenseTooLargeError` before it allocates too much. */
  toDense(): number[][] {
    refuseTooLarge(this.rows, this.columns, 8);
    return Array.from({ length: this.rows }, (_, i) => {
      const unit = new Float64Array(this.rows);
      unit[i] = 1;
      return Array.from(this.multiplyTransposed(unit));
    });
  }

  toString(): string {
    return `Jacobian, ${this.rows} × ${this.columns}, ${this.structure}`;
  }
}

/** Refuses two operators that are not of one size. */
export function refuseOtherSize(left: Jacobian, right: Jacobian): void {
  if (left.rows === right.rows && left.columns === right.columns) return;
  throw new LayoutError(
    `A sum needs Jacobians of one size; these are ${left.rows} × ${left.columns} and ${right.rows} × ${right.columns}.`,
  );
}

/** Refuses a product whose inner sizes differ, with what it would be in either layout. */
export function refuseNotMeeting(outer: Jacobian, inner: Jacobian): void {
  if (outer.columns === inner.rows) return;
  const [a, b] = [`${outer.rows} × ${outer.columns}`, `${inner.rows} × ${inner.columns}`];
  const turned =
    outer.rows === inner.columns
      ? ' They meet the other way round: are these gradients (denominator layout, a column for each output, inner function on the left)? Then transpose both or change the order.'
      : '';
  throw new LayoutError(
    `The chain rule multiplies the outer function’s Jacobian by the inner one’s, and their sizes must meet: ${a} after ${b}, ` +
      `but ${outer.columns} inputs are not ${inner.rows} outputs. Here rows are outputs and columns inputs (numerator layout).${turned}`,
  );
}
