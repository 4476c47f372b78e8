import type { Diagnosis } from '../diagnosis.js';
import { alike, largest, type NumericProblem, sameShape, shownList } from './problem.js';

interface Candidate {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Factors made of the values at hand that have the truth's size: v, 1 − v, v(1 − v), 1 − v², v². */
function candidates({ truth, context }: NumericProblem): Candidate[] {
  const size = truth.values.length;
  return (context?.values ?? [])
    .filter(({ values }) => values.length === size && size > 1)
    .flatMap(({ name, values }) => {
      const made = (text: string, f: (v: number) => number): Candidate => ({
        name: text,
        values: Array.from(values, f),
      });
      return [
        made(name, (v) => v),
        made(`1 − ${name}`, (v) => 1 - v),
        made(`${name}(1 − ${name})`, (v) => v * (1 - v)),
        made(`1 − ${name}²`, (v) => 1 - v * v),
        made(`${name}²`, (v) => v * v),
      ];
    });
}

const isConstant = (values: ArrayLike<number>, blur: number): boolean =>
  alike(values, new Array<number>(values.length).fill(values[0] ?? 0), blur);

/**
 * hand = q · truth, or q · hand = truth, entry by entry, for a factor q made of values at hand: an activation's
 * derivative taken twice, a factor lost.
 */
export function elementwiseFactor(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur } = problem;
  if (!sameShape(hand.shape, truth.shape)) return undefined;
  const times = (left: ArrayLike<number>, right: ArrayLike<number>): number[] =>
    Array.from(left, (value, k) => value * (right[k] ?? 0));
  for (const { name, values } of candidates(problem)) {
    if (isConstant(values, blur) || largest(values) === 0) continue;
    const extra = alike(hand.values, times(truth.values, values), blur);
    if (!extra && !alike(times(hand.values, values), truth.values, blur)) continue;
    return {
      mistake: extra ? 'extra-factor' : 'lost-factor',
      message: extra
        ? `Every entry is multiplied by ${name} once too often.`
        : `The factor ${name} is missing from every entry.`,
      wrong: shownList(hand.values),
      right: shownList(truth.values),
      hint: extra
        ? 'Was the derivative of the activation already contained in what you started from?'
        : 'Which function between the input and the output has not been differentiated?',
    };
  }
  return undefined;
}
