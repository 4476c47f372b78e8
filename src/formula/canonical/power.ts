/** Powers: of a term, of a sum, with rational and with symbolic exponents. */
import Fraction from 'fraction.js';
import { ZeroDenominatorError } from '../errors.js';
import type { Rational } from '../nodes.js';
import { type Context, spend } from './context.js';
import { absolute, exponential, sigmoid } from './functions.js';
import { colourless, hashMonomial } from './hash.js';
import { liftIndicators } from './lift.js';
import { add, multiply, multiplyAll, negate, ofFactors, ofTerm, scale, subtract } from './poly.js';
import { factorIsPositive, isWholeNumber } from './signs.js';
import {
  type Atom,
  atomPoly,
  constantOf,
  constantPoly,
  type Exponent,
  type Factor,
  isInteger,
  type Monomial,
  monomialOf,
  ONE,
  onePoly,
  type Poly,
  polyHeight,
  polyIds,
  polyKey,
  rational,
  singleTerm,
  type Term,
  unitExponent,
  zeroPoly,
} from './terms.js';

/** A power is multiplied out while it has at most this many terms. */
const largestExpansion = 400;

export function integerPower(base: Rational, exponent: Rational): Rational {
  return base.pow(exponent) ?? new Fraction(0);
}

/** base^exponent for a rational exponent. */
export function power(context: Context, base: Poly, exponent: Rational): Poly {
  return powerOf(context, base, { rational: exponent });
}

/** base^exponent; the exponent may be a polynomial. */
export function powerPoly(context: Context, base: Poly, exponent: Poly): Poly {
  return powerOf(context, base, splitExponent(exponent));
}

export function splitExponent(exponent: Poly): Exponent {
  const constant = exponent.terms.get('')?.coefficient ?? new Fraction(0);
  const symbolic = subtract(exponent, constantPoly(constant));
  return symbolic.terms.size === 0 ? { rational: constant } : { rational: constant, symbolic };
}

export function exponentPoly(exponent: Exponent): Poly {
  const constant = constantPoly(exponent.rational);
  return exponent.symbolic === undefined ? constant : add(constant, exponent.symbolic);
}

export function powerOf(context: Context, base: Poly, exponent: Exponent): Poly {
  const after = valueOfPower(context, base, exponent);
  if (base.terms.size > 1) context.note?.({ rule: 'rules of powers', kind: 'power', base, exponent, after });
  return after;
}

function valueOfPower(context: Context, base: Poly, exponent: Exponent): Poly {
  const simple = exponent.symbolic === undefined;
  if (simple && exponent.rational.n === 0n) return onePoly;
  if (simple && exponent.rational.equals(ONE)) return base;
  if (base.terms.size === 0) {
    if (simple && exponent.rational.s < 0n)
      throw new ZeroDenominatorError('A denominator is zero for every value of the variables.');
    return zeroPoly;
  }
  if (constantOf(base)?.equals(ONE)) return onePoly;
  if (
    simple &&
    isInteger(exponent.rational) &&
    exponent.rational.s > 0n &&
    expandable(base, Number(exponent.rational.n))
  ) {
    return repeatedProduct(context, base, Number(exponent.rational.n));
  }
  const lifted = liftIndicators(context, base, (p) => powerOf(context, p, exponent));
  if (lifted !== undefined) return lifted;
  const term = singleTerm(base);
  if (term !== undefined) return termPower(context, term, exponent);
  const whole = simple && isInteger(exponent.rational);
  const { content, primitive } = splitContent(context, base, whole);
  const outside = termPower(context, content, exponent);
  return multiply(context, outside, primitivePower(context, primitive, exponent));
}

/** Whether a power is multiplied out: it has few enough terms. */
export function expandable(base: Poly, exponent: number): boolean {
  if (base.terms.size === 1) return true;
  let count = 1;
  for (let i = 1; i <= exponent; i += 1) {
    count = (count * (base.terms.size - 1 + i)) / i;
    if (count > largestExpansion) return false;
  }
  return true;
}

function repeatedProduct(context: Context, base: Poly, exponent: number): Poly {
  const term = singleTerm(base);
  if (term !== undefined && exponent > 1) return termPower(context, term, { rational: rational(exponent) });
  return multiplyAll(
    context,
    Array.from({ length: exponent }, () => base),
  );
}

/** a·b for exponents. */
export function multiplyExponents(context: Context, a: Exponent, b: Exponent): Exponent {
  if (a.symbolic === undefined && b.symbolic === undefined) return { rational: a.rational.mul(b.rational) };
  return splitExponent(multiply(context, exponentPoly(a), exponentPoly(b)));
}

/**
 * (c x^a y^b)^e. For a whole e it goes to every factor. Otherwise only what is known not to be negative is taken out:
 * √(x²) = |x|; of factors with an unknown sign one alone may keep the root (where it has a value, it is not negative).
 */
