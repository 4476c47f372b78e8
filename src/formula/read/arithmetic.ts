/** Numbers, signs, sums and quotients as both notations read them. */
import Fraction from 'fraction.js';
import { add, divide, multiply, negate, num } from '../build.js';
import type { Expr } from '../nodes.js';

/** The exact number a text of digits stands for. */
export function readNumber(text: string): Expr {
  return num(new Fraction(text));
}

/** The negative of an expression; of a number the negative number. */
export function negative(expr: Expr): Expr {
  return expr.kind === 'number' && expr.value.s > 0n ? num(expr.value.neg()) : negate(expr);
}

/** The quotient; of two whole numbers the exact fraction. */
export function quotient(numerator: Expr, denominator: Expr): Expr {
  const whole =
    numerator.kind === 'number' &&
    denominator.kind === 'number' &&
    denominator.value.d === 1n &&
    denominator.value.s > 0n;
  return whole && numerator.value.d === 1n
    ? num(numerator.value.div(denominator.value))
    : divide(numerator, denominator);
}

export { add, multiply };
