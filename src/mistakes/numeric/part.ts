/** Where a Jacobian is too large to be written out: what one of its rows or columns shows, or a part of it. */
import type { Diagnosis } from '../diagnosis.js';
import { deltaReplacedByOne, diagonalOnly, lostDelta, lostDiagonalTerm, transposed } from './arrangement.js';
import { constantFactor, fittedFactor, recognised } from './factor.js';
import { alike, largest, type NumericProblem, shown, shownList } from './problem.js';
import { sign, signOfPart } from './sign.js';
import { lostEntries } from './terms.js';

/** One row or column of the Jacobian that deviates, all others being right. */
export interface WrongLine {
  /** "row 17". */
  readonly name: string;
  readonly hand: ArrayLike<number>;
  readonly truth: ArrayLike<number>;
  /** The entries of it that deviate. */
  readonly wrong: readonly number[];
  /** An entry's place in the Jacobian. */
  readonly place: (entry: number) => string;
  readonly blur: number;
}

const picked = (values: ArrayLike<number>, entries: readonly number[]): number[] =>
  entries.map((entry) => values[entry] ?? 0);

function asProblem(hand: number[], truth: number[], blur: number): NumericProblem {
  const shape = [hand.length];
  return {
    kind: 'vjp',
    hand: { values: hand, shape },
    truth: { values: truth, shape },
    outputShape: [],
    inputShape: shape,
    blur,
  };
}

/** One wrong entry, all else right. */
function wrongEntry(place: string, yours: number, right: number): Diagnosis {
  const how =
    right === 0
      ? 'it should be 0'
      : Math.abs(yours) <= 1e-6 * Math.abs(right)
        ? 'it is 0 and should not be'
        : `it is ${shown(yours / right)} times what it should be`;
  return {
    mistake: 'unrelated',
    message: `Only the entry [${place}] deviates: ${how}. Every other entry agrees within rounding.`,
    wrong: shown(yours),
    right: shown(right),
    hint: 'Is it at the edge of something: the first or last index, a diagonal, the end of a block or a tile?',
  };
}

/** One wrong line, all others right: one entry of it, all of it missing, negated or multiplied. */
export function wrongLine({ name, hand, truth, wrong, place, blur }: WrongLine): Diagnosis {
  const [first = 0] = wrong;
  if (wrong.length === 1) return wrongEntry(place(first), hand[first] ?? 0, truth[first] ?? 0);
  const yours = picked(hand, wrong);
  const right = picked(truth, wrong);
  const shared = { wrong: shownList(yours), right: shownList(right) };
  const only = `Only ${name} deviates; every other one agrees within rounding.`;
  const hint =
    'Does a loop end one too early, or is something written twice to one place and never to another?';
  if (largest(yours) <= blur * largest(right)) {
    return {
      mistake: 'lost-term',
      message: `${only} It is 0 where it should not be: it is lost.`,
      ...shared,
      hint,
    };
  }
  const negated = alike(
    yours,
    right.map((value) => -value),
    blur,
  );
  if (negated)
    return { mistake: 'sign-of-term', message: `${only} It has the opposite sign.`, ...shared, hint };
  const factor = fittedFactor(yours, right);
  if (
    Number.isFinite(factor) &&
    alike(
      yours,
      right.map((value) => factor * value),
      blur,
    )
  ) {
    const times = recognised(factor, asProblem(yours, right, blur)) ?? shown(factor);
    return {
      mistake: 'constant-factor',
      message: `${only} It is ${times} times what it should be.`,
      ...shared,
      hint,
    };
  }
  const count = `${wrong.length} of its ${truth.length} entries`;
  return { mistake: 'unrelated', message: `${only} In it ${count} deviate.`, ...shared, hint };
}

/**
 * Lines across all probes that deviate, all others being right: products of several probes with them, by hand and in truth.
 * Whatever the probe, they are 0, or the same multiple of what they should be.
 */
export function wrongAcross(
  name: string,
  hand: readonly number[],
  truth: readonly number[],
  blur: number,
): Diagnosis | undefined {
  const factor = fittedFactor(hand, truth);
  const fits = alike(
    hand,
    truth.map((value) => factor * value),
    blur,
  );
  if (!fits || !Number.isFinite(factor)) return undefined;
  const lost = largest(hand) <= blur * largest(truth);
  const times = recognised(factor, asProblem([...hand], [...truth], blur)) ?? shown(factor);
  const how = lost
    ? '0 where it should not be: lost'
    : Math.abs(factor + 1) <= blur
      ? 'of the opposite sign'
      : `${times} times what it should be`;
  return {
    mistake: lost ? 'lost-term' : Math.abs(factor + 1) <= blur ? 'sign-of-term' : 'constant-factor',
    message: `Only ${name} of the Jacobian deviates; all else agrees within rounding. It is ${how}.`,
    wrong: shownList(hand),
    right: shownList(truth),
    hint: 'Does a loop end one too early, or is something written twice to one place and never to another?',
  };
}

/**
 * The diagonal of both tables scaled to the size of what is off it, so that both can be seen. (The Jacobian of softmax has
 * entries s_i on the diagonal and s_i s_j off it; what each detector below asks is not changed by a factor on the diagonal.)
 */
function evened(problem: NumericProblem, size: number): NumericProblem {
  const { hand, truth } = problem;
  let [on, off] = [0, 0];
  for (let k = 0; k < truth.values.length; k += 1) {
    const entry = Math.max(Math.abs(truth.values[k] ?? 0), Math.abs(hand.values[k] ?? 0));
    if (k % (size + 1) === 0) on = Math.max(on, entry);
    else off = Math.max(off, entry);
  }
  if (off === 0 || on <= off) return problem;
  const scaled = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (value, k) => (k % (size + 1) === 0 ? (value * off) / on : value));
  return {
    ...problem,
    hand: { ...hand, values: scaled(hand.values) },
    truth: { ...truth, values: scaled(truth.values) },
  };
}

const detectors = [
  sign,
  transposed,
  diagonalOnly,
  lostDelta,
  deltaReplacedByOne,
  lostDiagonalTerm,
  constantFactor,
  (part: NumericProblem) => lostEntries(part, false),
  signOfPart,
] as const;

/**
 * What a part of the Jacobian shows: some rows by as many or other columns, hand and truth. `where` says which, and opens the
 * message. Of a square part row k and column k belong together.
 */
export function diagnosePart(problem: NumericProblem, where: string): Diagnosis | undefined {
  const [rows = 0] = problem.outputShape;
  const [columns = 0] = problem.inputShape;
  const seen = rows === columns ? evened(problem, rows) : problem;
  for (const detector of detectors) {
    const found = detector(seen);
    if (found === undefined) continue;
    const { hand, truth } = problem;
    return {
      ...found,
      message: `${where}: ${found.message}`,
      wrong: shownList(hand.values),
      right: shownList(truth.values),
    };
  }
  return undefined;
}
