/** The whole result: its sign, a number. */
import { type Detector, finding, isMinusOne, withoutSign } from '../finding.js';

/** a − b → b − a: the line is the right result negated. */
export const sign: Detector = function* (problem) {
  const factor = problem.explains(problem.right.expr)?.factor;
  if (factor === undefined || !withoutSign(factor).negative) return;
  yield finding(
    problem,
    {
      mistake: 'sign',
      message: `The whole result has the opposite sign${isMinusOne(factor) ? '' : ', and it is off by a number besides'}.`,
      hint: 'Where was a minus lost or added: the numerator of a quotient rule, or a − b taken as b − a?',
    },
    isMinusOne(factor) ? undefined : withoutSign(factor).magnitude,
  );
};

/** 2 x_j → x_j, a/n → a: off by a number or a size. */
export const constantFactor: Detector = function* (problem) {
  const factor = problem.explains(problem.right.expr)?.factor;
  if (factor === undefined || withoutSign(factor).negative) return;
  const text = problem.text(factor);
  yield finding(problem, {
    mistake: 'constant-factor',
    message: `Your line is ${text} times the right result.`,
    hint: 'Which number does a rule bring down here (an exponent, a mean over n), and was it used once?',
  });
};
