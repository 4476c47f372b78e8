/** f′ of every elementwise function of one argument, as a formula in that argument: one line, one rule. */
import { bracket, call, constant, divide, multiply, negate, num, power, subtract } from '../build.js';
import type { ElementwiseName, Expr } from '../nodes.js';

export type DerivativeRule = (argument: Expr) => Expr;

const one = num(1);
const square = (e: Expr): Expr => power(e, 2);

export const elementwiseRules: Readonly<Record<Exclude<ElementwiseName, 'max' | 'min'>, DerivativeRule>> = {
  /** exp′(u) = exp(u) */
  exp: (u) => call('exp', u),
  /** log′(u) = 1/u */
  log: (u) => divide(one, u),
  /** √′(u) = 1/(2 √u) */
  sqrt: (u) => divide(one, multiply(num(2), call('sqrt', u))),
  /** tanh′(u) = 1 − tanh²(u) */
  tanh: (u) => subtract(one, square(call('tanh', u))),
  /** σ′(u) = σ(u) (1 − σ(u)) */
  sigmoid: (u) => multiply(call('sigmoid', u), subtract(one, call('sigmoid', u))),
  /** relu′(u) = [u > 0], for u ≠ 0 */
  relu: (u) => bracket(u, '>', num(0)),
  /** softplus′(u) = σ(u) */
  softplus: (u) => call('sigmoid', u),
  /** erf′(u) = 2/√π exp(−u²) */
  erf: (u) => multiply(divide(num(2), call('sqrt', constant('π'))), call('exp', negate(square(u)))),
  /** sin′(u) = cos(u) */
  sin: (u) => call('cos', u),
  /** cos′(u) = −sin(u) */
  cos: (u) => negate(call('sin', u)),
  /** |u|′ = sign(u), for u ≠ 0 */
  abs: (u) => call('sign', u),
  /** sign′(u) = 0, for u ≠ 0 */
  sign: () => num(0),
};

/**
 * ∂max(a, b)/∂a = [a ≥ b] and ∂max(a, b)/∂b = [b > a]; min with ≤ and <. Where a and b are equal, as they are on a diagonal, one of
 * the two counts.
 */
export function extremePartials(name: 'max' | 'min', a: Expr, b: Expr): readonly [Expr, Expr] {
  return name === 'max' ? [bracket(a, '≥', b), bracket(b, '>', a)] : [bracket(a, '≤', b), bracket(b, '<', a)];
}
