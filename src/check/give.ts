/** From what a comparison found to a verdict. */
import { position } from '../autograd/index.js';
import type { Diagnosis } from '../mistakes/index.js';
import type { Finding } from './compare.js';
import { short } from './naming.js';
import type { Counterexample, Status, Verdict, Witness } from './verdict.js';

/** A check of numbers has one witness, and says so. */
export const alone = 'the only witness for numbers';

/** What a verdict is made of besides the finding. */
export interface Case {
  readonly claim: string;
  readonly expect?: Status | undefined;
  /** The shape that the entries' positions refer to, output axes first. */
  readonly shape: readonly number[];
  readonly truth: ArrayLike<number>;
  readonly hand: ArrayLike<number>;
  /** The point was rounded to float32, which is all that autograd has. */
  readonly rounded: boolean;
  /** The type that the hand-built numbers were rounded to, where that is coarser than float32. */
  readonly stored?: string | undefined;
  /** The inputs at that point, by name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What more the witness says of an agreement. */
  readonly certainty?: string;
  /** The wrong entry, where it was looked for and found; else it is the worst entry compared. */
  readonly located?: { readonly indices: readonly number[]; readonly yours: number; readonly right: number };
  readonly diagnose: () => readonly Diagnosis[];
  readonly warnings?: readonly Diagnosis[];
}

/** A verdict with what the person expected of it. */
export function expecting(verdict: Verdict, expect: Status | undefined): Verdict {
  return expect === undefined ? verdict : { ...verdict, expected: expect };
}

function unseenText({ unseen, because }: Finding, count: number): string {
  const which = unseen.length === count ? 'all entries' : `${unseen.length} of ${count} entries`;
  return `autograd has no verdict for ${which}: ${because}`;
}

/** How large a mistake would have been seen: in relation to its row, or plainly where a row is all but 0. */
function certaintyOf({ blur, largestBound }: Finding): string {
  const size =
    blur <= 0.1
      ? `${blur.toExponential(0)} of its row's largest entry`
      : `${largestBound.toExponential(0)} in any entry`;
  return `a mistake above ${size} would have been seen`;
}

function witnessOf(finding: Finding, status: Status, given: Case): Witness {
  const { shape, truth, certainty, rounded, stored } = given;
  const coarse = stored === undefined ? '' : `; the hand-built numbers are of ${stored}`;
  const only = `${alone}${rounded ? '; inputs rounded to float32' : ''}${coarse}`;
  const { worst, against, unseen } = finding;
  const count = truth.length;
  const measured = worst === undefined ? {} : { error: worst.error, tolerance: worst.bound };
  const name = 'autograd';
  if (status === 'refuted') {
    const place = position(worst?.entry ?? 0, shape);
    const where = count === 1 ? '' : `; ${against.length} of ${count} entries deviate, most at [${place}]`;
    const by = worst === undefined ? '' : `by ${short(worst.error)}, rounding explains ${short(worst.bound)}`;
    return { name, finds: 'against', says: `disagrees${where} ${by} (${only})`, ...measured };
  }
  if (status === 'undecided') {
    const others = unseen.length < count ? '; the others agree' : '';
    return { name, finds: 'nothing', says: `${unseenText(finding, count)}${others}`, ...measured };
  }
  const sure = certainty ?? certaintyOf(finding);
  const agrees = `agrees at ${count === 1 ? 'the one entry' : `all ${count} entries`} within rounding`;
  return { name, finds: 'for', says: `${agrees}; ${sure} (${only})`, ...measured };
}

/** Refuted if an entry deviates; undecided if none does but some could not be seen; agrees otherwise. */
export function verdictOf(finding: Finding, given: Case): Verdict {
  const { against, unseen, worst } = finding;
  const status: Status = against.length > 0 ? 'refuted' : unseen.length > 0 ? 'undecided' : 'agrees';
  const counterexample: Counterexample | undefined =
    status === 'refuted' && worst !== undefined
      ? {
          ...(given.located ?? {
            indices: position(worst.entry, given.shape),
            yours: given.hand[worst.entry] ?? Number.NaN,
            right: given.truth[worst.entry] ?? Number.NaN,
          }),
          values: given.values,
        }
      : undefined;
  return expecting(
    {
      claim: given.claim,
      status,
      witnesses: [witnessOf(finding, status, given)],
      ...(counterexample === undefined ? {} : { counterexample }),
      diagnoses: status === 'refuted' ? given.diagnose() : [],
      warnings: status === 'agrees' ? (given.warnings ?? []) : [],
    },
    given.expect,
  );
}