function termPower(context: Context, term: Term, exponent: Exponent): Poly {
  const whole = exponent.symbolic === undefined && isInteger(exponent.rational);
  if (whole) {
    const factors = term.monomial.factors.map((f) => ({
      atom: f.atom,
      exponent: multiplyExponents(context, f.exponent, exponent),
    }));
    return ofFactors(context, factors, integerPower(term.coefficient, exponent.rational));
  }
  const outside: Poly[] = [];
  const unknown: Factor[] = [];
  for (const factor of term.monomial.factors) {
    if (factor.atom.kind === 'exp') {
      const total = multiplyExponents(context, factor.exponent, exponent);
      outside.push(
        exponential(
          context,
          multiply(
            context,
            exponentPoly(total),
            ofTerm({ coefficient: ONE, monomial: factor.atom.exponent }),
          ),
        ),
      );
    } else if (
      factorIsPositive(context, { atom: factor.atom, exponent: unitExponent }) ||
      !isWholeNumber(factor.exponent)
    ) {
      outside.push(
        ofFactors(context, [
          { atom: factor.atom, exponent: multiplyExponents(context, factor.exponent, exponent) },
        ]),
      );
    } else if (factor.exponent.symbolic === undefined && factor.exponent.rational.n % 2n === 0n) {
      const size = absolute(context, atomPoly(factor.atom));
      outside.push(powerOf(context, size, multiplyExponents(context, factor.exponent, exponent)));
    } else {
      unknown.push(factor);
    }
  }
  const { coefficient } = term;
  if (coefficient.s > 0n) outside.push(numberPower(context, coefficient, exponent));
  else outside.push(numberPower(context, coefficient.neg(), exponent));
  const [first, second] = unknown;
  if (coefficient.s > 0n && first === undefined) return multiplyAll(context, outside);
  if (coefficient.s > 0n && first !== undefined && second === undefined) {
    const factor = { atom: first.atom, exponent: multiplyExponents(context, first.exponent, exponent) };
    return multiplyAll(context, [...outside, ofFactors(context, [factor])]);
  }
  const base = ofTerm({ coefficient: coefficient.s > 0n ? ONE : ONE.neg(), monomial: monomialOf(unknown) });
  return multiplyAll(context, [...outside, ofFactors(context, [{ atom: powerAtom(base), exponent }])]);
}

/** A positive number to a power, as powers of its primes. */
export function numberPower(context: Context, value: Rational, exponent: Exponent): Poly {
  if (value.equals(ONE)) return onePoly;
  const factors: Factor[] = [];
  for (const [part, sign] of [
    [value.n, ONE],
    [value.d, ONE.neg()],
  ] as const) {
    for (const [prime, count] of primeFactors(part)) {
      const times: Exponent = { rational: rational(count).mul(sign) };
      factors.push({ atom: integerAtom(prime), exponent: multiplyExponents(context, times, exponent) });
    }
  }
  return ofFactors(context, factors);
}

/** Small prime factors; what is left when trial division gives up counts as one. */
export function primeFactors(value: bigint): [bigint, number][] {
  const found: [bigint, number][] = [];
  let rest = value;
  for (let p = 2n; p * p <= rest && p < 10_000n; p += 1n) {
    let count = 0;
    while (rest % p === 0n) {
      rest /= p;
      count += 1;
    }
    if (count > 0) found.push([p, count]);
  }
  if (rest > 1n) found.push([rest, 1]);
  return found;
}

export function integerAtom(value: bigint): Atom {
  return { kind: 'integer', value, key: String(value), ids: new Set(), height: 0 };
}

export function powerAtom(base: Poly): Atom {
  return { kind: 'power', base, key: `(${polyKey(base)})`, ids: polyIds(base), height: polyHeight(base) };
}

/** Q^e for a primitive sum Q. 1 − σ(u) is σ(−u); e^u + e^v is e^v / σ(v − u): both are then single factors. */
function primitivePower(context: Context, base: Poly, exponent: Exponent): Poly {
  const term = singleTerm(base);
  if (term !== undefined) return termPower(context, term, exponent);
  const simple = exponent.symbolic === undefined;
  const whole = simple && isInteger(exponent.rational);
  if (whole && exponent.rational.s > 0n && expandable(base, Number(exponent.rational.n))) {
    return repeatedProduct(context, base, Number(exponent.rational.n));
  }
  const inverse: Exponent = multiplyExponents(context, exponent, { rational: ONE.neg() });
  const argument = complementOfSigmoid(base);
  if (argument !== undefined && whole && exponent.rational.s < 0n) {
    return powerOf(context, add(onePoly, exponential(context, argument)), inverse);
  }
  const pair = twoExponentials(base);
  if (pair !== undefined && whole && !context.keepsExponentials) {
    const [u, v] = pair;
    const one = multiply(context, exponential(context, negate(v)), sigmoid(context, subtract(v, u)));
    return powerOf(context, one, inverse);
  }
  spend(context, 1);
  return ofFactors(context, [{ atom: powerAtom(base), exponent }]);
}

