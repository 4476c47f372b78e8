/** A formula as a sum of terms, a term as a product of factors. */
import {
  divide,
  type Expr,
  freeIndices,
  multiply,
  negate,
  num,
  type Total,
  total,
} from '../../formula/index.js';

/** More terms than this are not taken apart. */
const MOST_TERMS = 16;

/**
 * The terms of a formula multiplied out: products and quotients over sums, Σ over sums. What stands in powers, functions
 * and denominators is left alone.
 */
export function termsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'add':
      return expr.terms.flatMap(termsOf);
    case 'negate':
      return termsOf(expr.operand).map(minus);
    case 'divide':
      return termsOf(expr.numerator).map((term) => divide(term, expr.denominator));
    case 'total': {
      if (expr.operation !== 'sum') return [expr];
      const terms = termsOf(expr.body);
      return terms.length === 1 ? [expr] : terms.map((term) => overTotal(expr, term));
    }
    case 'multiply': {
      const lists = expr.factors.map(termsOf);
      const count = lists.reduce((product, list) => product * list.length, 1);
      if (count === 1 || count > MOST_TERMS) return [expr];
      return lists
        .reduce<Expr[][]>((sofar, list) => sofar.flatMap((head) => list.map((e) => [...head, e])), [[]])
        .map((factors) => multiply(...factors));
    }
    default:
      return [expr];
  }
}

function overTotal(like: Total, body: Expr): Expr {
  return body.kind === 'negate'
    ? negate(total('sum', like.binder, body.operand, like.where))
    : total('sum', like.binder, body, like.where);
}

/** The expression with its sign turned; a sign already there is taken off. */
export function minus(expr: Expr): Expr {
  if (expr.kind === 'negate') return expr.operand;
  if (expr.kind === 'number') return num(expr.value.neg());
  return negate(expr);
}

/**
 * The exponent that an expression has among the factors of a formula; 0 where it is not one of them. A product counts as
 * often as all of its factors do.
 */
export function presence(same: (left: Expr, right: Expr) => boolean, of: Expr, factor: Expr): number {
  if (factor.kind === 'multiply') {
    const counts = factor.factors.map((each) => presence(same, of, each));
    const least = counts.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
    return counts.every((count) => count * least > 0) ? least : 0;
  }
  return factorsOf(of)
    .filter(({ base }) => same(base, factor))
    .reduce((total, { exponent }) => total + exponent, 0);
}

/** A factor of a term: base to a power, which is negative in a denominator. */
export interface PowerOf {
  readonly base: Expr;
  readonly exponent: number;
}

/** The factors of a term outside totals and sums, each with its exponent; roots count one half. */
export function factorsOf(expr: Expr, exponent = 1): readonly PowerOf[] {
  switch (expr.kind) {
    case 'multiply':
      return expr.factors.flatMap((factor) => factorsOf(factor, exponent));
    case 'divide':
      return [...factorsOf(expr.numerator, exponent), ...factorsOf(expr.denominator, -exponent)];
    case 'negate':
      return factorsOf(expr.operand, exponent);
    case 'power':
      return expr.exponent.kind === 'number'
        ? factorsOf(expr.base, exponent * expr.exponent.value.valueOf())
        : [{ base: expr, exponent }];
    case 'call':
      return expr.name === 'sqrt' && expr.args[0] !== undefined
        ? [{ base: expr, exponent }, ...factorsOf(expr.args[0], exponent / 2)]
        : [{ base: expr, exponent }];
    case 'total': {
      // what does not carry the summed index stands outside
      const outside = factorsOf(expr.body, exponent).filter(
        ({ base }) => !freeIndices(base).includes(expr.binder.id),
      );
      return expr.operation === 'sum' ? [{ base: expr, exponent }, ...outside] : [{ base: expr, exponent }];
    }
    default:
      return [{ base: expr, exponent }];
  }
}
