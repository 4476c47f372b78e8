/** What a detector found: a mistake that explains the line exactly, or up to a number. */
import { type Expr, num } from '../../formula/index.js';
import type { Diagnosis, MistakeId } from '../diagnosis.js';
import type { Problem } from './problem.js';
import { rankOf } from './rank.js';

export interface Finding {
  readonly diagnosis: Diagnosis;
  /** Where it stands among others that explain the line as well: lower is more specific. */
  readonly rank: number;
  /** A second mistake: the number that the line is off by besides. */
  readonly factor?: Expr;
}

/** Looks for one kind of mistake; what it yields explains the line. */
export type Detector = (problem: Problem) => Iterable<Finding>;

/** What is said about a mistake. `wrong` and `right` are the pieces that differ; the whole lines unless given. */
export interface Says {
  readonly mistake: MistakeId;
  readonly message: string;
  readonly hint: string;
  readonly wrong?: string;
  readonly right?: string;
  /** Added to the rank of the mistake: how much less specific this way of seeing it is. */
  readonly later?: number;
}

/** A finding where the candidate explains the line. What is said is worked out only then. */
export function* explained(problem: Problem, candidate: Expr, says: () => Says): Generator<Finding> {
  const match = problem.explains(candidate);
  if (match === undefined) return;
  yield finding(problem, says(), match.factor);
}

/** The same where a changed line is right. */
export function* repaired(problem: Problem, changed: Expr, says: () => Says): Generator<Finding> {
  const match = problem.repairs(changed);
  if (match === undefined) return;
  yield finding(problem, says(), match.factor);
}

export function finding(problem: Problem, says: Says, factor?: Expr): Finding {
  const { mistake, message, hint, later = 0 } = says;
  const wrong = says.wrong ?? problem.text(problem.line.expr);
  const right = says.right ?? problem.text(problem.right.expr);
  return {
    diagnosis: { mistake, message, wrong, right, hint },
    rank: rankOf(mistake) + later,
    ...(factor !== undefined && { factor }),
  };
}

/** Whether a number is −1. */
export function isMinusOne(expr: Expr): boolean {
  return expr.kind === 'number' && expr.value.equals(-1);
}

/** A number without its sign. */
export function withoutSign(expr: Expr): { readonly negative: boolean; readonly magnitude: Expr } {
  if (expr.kind === 'number' && expr.value.s < 0n)
    return { negative: true, magnitude: num(expr.value.neg()) };
  if (expr.kind === 'multiply') {
    const [first, ...rest] = expr.factors;
    if (first?.kind === 'number' && first.value.s < 0n) {
      const magnitude = num(first.value.neg());
      const factors = first.value.equals(-1) ? rest : [magnitude, ...rest];
      return {
        negative: true,
        magnitude: factors.length === 1 && factors[0] ? factors[0] : { ...expr, factors },
      };
    }
  }
  return expr.kind === 'negate'
    ? { negative: true, magnitude: expr.operand }
    : { negative: false, magnitude: expr };
}
