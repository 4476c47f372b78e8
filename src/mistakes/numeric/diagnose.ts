/** From wrong numbers to likely mistakes. */

import type { ProbedInside } from '../../autograd/index.js';
import type { Diagnosis } from '../diagnosis.js';
import {
  deltaReplacedByOne,
  diagonalOnly,
  lostDelta,
  lostDiagonalTerm,
  summed,
  transposed,
} from './arrangement.js';
import { elementwiseProduct, missingContraction, orderReversed } from './chain.js';
import { elementwiseFactor } from './elementwise-factor.js';
import { constantFactor } from './factor.js';
import { heldConstantTogether, insideTheFunction } from './inside.js';
import { insideByProbe } from './inside-probed.js';
import type { NumericProblem } from './problem.js';
import { sign, signOfPart } from './sign.js';
import { lostEntries, termCoefficients, unrelated, wrongShape } from './terms.js';

type Detector = (problem: NumericProblem) => Diagnosis | undefined;

/** What the numbers alone show. Most specific first: what is found earlier leaves less to chance. */
const byNumbers: readonly Detector[] = [
  sign,
  transposed,
  orderReversed,
  elementwiseProduct,
  diagonalOnly,
  summed,
  missingContraction,
  lostDelta,
  deltaReplacedByOne,
  lostDiagonalTerm,
  constantFactor,
];

/** What fits easily by chance, looked for last. */
const loose: readonly Detector[] = [elementwiseFactor, (problem) => lostEntries(problem), signOfPart];

/**
 * The mistakes that explain hand-built numbers, likeliest first: all that fit exactly (within rounding), else the shape,
 * else `unrelated`. Nothing is claimed that these numbers cannot show.
 */
export function diagnoseNumbers(problem: NumericProblem): readonly Diagnosis[] {
  const searches: readonly (() => readonly Diagnosis[])[] = [
    () => byNumbers.flatMap((detector) => detector(problem) ?? []),
    () => termCoefficients(problem),
    () => insideTheFunction(problem),
    () => heldConstantTogether(problem),
    () => loose.flatMap((detector) => detector(problem) ?? []),
  ];
  for (const search of searches) {
    const found = search();
    if (found.length > 0) return found;
  }
  return [wrongShape(problem) ?? unrelated(problem)];
}

/**
 * The mistakes that explain what was handed in for one probe of a Jacobian that is never built: what the numbers show; single
 * lines and blocks that deviate (`local`); a part of the table (`sampled`); what goes wrong inside the function; what fits
 * easily. The shape or `unrelated` if nothing does.
 */
export function diagnoseProbe(
  problem: NumericProblem,
  local: () => readonly Diagnosis[],
  sampled: () => readonly Diagnosis[],
  inside: (look: (inside: ProbedInside) => readonly Diagnosis[]) => readonly Diagnosis[],
): readonly Diagnosis[] {
  const searches: readonly (() => readonly Diagnosis[])[] = [
    () => byNumbers.flatMap((detector) => detector(problem) ?? []),
    local,
    () => [lostEntries(problem) ?? []].flat(),
    sampled,
    () => inside((steps) => insideByProbe(problem, steps)),
    () => loose.flatMap((detector) => detector(problem) ?? []),
  ];
  for (const search of searches) {
    const found = search();
    if (found.length > 0) return found;
  }
  return [wrongShape(problem) ?? unrelated(problem)];
}
