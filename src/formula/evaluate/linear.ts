/** Inverse, determinant and log |det| of one square matrix, by LU factors with partial pivoting. */

/** P M = L U. */
export interface Factors {
  /** L below the diagonal (its own is 1), U on and above it, row-major. */
  readonly lu: Float64Array;
  /** The row of the matrix that stands in each row of the factors. */
  readonly rows: Int32Array;
  /** The sign of the permutation. */
  readonly sign: 1 | -1;
}

/** P M = L U (Golub & Van Loan, Matrix Computations, algorithm 3.4.1). */
export function factorise(matrix: Float64Array, n: number): Factors {
  const lu = Float64Array.from(matrix);
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  const at = (row: number, column: number): number => lu[row * n + column] as number;
  let sign: 1 | -1 = 1;
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let row = k + 1; row < n; row += 1) {
      if (Math.abs(at(row, k)) > Math.abs(at(pivot, k))) pivot = row;
    }
    if (pivot !== k) {
      for (let column = 0; column < n; column += 1) {
        const held = at(k, column);
        lu[k * n + column] = at(pivot, column);
        lu[pivot * n + column] = held;
      }
      const held = rows[k] as number;
      rows[k] = rows[pivot] as number;
      rows[pivot] = held;
      sign = sign === 1 ? -1 : 1;
    }
    const head = at(k, k);
    if (head === 0) continue;
    for (let row = k + 1; row < n; row += 1) {
      const factor = at(row, k) / head;
      lu[row * n + k] = factor;
      for (let column = k + 1; column < n; column += 1)
        lu[row * n + column] = at(row, column) - factor * at(k, column);
    }
  }
  return { lu, rows, sign };
}

/** det M = sign · Π_k U_kk. */
export function determinant(matrix: Float64Array, n: number): number {
  const { lu, sign } = factorise(matrix, n);
  let product: number = sign;
  for (let k = 0; k < n; k += 1) product *= lu[k * n + k] as number;
  return product;
}

/** log |det M| = Σ_k log |U_kk|; −∞ where M is singular. */
export function logDeterminant(matrix: Float64Array, n: number): number {
  const { lu } = factorise(matrix, n);
  let sum = 0;
  for (let k = 0; k < n; k += 1) sum += Math.log(Math.abs(lu[k * n + k] as number));
  return sum;
}

/** M⁻¹, column by column from L U X = P. Not finite where M is singular. */
export function inverse(matrix: Float64Array, n: number): Float64Array {
  const { lu, rows } = factorise(matrix, n);
  const result = new Float64Array(n * n);
  for (let column = 0; column < n; column += 1) {
    for (let row = 0; row < n; row += 1) {
      let value = rows[row] === column ? 1 : 0;
      for (let k = 0; k < row; k += 1)
        value -= (lu[row * n + k] as number) * (result[k * n + column] as number);
      result[row * n + column] = value;
    }
    for (let row = n - 1; row >= 0; row -= 1) {
      let value = result[row * n + column] as number;
      for (let k = row + 1; k < n; k += 1)
        value -= (lu[row * n + k] as number) * (result[k * n + column] as number);
      result[row * n + column] = value / (lu[row * n + row] as number);
    }
  }
  return result;
}

/** |A| |B| |C| summed: Σ_kl |A_ik| B_kl |C_lj| with B ≥ 0, all n × n. */
export function absoluteProduct(a: Float64Array, b: Float64Array, c: Float64Array, n: number): Float64Array {
  const times = (left: Float64Array, right: Float64Array): Float64Array => {
    const result = new Float64Array(n * n);
    for (let i = 0; i < n; i += 1) {
      for (let k = 0; k < n; k += 1) {
        const factor = Math.abs(left[i * n + k] as number);
        for (let j = 0; j < n; j += 1) {
          result[i * n + j] = (result[i * n + j] as number) + factor * Math.abs(right[k * n + j] as number);
        }
      }
    }
    return result;
  };
  return times(times(a, b), c);
}
