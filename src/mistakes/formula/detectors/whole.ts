/** The whole result: its sign, a number. */
import type { Expr } from '../../../formula/index.js';
import { type Detector, type Finding, finding, isMinusOne, withoutSign } from '../finding.js';
import type { Problem } from '../problem.js';

/** a − b → b − a: the line is the right result negated; where a number is off besides, that is named too. */
export const sign: Detector = function* (problem) {
  const factor = problem.explains(problem.right.expr)?.factor;
  if (factor === undefined || !withoutSign(factor).negative) return;
  yield finding(problem, {
    mistake: 'sign',
    message: 'The whole result has the opposite sign.',
    hint: 'Where was a minus lost or added: the numerator of a quotient rule, or a − b taken as b − a?',
  });
  if (!isMinusOne(factor)) yield numberOff(problem, withoutSign(factor).magnitude, ', sign apart');
};

/** 2 x_j → x_j, a/n → a: off by a number or a size. */
export const constantFactor: Detector = function* (problem) {
  const factor = problem.explains(problem.right.expr)?.factor;
  if (factor === undefined || withoutSign(factor).negative) return;
  yield numberOff(problem, factor, '');
};

function numberOff(problem: Problem, factor: Expr, apart: string): Finding {
  return finding(problem, {
    mistake: 'constant-factor',
    message: `Your line is ${problem.text(factor)} times the right result${apart}.`,
    hint: 'Which number does a rule bring down here (an exponent, a mean over n), and was it used once?',
  });
}
