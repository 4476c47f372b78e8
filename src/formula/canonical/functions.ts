/** The elementwise functions, each with the identities that are always used. */
import { NoRuleError } from '../errors.js';
import type { Rational } from '../nodes.js';
import type { Context } from './context.js';
import { liftIndicators } from './lift.js';
import { add, multiply, multiplyAll, negate, ofFactors, ofTerm, scale, subtract } from './poly.js';
import {
  complementOfSigmoid,
  exponentPoly,
  leadingSign,
  power,
  powerPoly,
  primeFactors,
  splitContent,
} from './power.js';
import { canVanish, factorIsPositive, isWholeNumber, polyIsPositive } from './signs.js';
import {
  type Atom,
  atomPoly,
  constantOf,
  constantPoly,
  type Factor,
  HALF,
  isInteger,
  MINUS_ONE,
  type Monomial,
  monomialHeight,
  monomialIds,
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

export function callAtom(name: string, args: readonly Poly[]): Atom {
  const ids = new Set(args.flatMap((p) => [...polyIds(p)]));
  return {
    kind: 'call',
    name,
    args,
    key: `${name}(${args.map(polyKey).join(',')})`,
    ids,
    height: Math.max(...args.map(polyHeight)),
  };
}

/** The named function of canonical arguments. A name that is not one of the language's is left as it is. */
export function call(context: Context, name: string, args: readonly Poly[]): Poly {
  const after = valueOfCall(context, name, args);
  context.note?.({ rule: `rules of ${name}`, kind: 'call', name, args, after });
  return after;
}

function valueOfCall(context: Context, name: string, args: readonly Poly[]): Poly {
  const [first, second] = args;
  if (first === undefined) throw new NoRuleError(`${name}() was given no argument.`);
  switch (name) {
    case 'exp':
      return exponential(context, first);
    case 'log':
      return logarithm(context, first);
    case 'sqrt':
      return power(context, first, HALF);
    case 'sigmoid':
      return sigmoid(context, first);
    case 'tanh':
    case 'erf':
    case 'sin':
      return odd(context, name, first);
    case 'cos':
      return cosine(context, first);
    case 'relu':
      return multiply(context, first, positive(context, first));
    case 'softplus':
      return logarithm(context, add(onePoly, exponential(context, first)));
    case 'abs':
      return absolute(context, first);
    case 'sign':
      return sign(context, first);
    case 'max':
      return extreme(context, args, 1);
    case 'min':
      return extreme(context, args, -1);
    default:
      return (
        (second === undefined
          ? liftIndicators(context, first, (p) => call(context, name, [p]))
          : undefined) ?? atomPoly(callAtom(name, args))
      );
  }
}

/** e^(a+b) = e^a e^b, e^(p log x) = x^p; every monic monomial of the exponent is one atom. */
export function exponential(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => exponential(context, p));
  if (lifted !== undefined) return lifted;
  const factors: Factor[] = [];
  const powers: Poly[] = [];
  for (const term of argument.terms.values()) {
    const log = logarithmIn(term);
    if (log !== undefined) powers.push(powerPoly(context, log.argument, log.exponent));
    else factors.push({ atom: exponentialAtom(term.monomial), exponent: { rational: term.coefficient } });
  }
  return multiplyAll(context, [ofFactors(context, factors), ...powers]);
}

function exponentialAtom(exponent: Monomial): Atom {
  return {
    kind: 'exp',
    exponent,
    key: `e^{${exponent.key}}`,
    ids: monomialIds(exponent),
    height: monomialHeight(exponent),
  };
}

/** The one logarithm of a term p log x, with the p. */
function logarithmIn(term: Term): { argument: Poly; exponent: Poly } | undefined {
  const logs = term.monomial.factors.filter((f) => f.atom.kind === 'call' && f.atom.name === 'log');
  const [log] = logs;
  if (log === undefined || logs.length > 1 || !log.exponent.rational.equals(ONE) || log.atom.kind !== 'call')
    return undefined;
  const rest = monomialOf(term.monomial.factors.filter((f) => f !== log));
  return {
    argument: log.atom.args[0] as Poly,
    exponent: ofTerm({ coefficient: term.coefficient, monomial: rest }),
  };
}

/**
 * log of a product is the sum of the logs of what is known to be positive; log e^u = u; log(1 − σ(u)) = −log(1 + e^u). What is
 * left inside is primitive: log(Σ e^(x − m)) = log Σ e^x − m.
 */
