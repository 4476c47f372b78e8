/**
 * A Jacobian as what it does, not as a table: outputs by inputs, both read row by row where they have several axes.
 * Numbers are float64.
 */
export interface JacobianOperator {
  /** How many outputs. */
  readonly rows: number;
  /** How many inputs. */
  readonly columns: number;
  /** J v: the change of the output for a step v of the input. */
  apply(v: ArrayLike<number>): Float64Array;
  /** Jᵀ u: the gradient for a cotangent u of the output. */
  applyTransposed(u: ArrayLike<number>): Float64Array;
  /** The table: rows × columns, row by row. */
  toDense(): Float64Array;
}

/** Whether a value is a Jacobian operator. */
export function isJacobianOperator(value: unknown): value is JacobianOperator {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as JacobianOperator).rows === 'number' &&
    typeof (value as JacobianOperator).columns === 'number' &&
    typeof (value as JacobianOperator).applyTransposed === 'function' &&
    typeof (value as JacobianOperator).toDense === 'function'
  );
}
