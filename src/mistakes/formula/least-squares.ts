/** Coefficients of a sum. */
import { largest } from './compare.js';

/** The c with Σ_k c_k columns_k = target, exactly but for rounding; undefined where there is none or more than one. */
export function leastSquares(columns: readonly Float64Array[], target: Float64Array): number[] | undefined {
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? Number.NaN), 0);
  const sizes = columns.map((column) => Math.sqrt(dot(column, column)));
  if (sizes.some((size) => !(size > 1e-12) || !Number.isFinite(size))) return undefined;
  const units = columns.map((column, k) => column.map((value) => value / (sizes[k] ?? 1)));
  const rows = units.map((unit) => [...units.map((other) => dot(unit, other)), dot(unit, target)]);
  for (let k = 0; k < rows.length; k += 1) {
    const best = rows.slice(k).reduce((a, b) => (Math.abs(b[k] ?? 0) > Math.abs(a[k] ?? 0) ? b : a));
    const pivot = best[k] ?? 0;
    if (Math.abs(pivot) < 1e-7) return undefined;
    const at = rows.indexOf(best);
    const scaled = best.map((value) => value / pivot);
    rows[at] = rows[k] ?? best;
    rows[k] = scaled;
    for (const [other, row] of rows.entries()) {
      const factor = row[k] ?? 0;
      if (other !== k) rows[other] = row.map((value, column) => value - factor * (scaled[column] ?? 0));
    }
  }
  const solved = rows.map((row, k) => (row.at(-1) ?? Number.NaN) / (sizes[k] ?? 1));
  const fits = target.every((value, at) => {
    const fitted = solved.reduce((sum, c, k) => sum + c * (columns[k]?.[at] ?? 0), 0);
    return Math.abs(fitted - value) <= 1e-7 * Math.max(largest(target), ...sizes);
  });
  return fits ? solved : undefined;
}
