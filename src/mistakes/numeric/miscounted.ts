/** One part of the chain rule's sum, missing, of the wrong sign or with a wrong factor on it. */
import type { MistakeId } from '../diagnosis.js';
import { fittedFactor, recognised } from './factor.js';
import { largest, type NumericProblem, shown } from './problem.js';

export type Values = ArrayLike<number>;

/** What the gradient would be with one step done wrong. */
export interface Wrong {
  readonly mistake: MistakeId;
  readonly values: Values;
  readonly message: string;
  readonly hint: string;
}

export function plus(left: Values, right: Values, factor = 1): Float64Array {
  return Float64Array.from(left, (value, k) => value + factor * (right[k] ?? 0));
}

/** How often a part counts that should count once. */
export function countsText(times: number, problem: NumericProblem): string {
  const [number = '', ...note] = (recognised(times, problem) ?? shown(times)).split(', ');
  return `counts ${number} times${note.length === 0 ? '' : `, ${note.join(', ')}`}`;
}

export const everyPath = 'Draw every path from the input to the output. Which goes through this value?';

/**
 * hand = truth + (c − 1) · part, for one part of the chain rule's sum: c = 0 is a part that is missing, −1 one of the wrong sign,
 * another number a wrong factor on it. `part` must not be all there is.
 */
export function miscounted(
  problem: NumericProblem,
  part: Values,
  name: string,
  whenZero: Pick<Wrong, 'mistake' | 'message' | 'hint'>,
): Wrong[] {
  const { hand, truth, blur } = problem;
  const others = plus(truth.values, part, -1);
  const negligible = (values: Values): boolean => largest(values) <= 4 * blur * largest(truth.values);
  if (negligible(part) || negligible(others)) return [];
  const times = fittedFactor(plus(hand.values, others, -1), part);
  const near = (value: number): boolean => Math.abs(times - value) <= 1e-3;
  if (!Number.isFinite(times) || near(1)) return [];
  const values = plus(others, part, near(0) ? 0 : near(-1) ? -1 : times);
  if (near(0)) return [{ ...whenZero, values }];
  if (near(-1)) {
    return [
      {
        mistake: 'sign-of-term',
        values,
        message: `One summand has the wrong sign: ${name}.`,
        hint: everyPath,
      },
    ];
  }
  return [
    {
      mistake: 'constant-factor',
      values,
      message: `One summand ${countsText(times, problem)}: ${name}. The others are right.`,
      hint: 'Is it a mean taken as a sum, or a factor of the inner derivative that was lost?',
    },
  ];
}
