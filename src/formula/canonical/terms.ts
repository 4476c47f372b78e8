/**
 * The data of the canonical form: a polynomial in atoms with exact coefficients.
 *
 * A `Poly` is a sum of `Term`s (coefficient × monomial); a monomial is a product of atoms to powers; an atom is whatever
 * the polynomial algebra does not look into: a tensor entry, an exponential, a connected sum, an inverse … Every atom has
 * a key; equal keys mean equal atoms, whatever the dummies were called. Nothing here is built directly: `normalize`
 * (product.ts), `power`, `sumOver` and the constructors in functions.ts keep the invariants.
 */
import Fraction from 'fraction.js';
import type { Binder, Rational } from '../nodes.js';

/** An index inside the canonical form: an index id, or the digits of a component. Offsets are δ constraints. */
export type Id = string;

export const ZERO = new Fraction(0);
export const ONE = new Fraction(1);
export const MINUS_ONE = new Fraction(-1);
export const HALF = new Fraction(1, 2);

export function rational(numerator: number | bigint, denominator: number | bigint = 1): Rational {
  return new Fraction(BigInt(numerator), BigInt(denominator));
}

export function isInteger(value: Rational): boolean {
  return value.d === 1n;
}

/** Σ coefficient·id + offset, the argument of a general δ; ids sorted, the first coefficient positive. */
export interface Affine {
  readonly parts: readonly { readonly coefficient: number; readonly id: Id }[];
  readonly offset: number;
}

interface AtomBase {
  readonly key: string;
  /** Index ids that occur free in it. */
  readonly ids: ReadonlySet<Id>;
  /** One more than the highest sum nested in it; 0 where there is none. Labels of dummies are made from it. */
  readonly height: number;
}

export type Atom = AtomBase &
  (
    | { readonly kind: 'symbol'; readonly name: string; readonly indices: readonly Id[] }
    | {
        readonly kind: 'derivative';
        readonly name: string;
        readonly indices: readonly Id[];
        readonly by: readonly { readonly name: string; readonly indices: readonly Id[] }[];
      }
    | { readonly kind: 'size'; readonly dimension: string }
    | { readonly kind: 'integer'; readonly value: bigint }
    | { readonly kind: 'pi' }
    | { readonly kind: 'position'; readonly id: Id }
    /** 1 where the affine form is zero, 0 elsewhere; δ_ij is i − j. */
    | { readonly kind: 'delta'; readonly affine: Affine }
    /** 1 where the polynomial is positive (or zero), 0 elsewhere. */
    | { readonly kind: 'positive'; readonly argument: Poly }
    | { readonly kind: 'zero'; readonly argument: Poly }
    /** e to a monic monomial; the coefficient is the atom's exponent. */
    | { readonly kind: 'exp'; readonly exponent: Monomial }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Poly[] }
    /** A base that cannot be taken apart: more than one term, or a sign that is not known under a root. */
    | { readonly kind: 'power'; readonly base: Poly }
    /** A connected sum over at least one dummy of a product that no part of could stand outside. */
    | { readonly kind: 'sum'; readonly binders: readonly Binder[]; readonly body: Monomial }
    | { readonly kind: 'product'; readonly binder: Binder; readonly body: Poly }
    | { readonly kind: 'maximum'; readonly binder: Binder; readonly body: Poly }
    | {
        readonly kind: 'inverse';
        readonly row: Binder;
        readonly column: Binder;
        readonly body: Poly;
        readonly at: readonly [Id, Id];
      }
    | { readonly kind: 'det'; readonly row: Binder; readonly column: Binder; readonly body: Poly }
  );

export type AtomOf<K extends Atom['kind']> = Extract<Atom, { kind: K }>;

/** A rational exponent, or one with a symbolic part (the p of x^p); the symbolic part has no constant term. */
export interface Exponent {
  readonly rational: Rational;
  readonly symbolic?: Poly;
}

export interface Factor {
  readonly atom: Atom;
  readonly exponent: Exponent;
}

export interface Monomial {
  readonly key: string;
  /** Sorted by the atoms' keys, no atom twice, no exponent zero. */
  readonly factors: readonly Factor[];
}

export interface Term {
  readonly coefficient: Rational;
  readonly monomial: Monomial;
}

/** Terms by the key of their monomial; no coefficient is zero. */
export interface Poly {
  readonly terms: ReadonlyMap<string, Term>;
}

const noIds: ReadonlySet<Id> = new Set();

export function isComponent(id: Id): boolean {
  const code = id.charCodeAt(0);
  return code >= 48 && code <= 57;
}

export function idSet(ids: Iterable<Id>): ReadonlySet<Id> {
  const set = new Set<Id>();
  for (const id of ids) if (!isComponent(id)) set.add(id);
  return set.size === 0 ? noIds : set;
}

const exponentKeys = new WeakMap<Exponent, string>();

export function exponentKey(exponent: Exponent): string {
  if (exponent.symbolic === undefined) return exponent.rational.toFraction();
  let key = exponentKeys.get(exponent);
  if (key === undefined) {
    key = `${exponent.rational.toFraction()}+(${polyKey(exponent.symbolic)})`;
    exponentKeys.set(exponent, key);
  }
  return key;
}

