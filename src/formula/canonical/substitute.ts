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

export type Substitution = ReadonlyMap<Id, Id>;

export function substituteAll(context: Context, poly: Poly, map: Substitution): Poly {
  const ids = polyIds(poly);
  if (![...map.keys()].some((id) => ids.has(id))) return poly;
  const parts: Poly[] = [];
  for (const term of poly.terms.values()) parts.push(substituteTerm(context, term, map));
  return parts.length === 1 ? (parts[0] as Poly) : add(...parts);
}

function substituteTerm(context: Context, term: Term, map: Substitution): Poly {
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

function touches(factor: Factor, map: Substitution): boolean {
  for (const id of factorIds(factor)) if (map.has(id)) return true;
  return false;
}

function substituteFactor(context: Context, factor: Factor, map: Substitution): Factor | Poly {
  if (!touches(factor, map)) return factor;
  const exponent = substituteExponent(context, factor.exponent, map);
  const { atom } = factor;
  if (atom.kind === 'power') return powerOf(context, substituteAll(context, atom.base, map), exponent);
  if (atom.kind === 'exp' && exponent.symbolic === undefined) {
    const argument = substituteAll(context, ofTerm({ coefficient: ONE, monomial: atom.exponent }), map);
    return exponential(context, scale(argument, exponent.rational));
  }
  const rebuilt = rebuiltAtom(context, atom, map);
  const single = singleAtom(rebuilt);
  if (single !== undefined) return { atom: single, exponent };
  return isUnit(exponent) ? rebuilt : powerOf(context, rebuilt, exponent);
}

function substituteExponent(context: Context, exponent: Exponent, map: Substitution): Exponent {
  if (exponent.symbolic === undefined) return exponent;
  return splitExponent(substituteAll(context, exponentPoly(exponent), map));
}

/** The rebuilt atom, remembered: the same sub-formula is renamed many times while dummies are ordered. */
function rebuiltAtom(context: Context, atom: Atom, map: Substitution): Poly {
  if (atom.ids.size === 0) return atomPoly(atom);
  if (atom.kind === 'symbol')
    return symbol(
      context,
      atom.name,
      atom.indices.map((id) => map.get(id) ?? id),
    );
  let signature = `s|${atom.key}`;
  for (const id of atom.ids) signature += `|${id}>${map.get(id) ?? id}`;
  const before = context.memo.get(signature);
  if (before !== undefined) return before as Poly;
  const result = rebuild(context, atom, map);
  if (context.memo.size < 50_000) context.memo.set(signature, result);
  return result;
}

function rebuild(context: Context, atom: Atom, map: Substitution): Poly {
  const to = (id: Id): Id => map.get(id) ?? id;
  const inside = (poly: Poly): Poly => substituteAll(context, poly, map);
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
      return productOver(
        context,
        binders[0] as (typeof binders)[0],
        substituteAll(context, atom.body, inner),
      );
    }
    case 'maximum': {
      const { map: inner, binders } = renamedApart(context, [atom.binder], map);
      return maximumOver(
        context,
        binders[0] as (typeof binders)[0],
        substituteAll(context, atom.body, inner),
      );
    }
    case 'inverse': {
      const { map: inner, binders } = renamedApart(context, [atom.row, atom.column], map);
      const [row, column] = binders as [(typeof binders)[0], (typeof binders)[0]];
      return inverse(
        context,
        row,
        column,
        substituteAll(context, atom.body, inner),
        to(atom.at[0]),
        to(atom.at[1]),
      );
    }
    case 'det': {
      const { map: inner, binders } = renamedApart(context, [atom.row, atom.column], map);
      const [row, column] = binders as [(typeof binders)[0], (typeof binders)[0]];
      return determinant(context, row, column, substituteAll(context, atom.body, inner));
    }
  }
}

function rebuildSum(context: Context, atom: AtomOf<'sum'>, map: Substitution): Poly {
  const { map: inner, binders } = renamedApart(context, atom.binders, map);
  return sumOver(
    context,
    binders,
    substituteAll(context, ofTerm({ coefficient: ONE, monomial: atom.body }), inner),
  );
}

function renamedApart(
  context: Context,
  binders: readonly { id: Id; dimension: string }[],
  map: Substitution,
): { map: Substitution; binders: { id: Id; dimension: string }[] } {
  const fresh = binders.map((b) => ({ id: freshId(context, b.dimension), dimension: b.dimension }));
  const inner = new Map(map);
  binders.forEach((b, at) => {
    inner.set(b.id, (fresh[at] as { id: Id }).id);
  });
  return { map: inner, binders: fresh };
}
