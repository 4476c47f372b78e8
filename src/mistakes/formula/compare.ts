/** Values of formulas held against each other. */

/** How far numbers that are equal may deviate, in relation to the largest of them. */
export const BLUR = 1e-8;
/** Smaller than this is rounding where sums of normal numbers cancel. */
export const NOTHING = 1e-13;

/** The c with wanted = c · values; any where both are zero, undefined where there is none. */
export function multipleOf(wanted: Float64Array, values: Float64Array): number | 'any' | undefined {
  let most = 0;
  let at = 0;
  for (let k = 0; k < values.length; k += 1) {
    const magnitude = Math.abs(values[k] ?? Number.NaN);
    if (Number.isNaN(magnitude) || magnitude === Number.POSITIVE_INFINITY) return undefined;
    if (magnitude > most) [most, at] = [magnitude, k];
  }
  const none = most < NOTHING && largest(wanted) < NOTHING ? 'any' : undefined;
  const factor = (wanted[at] ?? 0) / (values[at] ?? 1);
  if (most === 0 || factor === 0) return none;
  const blur = BLUR * Math.max(most * Math.abs(factor), largest(wanted));
  for (let k = 0; k < values.length; k += 1)
    if (!(Math.abs((wanted[k] ?? 0) - factor * (values[k] ?? 0)) <= blur)) return none;
  return factor;
}

export function largest(values: Float64Array | undefined): number {
  let most = 0;
  for (const value of values ?? []) most = Math.max(most, Math.abs(value));
  return most;
}

/** Whether two lists of values are equal but for rounding. */
export function alike(left: Float64Array | undefined, right: Float64Array | undefined): boolean {
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  const blur = BLUR * Math.max(largest(left), largest(right));
  return left.every(
    (value, at) => Math.abs(value - (right[at] ?? Number.NaN)) <= blur || value === right[at],
  );
}

/** The largest deviation, in relation to the larger of the two. */
export function distance(left: Float64Array | undefined, right: Float64Array | undefined): number {
  if (left === undefined || right === undefined) return Number.POSITIVE_INFINITY;
  let far = 0;
  for (let at = 0; at < left.length; at += 1) {
    const difference = Math.abs((left[at] ?? Number.NaN) - (right[at] ?? Number.NaN));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    far = Math.max(far, difference);
  }
  return far / Math.max(largest(left), largest(right), Number.MIN_VALUE);
}
