/** The product of factors, brought to its canonical form: the rules of multiplication, one function each. */

import { NoRuleError, ZeroDenominatorError } from '../errors.js';
import type { Rational } from '../nodes.js';
import { applyEntryRules } from './assumptions.js';
import type { Context } from './context.js';
import { sigmoidMeetsExponential } from './functions.js';
import { add, multiply, negate } from './poly.js';
import { expandable, integerPower, power } from './power.js';
import { substituteAll } from './substitute.js';
import {
  type Atom,
  type AtomOf,
  type Exponent,
  type Factor,
  factorHas,
  factorIds,
  type Id,
  isComponent,
  isInteger,
  isUnit,
  monomialOf,
  ONE,
  type Poly,
  polyKey,
  polyOf,
  rational,
  singleAtom,
  unitExponent,
  zeroPoly,
} from './terms.js';

/** coefficient × Π factors. Equal atoms are merged by adding their exponents; then each kind's own rule is applied. */
export function normalize(context: Context, coefficient: Rational, factors: readonly Factor[]): Poly {
  if (coefficient.n === 0n) return zeroPoly;
  const merged = mergeExponents(factors);
  let plain = true;
  for (const factor of merged.values()) {
    if (!isPlain(context, factor)) {
      plain = false;
      break;
    }
  }
  if (plain) return polyOf(coefficient, monomialOf([...merged.values()]));
  return applyRules(context, coefficient, [...merged.values()]);
}

/** x^a · x^b = x^(a+b). */
function mergeExponents(factors: readonly Factor[]): Map<string, Factor> {
  const merged = new Map<string, Factor>();
  for (const factor of factors) {
    const before = merged.get(factor.atom.key);
    if (before === undefined) {
      merged.set(factor.atom.key, factor);
      continue;
    }
    const exponent = addExponents(before.exponent, factor.exponent);
    if (isZeroExponent(exponent)) merged.delete(factor.atom.key);
    else merged.set(factor.atom.key, { atom: factor.atom, exponent });
  }
  return merged;
}

export function addExponents(a: Exponent, b: Exponent): Exponent {
  const sum = a.rational.add(b.rational);
  if (a.symbolic === undefined && b.symbolic === undefined) return { rational: sum };
  const symbolic = add(a.symbolic ?? zeroPoly, b.symbolic ?? zeroPoly);
  return symbolic.terms.size === 0 ? { rational: sum } : { rational: sum, symbolic };
}

function isZeroExponent(exponent: Exponent): boolean {
  return exponent.symbolic === undefined && exponent.rational.n === 0n;
}

/** Whether no rule of this file can concern the factor. */
function isPlain(context: Context, { atom, exponent }: Factor): boolean {
  switch (atom.kind) {
    case 'symbol':
      return !context.rules.some((r) => r.kind === 'entry' && r.name === atom.name);
    case 'size':
    case 'pi':
    case 'exp':
    case 'sum':
    case 'derivative':
    case 'product':
    case 'maximum':
    case 'inverse':
    case 'det':
      return true;
    case 'position':
      return true;
    case 'call':
      return atom.name !== 'abs' && atom.name !== 'sigmoid';
    case 'power':
      return exponent.symbolic === undefined && exponent.rational.compare(ONE) < 0;
    case 'integer':
    case 'delta':
    case 'positive':
    case 'zero':
      return false;
  }
}

type ProductRule = (context: Context, coefficient: Rational, factors: readonly Factor[]) => Poly | undefined;

/** The rules of multiplication by name, in the order in which they are tried. */
const productRules: readonly (readonly [name: string, rule: ProductRule])[] = [
  ['powers of a number', integersOut],
  ['assumption', applyEntryRules],
  ['δ² = δ, [c]² = [c]', indicatorsOnce],
  ['brackets that exclude each other', (_context, _coefficient, factors) => exclusiveBrackets(factors)],
  ['|x|² = x²', absoluteEvenPowers],
  ['σ beside its exponential', sigmoidMeetsExponential],
  ['power multiplied out', wholePowersOut],
  ['δ makes two indices one', deltaSubstitutes],
];

