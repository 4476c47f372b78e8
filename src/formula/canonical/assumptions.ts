/** What is assumed, as rewriting rules: signs, symmetry, and equalities solved for one of their parts. */
import type { Assumption, Binder, Declarations, Rational } from '../nodes.js';
import type { Context } from './context.js';
import { add, multiply, ofFactors, ofTerm, scale } from './poly.js';
import { power } from './power.js';
import { substituteAll } from './substitute.js';
import { sumAtom, sumOver } from './sums.js';
import {
  type Atom,
  atomPoly,
  type Factor,
  factorHas,
  type Id,
  isInteger,
  isUnit,
  MINUS_ONE,
  ONE,
  type Poly,
  type Term,
} from './terms.js';

export type AssumptionRule =
  /** A_ij = A_ji: the entry is the same after the permutation of its indices. */
  | {
      readonly kind: 'symmetry';
      readonly name: string;
      readonly permutation: readonly number[];
      readonly text: string;
    }
  /** A sum (over its own dummies) that has a value; its free ids stand for any index. */
  | {
      readonly kind: 'sum';
      readonly atom: Atom & { readonly kind: 'sum' };
      readonly free: readonly Id[];
      readonly value: Poly;
      readonly text: string;
    }
  /** x_i^k (k = 1: the entry itself) that has a value. */
  | {
      readonly kind: 'entry';
      readonly name: string;
      readonly indices: readonly Id[];
      readonly exponent: Rational;
      readonly value: Poly;
      readonly text: string;
    };

/** Names whose entries were assumed positive: `s_i > 0`, `p > 1`, `0 < ε`. */
export function positiveNames(declarations: Declarations): Set<string> {
  const names = new Set<string>();
  for (const { left, right, relation } of declarations.assumptions) {
    const [high, low] =
      relation === '>' || relation === '≥'
        ? [left, right]
        : relation === '<' || relation === '≤'
          ? [right, left]
          : [];
    if (high?.kind !== 'tensor' || low?.kind !== 'number' || low.value.s < 0n) continue;
    if (low.value.n === 0n && (relation === '≥' || relation === '≤')) continue;
    names.add(high.name);
  }
  return names;
}

/** The symmetry that an assumption states, or undefined. */
export function symmetryRule({ left, right, relation, text }: Assumption): AssumptionRule | undefined {
  if (relation !== '=' || left.kind !== 'tensor' || right.kind !== 'tensor' || left.name !== right.name)
    return undefined;
  const letter = (index: { parts: readonly { id: string }[] }) => index.parts[0]?.id;
  const permutation = right.indices.map((index) =>
    left.indices.findIndex((other) => letter(other) === letter(index)),
  );
  return permutation.includes(-1) ? undefined : { kind: 'symmetry', name: left.name, permutation, text };
}

/** left − right = 0, solved for the sum (or else the entry) in it with the most to it. */
export function solvedRule(difference: Poly, text: string): AssumptionRule | undefined {
  const candidates = [...difference.terms.values()]
    .filter((t) => t.monomial.factors.length === 1)
    .sort((a, b) => weight(b) - weight(a));
  for (const term of candidates) {
    const [factor] = term.monomial.factors;
    if (factor === undefined || factor.exponent.symbolic !== undefined) continue;
    const others = add(difference, scale(ofTerm(term), MINUS_ONE));
    const value = scale(others, MINUS_ONE.div(term.coefficient));
    const { atom, exponent } = factor;
    if (atom.kind === 'sum' && isUnit(exponent))
      return { kind: 'sum', atom, free: [...atom.ids], value, text };
    if (atom.kind === 'symbol' && isInteger(exponent.rational) && exponent.rational.s > 0n) {
      return {
        kind: 'entry',
        name: atom.name,
        indices: atom.indices,
        exponent: exponent.rational,
        value,
        text,
      };
    }
  }
  return undefined;
}

function weight(term: Term): number {
  const [factor] = term.monomial.factors;
  if (factor === undefined) return 0;
  if (factor.atom.kind === 'sum') return 1000 + factor.atom.key.length;
  return (
    Number(factor.exponent.rational.valueOf()) * 10 +
    (factor.atom.kind === 'symbol' ? factor.atom.indices.length : 0)
  );
}

