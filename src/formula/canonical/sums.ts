/** Σ over an index of a polynomial: the rules of totals, one function each. */
import type { Binder } from '../nodes.js';
import { applyAssumptions } from './assumptions.js';
import { type Context, freshId, spend } from './context.js';
import { orderings } from './labels.js';
import { contractInverse } from './matrix.js';
import { add, multiply, multiplyAll, ofFactors, ofTerm } from './poly.js';
import { sameDimension, simpleDelta, unlessZeroDenominator } from './product.js';
import { substituteAll } from './substitute.js';
import {
  type Atom,
  type AtomOf,
  atomPoly,
  type Factor,
  factorHas,
  type Id,
  isInteger,
  type Monomial,
  monomialHeight,
  monomialIds,
  monomialOf,
  ONE,
  type Poly,
  singleTerm,
  type Term,
  unitExponent,
} from './terms.js';

/** Σ_{binders} poly, term by term. */
export function sumOver(context: Context, binders: readonly Binder[], poly: Poly): Poly {
  for (const b of binders) context.dimensions.set(b.id, b.dimension);
  return add(...[...poly.terms.values()].map((term) => sumTerm(context, binders, term)));
}

function sumTerm(context: Context, binders: readonly Binder[], term: Term): Poly {
  spend(context, 1);
  const eliminated = eliminateDelta(context, binders, term);
  if (eliminated !== undefined) return noted(context, 'δ contraction', binders, term, eliminated);
  const opened = openInnerSum(context, binders, term);
  if (opened !== undefined)
    return noted(context, 'sums joined', binders, term, sumTerm(context, opened.binders, opened.term));
  return sumOfParts(context, binders, term);
}

function noted(context: Context, rule: string, binders: readonly Binder[], term: Term, after: Poly): Poly {
  context.note?.({
    rule,
    kind: 'product',
    binders,
    coefficient: term.coefficient,
    factors: term.monomial.factors,
    after,
  });
  return after;
}

/** Σ_j δ_ij f(j) = f(i), where i and j run over the same dimension. */
function eliminateDelta(context: Context, binders: readonly Binder[], term: Term): Poly | undefined {
  for (const factor of term.monomial.factors) {
    const pair = simpleDelta(factor.atom);
    if (pair === undefined) continue;
    for (const [gone, kept] of [pair, [pair[1], pair[0]]] as const) {
      const binder = binders.find((b) => b.id === gone);
      if (binder === undefined || !sameDimension(context, gone, kept)) continue;
      const rest = ofFactors(
        context,
        term.monomial.factors.filter((f) => f !== factor),
        term.coefficient,
      );
      const moved = unlessZeroDenominator(() => substituteAll(context, rest, new Map([[gone, kept]])));
      if (moved === undefined) continue;
      const others = binders.filter((b) => b !== binder);
      return others.length === 0 ? moved : sumOver(context, others, moved);
    }
  }
  return undefined;
}

/** Σ_i y_i (Σ_j W_ij x_j)² = Σ_ijk y_i W_ij x_j W_ik x_k: an inner sum that depends on a dummy joins the outer one. */
function openInnerSum(
  context: Context,
  binders: readonly Binder[],
  term: Term,
): { binders: readonly Binder[]; term: Term } | undefined {
  for (const factor of term.monomial.factors) {
    const { atom, exponent } = factor;
    if (
      atom.kind !== 'sum' ||
      exponent.symbolic !== undefined ||
      !isInteger(exponent.rational) ||
      exponent.rational.s < 0n
    )
      continue;
    if (!binders.some((b) => atom.ids.has(b.id))) continue;
    if (exponent.rational.n > 16n) continue;
    const all = [...binders];
    let product = ofFactors(
      context,
      term.monomial.factors.filter((f) => f !== factor),
      term.coefficient,
    );
    for (let copy = 0; copy < Number(exponent.rational.n); copy += 1) {
      const opened = openSum(context, atom);
      all.push(...opened.binders);
      product = multiply(context, product, opened.body);
    }
    const single = singleTerm(product);
    return single === undefined ? undefined : { binders: all, term: single };
  }
  return undefined;
}

/** The body of a sum with its dummies under new names. */
export function openSum(context: Context, atom: AtomOf<'sum'>): { binders: Binder[]; body: Poly } {
  const fresh = atom.binders.map((b) => ({ id: freshId(context, b.dimension), dimension: b.dimension }));
  const renaming = new Map(atom.binders.map((b, at) => [b.id, fresh[at]?.id as Id]));
  return {
    binders: fresh,
    body: substituteAll(context, ofTerm({ coefficient: ONE, monomial: atom.body }), renaming),
  };
}

/** What no dummy stands in goes before the sum, an unused dummy counts n, unconnected parts are sums of their own. */
function sumOfParts(context: Context, binders: readonly Binder[], term: Term): Poly {
  const outside: Factor[] = [];
  const inside: Factor[] = [];
  for (const f of term.monomial.factors) (binders.some((b) => factorHas(f, b.id)) ? inside : outside).push(f);
  const parts: Poly[] = [ofFactors(context, outside, term.coefficient)];
  const left = new Set(binders);
  while (left.size > 0) {
    const [first] = left;
    if (first === undefined) break;
    const { group, factors } = connected(first, left, inside);
    for (const b of group) left.delete(b);
    parts.push(
      factors.length === 0 ? atomPoly(sizeAtom(first.dimension)) : connectedSum(context, group, factors),
    );
  }
  return multiplyAll(context, parts);
}