function applyRules(context: Context, coefficient: Rational, factors: readonly Factor[]): Poly {
  for (const [rule, apply] of productRules) {
    const after = apply(context, coefficient, factors);
    if (after === undefined) continue;
    context.note?.({ rule, kind: 'product', binders: [], coefficient, factors, after });
    return after;
  }
  return polyOf(coefficient, monomialOf(factors));
}

function without(factors: readonly Factor[], factor: Factor): Factor[] {
  return factors.filter((f) => f !== factor);
}

/** 2^(3/2) = 2 · 2^(1/2): of a number only the part of its exponent between 0 and 1 stays a factor. */
function integersOut(context: Context, coefficient: Rational, factors: readonly Factor[]): Poly | undefined {
  for (const factor of factors) {
    if (factor.atom.kind !== 'integer') continue;
    const whole = factor.exponent.rational.floor();
    if (whole.n === 0n) continue;
    const out = coefficient.mul(integerPower(rational(factor.atom.value), whole));
    const exponent = addExponents(factor.exponent, { rational: whole.neg() });
    const rest = without(factors, factor);
    return normalize(
      context,
      out,
      isZeroExponent(exponent) ? rest : [...rest, { atom: factor.atom, exponent }],
    );
  }
  return undefined;
}

/** δ² = δ and [c]² = [c]; a negative power of either is a division by something that can be zero. */
function indicatorsOnce(
  context: Context,
  coefficient: Rational,
  factors: readonly Factor[],
): Poly | undefined {
  for (const factor of factors) {
    const { atom, exponent } = factor;
    if (atom.kind !== 'delta' && atom.kind !== 'positive' && atom.kind !== 'zero') continue;
    if (isUnit(exponent)) continue;
    if (exponent.symbolic !== undefined || exponent.rational.s < 0n) {
      throw new NoRuleError('A Kronecker delta or a bracket stands in a denominator, where it can be zero.');
    }
    return normalize(context, coefficient, [...without(factors, factor), { atom, exponent: unitExponent }]);
  }
  return undefined;
}

/** [P > 0] · [−P > 0] = 0, and [P > 0] · [P = 0] = 0. */
function exclusiveBrackets(factors: readonly Factor[]): Poly | undefined {
  const positive = factors.map((f) => f.atom).filter((a): a is AtomOf<'positive'> => a.kind === 'positive');
  if (positive.length === 0) return undefined;
  const keys = new Set(positive.map((a) => polyKey(a.argument)));
  if (positive.some((a) => keys.has(polyKey(negate(a.argument))))) return zeroPoly;
  for (const { atom } of factors) {
    if (atom.kind !== 'zero') continue;
    if (keys.has(polyKey(atom.argument)) || keys.has(polyKey(negate(atom.argument)))) return zeroPoly;
  }
  return undefined;
}

/** |x|^(2k+r) = x^(2k) |x|^r with r 0 or 1; with a symbolic exponent the other way, x^(2k) joins |x|^p. */
function absoluteEvenPowers(
  context: Context,
  coefficient: Rational,
  factors: readonly Factor[],
): Poly | undefined {
  for (const factor of factors) {
    const { atom, exponent } = factor;
    if (atom.kind !== 'call' || atom.name !== 'abs') continue;
    const argument = atom.args[0] as Poly;
    if (exponent.symbolic !== undefined) {
      const inner = singleAtom(argument);
      const twin = inner && factors.find((f) => f.atom.key === inner.key);
      if (twin === undefined || twin.exponent.symbolic !== undefined || !isInteger(twin.exponent.rational))
        continue;
      const even = evenPart(twin.exponent.rational);
      if (even.n === 0n) continue;
      const odd = twin.exponent.rational.sub(even);
      const rest = factors.filter((f) => f !== factor && f !== twin);
      return normalize(context, coefficient, [
        ...rest,
        { atom, exponent: addExponents(exponent, { rational: even }) },
        ...(odd.n === 0n ? [] : [{ atom: twin.atom, exponent: { rational: odd } }]),
      ]);
    }
    if (!isInteger(exponent.rational)) continue;
    const even = evenPart(exponent.rational);
    if (even.n === 0n) continue;
    const odd = exponent.rational.sub(even);
    const rest = normalize(context, coefficient, [
      ...without(factors, factor),
      ...(odd.n === 0n ? [] : [{ atom, exponent: { rational: odd } }]),
    ]);
    return multiply(context, rest, power(context, argument, even));
  }
  return undefined;
}

