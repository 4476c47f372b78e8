/**
 * A Jacobian as what it does, not as a table: outputs by inputs, both read row by row where they have several axes.
 * Numbers are float64. Anything with these members may be checked; `Jacobian` is handgrad's own.
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
  /** The table: a row for each output. */
  toDense(): number[][];
}

/** Whether a value is a Jacobian operator. */
export function isJacobianOperator(value: unknown): value is JacobianOperator {
  if (typeof value !== 'object' || value === null) return false;
  const { rows, columns, apply, applyTransposed, toDense } = value as Partial<JacobianOperator>;
  return (
    typeof rows === 'number' &&
    typeof columns === 'number' &&
    [apply, applyTransposed, toDense].every((method) => typeof method === 'function')
  );
}
