/** A polynomial as a person would write it: common factors out, sums that share a factor joined. */
import { add, divide, multiply, negate, num, sum } from '../build.js';
import {
  type AtomOf,
  type Context,
  type Factor,
  factorHas,
  freshId,
  type Id,
  isUnit,
  monomialOf,
  ofFactors,
  ofTerm,
  type Poly,
  add as plus,
  multiply as product,
  rational,
  scale,
  substituteAll,
  sumOver,
  type Term,
} from '../canonical/index.js';
import type { Binder, Expr, Rational } from '../nodes.js';
import { type Naming, polyToExpr, termToExpr } from './to-expr.js';

const one = num(1).value;
const minusOne = num(-1).value;

/** The readable formula of a polynomial. */
export function factored(context: Context, poly: Poly, naming: Naming): Expr {
  if (poly.terms.size <= 1) return polyToExpr(poly, naming);
  const { content, primitive } = commonPart(context, poly);
  const negative = content.coefficient.s < 0n ? hasSign(primitive, -1n) : !hasSign(primitive, 1n);
  const inner = negative ? scale(primitive, minusOne) : primitive;
  const outside = negative ? { ...content, coefficient: content.coefficient.neg() } : content;
  const body = besideDelta(context, inner, naming) ?? sumOfTerms(context, inner, naming);
  if (outside.monomial.factors.length === 0 && outside.coefficient.equals(1)) return body;
  return times(termToExpr(outside, naming), body);
}

/**
 * What stands in every term: of each atom the exponent nearest to zero, where all have one sign; of the coefficients the
 * common divisor of their numerators over that of their denominators.
 */
function commonPart(context: Context, poly: Poly): { content: Term; primitive: Poly } {
  const terms = [...poly.terms.values()];
  const [first, ...others] = terms;
  if (first === undefined)
    return { content: { coefficient: one, monomial: monomialOf([]) }, primitive: poly };
  const common: Factor[] = [];
  for (const factor of first.monomial.factors) {
    const all = [
      factor,
      ...others.map((t) => t.monomial.factors.find((f) => f.atom.key === factor.atom.key)),
    ];
    const nearest = nearestToZero(all);
    if (nearest !== undefined) common.push(nearest);
  }
  const top = terms.map((t) => t.coefficient.n).reduce(gcd);
  const bottom = terms.map((t) => t.coefficient.d).reduce(gcd);
  const coefficient = rational(top, bottom);
  const left = terms.map((t) => withoutCommon(context, t, common, coefficient));
  return { content: { coefficient, monomial: monomialOf(common) }, primitive: plus(...left) };
}

