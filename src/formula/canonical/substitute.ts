/** Other indices in the place of some: every atom is rebuilt by its own constructor, so the result is canonical again. */
import { type Context, freshId } from './context.js';
import { call, exponential, positive, zero } from './functions.js';
import { determinant, inverse } from './matrix.js';
import { add, multiplyAll, ofFactors, ofTerm, scale } from './poly.js';
import { exponentPoly, powerOf, splitExponent } from './power.js';
import { sumOver } from './sums.js';
import { delta, derivativeAtom, position, symbol } from './symbols.js';
import {
  type Atom,
  type AtomOf,
  atomPoly,
  type Exponent,
  type Factor,
  factorIds,
  type Id,
  isUnit,
  ONE,
  type Poly,
  polyIds,
  singleAtom,
  type Term,
} from './terms.js';
import { maximumOver, productOver } from './totals.js';

/** What to put in the place of what: other ids, and by a rule (named, so that results can be remembered) other atoms. */
export interface Rewriting {
  readonly ids: ReadonlyMap<Id, Id>;
  readonly rule?: {
    readonly name: string;
    /** The value of a factor, or undefined where the rule does not apply. Its parts have been rewritten already. */
    readonly apply: (factor: Factor) => Poly | undefined;
    /** Atoms that are left alone, their parts too. */
    readonly keeps?: (atom: Atom) => boolean;
  };
}

/** Every factor, at any depth, for which the rule has a value is replaced by it. */
export function rewriteAll(context: Context, poly: Poly, rule: NonNullable<Rewriting['rule']>): Poly {
  return rewrite(context, poly, { ids: new Map(), rule });
}

export function substituteAll(context: Context, poly: Poly, map: ReadonlyMap<Id, Id>): Poly {
  return rewrite(context, poly, { ids: map });
}

function rewrite(context: Context, poly: Poly, map: Rewriting): Poly {
  if (map.rule === undefined) {
    const ids = polyIds(poly);
    if (![...map.ids.keys()].some((id) => ids.has(id))) return poly;
  }
  const parts: Poly[] = [];
  for (const term of poly.terms.values()) parts.push(substituteTerm(context, term, map));
  return parts.length === 1 ? (parts[0] as Poly) : add(...parts);
}

function substituteTerm(context: Context, term: Term, map: Rewriting): Poly {
  const loose: Factor[] = [];
  const polys: Poly[] = [];
  for (const factor of term.monomial.factors) {
    const result = substituteFactor(context, factor, map);
    if ('atom' in result) loose.push(result);
    else polys.push(result);
  }
  const product = ofFactors(context, loose, term.coefficient);
  return polys.length === 0 ? product : multiplyAll(context, [product, ...polys]);
}

function touches(factor: Factor, map: Rewriting): boolean {
  if (map.rule !== undefined) return true;
  for (const id of factorIds(factor)) if (map.ids.has(id)) return true;
  return false;
}

function substituteFactor(context: Context, factor: Factor, map: Rewriting): Factor | Poly {
  if (map.rule?.keeps?.(factor.atom) === true) return substituteFactor(context, factor, { ids: map.ids });
  if (!touches(factor, map)) return factor;
  const result = substituteParts(context, factor, map);
  return map.rule === undefined ? result : applyRule(context, result, map.rule);
}

/** The rule on a factor whose parts are done; on a product that came of it, on each of its factors. */
function applyRule(
  context: Context,
  result: Factor | Poly,
  rule: NonNullable<Rewriting['rule']>,
): Factor | Poly {
  if ('atom' in result) return rule.apply(result) ?? result;
  const terms = [...result.terms.values()].map((term) => {
    const values = term.monomial.factors.map((f) => rule.apply(f) ?? ofFactors(context, [f]));
    return multiplyAll(context, [ofFactors(context, [], term.coefficient), ...values]);
  });
  return add(...terms);
}

function substituteParts(context: Context, factor: Factor, map: Rewriting): Factor | Poly {
  const exponent = substituteExponent(context, factor.exponent, map);
  const { atom } = factor;
  if (atom.kind === 'power') return powerOf(context, rewrite(context, atom.base, map), exponent);
  if (atom.kind === 'exp' && exponent.symbolic === undefined) {
    const argument = rewrite(context, ofTerm({ coefficient: ONE, monomial: atom.exponent }), map);
    return exponential(context, scale(argument, exponent.rational));
  }
  const rebuilt = rebuiltAtom(context, atom, map);
  const single = singleAtom(rebuilt);
  if (single !== undefined) return { atom: single, exponent };
  return isUnit(exponent) ? rebuilt : powerOf(context, rebuilt, exponent);
}

