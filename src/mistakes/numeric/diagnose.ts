/** From wrong numbers to likely mistakes. */
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
import type { NumericProblem } from './problem.js';
import { sign, signOfPart } from './sign.js';
import { termCoefficients, unrelated, wrongShape } from './terms.js';

type Detector = (problem: NumericProblem) => Diagnosis | undefined;

/** Most specific first: what is found earlier leaves less to chance. */
const detectors: readonly Detector[] = [
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
  elementwiseFactor,
  constantFactor,
  signOfPart,
];

/**
 * The mistakes that explain hand-built numbers, likeliest first: all that fit exactly (within rounding), else the shape,
 * else `unrelated`. Nothing is claimed that these numbers cannot show.
 */
export function diagnoseNumbers(problem: NumericProblem): readonly Diagnosis[] {
  const found = detectors.flatMap((detector) => detector(problem) ?? []);
  const all = [...found, ...(found.length === 0 ? termCoefficients(problem) : [])];
  if (all.length > 0) return all;
  return [wrongShape(problem) ?? unrelated(problem)];
}
