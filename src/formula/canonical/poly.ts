/** Sums and products of polynomials. */
import type { Rational } from '../nodes.js';
import type { Context } from './context.js';
import { spend } from './context.js';
import { normalize } from './product.js';
import { type Factor, MINUS_ONE, ONE, type Poly, type Term, unit, zeroPoly } from './terms.js';

/** a + b + …: coefficients of equal monomials are added. */
export function add(...polys: readonly Poly[]): Poly {
  const nonzero = polys.filter((p) => p.terms.size > 0);
  if (nonzero.length === 0) return zeroPoly;
  if (nonzero.length === 1) return nonzero[0] as Poly;
  const terms = new Map<string, Term>();
  for (const poly of nonzero) for (const [key, term] of poly.terms) addTerm(terms, key, term);
  return { terms };
}

function addTerm(terms: Map<string, Term>, key: string, term: Term): void {
  const before = terms.get(key);
  if (before === undefined) {
    terms.set(key, term);
    return;
  }
  const coefficient = before.coefficient.add(term.coefficient);
  if (coefficient.n === 0n) terms.delete(key);
  else terms.set(key, { coefficient, monomial: term.monomial });
}

export function scale(poly: Poly, by: Rational): Poly {
  if (by.n === 0n) return zeroPoly;
  if (by.equals(ONE)) return poly;
  const terms = new Map<string, Term>();
  for (const [key, term] of poly.terms) {
    terms.set(key, { coefficient: term.coefficient.mul(by), monomial: term.monomial });
  }
  return { terms };
}

export function negate(poly: Poly): Poly {
  return scale(poly, MINUS_ONE);
}

export function subtract(a: Poly, b: Poly): Poly {
  return add(a, negate(b));
}

/** a · b: every term with every term. */
export function multiply(context: Context, a: Poly, b: Poly): Poly {
  if (a.terms.size === 0 || b.terms.size === 0) return zeroPoly;
  spend(context, a.terms.size * b.terms.size);
  const terms = new Map<string, Term>();
  for (const s of a.terms.values()) {
    for (const t of b.terms.values()) {
      const product = multiplyTerms(context, s, t);
      for (const [key, term] of product.terms) addTerm(terms, key, term);
    }
  }
  return { terms };
}

export function multiplyAll(context: Context, polys: readonly Poly[]): Poly {
  return polys.reduce(
    (product, poly) => multiply(context, product, poly),
    ofTerm({ coefficient: ONE, monomial: unit }),
  );
}

export function multiplyTerms(context: Context, s: Term, t: Term): Poly {
  const coefficient = s.coefficient.mul(t.coefficient);
  if (s.monomial.factors.length === 0) return ofTerm({ coefficient, monomial: t.monomial });
  if (t.monomial.factors.length === 0) return ofTerm({ coefficient, monomial: s.monomial });
  return normalize(context, coefficient, [...s.monomial.factors, ...t.monomial.factors]);
}

export function ofTerm(term: Term): Poly {
  return term.coefficient.n === 0n ? zeroPoly : { terms: new Map([[term.monomial.key, term]]) };
}

/** The product of loose factors, in the canonical form. */
export function ofFactors(context: Context, factors: readonly Factor[], coefficient: Rational = ONE): Poly {
  return normalize(context, coefficient, factors);
}
