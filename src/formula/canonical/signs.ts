/** What is known not to be negative. Zero on a set without volume is allowed and named as a condition where it matters. */
import type { Context } from './context.js';
import { complementOfSigmoid } from './power.js';
import { unlessZeroDenominator } from './product.js';
import { substituteAll } from './substitute.js';
import {
  type Atom,
  type Exponent,
  type Factor,
  isInteger,
  type Monomial,
  type Poly,
  polyIds,
  polyKey,
} from './terms.js';

export function factorIsPositive(context: Context, { atom, exponent }: Factor): boolean {
  if (!isWholeNumber(exponent)) return true;
  if (exponent.symbolic === undefined && exponent.rational.n % 2n === 0n) return true;
  return atomIsPositive(context, atom);
}

/**
 * Whether an exponent is sure to be a whole number: an integer, or made of sizes and index numbers. Only a power to another
 * exponent says that its base is not negative; aⁿ says nothing of a.
 */
export function isWholeNumber({ rational, symbolic }: Exponent): boolean {
  if (!isInteger(rational)) return false;
  if (symbolic === undefined) return true;
  return [...symbolic.terms.values()].every(
    ({ coefficient, monomial }) =>
      isInteger(coefficient) &&
      monomial.factors.every(
        (f) =>
          (f.atom.kind === 'size' || f.atom.kind === 'position') &&
          f.exponent.symbolic === undefined &&
          isInteger(f.exponent.rational) &&
          f.exponent.rational.s > 0n,
      ),
  );
}

/** Whether it holds an index number: then it can be zero for some index, not only on a set without volume. */
function holdsPosition(poly: Poly): boolean {
  return polyKey(poly).includes('@');
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

/**
 * Whether it can be zero on purpose: it holds an index number, or it vanishes where two of its indices are equal, as x_i − x_k does.
 * Of other polynomials zero is an exception that no rule needs to respect.
 */
export function canVanish(context: Context, poly: Poly): boolean {
  if (holdsPosition(poly)) return true;
  const ids = [...polyIds(poly)];
  return ids.some((a, at) =>
    ids.slice(at + 1).some((b) => {
      const [m, n] = [context.dimensions.get(a), context.dimensions.get(b)];
      if (m !== undefined && n !== undefined && m !== n) return false;
      return unlessZeroDenominator(() => substituteAll(context, poly, new Map([[a, b]])))?.terms.size === 0;
    }),
  );
}
