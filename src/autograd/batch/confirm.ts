/** Whether two computations of the same numbers agree, and whether a batch gave what single passes give. */

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

/** Confirms a batched Jacobian: a random combination of its rows against one backward pass of the function itself. */
export function confirmed(jacobian: Float32Array, cotangent: Float32Array, product: Float32Array): boolean {
  const columns = product.length;
  const combined = new Float64Array(columns);
  cotangent.forEach((weight, row) => {
    for (let column = 0; column < columns; column += 1) {
      combined[column] = (combined[column] ?? 0) + weight * (jacobian[row * columns + column] ?? 0);
    }
  });
  return close(combined, product);
}
