/** Loops over vectors that every kind shares. Sums run in four parts, so that no addition waits for the one before it. */

export function dot(left: Float64Array, right: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const length = Math.min(left.length, right.length);
  const even = length - (length % 4);
  for (let k = 0; k < even; k += 4) {
    a += (left[k] as number) * (right[k] as number);
    b += (left[k + 1] as number) * (right[k + 1] as number);
    c += (left[k + 2] as number) * (right[k + 2] as number);
    d += (left[k + 3] as number) * (right[k + 3] as number);
  }
  for (let k = even; k < length; k += 1) a += (left[k] as number) * (right[k] as number);
  return a + b + (c + d);
}

/** into += weight · values */
export function addMultiple(into: Float64Array, weight: number, values: Float64Array): void {
  for (let k = 0; k < into.length; k += 1) into[k] = (into[k] as number) + weight * (values[k] as number);
}

/** The entries of both, multiplied one by one. */
export function entrywise(left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(left.length);
  for (let k = 0; k < result.length; k += 1) result[k] = (left[k] as number) * (right[k] as number);
  return result;
}

export function sumOf(left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(left.length);
  for (let k = 0; k < result.length; k += 1) result[k] = (left[k] as number) + (right[k] as number);
  return result;
}

export function multipleOf(values: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let k = 0; k < result.length; k += 1) result[k] = factor * (values[k] as number);
  return result;
}