function connected(
  first: Binder,
  binders: ReadonlySet<Binder>,
  factors: readonly Factor[],
): { group: Binder[]; factors: Factor[] } {
  const group = new Set([first]);
  const reached = new Set<Factor>();
  const queue = [first];
  for (let binder = queue.pop(); binder !== undefined; binder = queue.pop()) {
    for (const f of factors) {
      if (reached.has(f) || !factorHas(f, binder.id)) continue;
      reached.add(f);
      for (const other of binders) {
        if (!group.has(other) && factorHas(f, other.id)) {
          group.add(other);
          queue.push(other);
        }
      }
    }
  }
  return { group: [...group], factors: [...reached] };
}

export function sizeAtom(dimension: string): Atom {
  return { kind: 'size', dimension, key: `#${dimension}`, ids: new Set(), height: 0 };
}

/** A sum that cannot be taken apart: first what is recognised inside it, then the atom with its labels. */
function connectedSum(context: Context, binders: readonly Binder[], factors: readonly Factor[]): Poly {
  for (const [rule, apply] of sumRules) {
    const after = apply(context, binders, factors);
    if (after !== undefined)
      return noted(context, rule, binders, { coefficient: ONE, monomial: monomialOf(factors) }, after);
  }
  return atomPoly(sumAtom(context, binders, factors));
}

type SumRule = (context: Context, binders: readonly Binder[], factors: readonly Factor[]) => Poly | undefined;

/** What may be recognised inside a sum, by name. */
const sumRules: readonly (readonly [name: string, rule: SumRule])[] = [
  ['a matrix times its inverse', (...args) => contractInverse(...args)],
  ['a sum recognised inside a sum', recogniseInnerSum],
  ['assumption', (...args) => applyAssumptions(...args)],
];

/**
 * A sum recognised inside a sum: Σ_ij y_i e^(S_ij) / Z_i with Z_i = Σ_j e^(S_ij) is Σ_i y_i. Tried for each dummy (and pair) whose
 * part of the product is just a sum that also stands there to another power.
 */
function recogniseInnerSum(
  context: Context,
  binders: readonly Binder[],
  factors: readonly Factor[],
): Poly | undefined {
  const held = factors.filter((f) => f.atom.kind === 'sum');
  if (held.length === 0) return undefined;
  const sizes = new Set(held.map((f) => (f.atom.kind === 'sum' ? f.atom.binders.length : 0)));
  for (const inner of groups(binders, sizes)) {
    const part = factors.filter((f) => inner.some((b) => factorHas(f, b.id)));
    if (part.length === factors.length) continue;
    const atom = sumAtom(context, inner, part);
    if (!held.some((f) => f.atom.key === atom.key)) continue;
    const rest = factors.filter((f) => !part.includes(f));
    const product = ofFactors(context, [...rest, { atom, exponent: unitExponent }]);
    const others = binders.filter((b) => !inner.includes(b));
    return others.length === 0 ? product : sumOver(context, others, product);
  }
  return undefined;
}

function* groups(binders: readonly Binder[], sizes: ReadonlySet<number>): Generator<Binder[]> {
  for (let i = 0; i < binders.length; i += 1) {
    if (sizes.has(1)) yield [binders[i] as Binder];
    if (!sizes.has(2)) continue;
    for (let j = i + 1; j < binders.length; j += 1) yield [binders[i] as Binder, binders[j] as Binder];
  }
}

/** The atom of a connected sum: of all labellings worth trying the one with the smallest key. */
export function sumAtom(context: Context, binders: readonly Binder[], factors: readonly Factor[]): Atom {
  const height = 1 + monomialHeight(monomialOf(factors));
  const body = ofTerm({ coefficient: ONE, monomial: monomialOf(factors) });
  const dimensions = new Map(binders.map((b) => [b.id, b.dimension]));
  let best: Atom | undefined;
  for (const order of orderings(binders, factors)) {
    const labels = new Map(order.map((id, at) => [id, `$${height}.${at}`]));
    const labelled = singleTerm(substituteAll(context, body, labels));
    if (labelled === undefined) continue;
    const named = order.map((id) => ({ id: labels.get(id) as Id, dimension: dimensions.get(id) as string }));
    const atom = makeSum(named, labelled.monomial, height);
    if (best === undefined || atom.key < best.key) best = atom;
  }
  return best ?? makeSum(binders, monomialOf(factors), height);
}

function makeSum(binders: readonly Binder[], body: Monomial, height: number): Atom {
  const bound = new Set(binders.map((b) => b.id));
  const ids = new Set([...monomialIds(body)].filter((id) => !bound.has(id)));
  const key = `Σ{${binders.map((b) => `${b.id}:${b.dimension}`).join(',')}|${body.key}}`;
  return { kind: 'sum', binders, body, key, ids, height };
}
