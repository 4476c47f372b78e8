/** Exact division of polynomials, the atoms taken as independent variables. */
import type { Context } from './context.js';
import { add, multiply, ofFactors, subtract } from './poly.js';
import { type Factor, isInteger, type Monomial, type Poly, type Term } from './terms.js';

/** numerator / divisor where the division leaves nothing, else undefined. */
export function divideExactly(context: Context, numerator: Poly, divisor: Poly): Poly | undefined {
  if (!plain(numerator) || !plain(divisor)) return undefined;
  const lead = leading(divisor);
  let rest = numerator;
  const quotient: Poly[] = [];
  for (let step = 0; rest.terms.size > 0; step += 1) {
    if (step > 200) return undefined;
    const top = leading(rest);
    const factors = quotientFactors(top.monomial, lead.monomial);
    if (factors === undefined) return undefined;
    const part = ofFactors(context, factors, top.coefficient.div(lead.coefficient));
    quotient.push(part);
    rest = subtract(rest, multiply(context, part, divisor));
  }
  return add(...quotient);
}

function plain(poly: Poly): boolean {
  for (const t of poly.terms.values()) {
    for (const { exponent } of t.monomial.factors)
      if (exponent.symbolic !== undefined || !isInteger(exponent.rational)) return false;
  }
  return true;
}

function degree(monomial: Monomial, key: string): number {
  const factor = monomial.factors.find((f) => f.atom.key === key);
  return factor === undefined ? 0 : Number(factor.exponent.rational.valueOf());
}

/** The largest term in the lexicographic order of the atoms' keys. */
function leading(poly: Poly): Term {
  let best: Term | undefined;
  for (const term of poly.terms.values())
    if (best === undefined || compare(term.monomial, best.monomial) > 0) best = term;
  return best as Term;
}

function compare(a: Monomial, b: Monomial): number {
  const keys = [...new Set([...a.factors, ...b.factors].map((f) => f.atom.key))].sort();
  for (const key of keys) {
    const difference = degree(a, key) - degree(b, key);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The factors of a / b where every exponent of b goes into a's, else undefined. */
function quotientFactors(a: Monomial, b: Monomial): Factor[] | undefined {
  const factors = [...a.factors];
  for (const f of b.factors) {
    const left = degree(a, f.atom.key) - degree(b, f.atom.key);
    if (f.exponent.rational.s > 0n && left < 0) return undefined;
    const at = factors.findIndex((g) => g.atom.key === f.atom.key);
    if (at >= 0) factors.splice(at, 1);
    if (left !== 0)
      factors.push({ atom: f.atom, exponent: { rational: f.exponent.rational.mul(0).add(left) } });
  }
  return factors;
}
