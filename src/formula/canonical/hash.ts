/**
 * A number for a piece of a formula that does not depend on the order of commuting parts nor on the names of dummies, only
 * on the colours given to index ids. Equal pieces have equal hashes; the reverse is not relied on (a clash costs time, never
 * soundness: equality is decided by keys).
 */
import {
  type Atom,
  type Exponent,
  exponentKey,
  type Id,
  isComponent,
  type Monomial,
  type Poly,
} from './terms.js';

export type Colour = (id: Id) => number;

export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b + 0x9e3779b9 + (a << 6) + (a >>> 2)), 0x85ebca6b);
  h ^= h >>> 13;
  return Math.imul(h, 0xc2b2ae35) ^ (h >>> 16);
}

const texts = new Map<string, number>();

export function hashText(text: string): number {
  let h = texts.get(text);
  if (h === undefined) {
    h = 0x811c9dc5;
    for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    if (texts.size < 20_000) texts.set(text, h);
  }
  return h;
}

function idHash(id: Id, colour: Colour): number {
  return isComponent(id) ? hashText(id) : colour(id);
}

export function hashPoly(poly: Poly, colour: Colour): number {
  let sum = 17;
  for (const term of poly.terms.values()) {
    sum = (sum + mix(hashText(term.coefficient.toFraction()), hashMonomial(term.monomial, colour))) | 0;
  }
  return mix(sum, poly.terms.size);
}

export function hashMonomial(monomial: Monomial, colour: Colour): number {
  let sum = 31;
  for (const f of monomial.factors)
    sum = (sum + mix(hashAtom(f.atom, colour), hashExponent(f.exponent, colour))) | 0;
  return mix(sum, monomial.factors.length);
}

export function hashExponent(exponent: Exponent, colour: Colour): number {
  if (exponent.symbolic === undefined) return hashText(exponentKey(exponent));
  return mix(hashText(exponent.rational.toFraction()), hashPoly(exponent.symbolic, colour));
}

/** The colour under which the sides of a binder's body see its dummies: by dimension, then by where they stand. */
function inner(
  binders: readonly { id: Id; dimension: string }[],
  colour: Colour,
  body: (c: Colour) => number,
): number {
  const first = new Map(binders.map((b) => [b.id, hashText(b.dimension)]));
  const base: Colour = (id) => first.get(id) ?? colour(id);
  if (binders.length === 1) return body(base);
  const second = new Map(
    binders.map((b) => [
      b.id,
      mix(
        hashText(b.dimension),
        body((id) => (id === b.id ? 0x51ed27 : base(id))),
      ),
    ]),
  );
  return body((id) => second.get(id) ?? colour(id));
}

export function hashAtom(atom: Atom, colour: Colour): number {
  const kind = hashText(atom.kind);
  if (atom.ids.size === 0) return hashText(atom.key);
  switch (atom.kind) {
    case 'symbol':
      return atom.indices.reduce((h, id) => mix(h, idHash(id, colour)), mix(kind, hashText(atom.name)));
    case 'derivative': {
      let h = atom.indices.reduce((g, id) => mix(g, idHash(id, colour)), mix(kind, hashText(atom.name)));
      for (const by of atom.by)
        h = by.indices.reduce((g, id) => mix(g, idHash(id, colour)), mix(h, hashText(by.name)));
      return h;
    }
    case 'size':
    case 'integer':
    case 'pi':
      return hashText(atom.key);
    case 'position':
      return mix(kind, idHash(atom.id, colour));
    case 'delta': {
      // The sign of the whole form is free: add the hashes of both readings.
      const read = (sign: number) =>
        mix(
          atom.affine.parts.reduce((sum, p) => (sum + mix(p.coefficient * sign + 77, colour(p.id))) | 0, 5),
          atom.affine.offset * sign,
        );
      return mix(kind, (read(1) + read(-1)) | 0);
    }
    case 'positive':
    case 'zero':
      return mix(kind, hashPoly(atom.argument, colour));
    case 'exp':
      return mix(kind, hashMonomial(atom.exponent, colour));
    case 'call':
      return atom.args.reduce((h, p) => mix(h, hashPoly(p, colour)), mix(kind, hashText(atom.name)));
    case 'power':
      return mix(kind, hashPoly(atom.base, colour));
    case 'sum':
      return mix(
        kind,
        inner(atom.binders, colour, (c) => hashMonomial(atom.body, c)),
      );
    case 'product':
    case 'maximum':
      return mix(
        kind,
        inner([atom.binder], colour, (c) => hashPoly(atom.body, c)),
      );
    case 'inverse': {
      // inv(M)_ij and inv(Mᵀ)_ji are one: add both readings.
      const read = (row: typeof atom.row, column: typeof atom.row, i: Id, j: Id) => {
        const body = hashPoly(atom.body, (id) =>
          id === row.id ? 0x1234 : id === column.id ? 0x4321 : colour(id),
        );
        return mix(mix(body, idHash(i, colour)), idHash(j, colour));
      };
      const [i, j] = atom.at;
      return mix(kind, (read(atom.row, atom.column, i, j) + read(atom.column, atom.row, j, i)) | 0);
    }
    case 'det': {
      const read = (row: Id, column: Id) =>
        hashPoly(atom.body, (id) => (id === row ? 0x1234 : id === column ? 0x4321 : colour(id)));
      return mix(kind, (read(atom.row.id, atom.column.id) + read(atom.column.id, atom.row.id)) | 0);
    }
  }
}

/** Every id looks alike: what is left is the shape. */
export const colourless: Colour = () => 0x77;

/** Ids are told apart by their names. */
export const byName: Colour = hashText;
