/** Π and max over an index. */
import type { Binder } from '../nodes.js';
import { type Context, conditionInWords } from './context.js';
import { exponential } from './functions.js';
import { add, multiply, multiplyAll, ofFactors, ofTerm, scale } from './poly.js';
import { numberPower, powerOf, powerPoly, splitContent } from './power.js';
import { simpleDelta } from './product.js';
import { factorIsPositive } from './signs.js';
import { substituteAll } from './substitute.js';
import { sizeAtom, sumOver } from './sums.js';
import {
  type Atom,
  atomPoly,
  constantOf,
  type Factor,
  factorHas,
  type Id,
  monomialIds,
  ONE,
  onePoly,
  type Poly,
  polyHeight,
  polyIds,
  polyKey,
  singleTerm,
  unitExponent,
  zeroPoly,
} from './terms.js';

/** Π_k of a product is the product of the Π; what does not depend on k is taken to the power n. */
export function productOver(context: Context, binder: Binder, body: Poly): Poly {
  context.dimensions.set(binder.id, binder.dimension);
  const size = atomPoly(sizeAtom(binder.dimension));
  if (!polyIds(body).has(binder.id))
    return constantOf(body)?.equals(ONE) ? onePoly : powerPoly(context, body, size);
  const except = exceptOne(context, binder, body);
  if (except !== undefined) return except;
  const term = singleTerm(body);
  if (term === undefined) return atomPoly(totalAtom(context, 'product', binder, body));
  const parts: Poly[] = [];
  if (!term.coefficient.equals(ONE)) {
    if (term.coefficient.s > 0n)
      parts.push(numberPower(context, term.coefficient, { rational: ONE.sub(ONE), symbolic: size }));
    else
      parts.push(
        powerPoly(
          context,
          ofTerm({ coefficient: term.coefficient, monomial: { key: '', factors: [] } }),
          size,
        ),
      );
  }
  for (const factor of term.monomial.factors) parts.push(productOfFactor(context, binder, factor, size));
  return multiplyAll(context, parts);
}

function productOfFactor(context: Context, binder: Binder, factor: Factor, size: Poly): Poly {
  const { atom, exponent } = factor;
  if (!factorHas(factor, binder.id)) return powerPoly(context, ofFactors(context, [factor]), size);
  if (atom.kind === 'exp') {
    const argument = scale(ofTerm({ coefficient: ONE, monomial: atom.exponent }), exponent.rational);
    return exponential(context, sumOver(context, [binder], argument));
  }
  const varies = exponent.symbolic !== undefined && polyIds(exponent.symbolic).has(binder.id);
  const one = atomPoly(
    totalAtom(context, 'product', binder, varies ? ofFactors(context, [factor]) : atomPoly(atom)),
  );
  return varies ? one : powerOf(context, one, exponent);
}

/** Π_k f with f another thing at k = m: Π_k f₀ · f₁(m) / f₀(m), where f₀(m) ≠ 0. */
function exceptOne(context: Context, binder: Binder, body: Poly): Poly | undefined {
  for (const term of body.terms.values()) {
    for (const { atom } of term.monomial.factors) {
      const pair = simpleDelta(atom);
      if (pair === undefined || !pair.includes(binder.id)) continue;
      const other = (pair[0] === binder.id ? pair[1] : pair[0]) as Id;
      const { off, on } = splitAt(context, body, atom);
      const at = new Map([[binder.id, other]]);
      const rest = substituteAll(context, off, at);
      if (rest.terms.size === 0) return undefined;
      conditionInWords(context, 'no factor of the product is zero');
      return multiplyAll(context, [
        productOver(context, binder, off),
        substituteAll(context, on, at),
        powerOf(context, rest, { rational: ONE.neg() }),
      ]);
    }
  }
  return undefined;
}

function splitAt(context: Context, body: Poly, indicator: Atom): { off: Poly; on: Poly } {
  let off = zeroPoly;
  let extra = zeroPoly;
  for (const term of body.terms.values()) {
    const rest = term.monomial.factors.filter((f) => f.atom.key !== indicator.key);
    const part = ofFactors(context, rest, term.coefficient);
    if (rest.length === term.monomial.factors.length) off = add(off, part);
    else extra = add(extra, part);
  }
  return { off, on: add(off, extra) };
}

/** max_k (P_k + c) = max_k P_k + c and max_k c P_k = c max_k P_k for a positive c that does not depend on k. */
export function maximumOver(context: Context, binder: Binder, body: Poly): Poly {
  context.dimensions.set(binder.id, binder.dimension);
  let outside = zeroPoly;
  let inside = zeroPoly;
  for (const term of body.terms.values()) {
    if (monomialIds(term.monomial).has(binder.id)) inside = add(inside, ofTerm(term));
    else outside = add(outside, ofTerm(term));
  }
  if (inside.terms.size === 0) return outside;
  const { content } = splitContent(context, inside, false);
  const scaleFactors = content.monomial.factors.filter(
    (f) => !factorHas(f, binder.id) && factorIsPositive(context, { atom: f.atom, exponent: unitExponent }),
  );
  const by = ofFactors(context, scaleFactors, content.coefficient);
  const reduced = multiply(context, inside, powerOf(context, by, { rational: ONE.neg() }));
  return add(outside, multiply(context, by, atomPoly(totalAtom(context, 'maximum', binder, reduced))));
}

function totalAtom(context: Context, kind: 'product' | 'maximum', binder: Binder, body: Poly): Atom {
  const height = 1 + polyHeight(body);
  const label = `$${height}.0`;
  const labelled = substituteAll(context, body, new Map([[binder.id, label]]));
  const ids = new Set([...polyIds(labelled)].filter((id) => id !== label));
  const sign = kind === 'product' ? 'Π' : 'max';
  return {
    kind,
    binder: { id: label, dimension: binder.dimension },
    body: labelled,
    key: `${sign}{${label}:${binder.dimension}|${polyKey(labelled)}}`,
    ids,
    height,
  };
}