function substituteExponent(context: Context, exponent: Exponent, map: Rewriting): Exponent {
  if (exponent.symbolic === undefined) return exponent;
  return splitExponent(rewrite(context, exponentPoly(exponent), map));
}

/** The rebuilt atom, remembered: the same sub-formula is renamed many times while dummies are ordered. */
function rebuiltAtom(context: Context, atom: Atom, map: Rewriting): Poly {
  if (atom.ids.size === 0 && map.rule === undefined) return atomPoly(atom);
  if (atom.kind === 'symbol')
    return symbol(
      context,
      atom.name,
      atom.indices.map((id) => map.ids.get(id) ?? id),
    );
  let signature = `${context.matching ? 'm' : 's'}|${map.rule?.name ?? ''}|${atom.key}`;
  for (const id of atom.ids) signature += `|${id}>${map.ids.get(id) ?? id}`;
  const before = context.memo.get(signature);
  if (before !== undefined) return before as Poly;
  const result = rebuild(context, atom, map);
  if (context.memo.size < 50_000) context.memo.set(signature, result);
  return result;
}

function rebuild(context: Context, atom: Atom, map: Rewriting): Poly {
  const to = (id: Id): Id => map.ids.get(id) ?? id;
  const inside = (poly: Poly): Poly => rewrite(context, poly, map);
  switch (atom.kind) {
    case 'symbol':
      return symbol(context, atom.name, atom.indices.map(to));
    case 'derivative':
      return atomPoly(
        derivativeAtom(
          atom.name,
          atom.indices.map(to),
          atom.by.map((by) => ({ name: by.name, indices: by.indices.map(to) })),
        ),
      );
    case 'size':
    case 'integer':
    case 'pi':
      return atomPoly(atom);
    case 'position':
      return position(to(atom.id));
    case 'delta':
      return delta(
        atom.affine.parts.map((p) => ({ coefficient: p.coefficient, id: to(p.id) })),
        atom.affine.offset,
      );
    case 'positive':
      return positive(context, inside(atom.argument));
    case 'zero':
      return zero(context, inside(atom.argument));
    case 'exp':
      return exponential(context, inside(ofTerm({ coefficient: ONE, monomial: atom.exponent })));
    case 'call':
      return call(context, atom.name, atom.args.map(inside));
    case 'power':
      return powerOf(context, inside(atom.base), { rational: ONE });
    case 'sum':
      return rebuildSum(context, atom, map);
    case 'product': {
      const { map: inner, binders } = renamedApart(context, [atom.binder], map);
      return productOver(context, binders[0] as (typeof binders)[0], rewrite(context, atom.body, inner));
    }
    case 'maximum': {
      const { map: inner, binders } = renamedApart(context, [atom.binder], map);
      return maximumOver(context, binders[0] as (typeof binders)[0], rewrite(context, atom.body, inner));
    }
    case 'inverse': {
      const { map: inner, binders } = renamedApart(context, [atom.row, atom.column], map);
      const [row, column] = binders as [(typeof binders)[0], (typeof binders)[0]];
      return inverse(
        context,
        row,
        column,
        rewrite(context, atom.body, inner),
        to(atom.at[0]),
        to(atom.at[1]),
      );
    }
    case 'det': {
      const { map: inner, binders } = renamedApart(context, [atom.row, atom.column], map);
      const [row, column] = binders as [(typeof binders)[0], (typeof binders)[0]];
      return determinant(context, row, column, rewrite(context, atom.body, inner));
    }
  }
}

function rebuildSum(context: Context, atom: AtomOf<'sum'>, map: Rewriting): Poly {
  const { map: inner, binders } = renamedApart(context, atom.binders, map);
  return sumOver(
    context,
    binders,
    rewrite(context, ofTerm({ coefficient: ONE, monomial: atom.body }), inner),
  );
}

function renamedApart(
  context: Context,
  binders: readonly { id: Id; dimension: string }[],
  map: Rewriting,
): { map: Rewriting; binders: { id: Id; dimension: string }[] } {
  const fresh = binders.map((b) => ({ id: freshId(context, b.dimension), dimension: b.dimension }));
  const inner = new Map(map.ids);
  binders.forEach((b, at) => {
    inner.set(b.id, (fresh[at] as { id: Id }).id);
  });
  return { map: { ...map, ids: inner }, binders: fresh };
}