export function logarithm(context: Context, argument: Poly): Poly {
  if (argument.terms.size === 0) throw new NoRuleError('log(0) has no value.');
  const lifted = liftIndicators(context, argument, (p) => logarithm(context, p));
  if (lifted !== undefined) return lifted;
  const complement = complementOfSigmoid(argument);
  if (complement !== undefined)
    return negate(logarithm(context, add(onePoly, exponential(context, complement))));
  const term = singleTerm(argument);
  if (term !== undefined) return logarithmOfTerm(context, term);
  const { content, primitive } = splitContent(context, argument, false);
  const unitContent = content.monomial.factors.length === 0 && content.coefficient.equals(ONE);
  const inside = atomPoly(callAtom('log', [primitive]));
  return unitContent ? inside : add(logarithmOfTerm(context, content), logarithm(context, primitive));
}

function logarithmOfTerm(context: Context, term: Term): Poly {
  const parts: Poly[] = [];
  const unknown: Factor[] = [];
  for (const factor of term.monomial.factors) {
    const { atom, exponent } = factor;
    const times = exponentPoly(exponent);
    if (atom.kind === 'exp')
      parts.push(scale(ofTerm({ coefficient: ONE, monomial: atom.exponent }), exponent.rational));
    else if (factorIsPositive(context, { atom, exponent: unitExponent }) || !isWholeNumber(exponent)) {
      parts.push(multiply(context, times, logarithmOfAtom(context, atom)));
    } else if (exponent.symbolic === undefined && exponent.rational.n % 2n === 0n) {
      parts.push(multiply(context, times, logarithm(context, absolute(context, atomPoly(atom)))));
    } else unknown.push(factor);
  }
  const number = term.coefficient.abs();
  for (const [part, by] of [
    [number.n, ONE],
    [number.d, MINUS_ONE],
  ] as const) {
    for (const [prime, count] of primeFactors(part)) {
      parts.push(scale(atomPoly(callAtom('log', [constantPoly(rational(prime))])), by.mul(count)));
    }
  }
  const negative = term.coefficient.s < 0n;
  const [only, more] = unknown;
  if (only !== undefined && more === undefined && !negative && only.exponent.symbolic === undefined) {
    parts.push(scale(logarithmOfAtom(context, only.atom), only.exponent.rational));
  } else if (only !== undefined || negative) {
    const rest = ofTerm({ coefficient: negative ? MINUS_ONE : ONE, monomial: monomialOf(unknown) });
    parts.push(atomPoly(callAtom('log', [rest])));
  }
  return add(...parts);
}

function logarithmOfAtom(context: Context, atom: Atom): Poly {
  if (atom.kind === 'power') return logarithm(context, atom.base);
  if (atom.kind === 'call' && atom.name === 'sigmoid') {
    return negate(logarithm(context, add(onePoly, exponential(context, negate(atom.args[0] as Poly)))));
  }
  return atomPoly(callAtom('log', [atomPoly(atom)]));
}

/** σ(−u) = 1 − σ(u), σ(0) = 1/2. */
export function sigmoid(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => sigmoid(context, p));
  if (lifted !== undefined) return lifted;
  if (argument.terms.size === 0) return constantPoly(HALF);
  if (leadingSign(argument) < 0) return subtract(onePoly, atomPoly(callAtom('sigmoid', [negate(argument)])));
  return atomPoly(callAtom('sigmoid', [argument]));
}

/** f(−u) = −f(u), f(0) = 0: tanh, erf, sin. */
function odd(context: Context, name: string, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => odd(context, name, p));
  if (lifted !== undefined) return lifted;
  if (argument.terms.size === 0) return zeroPoly;
  if (leadingSign(argument) < 0) return negate(atomPoly(callAtom(name, [negate(argument)])));
  return atomPoly(callAtom(name, [argument]));
}

/** cos(−u) = cos u, cos 0 = 1. */
function cosine(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => cosine(context, p));
  if (lifted !== undefined) return lifted;
  if (argument.terms.size === 0) return onePoly;
  return atomPoly(callAtom('cos', [leadingSign(argument) < 0 ? negate(argument) : argument]));
}

/** |c a b| = |c| |a| |b|, |u| = u where u is known to be positive, |−u| = |u|. */
export function absolute(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => absolute(context, p));
  if (lifted !== undefined) return lifted;
  if (argument.terms.size === 0) return zeroPoly;
  if (polyIsPositive(context, argument)) return argument;
  if (canVanish(context, argument)) return multiply(context, argument, signByBrackets(context, argument));
  const term = singleTerm(argument);
  if (term !== undefined) {
    const parts = term.monomial.factors.map((f) => {
      if (factorIsPositive(context, f)) return ofFactors(context, [f]);
      return ofFactors(context, [{ atom: callAtom('abs', [atomPoly(f.atom)]), exponent: f.exponent }]);
    });
    return multiplyAll(context, [constantPoly(term.coefficient.abs()), ...parts]);
  }
  const { content, primitive } = splitContent(context, argument, true);
  const outside =
    content.monomial.factors.length === 0 && content.coefficient.abs().equals(ONE)
      ? onePoly
      : absolute(context, ofTerm(content));
  return multiply(context, outside, atomPoly(callAtom('abs', [primitive])));
}