export const unitExponent: Exponent = { rational: ONE };

export function isUnit(exponent: Exponent): boolean {
  return (
    exponent.symbolic === undefined &&
    exponent.rational.n === 1n &&
    exponent.rational.d === 1n &&
    exponent.rational.s === 1n
  );
}

export const unit: Monomial = { key: '', factors: [] };

/** A monomial of factors that are already merged: sorts them and makes the key. */
export function monomialOf(factors: readonly Factor[]): Monomial {
  if (factors.length === 0) return unit;
  const sorted = [...factors].sort((a, b) =>
    a.atom.key < b.atom.key ? -1 : a.atom.key > b.atom.key ? 1 : 0,
  );
  const key = sorted
    .map((f) => (isUnit(f.exponent) ? f.atom.key : `${f.atom.key}^${exponentKey(f.exponent)}`))
    .join('*');
  return { key, factors: sorted };
}

const polyKeys = new WeakMap<Poly, string>();

/** Equal keys: equal polynomials. */
export function polyKey(poly: Poly): string {
  let key = polyKeys.get(poly);
  if (key === undefined) {
    key = [...poly.terms.keys()]
      .sort()
      .map((k) => {
        const c = (poly.terms.get(k) as Term).coefficient;
        return `${c.toFraction()}:${k}`;
      })
      .join('+');
    polyKeys.set(poly, key);
  }
  return key;
}

export const zeroPoly: Poly = { terms: new Map() };

export function polyOf(coefficient: Rational, monomial: Monomial): Poly {
  return coefficient.n === 0n ? zeroPoly : { terms: new Map([[monomial.key, { coefficient, monomial }]]) };
}

export function constantPoly(value: Rational): Poly {
  return polyOf(value, unit);
}

export const onePoly = constantPoly(ONE);

export function atomPoly(atom: Atom): Poly {
  return polyOf(ONE, monomialOf([{ atom, exponent: unitExponent }]));
}

export function isZeroPoly(poly: Poly): boolean {
  return poly.terms.size === 0;
}

/** The value of a polynomial without atoms, or undefined. */
export function constantOf(poly: Poly): Rational | undefined {
  if (poly.terms.size === 0) return ZERO;
  if (poly.terms.size > 1) return undefined;
  return poly.terms.get('')?.coefficient;
}

export function singleTerm(poly: Poly): Term | undefined {
  if (poly.terms.size !== 1) return undefined;
  for (const term of poly.terms.values()) return term;
  return undefined;
}

/** The atom of a polynomial that is just one atom, or undefined. */
export function singleAtom(poly: Poly): Atom | undefined {
  const term = singleTerm(poly);
  if (term === undefined || !term.coefficient.equals(ONE)) return undefined;
  const [factor, ...rest] = term.monomial.factors;
  return factor !== undefined && rest.length === 0 && isUnit(factor.exponent) ? factor.atom : undefined;
}

const monomialIdsCache = new WeakMap<Monomial, ReadonlySet<Id>>();

export function monomialIds(monomial: Monomial): ReadonlySet<Id> {
  let ids = monomialIdsCache.get(monomial);
  if (ids === undefined) {
    const all = new Set<Id>();
    for (const f of monomial.factors) addFactorIds(f, all);
    ids = all;
    monomialIdsCache.set(monomial, ids);
  }
  return ids;
}

function addFactorIds(factor: Factor, into: Set<Id>): void {
  for (const id of factor.atom.ids) into.add(id);
  if (factor.exponent.symbolic !== undefined)
    for (const id of polyIds(factor.exponent.symbolic)) into.add(id);
}

export function factorIds(factor: Factor): ReadonlySet<Id> {
  if (factor.exponent.symbolic === undefined) return factor.atom.ids;
  const all = new Set<Id>();
  addFactorIds(factor, all);
  return all;
}

export function factorHas(factor: Factor, id: Id): boolean {
  return (
    factor.atom.ids.has(id) ||
    (factor.exponent.symbolic !== undefined && polyIds(factor.exponent.symbolic).has(id))
  );
}

const polyIdsCache = new WeakMap<Poly, ReadonlySet<Id>>();

export function polyIds(poly: Poly): ReadonlySet<Id> {
  let ids = polyIdsCache.get(poly);
  if (ids === undefined) {
    const all = new Set<Id>();
    for (const term of poly.terms.values()) for (const id of monomialIds(term.monomial)) all.add(id);
    ids = all;
    polyIdsCache.set(poly, ids);
  }
  return ids;
}

export function monomialHeight(monomial: Monomial): number {
  let height = 0;
  for (const f of monomial.factors) {
    height = Math.max(height, f.atom.height);
    if (f.exponent.symbolic !== undefined) height = Math.max(height, polyHeight(f.exponent.symbolic));
  }
  return height;
}

export function polyHeight(poly: Poly): number {
  let height = 0;
  for (const term of poly.terms.values()) height = Math.max(height, monomialHeight(term.monomial));
  return height;
}
