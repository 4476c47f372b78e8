/** What is known not to be negative. Zero on a set without volume is allowed and named as a condition where it matters. */
import type { Context } from './context.js';
import { complementOfSigmoid } from './power.js';
import { type Atom, type Factor, isInteger, type Monomial, type Poly } from './terms.js';

export function factorIsPositive(context: Context, { atom, exponent }: Factor): boolean {
  if (exponent.symbolic !== undefined || !isInteger(exponent.rational)) return true;
  if (exponent.rational.n % 2n === 0n) return true;
  return atomIsPositive(context, atom);
}

function atomIsPositive(context: Context, atom: Atom): boolean {
  switch (atom.kind) {
    case 'symbol':
      return context.positive.has(atom.name);
    case 'size':
    case 'integer':
    case 'pi':
    case 'exp':
    case 'delta':
    case 'positive':
    case 'zero':
      return true;
    case 'call':
      return atom.name === 'sigmoid' || atom.name === 'abs';
    case 'power':
      return polyIsPositive(context, atom.base);
    case 'sum':
      return monomialIsPositive(context, atom.body);
    case 'product':
    case 'maximum':
      return polyIsPositive(context, atom.body);
    case 'position':
    case 'derivative':
    case 'inverse':
    case 'det':
      return false;
  }
}

export function monomialIsPositive(context: Context, monomial: Monomial): boolean {
  return monomial.factors.every((f) => factorIsPositive(context, f));
}

/** Every term positive, or 1 − σ(u). */
export function polyIsPositive(context: Context, poly: Poly): boolean {
  if (poly.terms.size === 0) return false;
  if (complementOfSigmoid(poly) !== undefined) return true;
  for (const term of poly.terms.values()) {
    if (term.coefficient.s < 0n || !monomialIsPositive(context, term.monomial)) return false;
  }
  return true;
}