/** A part of a sum that an assumption gives a value: Σ_nj T_nj x_n = Σ_n x_n where Σ_j T_nj = 1. */
export function applyAssumptions(
  context: Context,
  binders: readonly Binder[],
  factors: readonly Factor[],
): Poly | undefined {
  if (context.matching) return undefined;
  for (const rule of context.rules) {
    if (rule.kind !== 'sum') continue;
    for (const group of subsets(binders, rule.atom.binders.length)) {
      const part = factors.filter((f) => group.some((b) => factorHas(f, b.id)));
      if (part.length !== rule.atom.body.factors.length) continue;
      const value = valueByRule(context, rule, sumAtom(context, group, part));
      if (value === undefined) continue;
      if (rule.text !== '') context.used.add(rule.text);
      const rest = factors.filter((f) => !part.includes(f));
      const product = multiply(context, value, ofFactors(context, rest));
      const others = binders.filter((b) => !group.includes(b));
      return others.length === 0 ? product : sumOver(context, others, product);
    }
  }
  return undefined;
}

function* subsets(binders: readonly Binder[], size: number): Generator<Binder[]> {
  if (size === binders.length) {
    yield [...binders];
    return;
  }
  for (const [at, first] of binders.entries()) {
    if (size === 1) yield [first];
    else if (size === 2) for (const second of binders.slice(at + 1)) yield [first, second];
  }
}

/** The value of a sum that is the rule's for some choice of its free indices. */
function valueByRule(context: Context, rule: AssumptionRule & { kind: 'sum' }, atom: Atom): Poly | undefined {
  const move = matchAtom(context, rule.atom, rule.free, atom);
  return move?.(rule.value);
}

/** The substitution (as a function) of a pattern's free ids that makes the pattern the atom; undefined where there is none. */
export function matchAtom(
  context: Context,
  pattern: Atom,
  free: readonly Id[],
  atom: Atom,
): ((poly: Poly) => Poly) | undefined {
  if (pattern.kind !== atom.kind) return undefined;
  if (free.length === 0) return atom.key === pattern.key ? (poly) => poly : undefined;
  for (const map of assignments(free, idsFor(pattern, atom))) {
    const apart = new Map([...map].map(([from]) => [from, `%a${from}`]));
    const back = new Map([...map].map(([from, to]) => [`%a${from}`, to]));
    const move = (poly: Poly): Poly => substituteAll(context, substituteAll(context, poly, apart), back);
    const moved = whileMatching(context, () => move(atomPoly(pattern)));
    if (moved.terms.size === 1 && moved.terms.get(atom.key)?.coefficient.equals(ONE)) return move;
  }
  return undefined;
}

function whileMatching<T>(context: Context, body: () => T): T {
  const before = context.matching;
  context.matching = true;
  try {
    return body();
  } finally {
    context.matching = before;
  }
}

function idsFor(pattern: Atom, atom: Atom): readonly Id[] {
  if (pattern.kind === 'symbol' && atom.kind === 'symbol' && pattern.name === atom.name)
    return [...new Set(atom.indices)];
  return [...atom.ids];
}

function* assignments(from: readonly Id[], to: readonly Id[]): Generator<Map<Id, Id>> {
  const [first, ...rest] = from;
  if (first === undefined) {
    yield new Map();
    return;
  }
  for (const id of to) for (const map of assignments(rest, to)) yield new Map([[first, id], ...map]);
}

/** x_i^k replaced by its value, as often as it goes into the exponent; undefined where no rule applies. */
export function applyEntryRules(
  context: Context,
  coefficient: Rational,
  factors: readonly Factor[],
): Poly | undefined {
  for (const rule of context.rules) {
    if (rule.kind !== 'entry') continue;
    for (const factor of factors) {
      const { atom, exponent } = factor;
      if (atom.kind !== 'symbol' || atom.name !== rule.name || exponent.symbolic !== undefined) continue;
      const times = exponent.rational.div(rule.exponent).floor();
      if (times.n === 0n || (times.s < 0n && !rule.exponent.equals(ONE))) continue;
      const map = new Map<Id, Id>();
      rule.indices.forEach((id, at) => {
        map.set(id, atom.indices[at] as Id);
      });
      if (rule.indices.some((id, at) => (map.get(id) ?? id) !== atom.indices[at])) continue;
      context.used.add(rule.text);
      const left = exponent.rational.sub(rule.exponent.mul(times));
      const rest = factors.filter((f) => f !== factor);
      const others = ofFactors(
        context,
        left.n === 0n ? rest : [...rest, { atom, exponent: { rational: left } }],
        coefficient,
      );
      return multiply(context, others, power(context, substituteAll(context, rule.value, map), times));
    }
  }
  return undefined;
}
