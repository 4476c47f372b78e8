/** Whether a batch gave what a single pass gives: a random combination of its rows against one backward pass. */

/** Numbers as they come out of two orders of summation: equal within 10⁻⁴ of the largest. */
export function close(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  let largest = 0;
  let difference = 0;
  for (let k = 0; k < left.length; k += 1) {
    const [a, b] = [left[k] ?? Number.NaN, right[k] ?? Number.NaN];
    if (Number.isNaN(a) !== Number.isNaN(b)) return false;
    if (Number.isNaN(a) || a === b) continue;
    largest = Math.max(largest, Math.abs(a), Math.abs(b));
    difference = Math.max(difference, Math.abs(a - b));
  }
  return difference <= 1e-4 * largest;
}

/** The combination Σ_i w_i J_ij of a table's rows. */
export function combinedRows(values: Float32Array, weights: Float32Array): Float64Array {
  const columns = values.length / weights.length;
  const combined = new Float64Array(columns);
  weights.forEach((weight, row) => {
    for (let column = 0; column < columns; column += 1) {
      combined[column] = (combined[column] ?? 0) + weight * (values[row * columns + column] ?? 0);
    }
  });
  return combined;
}