/** The u of 1 − σ(u), or undefined. */
export function complementOfSigmoid(poly: Poly): Poly | undefined {
  if (poly.terms.size !== 2 || !poly.terms.get('')?.coefficient.equals(ONE)) return undefined;
  for (const term of poly.terms.values()) {
    const [factor, second] = term.monomial.factors;
    if (factor === undefined) continue;
    if (second !== undefined || !term.coefficient.equals(-1) || !factor.exponent.rational.equals(ONE))
      return undefined;
    if (factor.atom.kind === 'call' && factor.atom.name === 'sigmoid') return factor.atom.args[0];
  }
  return undefined;
}

/** The exponents [u, v] of e^u + e^v; a constant term, e^0, comes second. */
function twoExponentials(poly: Poly): [Poly, Poly] | undefined {
  if (poly.terms.size !== 2) return undefined;
  const exponents: Poly[] = [];
  for (const term of poly.terms.values()) {
    if (!term.coefficient.equals(ONE)) return undefined;
    if (term.monomial.factors.some((f) => f.atom.kind !== 'exp')) return undefined;
    exponents.push(logOfExponentials(term.monomial));
  }
  const [u, v] = exponents as [Poly, Poly];
  return u.terms.size === 0 || (v.terms.size !== 0 && polyKey(u) < polyKey(v)) ? [v, u] : [u, v];
}

/** The exponent of a product of exponentials. */
export function logOfExponentials(monomial: Monomial): Poly {
  return add(
    ...monomial.factors.map((f) =>
      f.atom.kind === 'exp'
        ? scale(ofTerm({ coefficient: ONE, monomial: f.atom.exponent }), f.exponent.rational)
        : zeroPoly,
    ),
  );
}

/**
 * P = content × primitive, the content one term: the greatest common rational factor and, of every atom, its smallest
 * exponent (0 where it is missing). Under a root only atoms that are not negative may stand in it, and no sign.
 */
export function splitContent(
  context: Context,
  poly: Poly,
  whole: boolean,
): { content: Term; primitive: Poly } {
  const terms = [...poly.terms.values()];
  const common = commonFactors(context, terms, whole);
  const number = commonNumber(terms);
  const sign = whole && leadingSign(poly) < 0 ? ONE.neg() : ONE;
  const content: Term = { coefficient: number.mul(sign), monomial: monomialOf(common) };
  if (common.length === 0 && content.coefficient.equals(ONE)) return { content, primitive: poly };
  const inverse = ofFactors(
    context,
    common.map((f) => ({ atom: f.atom, exponent: { rational: f.exponent.rational.neg() } })),
    ONE.div(content.coefficient),
  );
  return { content, primitive: multiply(context, poly, inverse) };
}

function commonNumber(terms: readonly Term[]): Rational {
  let number = terms[0]?.coefficient.abs() ?? ONE;
  for (const term of terms) number = number.gcd(term.coefficient.abs());
  return number;
}

function commonFactors(context: Context, terms: readonly Term[], whole: boolean): Factor[] {
  const least = new Map<string, { factor: Factor; seen: number }>();
  for (const term of terms) {
    for (const factor of term.monomial.factors) {
      if (!mayBeContent(context, factor, whole)) continue;
      const before = least.get(factor.atom.key);
      if (before === undefined) least.set(factor.atom.key, { factor, seen: 1 });
      else {
        const smaller = factor.exponent.rational.compare(before.factor.exponent.rational) < 0;
        least.set(factor.atom.key, { factor: smaller ? factor : before.factor, seen: before.seen + 1 });
      }
    }
  }
  const common: Factor[] = [];
  for (const { factor, seen } of least.values()) {
    if (seen === terms.length || factor.exponent.rational.s < 0n) common.push(factor);
  }
  return common;
}

function mayBeContent(context: Context, factor: Factor, whole: boolean): boolean {
  const { atom, exponent } = factor;
  if (exponent.symbolic !== undefined) return false;
  if (atom.kind === 'delta' || atom.kind === 'positive' || atom.kind === 'zero') return false;
  return whole || factorIsPositive(context, { atom, exponent: unitExponent });
}

/**
 * The sign by which a sum is turned so that σ(−u) and 1/(b − a) have one form: of the first shape (in an order that does
 * not see index names) whose coefficients do not cancel. 0 where no shape decides, as for x_i − x_j.
 */
export function leadingSign(poly: Poly): number {
  const sums = new Map<number, Rational>();
  for (const term of poly.terms.values()) {
    const shape = hashMonomial(term.monomial, colourless);
    sums.set(shape, (sums.get(shape) ?? new Fraction(0)).add(term.coefficient));
  }
  const decided = [...sums].filter(([, sum]) => sum.n !== 0n).sort((a, b) => a[0] - b[0]);
  return decided[0] === undefined ? 0 : Number(decided[0][1].s);
}
