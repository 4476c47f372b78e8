import type { Diagnosis } from '../diagnosis.js';
import { alike, type NumericProblem, sameShape, shown, shownList } from './problem.js';

const negated = (values: ArrayLike<number>): number[] => Array.from(values, (value) => -value);

/** hand = −truth: the whole result has the wrong sign. */
export function sign({ hand, truth, blur }: NumericProblem): Diagnosis | undefined {
  if (!sameShape(hand.shape, truth.shape) || !alike(hand.values, negated(truth.values), blur))
    return undefined;
  return {
    mistake: 'sign',
    message: 'Every entry has the opposite sign.',
    wrong: shownList(hand.values),
    right: shownList(truth.values),
    hint: 'Where was a minus lost or added: the numerator of a quotient rule, or a − b taken as b − a?',
  };
}

/**
 * hand = ±truth, entry by entry: some entries have the wrong sign, the others are right. Says which, where they are whole
 * rows or the diagonal.
 */
export function signOfPart(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur, inputShape } = problem;
  if (!sameShape(hand.shape, truth.shape)) return undefined;
  const flipped: number[] = [];
  const corrected = Array.from(hand.values, (value, k) => {
    const wanted = truth.values[k] ?? 0;
    const turned = Math.abs(-value - wanted) < Math.abs(value - wanted);
    if (turned) flipped.push(k);
    return turned ? -value : value;
  });
  if (flipped.length === 0 || flipped.length === truth.values.length || !alike(corrected, truth.values, blur))
    return undefined;
  const first = flipped[0] ?? 0;
  return {
    mistake: 'sign-of-term',
    message: `${flipped.length} of ${truth.values.length} entries have the opposite sign: ${part(flipped, problem, inputShape)}; the others are right.`,
    wrong: shown(hand.values[first] ?? 0),
    right: shown(truth.values[first] ?? 0),
    hint: 'Which term gives just these entries? Look at its sign.',
  };
}

function part(
  flipped: readonly number[],
  { truth, kind }: NumericProblem,
  inputShape: readonly number[],
): string {
  const columns = kind === 'jacobian' ? inputShape.reduce((product, length) => product * length, 1) : 1;
  const rows = new Set(flipped.map((k) => Math.floor(k / columns)));
  if (
    columns > 1 &&
    flipped.every((k) => k % (columns + 1) === 0) &&
    rows.size === truth.values.length / columns
  )
    return 'the diagonal';
  const nonzero = Array.from(truth.values, (_, k) => k).filter(
    (k) => truth.values[k] !== 0 && rows.has(Math.floor(k / columns)),
  );
  const list = [...rows].slice(0, 5).join(', ') + (rows.size > 5 ? ', …' : '');
  if (columns > 1 && nonzero.length === flipped.length)
    return rows.size === 1 ? `row ${list}` : `rows ${list}`;
  return `at flat positions ${flipped.slice(0, 5).join(', ')}${flipped.length > 5 ? ', …' : ''}`;
}
