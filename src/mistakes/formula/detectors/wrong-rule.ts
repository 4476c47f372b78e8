/** The derivation with one rule replaced by a wrong one, at one place. */
import type { Expr } from '../../../formula/index.js';
import { type Detector, explained } from '../finding.js';
import type { Raw } from '../forms.js';
import type { Problem } from '../problem.js';
import { replaced } from '../replace.js';
import { presence } from '../terms.js';
import { type WrongRule, wrongRules } from '../wrong-rules.js';

/** A known wrong rule where the right rule was: at one place, and at all places where the same thing was differentiated. */
export function wrongRule(raw: Raw, more: readonly WrongRule[] = []): Detector {
  return function* (problem) {
    const steps = raw.trace.filter(({ rule }) => rule !== 'constant' && rule !== 'variable');
    for (const step of steps) {
      for (const rule of [...wrongRules, ...more]) {
        for (const wrong of rule(step)) {
          const candidate = replaced(raw.expr, new Map([[step.after, wrong.to]]));
          yield* explained(problem, candidate, () => ({
            mistake: wrong.mistake,
            message: wrong.message,
            hint: wrong.hint,
            later: wrong.below === undefined || isBelow(problem, wrong.below) ? (wrong.later ?? 0) : 3,
          }));
        }
      }
    }
  };
}

/** Whether an expression stands in the denominator of the line. */
function isBelow(problem: Problem, expr: Expr): boolean {
  return presence((left, right) => problem.sameAtOnePoint(left, right), problem.line.expr, expr) < 0;
}
