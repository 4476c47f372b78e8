/** Equality of rational expressions: common denominators, numerators multiplied out, sums over the same dummies joined. */
import type { Rational } from '../nodes.js';
import { type Context, conditionNonzero, freshId } from './context.js';
import { divideExactly } from './divide.js';
import { add, multiply, multiplyAll, ofFactors, ofTerm } from './poly.js';
import { exponentPoly, power } from './power.js';
import { substituteAll } from './substitute.js';
import { sumOver } from './sums.js';
import {
  type Atom,
  type AtomOf,
  type Exponent,
  type Factor,
  isInteger,
  isUnit,
  monomialOf,
  ONE,
  type Poly,
  polyKey,
  rational,
  type Term,
} from './terms.js';

type Base = AtomOf<'power'>;

/** Whether the polynomial is zero once everything stands over common denominators. Sound; complete for rational expressions. */
export function isZeroOverDenominators(context: Context, poly: Poly, depth = 0): boolean {
  if (poly.terms.size === 0) return true;
  if (poly.terms.size === 1 || depth > 12) return false;
  const base = nextBase(poly);
  if (base === undefined) return false;
  conditionNonzero(context, base.base);
  return classesOf(context, poly, base).every((part) => isZeroOverDenominators(context, part, depth + 1));
}

/** The first base that does not stand to the same power in every term. */
function nextBase(poly: Poly): Base | undefined {
  const seen = new Map<string, { base: Base; exponents: Set<string> }>();
  for (const term of poly.terms.values()) {
    for (const { atom } of term.monomial.factors) {
      if (atom.kind === 'power' && !seen.has(atom.key))
        seen.set(atom.key, { base: atom, exponents: new Set() });
    }
  }
  const bases = [...seen.values()].sort((a, b) => b.base.key.length - a.base.key.length);
  for (const { base, exponents } of bases) {
    for (const term of poly.terms.values()) exponents.add(keyOf(exponentOf(term, base)));
    if (exponents.size > 1) return base;
  }
  return undefined;
}

function exponentOf(term: Term, base: Atom): Exponent {
  return term.monomial.factors.find((f) => f.atom.key === base.key)?.exponent ?? { rational: rational(0) };
}

function keyOf(exponent: Exponent): string {
  return polyKey(exponentPoly(exponent));
}

/**
 * Terms whose powers of the base differ by whole numbers belong together: divided by the lowest power, the base is multiplied out.
 * What is left of each class must be zero by itself (that is enough; for rational expressions there is only one class).
 */
function classesOf(context: Context, poly: Poly, base: Base): Poly[] {
  const classes = new Map<string, { lowest: Rational; members: { term: Term; exponent: Exponent }[] }>();
  for (const term of poly.terms.values()) {
    const exponent = exponentOf(term, base);
    const fraction = exponent.rational.sub(exponent.rational.floor());
    const key = keyOf(
      exponent.symbolic === undefined
        ? { rational: fraction }
        : { rational: fraction, symbolic: exponent.symbolic },
    );
    const group = classes.get(key) ?? { lowest: exponent.rational, members: [] };
    if (exponent.rational.compare(group.lowest) < 0) group.lowest = exponent.rational;
    group.members.push({ term, exponent });
    classes.set(key, group);
  }
  const found = [...classes.values()].map(({ lowest, members }) => ({
    lowest,
    symbolic: members[0]?.exponent.symbolic,
    part: add(
      ...members.map(({ term, exponent }) => {
        const rest = term.monomial.factors.filter((f) => f.atom.key !== base.key);
        const whole = power(context, base.base, exponent.rational.sub(lowest));
        return multiply(context, ofFactors(context, rest, term.coefficient), whole);
      }),
    ),
  }));
  if (context.note !== undefined) {
    const over = found.map(({ lowest, symbolic, part }) => {
      const exponent = symbolic === undefined ? { rational: lowest } : { rational: lowest, symbolic };
      return multiply(context, part, ofFactors(context, [{ atom: base, exponent }]));
    });
    context.note({ rule: 'common denominator', kind: 'polynomial', before: poly, after: add(...over) });
  }
  return found.map(({ part }) => part);
}

