import type { Diagnosis } from '../diagnosis.js';
import { alike, type NumericProblem, sameShape, shown, shownList, sizeOf } from './problem.js';

/** The least-squares factor c of hand = c · truth. */
export function fittedFactor(hand: ArrayLike<number>, truth: ArrayLike<number>): number {
  let [product, square] = [0, 0];
  for (let k = 0; k < truth.length; k += 1) {
    product += (hand[k] ?? 0) * (truth[k] ?? 0);
    square += (truth[k] ?? 0) ** 2;
  }
  return product / square;
}

/** Sizes that occur in the problem, as factors to look for. */
function sizes({ outputShape, inputShape, context }: NumericProblem): number[] {
  const shapes = [outputShape, inputShape, ...(context?.values ?? []).map(({ shape }) => shape)];
  return [...new Set(shapes.flatMap((shape) => [...shape, sizeOf(shape)]))].filter((size) => size > 1);
}

/** What a factor is as a simple number or a size: "2", "1/2", "1/n with n = 3", "√2"; undefined if it is none. */
export function recognised(factor: number, problem: NumericProblem): string | undefined {
  const { blur } = problem;
  const is = (value: number): boolean => Math.abs(factor - value) <= blur * Math.abs(value);
  for (const size of sizes(problem)) {
    if (is(size))
      return size <= 2
        ? String(size)
        : `${size}, a size in this problem (a mean taken as a sum, or a sum counted ${size} times?)`;
    if (is(1 / size))
      return size <= 2 ? '1/2' : `1/${size}, one over a size in this problem (a sum taken as a mean?)`;
    // √4 is the plain number 2
    if (size <= 2 || Number.isInteger(Math.sqrt(size))) continue;
    if (is(Math.sqrt(size))) return `√${size}`;
    if (is(1 / Math.sqrt(size))) return `1/√${size}`;
  }
  for (let below = 1; below <= 12; below += 1) {
    const above = Math.round(factor * below);
    if (above !== 0 && Math.abs(above) <= 100 && is(above / below))
      return below === 1 ? String(above) : `${above}/${below}`;
  }
  return undefined;
}

/**
 * hand = c · truth with one number c: a lost 2, a mean taken as a sum. c is named where it is a simple number or a size,
 * and shown as it is otherwise.
 */
export function constantFactor(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur } = problem;
  if (!sameShape(hand.shape, truth.shape) || truth.values.length < 1) return undefined;
  const factor = fittedFactor(hand.values, truth.values);
  const trivial = factor === 0 || Math.abs(Math.abs(factor) - 1) <= blur;
  if (!Number.isFinite(factor) || trivial) return undefined;
  const name = recognised(factor, problem);
  if (name === undefined && truth.values.length === 1) return undefined;
  if (
    !alike(
      hand.values,
      Array.from(truth.values, (value) => factor * value),
      blur,
    )
  )
    return undefined;
  return {
    mistake: 'constant-factor',
    message: `Every entry is ${name ?? shown(factor)} times what it should be.`,
    wrong: shownList(hand.values),
    right: shownList(truth.values),
    hint: 'Which number was lost or counted twice: the exponent of a power, a mean’s 1/n, a batch’s 1/N?',
  };
}
