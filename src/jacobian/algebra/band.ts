/** Sums and products of what has only some diagonals. */
import type { Jacobian } from '../jacobian.js';
import { Banded, bandedFrom, Diagonal, Toeplitz } from '../kinds/index.js';
import { smallTable, widestBand } from './limits.js';

/** Diagonals side by side: the lowest, how many, and the entry at a place that is on one of them. */
interface Band {
  readonly first: number;
  readonly width: number;
  /** How many numbers it is held in. */
  readonly held: number;
  readonly at: (i: number, j: number) => number;
}

/** What is known of an operator's diagonals, where they are few. */
export function bandOf(jacobian: Jacobian): Band | undefined {
  if (jacobian instanceof Diagonal)
    return { first: 0, width: 1, held: jacobian.rows, at: (i) => jacobian.entries[i] as number };
  if (jacobian instanceof Banded)
    return {
      first: jacobian.first,
      width: jacobian.width,
      held: jacobian.band.length,
      at: (i, j) => jacobian.at(i, j),
    };
  if (jacobian instanceof Toeplitz && jacobian.stride === 1 && jacobian.weights.length <= widestBand) {
    const { weights, first } = jacobian;
    return {
      first,
      width: weights.length,
      held: weights.length,
      at: (i, j) => weights[j - i - first] as number,
    };
  }
  return undefined;
}

/** Whether a band of this width is worth it: few diagonals, and not many more numbers than before. */
const isWorth = (width: number, rows: number, a: Band, b: Band): boolean =>
  width <= widestBand && width * rows <= Math.max(smallTable, 4 * (a.held + b.held));

const isOn = ({ first, width }: Band, i: number, j: number): boolean =>
  j - i >= first && j - i < first + width;

/** The sum, where the diagonals of both lie close to each other. */
export function bandSum(left: Jacobian, right: Jacobian): Jacobian | undefined {
  const [a, b] = [bandOf(left), bandOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const first = Math.min(a.first, b.first);
  const width = Math.max(a.first + a.width, b.first + b.width) - first;
  if (width > 2 * (a.width + b.width)) return undefined;
  const constant = constantSum(left, right, first, width);
  if (constant !== undefined) return constant;
  if (!isWorth(width, left.rows, a, b)) return undefined;
  return bandedFrom(
    width,
    first,
    left.rows,
    left.columns,
    (i, j) => (isOn(a, i, j) ? a.at(i, j) : 0) + (isOn(b, i, j) ? b.at(i, j) : 0),
  );
}

/** Constant diagonals stay constant in a sum. */
function constantSum(left: Jacobian, right: Jacobian, first: number, width: number): Toeplitz | undefined {
  const [a, b] = [constantDiagonals(left), constantDiagonals(right)];
  if (a === undefined || b === undefined) return undefined;
  const weights = new Float64Array(width);
  for (const { weights: own, first: start } of [a, b])
    own.forEach((weight, k) => {
      const at = start - first + k;
      weights[at] = (weights[at] as number) + weight;
    });
  return new Toeplitz(weights, first, left.rows, left.columns);
}

function constantDiagonals(
  jacobian: Jacobian,
): { readonly weights: Float64Array; readonly first: number } | undefined {
  if (jacobian instanceof Toeplitz && jacobian.stride === 1) return jacobian;
  if (jacobian instanceof Diagonal && jacobian.uniform !== undefined)
    return { weights: Float64Array.of(jacobian.uniform), first: 0 };
  return undefined;
}

/** The product: its diagonals reach as far as those of both together. */
export function bandProduct(outer: Jacobian, inner: Jacobian): Jacobian | undefined {
  const [a, b] = [bandOf(outer), bandOf(inner)];
  if (a === undefined || b === undefined) return undefined;
  const width = a.width + b.width - 1;
  if (!isWorth(width, outer.rows, a, b)) return undefined;
  return bandedFrom(width, a.first + b.first, outer.rows, inner.columns, (i, j) => {
    const start = Math.max(0, i + a.first, j - b.first - b.width + 1);
    const end = Math.min(outer.columns, i + a.first + a.width, j - b.first + 1);
    let sum = 0;
    for (let k = start; k < end; k += 1) sum += a.at(i, k) * b.at(k, j);
    return sum;
  });
}