/** The polynomial with its denominators cancelled where the numerators over them divide: a/(a+b) + b/(a+b) = 1. */
export function cancel(context: Context, poly: Poly): Poly {
  let now = poly;
  const tried = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    const base = negativeBases(now).find((b) => !tried.has(b.key));
    if (base === undefined) return now;
    tried.add(base.key);
    now = cancelBase(context, now, base);
  }
  return now;
}

function negativeBases(poly: Poly): Base[] {
  const found = new Map<string, Base>();
  for (const term of poly.terms.values()) {
    for (const { atom, exponent } of term.monomial.factors) {
      const whole =
        exponent.symbolic === undefined && isInteger(exponent.rational) && exponent.rational.s < 0n;
      if (atom.kind === 'power' && whole) found.set(atom.key, atom);
    }
  }
  return [...found.values()];
}

function cancelBase(context: Context, poly: Poly, base: Base): Poly {
  const over: Term[] = [];
  const others: Poly[] = [];
  for (const term of poly.terms.values()) {
    const exponent = exponentOf(term, base);
    if (exponent.symbolic === undefined && isInteger(exponent.rational) && exponent.rational.s < 0n)
      over.push(term);
    else others.push(ofTerm(term));
  }
  const lowest = over
    .map((t) => exponentOf(t, base).rational)
    .reduce((a, b) => (a.compare(b) < 0 ? a : b), rational(0));
  let numerator = add(
    ...over.map((term) => {
      const rest = term.monomial.factors.filter((f) => f.atom.key !== base.key);
      const whole = power(context, base.base, exponentOf(term, base).rational.sub(lowest));
      return multiply(context, ofFactors(context, rest, term.coefficient), whole);
    }),
  );
  let exponent = lowest;
  while (exponent.s < 0n && exponent.n !== 0n) {
    const quotient = divideExactly(context, numerator, base.base);
    if (quotient === undefined) break;
    numerator = quotient;
    exponent = exponent.add(ONE);
  }
  if (exponent.equals(lowest)) return poly;
  const after = add(...others, multiply(context, numerator, power(context, base.base, exponent)));
  context.note?.({ rule: 'denominator cancelled', kind: 'polynomial', before: poly, after });
  return after;
}

/**
 * Sums over the same dummies with the same factors before them joined into one, its body over common denominators and cancelled:
 * Σ_k a_k/(a_k+b_k) + Σ_k b_k/(a_k+b_k) = Σ_k 1.
 */
export function joinSums(context: Context, poly: Poly): Poly {
  const groups = new Map<string, { sum: AtomOf<'sum'>; rest: Factor[]; coefficient: Rational }[]>();
  const others: Poly[] = [];
  for (const term of poly.terms.values()) {
    const factor = term.monomial.factors.find(
      (f) => f.atom.kind === 'sum' && isUnit(f.exponent) && holdsBase(f.atom),
    );
    if (factor === undefined || factor.atom.kind !== 'sum') {
      others.push(ofTerm(term));
      continue;
    }
    const rest = term.monomial.factors.filter((f) => f !== factor);
    const key = `${monomialOf(rest).key}|${factor.atom.binders.map((b) => b.dimension).join()}`;
    groups.set(key, [...(groups.get(key) ?? []), { sum: factor.atom, rest, coefficient: term.coefficient }]);
  }
  const joined = [...groups.values()].map((members) => joinGroup(context, members));
  const after = add(...others, ...joined);
  if (joined.length > 0)
    context.note?.({ rule: 'sums over the same index joined', kind: 'polynomial', before: poly, after });
  return after;
}

function holdsBase(atom: AtomOf<'sum'>): boolean {
  return atom.body.factors.some((f) => f.atom.kind === 'power');
}

function joinGroup(
  context: Context,
  members: readonly { sum: AtomOf<'sum'>; rest: Factor[]; coefficient: Rational }[],
): Poly {
  const [first] = members;
  if (first === undefined) return add();
  const binders = first.sum.binders.map((b) => ({
    id: freshId(context, b.dimension),
    dimension: b.dimension,
  }));
  const bodies = members.map(({ sum, coefficient }) => {
    const map = new Map(sum.binders.map((b, at) => [b.id, (binders[at] as { id: string }).id]));
    return substituteAll(context, ofTerm({ coefficient, monomial: sum.body }), map);
  });
  const body = cancel(context, add(...bodies));
  if (isZeroOverDenominators(context, body)) return add();
  return multiplyAll(context, [ofFactors(context, first.rest), sumOver(context, binders, body)]);
}
