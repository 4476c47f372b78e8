/** A formula multiplied out as far as rows and columns demand it: s_i (δ_ij − s_j) is s_i δ_ij and −s_i s_j. */
import {
  type Binder,
  type Bracket,
  type Cases,
  type Delta,
  delta,
  divide,
  type Expr,
  freeIndices,
  num,
  type Power,
  type Total,
} from '../../formula/index.js';
import { couples, type Sides } from './sides.js';

/** One summand: its factors, those of them that are δ, and the indices it is summed over. */
export interface Term {
  readonly factors: readonly Expr[];
  readonly deltas: readonly Delta[];
  readonly bound: readonly Binder[];
}

/** A formula is not multiplied out into more summands than this. */
const mostTerms = 64;

const atom = (expr: Expr): Term => ({ factors: factorsOf(expr), deltas: [], bound: [] });

/** The factors of an expression, its sign among them: what differs in a number only is then one vector, held once. */
function factorsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'negate') return [num(-1), ...factorsOf(expr.operand)];
  if (expr.kind === 'multiply') return expr.factors.flatMap(factorsOf);
  if (
    expr.kind === 'divide' &&
    freeIndices(expr.denominator).length === 0 &&
    expr.numerator.kind !== 'number'
  )
    return [...factorsOf(expr.numerator), divide(num(1), expr.denominator)];
  return [expr];
}

const negated = (term: Term): Term => ({ ...term, factors: [num(-1), ...term.factors] });
const one: Term = { factors: [], deltas: [], bound: [] };

const both = (left: Term, right: Term): Term => ({
  factors: [...left.factors, ...right.factors],
  deltas: [...left.deltas, ...right.deltas],
  bound: [...left.bound, ...right.bound],
});

/** (a + b)(c + d) = a c + a d + b c + b d */
function multiplied(sums: readonly (readonly Term[])[]): readonly Term[] {
  return sums.reduce((left, right) => left.flatMap((a) => right.map((b) => both(a, b))), [one]);
}

/** The summands of an expression whose binders are all different. What is of one side alone stays as it is. */
export function expand(expr: Expr, sides: Sides): readonly Term[] {
  if (!couples(expr, sides)) return [atom(expr)];
  const found = expandOnce(expr, sides);
  return found.length > mostTerms ? [atom(expr)] : found;
}

function expandOnce(expr: Expr, sides: Sides): readonly Term[] {
  switch (expr.kind) {
    case 'add':
      return expr.terms.flatMap((term) => expand(term, sides));
    case 'negate':
      return expand(expr.operand, sides).map(negated);
    case 'multiply':
      return multiplied(expr.factors.map((factor) => expand(factor, sides)));
    case 'divide':
      return multiplied([expand(expr.numerator, sides), [atom(divide(num(1), expr.denominator))]]);
    case 'delta':
      return [{ factors: [], deltas: [expr], bound: [] }];
    case 'bracket':
      return whereHolds(expr);
    case 'total':
      return expandTotal(expr, sides);
    case 'cases':
      return expandCases(expr, sides);
    case 'power':
      return expandPower(expr, sides);
    default:
      return [atom(expr)];
  }
}

/** [i = j] is δ_ij, [i ≠ j] is 1 − δ_ij; any other relation stays a bracket. */
function whereHolds(bracket: Bracket): readonly Term[] {
  const { left, right, relation } = bracket;
  if (left.kind !== 'position' || right.kind !== 'position' || (relation !== '=' && relation !== '≠'))
    return [atom(bracket)];
  const equal: Term = { factors: [], deltas: [delta(left.index, right.index)], bound: [] };
  return relation === '=' ? [equal] : [one, negated(equal)];
}

/** Σ_k (f + g) = Σ_k f + Σ_k g; a Σ that speaks of both sides is opened. */
function expandTotal(total: Total, sides: Sides): readonly Term[] {
  if (total.operation !== 'sum') return [atom(total)];
  const inside: Sides = new Map([...sides, [total.binder.id, 'bound'] as const]);
  const mask = total.where === undefined ? [one] : whereHolds(total.where);
  return multiplied([expand(total.body, inside), mask]).map((term) => ({
    ...term,
    bound: [...term.bound, total.binder],
  }));
}

/** f if c; g otherwise: f [c] + g (1 − [c]), where the conditions are equalities of indices or speak of one side. */
function expandCases(given: Cases, sides: Sides): readonly Term[] {
  const simple = given.branches.every(
    ({ condition }) =>
      !couples(condition, sides) || whereHolds(condition).every(({ factors }) => factors.every(isNumber)),
  );
  if (!simple || given.otherwise === undefined) return [atom(given)];
  let before: readonly Term[] = [one];
  const terms: Term[] = [];
  for (const { value, condition } of given.branches) {
    const holds = whereHolds(condition);
    terms.push(...multiplied([expand(value, sides), before, holds]));
    before = multiplied([before, [one, ...holds.map(negated)]]);
  }
  return [...terms, ...multiplied([expand(given.otherwise, sides), before])];
}

const isNumber = (expr: Expr): boolean => expr.kind === 'number';

/** (a + b)² = (a + b)(a + b), for the powers 2 and 3. */
function expandPower(given: Power, sides: Sides): readonly Term[] {
  const { base, exponent } = given;
  const times = exponent.kind === 'number' ? exponent.value.valueOf() : 0;
  if (times !== 2 && times !== 3) return [atom(given)];
  const terms = expand(base, sides);
  // An opened Σ would bind its letter twice.
  if (terms.some(({ bound }) => bound.length > 0)) return [atom(given)];
  return multiplied(Array.from({ length: times }, () => terms));
}
