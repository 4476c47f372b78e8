/** How near values come to where a formula is not smooth or not well-conditioned. */
import type { NDArray } from '../evaluate/index.js';
import { inverse } from '../evaluate/linear.js';
import type { Ranged } from '../nodes.js';
import type { Placed } from './point.js';
import { overOwnIndices } from './reach.js';
import { MARGIN } from './solve.js';

/** Nearer to 0 than the margin, and not exactly 0. */
export function isNear({ data }: NDArray): boolean {
  return data.some((x) => x !== 0 && Math.abs(x) < MARGIN);
}

/** The formula with these ids as its last axes, also where it does not depend on them. */
export function withLast({ expr, ranges }: Placed, ...last: readonly string[]): Ranged {
  const own = overOwnIndices({ expr, ranges });
  const free = [...own.free.filter((id) => !last.includes(id)), ...last];
  return { expr, free, ranges: new Map([...ranges].filter(([id]) => free.includes(id))) };
}

/** Whether, along the last axis, another value is nearer to the greatest than the margin, without being equal to it. */
export function hasRunnerUp({ shape, data }: NDArray): boolean {
  const length = shape.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += length) {
    const row = data.subarray(start, start + length);
    const most = Math.max(...row);
    if (row.some((x) => x !== most && most - x < MARGIN)) return true;
  }
  return false;
}

/** Whether a matrix over the last two axes has a condition number (in the largest row sum) above 200. */
export function isIllConditioned({ shape, data }: NDArray): boolean {
  const n = shape.at(-1) ?? 1;
  const norm = (matrix: Float64Array): number =>
    Math.max(
      ...Array.from({ length: n }, (_, row) =>
        matrix.subarray(row * n, row * n + n).reduce((sum, x) => sum + Math.abs(x), 0),
      ),
    );
  for (let start = 0; start < data.length; start += n * n) {
    const matrix = data.subarray(start, start + n * n);
    if (!(norm(matrix) * norm(inverse(matrix, n)) < 200)) return true;
  }
  return false;
}