/** A term without the common factors; taken out one by one, for by a δ one cannot divide. */
function withoutCommon(context: Context, term: Term, common: readonly Factor[], coefficient: Rational): Poly {
  const factors = term.monomial.factors.flatMap((f) => {
    const shared = common.find((c) => c.atom.key === f.atom.key);
    if (shared === undefined) return [f];
    const exponent = f.exponent.rational.sub(shared.exponent.rational);
    return exponent.n === 0n ? [] : [{ atom: f.atom, exponent: { rational: exponent } }];
  });
  return ofFactors(context, factors, term.coefficient.div(coefficient));
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function nearestToZero(factors: readonly (Factor | undefined)[]): Factor | undefined {
  let nearest: Factor | undefined;
  for (const factor of factors) {
    if (factor === undefined || factor.exponent.symbolic !== undefined) return undefined;
    if (nearest === undefined) nearest = factor;
    else if (factor.exponent.rational.s !== nearest.exponent.rational.s) return undefined;
    else if (factor.exponent.rational.abs().compare(nearest.exponent.rational.abs()) < 0) nearest = factor;
  }
  return nearest;
}

function hasSign(poly: Poly, sign: bigint): boolean {
  return [...poly.terms.values()].some((t) => t.coefficient.s === sign);
}

/** outside · body, the body put above the fraction bar where there is one. */
function times(outside: Expr, body: Expr): Expr {
  if (outside.kind === 'negate') return negate(times(outside.operand, body));
  if (body.kind === 'negate') return negate(times(outside, body.operand));
  if (outside.kind === 'divide') return divide(times(outside.numerator, body), outside.denominator);
  if (outside.kind === 'number' && outside.value.equals(1)) return body;
  const factors = outside.kind === 'multiply' ? outside.factors : [outside];
  return lastIsTotal(factors) ? multiply(body, ...factors) : multiply(...factors, body);
}

function lastIsTotal(factors: readonly Expr[]): boolean {
  return factors.some((f) => f.kind === 'total');
}

/** δ A + r A = A (δ + r), where A has several terms and r is one: (δ_cj − s_j) times what stands beside the δ. */
function besideDelta(context: Context, poly: Poly, naming: Naming): Expr | undefined {
  for (const delta of deltasOf(poly)) {
    const beside: Poly[] = [];
    const rest: Poly[] = [];
    for (const term of poly.terms.values()) {
      const others = term.monomial.factors.filter((f) => f.atom.key !== delta.atom.key);
      if (others.length < term.monomial.factors.length)
        beside.push(ofFactors(context, others, term.coefficient));
      else rest.push(ofTerm(term));
    }
    const [a, b] = [plus(...beside), plus(...rest)];
    if (a.terms.size < 2 || a.terms.size !== b.terms.size) continue;
    const ratio = ratioOf(context, b, a);
    if (ratio === undefined) continue;
    const bracket = plus(ofFactors(context, [delta]), ratio);
    return times(factored(context, a, naming), polyToExpr(bracket, naming));
  }
  return undefined;
}

function deltasOf(poly: Poly): Factor[] {
  const found = new Map<string, Factor>();
  for (const term of poly.terms.values())
    for (const f of term.monomial.factors) if (f.atom.kind === 'delta') found.set(f.atom.key, f);
  return [...found.values()];
}

/** The one term r with b = r a, or undefined. */
function ratioOf(context: Context, b: Poly, a: Poly): Poly | undefined {
  const [bottom] = a.terms.values();
  if (bottom === undefined) return undefined;
  const inverse = bottom.monomial.factors.map((f) => ({ atom: f.atom, exponent: negated(f.exponent) }));
  for (const top of b.terms.values()) {
    const ratio = ofFactors(
      context,
      [...top.monomial.factors, ...inverse],
      top.coefficient.div(bottom.coefficient),
    );
    if (ratio.terms.size !== 1 || plus(b, scale(product(context, ratio, a), minusOne)).terms.size > 0)
      continue;
    return ratio;
  }
  return undefined;
}

function negated({ rational: value, symbolic }: Factor['exponent']): Factor['exponent'] {
  const exponent = { rational: value.neg() };
  return symbolic === undefined ? exponent : { ...exponent, symbolic: scale(symbolic, minusOne) };
}

/** A sum of terms; those that are sums over one index with a factor in common become one sum. */
function sumOfTerms(context: Context, poly: Poly, naming: Naming): Expr {
  const group = bestGroup(context, poly);
  if (group === undefined) return polyToExpr(poly, naming);
  const rest = plus(poly, ...group.members.map((m) => scale(ofTerm(m.term), minusOne)));
  const joined = joinedSum(context, group, naming);
  if (rest.terms.size === 0) return joined;
  const others = sumOfTerms(context, rest, naming);
  return add(...(others.kind === 'add' ? others.terms : [others]), joined);
}

interface Member {
  readonly term: Term;
  readonly sum: AtomOf<'sum'>;
  readonly binder: Binder;
  /** Factors in which of all dummies only this one stands. */
  readonly own: readonly Factor[];
}

interface Group {
  readonly members: readonly Member[];
}

/** The largest set of at least two terms that are sums over an index of one dimension and share a factor that has it. */
function bestGroup(context: Context, poly: Poly): Group | undefined {
  const groups = new Map<string, Member[]>();
  for (const term of poly.terms.values()) {
    const seen = new Set<string>();
    for (const { atom, exponent } of term.monomial.factors) {
      if (atom.kind !== 'sum' || !isUnit(exponent)) continue;
      for (const binder of atom.binders) {
        const own = ownFactors(atom, binder);
        for (const factor of own) {
          const key = `${binder.dimension}|${keyAt(context, factor, binder.id)}`;
          if (seen.has(key)) continue;
          seen.add(key);
          groups.set(key, [...(groups.get(key) ?? []), { term, sum: atom, binder, own }]);
        }
      }
    }
  }
  const [best] = [...groups.values()].filter((g) => g.length > 1).sort((a, b) => b.length - a.length);
  return best && { members: best };
}

function ownFactors(atom: AtomOf<'sum'>, binder: Binder): Factor[] {
  return atom.body.factors.filter(
    (f) =>
      factorHas(f, binder.id) && !atom.binders.some((other) => other !== binder && factorHas(f, other.id)),
  );
}

/** The factor's key with one id made nameless, by which it is recognised in other sums. */
function keyAt(context: Context, factor: Factor, id: Id): string {
  const moved = substituteAll(context, ofFactors(context, [factor]), new Map([[id, '%nameless']]));
  return [...moved.terms.keys()].join('+');
}

/** Σ_k common_k · (rest of each member). */
function joinedSum(context: Context, group: Group, naming: Naming): Expr {
  const [first] = group.members;
  if (first === undefined) return num(0);
  const keys = group.members.map((m) => new Set(m.own.map((f) => keyAt(context, f, m.binder.id))));
  const common = first.own.filter((f) => keys.every((k) => k.has(keyAt(context, f, first.binder.id))));
  const commonKeys = new Set(common.map((f) => keyAt(context, f, first.binder.id)));
  const shared = freshId(context, first.binder.dimension);
  const rests = group.members.map((m) => restOf(context, m, commonKeys, shared));
  const front = substituteAll(
    context,
    ofTerm({ coefficient: one, monomial: monomialOf(common) }),
    new Map([[first.binder.id, shared]]),
  );
  return naming.bound([shared], ([letter]) => {
    const body = times(polyToExpr(front, naming), factored(context, plus(...rests), naming));
    const over = (e: Expr): Expr => sum(letter as string, first.binder.dimension, e);
    return body.kind === 'negate' ? negate(over(body.operand)) : over(body);
  });
}

/** What is left of a member when the common factors are taken from its sum; the shared index is free in it. */
function restOf(context: Context, member: Member, common: ReadonlySet<string>, shared: Id): Poly {
  const { term, sum: atom, binder } = member;
  const outside = term.monomial.factors.filter((f) => f.atom !== atom);
  const inside = atom.body.factors.filter(
    (f) => !(member.own.includes(f) && common.has(keyAt(context, f, binder.id))),
  );
  const others = atom.binders.filter((b) => b !== binder);
  const moved = substituteAll(
    context,
    ofFactors(context, [...inside, ...outside], term.coefficient),
    new Map([[binder.id, shared]]),
  );
  return others.length === 0 ? moved : sumOver(context, others, moved);
}