/** sign(u) = u / |u|, for u ≠ 0; of an index number, which can be 0, [u > 0] − [−u > 0]. */
function sign(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => sign(context, p));
  if (lifted !== undefined) return lifted;
  if (argument.terms.size === 0) return zeroPoly;
  if (canVanish(context, argument)) return signByBrackets(context, argument);
  return multiply(context, argument, power(context, absolute(context, argument), MINUS_ONE));
}

function signByBrackets(context: Context, argument: Poly): Poly {
  return subtract(positive(context, argument), positive(context, negate(argument)));
}

/** max(a, b) = b + (a − b) [a > b]; min with [a < b]. */
function extreme(context: Context, args: readonly Poly[], direction: 1 | -1): Poly {
  return args.reduce((b, a) => {
    const difference = subtract(a, b);
    const ahead = positive(context, direction === 1 ? difference : negate(difference));
    return add(b, multiply(context, difference, ahead));
  });
}

function indicatorAtom(kind: 'positive' | 'zero', argument: Poly): Atom {
  return {
    kind,
    argument,
    key: `[${polyKey(argument)}${kind === 'positive' ? '>0' : '=0'}]`,
    ids: polyIds(argument),
    height: polyHeight(argument),
  };
}

/** [P > 0], decided where the sign of P is known; positive factors of P do not matter. */
export function positive(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => positive(context, p));
  if (lifted !== undefined) return lifted;
  const constant = constantOf(argument);
  if (constant !== undefined) return constant.s > 0n && constant.n !== 0n ? onePoly : zeroPoly;
  if (polyIsPositive(context, argument)) return onePoly;
  if (polyIsPositive(context, negate(argument))) return zeroPoly;
  return atomPoly(indicatorAtom('positive', splitContent(context, argument, false).primitive));
}

/** [P = 0]; zero where P is known to be positive or negative. */
export function zero(context: Context, argument: Poly): Poly {
  const lifted = liftIndicators(context, argument, (p) => zero(context, p));
  if (lifted !== undefined) return lifted;
  const constant = constantOf(argument);
  if (constant !== undefined) return constant.n === 0n ? onePoly : zeroPoly;
  if (polyIsPositive(context, argument) || polyIsPositive(context, negate(argument))) return zeroPoly;
  return atomPoly(indicatorAtom('zero', splitContent(context, argument, true).primitive));
}

/**
 * e^(±u) beside σ(u): e^(−u) σ(u) = 1 − σ(u), e^u σ(u) = e^u − σ(u), σ(u)^(−1) = 1 + e^(−u); so no term has both, and polynomials
 * in them have one form. Undefined where the factors do not meet.
 */
export function sigmoidMeetsExponential(
  context: Context,
  coefficient: Rational,
  factors: readonly Factor[],
): Poly | undefined {
  for (const factor of factors) {
    const { atom, exponent } = factor;
    if (
      atom.kind !== 'call' ||
      atom.name !== 'sigmoid' ||
      exponent.symbolic !== undefined ||
      !isInteger(exponent.rational)
    )
      continue;
    const argument = atom.args[0] as Poly;
    const rest = factors.filter((f) => f !== factor);
    if (exponent.rational.s < 0n) {
      const inverse = add(onePoly, exponential(context, negate(argument)));
      return multiply(
        context,
        ofFactors(context, rest, coefficient),
        power(context, inverse, exponent.rational.neg()),
      );
    }
    for (const direction of [ONE, MINUS_ONE]) {
      const reduced = withoutExponential(rest, scale(argument, direction));
      if (reduced === undefined) continue;
      const fewer = exponent.rational.sub(ONE);
      const others = ofFactors(
        context,
        fewer.n === 0n ? reduced : [...reduced, { atom, exponent: { rational: fewer } }],
        coefficient,
      );
      const grown = direction.s > 0n ? exponential(context, argument) : onePoly;
      return multiply(context, others, subtract(grown, atomPoly(atom)));
    }
  }
  return undefined;
}

/** The factors divided by e^u, or undefined where they do not hold it. */
function withoutExponential(factors: readonly Factor[], argument: Poly): Factor[] | undefined {
  const left = [...factors];
  for (const term of argument.terms.values()) {
    const at = left.findIndex((f) => f.atom.kind === 'exp' && f.atom.exponent.key === term.monomial.key);
    const found = left[at];
    if (found === undefined || found.exponent.rational.s !== term.coefficient.s) return undefined;
    if (found.exponent.rational.abs().compare(term.coefficient.abs()) < 0) return undefined;
    const rest = found.exponent.rational.sub(term.coefficient);
    left.splice(at, 1, ...(rest.n === 0n ? [] : [{ atom: found.atom, exponent: { rational: rest } }]));
  }
  return left;
}