/** The even number just below or at an integer: 3 → 2, −1 → −2. */
function evenPart(value: Rational): Rational {
  return value.div(2).floor().mul(2);
}

/** P^(3/2) = P · P^(1/2) and (P^(1/2))² = P: a base of several terms keeps an exponent below 1. */
function wholePowersOut(
  context: Context,
  coefficient: Rational,
  factors: readonly Factor[],
): Poly | undefined {
  for (const factor of factors) {
    const { atom, exponent } = factor;
    if (atom.kind !== 'power' || exponent.symbolic !== undefined || exponent.rational.compare(ONE) < 0)
      continue;
    const whole = exponent.rational.floor();
    if (!expandable(atom.base, Number(whole.n))) continue;
    const fraction = exponent.rational.sub(whole);
    const expanded = power(context, atom.base, whole);
    if (singleAtom(expanded)?.key === atom.key) continue;
    const rest = normalize(context, coefficient, [
      ...without(factors, factor),
      ...(fraction.n === 0n ? [] : [{ atom, exponent: { rational: fraction } }]),
    ]);
    return multiply(context, rest, expanded);
  }
  return undefined;
}

/** δ_ij f(j) = δ_ij f(i): beside a δ the two indices are one; the earlier name is kept, a component before a letter. */
function deltaSubstitutes(
  context: Context,
  coefficient: Rational,
  factors: readonly Factor[],
): Poly | undefined {
  for (const factor of factors) {
    const pair = simpleDelta(factor.atom);
    if (pair === undefined) continue;
    const [kept, replaced] = orient(pair);
    if (!sameDimension(context, kept, replaced)) continue;
    const rest = without(factors, factor);
    if (!rest.some((f) => factorHas(f, replaced))) continue;
    const moved = unlessZeroDenominator(() =>
      substituteAll(context, normalize(context, coefficient, rest), new Map([[replaced, kept]])),
    );
    if (moved === undefined) continue;
    return multiply(context, moved, polyOf(ONE, monomialOf([factor])));
  }
  return undefined;
}

/** What stands beside a δ may have no value where the indices are equal, as 1/(x_i − x_k); then the δ is left as it is. */
export function unlessZeroDenominator(body: () => Poly): Poly | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof ZeroDenominatorError) return undefined;
    throw error;
  }
}

function orient([a, b]: readonly [Id, Id]): readonly [Id, Id] {
  if (isComponent(a)) return [a, b];
  if (isComponent(b)) return [b, a];
  return a < b ? [a, b] : [b, a];
}

/** Unknown ranges are taken to meet: such a line has been refused or noted where it was read. */
export function sameDimension(context: Context, a: Id, b: Id): boolean {
  const [m, n] = [context.dimensions.get(a), context.dimensions.get(b)];
  return m === undefined || n === undefined || m === n;
}

/** The two sides of δ_ij or δ_i3; undefined for a general one. */
export function simpleDelta(atom: Atom): readonly [Id, Id] | undefined {
  if (atom.kind !== 'delta') return undefined;
  const { parts, offset } = atom.affine;
  const [first, second, third] = parts;
  if (first === undefined || third !== undefined || first.coefficient !== 1) return undefined;
  if (second === undefined) return offset <= 0 ? [first.id, String(-offset)] : undefined;
  return second.coefficient === -1 && offset === 0 ? [first.id, second.id] : undefined;
}

/** The ids of a set of factors. */
export function idsOf(factors: readonly Factor[]): ReadonlySet<Id> {
  const ids = new Set<Id>();
  for (const f of factors) for (const id of factorIds(f)) ids.add(id);
  return ids;
}
