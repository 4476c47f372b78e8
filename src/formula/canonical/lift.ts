/** δ and brackets are 0 or 1, so they can be taken out of any function: f(a + [c] b) = [c] f(a + b) + (1 − [c]) f(a). */
import type { Context } from './context.js';
import { add, multiply, ofFactors, subtract } from './poly.js';
import { type Atom, atomPoly, type Factor, onePoly, type Poly, type Term } from './terms.js';

/** f(poly) with the first indicator taken out, or undefined where there is none. */
export function liftIndicators(context: Context, poly: Poly, f: (p: Poly) => Poly): Poly | undefined {
  const indicator = firstIndicator(poly);
  if (indicator === undefined) return undefined;
  const without: Poly[] = [];
  const beside: Poly[] = [];
  for (const term of poly.terms.values()) {
    const has = term.monomial.factors.some((g) => g.atom.key === indicator.key);
    if (has) beside.push(withoutFactor(context, term, indicator));
    else without.push(ofFactors(context, term.monomial.factors, term.coefficient));
  }
  const off = add(...without);
  const on = add(off, ...beside);
  const one = atomPoly(indicator);
  const whenOn = multiply(context, one, f(insideOf(context, one, on)));
  return add(whenOn, multiply(context, subtract(onePoly, one), f(off)));
}

/** A value seen only where the indicator is 1: there δ_ij makes j an i. */
function insideOf(context: Context, one: Poly, poly: Poly): Poly {
  const seen = multiply(context, one, poly);
  const indicator = [...one.terms.values()][0]?.monomial.factors[0]?.atom;
  if (indicator === undefined) return poly;
  return add(...[...seen.terms.values()].map((t) => withoutFactor(context, t, indicator)));
}

function withoutFactor(context: Context, term: Term, atom: Atom): Poly {
  const rest: Factor[] = term.monomial.factors.filter((g) => g.atom.key !== atom.key);
  return ofFactors(context, rest, term.coefficient);
}

export function isIndicator(atom: Atom): boolean {
  return atom.kind === 'delta' || atom.kind === 'positive' || atom.kind === 'zero';
}

function firstIndicator(poly: Poly): Atom | undefined {
  let found: Atom | undefined;
  for (const term of poly.terms.values()) {
    for (const { atom } of term.monomial.factors) {
      if (isIndicator(atom) && (found === undefined || atom.key < found.key)) found = atom;
    }
  }
  return found;
}
