import type { Diagnosis } from '../diagnosis.js';
import {
  alike,
  distance,
  largest,
  type NamedTable,
  type NumericProblem,
  sameShape,
  shown,
  shownList,
} from './problem.js';

/** Solves the normal equations by Gauss-Jordan elimination with pivots; undefined where the terms depend on each other. */
export function leastSquares(
  terms: readonly Pick<NamedTable, 'values'>[],
  target: ArrayLike<number>,
): number[] | undefined {
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Array.from(a).reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
  const rows = terms.map((term) => [
    ...terms.map((other) => dot(term.values, other.values)),
    dot(term.values, target),
  ]);
  for (let column = 0; column < rows.length; column += 1) {
    const candidates = rows.slice(column);
    const pivot = candidates.reduce((best, row) =>
      Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best,
    );
    const size = pivot[column] ?? 0;
    if (Math.abs(size) < 1e-10 * largest(rows.flat())) return undefined;
    const at = rows.indexOf(pivot);
    rows[at] = rows[column] ?? pivot;
    const unit = pivot.map((value) => value / size);
    rows[column] = unit;
    rows.forEach((row, k) => {
      const factor = row[column] ?? 0;
      if (k !== column) rows[k] = row.map((value, j) => value - factor * (unit[j] ?? 0));
    });
  }
  return rows.map((row) => row.at(-1) ?? 0);
}

/**
 * hand = Σ_k c_k · term_k for the summands at hand, whose plain sum is right: c_k = 0 is a lost term, −1 a wrong sign, any
 * other number a wrong factor. All causes are named.
 */
export function termCoefficients(problem: NumericProblem): Diagnosis[] {
  const { hand, truth, blur, context } = problem;
  const terms = context?.terms ?? [];
  if (
    terms.length < 2 ||
    terms.some(({ shape }) => !sameShape(shape, truth.shape)) ||
    !sameShape(hand.shape, truth.shape)
  )
    return [];
  const coefficients = leastSquares(terms, hand.values);
  if (coefficients === undefined) return [];
  const fitted = Array.from(hand.values, (_, k) =>
    terms.reduce((sum, { values }, t) => sum + (coefficients[t] ?? 0) * (values[k] ?? 0), 0),
  );
  if (!alike(fitted, hand.values, 10 * blur)) return [];
  return terms.flatMap((term, t): Diagnosis[] => {
    const coefficient = coefficients[t] ?? 1;
    const near = (value: number): boolean => Math.abs(coefficient - value) <= 10 * blur;
    if (near(1)) return [];
    const shared = { wrong: shownList(hand.values), right: shownList(truth.values) };
    if (near(0)) {
      return [
        {
          mistake: 'lost-term',
          message: `The summand ${term.name} is missing.`,
          ...shared,
          hint: 'Which path from the input to the output does it stand for?',
        },
      ];
    }
    if (near(-1)) {
      return [
        {
          mistake: 'sign-of-term',
          message: `The summand ${term.name} has the opposite sign.`,
          ...shared,
          hint: `Where does the sign of ${term.name} come from?`,
        },
      ];
    }
    return [
      {
        mistake: 'constant-factor',
        message: `The summand ${term.name} counts ${shown(coefficient)} times.`,
        ...shared,
        hint: `How often does ${term.name} occur?`,
      },
    ];
  });
}

/** Where entries lie: "[4, 0 … 31, 0 … 47]", the smallest box around them. */
function box(entries: readonly number[], shape: readonly number[]): string {
  const lowest = shape.map(() => Number.POSITIVE_INFINITY);
  const highest = shape.map(() => 0);
  for (const entry of entries) {
    let rest = entry;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const length = shape[axis] ?? 1;
      lowest[axis] = Math.min(lowest[axis] ?? 0, rest % length);
      highest[axis] = Math.max(highest[axis] ?? 0, rest % length);
      rest = Math.floor(rest / length);
    }
  }
  const sides = lowest.map((low, axis) => (low === highest[axis] ? `${low}` : `${low} … ${highest[axis]}`));
  return `[${sides.join(', ')}]`;
}

/** Entries are 0 that should not be; all others are right. */
export function lostEntries({ hand, truth, blur }: NumericProblem, placed = true): Diagnosis | undefined {
  if (!sameShape(hand.shape, truth.shape)) return undefined;
  const scale = blur * largest(truth.values);
  const lost: number[] = [];
  for (let k = 0; k < truth.values.length; k += 1) {
    const [yours, right] = [hand.values[k] ?? 0, truth.values[k] ?? 0];
    if (Math.abs(yours - right) <= scale) continue;
    if (Math.abs(yours) > blur * Math.abs(right)) return undefined;
    lost.push(k);
  }
  if (lost.length === 0) return undefined;
  const all = lost.length === truth.values.length;
  return {
    mistake: 'lost-term',
    message: all
      ? 'All of it is 0 where it should not be: it is lost.'
      : `${lost.length} of ${truth.values.length} entries are 0 where they should not be${placed ? `, at ${box(lost, truth.shape)}` : ''}; the others are right. They are lost.`,
    wrong: shownList(lost.map((k) => hand.values[k] ?? 0)),
    right: shownList(lost.map((k) => truth.values[k] ?? 0)),
    hint: 'Is a loop one too short, or something written over that must be added up?',
  };
}

/** Nothing known explains it: how far it is, and from what, entry by entry. */
export function unrelated({ hand, truth }: NumericProblem): Diagnosis {
  const far = distance(hand.values, truth.values);
  const off = (k: number): number =>
    Math.abs((hand.values[k] ?? Number.NaN) - (truth.values[k] ?? Number.NaN));
  // what deviates a thousand times less than the worst entry may be rounding
  const wrong = Array.from(truth.values, (_, k) => k).filter((k) => !(off(k) <= 1e-3 * far));
  return {
    mistake: 'unrelated',
    message: `No known mistake explains this: ${wrong.length} of ${truth.values.length} entries deviate, by up to ${shown(far)}, where the largest right one is ${shown(largest(truth.values))}.`,
    wrong: shownList(wrong.slice(0, 4).map((k) => hand.values[k] ?? 0)),
    right: shownList(wrong.slice(0, 4).map((k) => truth.values[k] ?? 0)),
    hint: 'Take the entry that deviates most and work it out alone, by moving that one input a little.',
  };
}

/** The shape is not that of the derivative, and nothing more specific fits. */
export function wrongShape({ hand, truth, outputShape, inputShape }: NumericProblem): Diagnosis | undefined {
  if (sameShape(hand.shape, truth.shape)) return undefined;
  return {
    mistake: 'shape',
    message: `The result has shape [${hand.shape}]; output axes [${outputShape}] followed by input axes [${inputShape}] were expected.`,
    wrong: `[${hand.shape}]`,
    right: `[${truth.shape}]`,
    hint: 'Name the index of each axis: one for each output axis, then one for each input axis.',
  };
}
