/** From the canonical form back to a formula: letters for dummies, fractions for negative exponents, factors in the usual order. */
import {
  add,
  bracket,
  call,
  constant,
  delta,
  derivative,
  divide,
  matrixFunction,
  multiply,
  negate,
  num,
  position,
  power,
  size,
  sum,
  tensor,
  total,
} from '../build.js';
import {
  type Affine,
  type Atom,
  type AtomOf,
  type Exponent,
  exponentPoly,
  type Factor,
  factorHas,
  type Id,
  isComponent,
  logOfExponentials,
  monomialOf,
  type Poly,
  polyIds,
  type Term,
} from '../canonical/index.js';
import { combine, component, freshId, simpleIndex, substituteIndex } from '../indices.js';
import type { Expr, Index } from '../nodes.js';

/** Letters that dummies are given, in this order, as far as they are not taken. */
const dummyLetters = ['k', 'l', 'm', 'p', 'q', 'r', 'u', 'v', 'w'];

/**
 * Names for the ids of a canonical form: free ones keep theirs; a dummy gets a letter that neither a free index nor a dummy
 * around it has. Ids are unique all the same: where a letter is used again it is marked, `k#2`.
 */
export class Naming {
  private readonly names = new Map<Id, string>();
  private readonly inScope: Set<string>;
  private readonly used: Set<string>;

  /** `inside` writes what stands inside functions, powers and exponents; as it is, unless given. */
  constructor(
    taken: Iterable<string>,
    readonly inside: (poly: Poly, naming: Naming) => Expr = polyToExpr,
  ) {
    this.inScope = new Set(taken);
    this.used = new Set(this.inScope);
  }

  index(id: Id): Index {
    return isComponent(id) ? component(Number(id)) : simpleIndex(this.names.get(id) ?? id);
  }

  /** Runs `body` with names for the ids that hold inside it. */
  bound<T>(ids: readonly Id[], body: (names: readonly string[]) => T): T {
    const before = ids.map((id) => this.names.get(id));
    const letters: string[] = [];
    const names = ids.map((id) => {
      const letter = dummyLetters.find((l) => !this.inScope.has(l)) ?? freshId('k', this.inScope);
      this.inScope.add(letter);
      letters.push(letter);
      const name = freshId(letter, this.used);
      this.used.add(name);
      this.names.set(id, name);
      return name;
    });
    const result = body(names);
    ids.forEach((id, at) => {
      const name = before[at];
      if (name === undefined) this.names.delete(id);
      else this.names.set(id, name);
    });
    for (const letter of letters) this.inScope.delete(letter);
    return result;
  }
}

/** The formula of a polynomial as it is: a sum of terms, in a fixed order. */
export function polyToExpr(poly: Poly, naming: Naming = new Naming(polyIds(poly))): Expr {
  const terms = [...poly.terms.values()].sort(termOrder).map((t) => termToExpr(t, naming));
  return add(...terms);
}

/** Positive terms before negative ones, δ first, plain numbers last, then by key. */
function termOrder(a: Term, b: Term): number {
  if (a.coefficient.s !== b.coefficient.s) return a.coefficient.s > b.coefficient.s ? -1 : 1;
  return placeOf(a) - placeOf(b) || (a.monomial.key < b.monomial.key ? -1 : 1);
}

function placeOf(term: Term): number {
  if (term.monomial.factors.some((f) => f.atom.kind === 'delta')) return 0;
  return term.monomial.factors.length === 0 ? 2 : 1;
}

export function termToExpr(term: Term, naming: Naming): Expr {
  const { above, below } = split(term, naming);
  const negative = term.coefficient.s < 0n;
  const number = term.coefficient.abs();
  const top = number.n === 1n && above.length > 0 ? above : [num(number.n), ...above];
  const bottom = number.d === 1n ? below : [num(number.d), ...below];
  const value = bottom.length === 0 ? multiply(...top) : divide(multiply(...top), multiply(...bottom));
  return negative ? negate(value) : value;
}

/** The factors above and below the fraction bar, in the field's usual order. */
function split(term: Term, naming: Naming): { above: Expr[]; below: Expr[] } {
  const above: { rank: number; key: string; expr: Expr }[] = [];
  const below: typeof above = [];
  const exponentials: Factor[] = [];
  for (const factor of term.monomial.factors) {
    const { atom, exponent } = factor;
    if (atom.kind === 'exp' && exponent.symbolic === undefined) {
      exponentials.push(factor);
      continue;
    }
    const down = exponent.symbolic === undefined && exponent.rational.s < 0n;
    const value = powerToExpr(atom, down ? { rational: exponent.rational.neg() } : exponent, naming);
    (down ? below : above).push({ rank: rankOf(atom), key: atom.key, expr: value });
  }
  if (exponentials.length > 0) {
    const argument = logOfExponentials(monomialOf(exponentials));
    above.push({ rank: 4, key: '', expr: call('exp', naming.inside(argument, naming)) });
  }
  const order = (list: typeof above): Expr[] =>
    list.sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1)).map((f) => f.expr);
  return { above: order(above), below: order(below) };
}

/** Numbers and sizes, scalars, tensors, functions, brackets and δ, totals last (they take what follows them). */
function rankOf(atom: Atom): number {
  switch (atom.kind) {
    case 'integer':
    case 'pi':
      return 0;
    case 'size':
      return 1;
    case 'symbol':
      return atom.indices.length === 0 ? 2 : 3;
    case 'position':
    case 'derivative':
      return 3;
    case 'exp':
    case 'call':
    case 'det':
    case 'inverse':
      return 4;
    case 'power':
      return 5;
    case 'delta':
    case 'positive':
    case 'zero':
      return 6;
    case 'sum':
    case 'product':
    case 'maximum':
      return 7;
  }
}

function powerToExpr(atom: Atom, exponent: Exponent, naming: Naming): Expr {
  const base = atomToExpr(atom, naming);
  if (exponent.symbolic !== undefined) return power(base, naming.inside(exponentPoly(exponent), naming));
  const { rational } = exponent;
  if (rational.equals(1)) return base;
  if (rational.equals('1/2')) return call('sqrt', base);
  return power(base, num(rational));
}

export function atomToExpr(atom: Atom, naming: Naming): Expr {
  const index = (id: Id): Index => naming.index(id);
  switch (atom.kind) {
    case 'symbol':
      return tensor(atom.name, ...atom.indices.map(index));
    case 'derivative':
      return derivative(
        tensor(atom.name, ...atom.indices.map(index)),
        ...atom.by.map((by) => tensor(by.name, ...by.indices.map(index))),
      );
    case 'size':
      return size(atom.dimension);
    case 'integer':
      return num(atom.value);
    case 'pi':
      return constant('π');
    case 'position':
      return position(index(atom.id));
    case 'delta':
      return deltaToExpr(atom.affine, naming);
    case 'positive':
      return comparison(atom.argument, '>', naming);
    case 'zero':
      return comparison(atom.argument, '=', naming);
    case 'exp':
      return call('exp', termToExpr({ coefficient: one, monomial: atom.exponent }, naming));
    case 'call':
      return callToExpr(atom, naming);
    case 'power':
      return naming.inside(atom.base, naming);
    case 'sum':
      return sumToExpr(atom, naming);
    case 'product':
    case 'maximum':
      return naming.bound([atom.binder.id], ([letter]) =>
        total(
          atom.kind === 'product' ? 'product' : 'max',
          { id: letter as string, dimension: atom.binder.dimension },
          polyToExpr(atom.body, naming),
        ),
      );
    case 'inverse':
    case 'det':
      return naming.bound([atom.row.id, atom.column.id], ([row, column]) =>
        matrixFunction(
          atom.kind === 'det' ? 'det' : 'inv',
          { id: row as string, dimension: atom.row.dimension },
          { id: column as string, dimension: atom.column.dimension },
          polyToExpr(atom.body, naming),
          atom.kind === 'inverse' ? [index(atom.at[0]), index(atom.at[1])] : undefined,
        ),
      );
  }
}

/** Σ over the dummies; one that a δ ties to others, and that stands only at tensors, is written as what it is tied to: w_{j−l}. */
function sumToExpr(atom: AtomOf<'sum'>, naming: Naming): Expr {
  return naming.bound(
    atom.binders.map((b) => b.id),
    (letters) => {
      const tied = tiedBinder(atom);
      const factors =
        tied === undefined ? atom.body.factors : atom.body.factors.filter((f) => f !== tied.delta);
      const body = termToExpr({ coefficient: one, monomial: monomialOf(factors) }, naming);
      const inner =
        tied === undefined
          ? body
          : substituteIndex(body, letters[tied.at] as string, solvedIndex(tied, naming));
      return atom.binders.reduceRight<Expr>(
        (e, b, at) => (at === tied?.at ? e : sum(letters[at] as string, b.dimension, e)),
        inner,
      );
    },
  );
}

interface TiedBinder {
  readonly at: number;
  readonly id: Id;
  readonly delta: Factor;
  readonly affine: Affine;
  readonly coefficient: number;
}

/** A dummy that stands in one general δ with coefficient ±1 and else only as an index of tensors. */
function tiedBinder(atom: AtomOf<'sum'>): TiedBinder | undefined {
  for (const delta of atom.body.factors) {
    if (delta.atom.kind !== 'delta') continue;
    for (const [at, { id }] of [...atom.binders.entries()].reverse()) {
      const part = delta.atom.affine.parts.find((p) => p.id === id);
      if (part === undefined || Math.abs(part.coefficient) !== 1) continue;
      const others = atom.body.factors.filter((f) => f !== delta && factorHas(f, id));
      if (
        others.length === 0 ||
        others.some((f) => f.atom.kind !== 'symbol' || f.exponent.symbolic !== undefined)
      )
        continue;
      if (delta.atom.affine.parts.some((p) => Math.abs(p.coefficient) !== 1)) continue;
      return { at, id, delta, affine: delta.atom.affine, coefficient: part.coefficient };
    }
  }
  return undefined;
}

/** c·b + rest = 0 solved for b. */
function solvedIndex({ id, affine, coefficient }: TiedBinder, naming: Naming): Index {
  let index: Index = { parts: [], offset: -affine.offset * coefficient };
  for (const part of affine.parts) {
    if (part.id === id) continue;
    index = combine(index, naming.index(part.id), part.coefficient * coefficient > 0 ? -1 : 1);
  }
  return index;
}

/** log(1 + e^u) is written softplus(u). */
function callToExpr(atom: AtomOf<'call'>, naming: Naming): Expr {
  const [argument] = atom.args;
  if (atom.name === 'log' && argument?.terms.size === 2 && argument.terms.get('')?.coefficient.equals(1)) {
    const other = [...argument.terms.values()].find((t) => t.monomial.factors.length > 0);
    if (other?.coefficient.equals(1) && other.monomial.factors.every((f) => f.atom.kind === 'exp')) {
      return call('softplus', naming.inside(logOfExponentials(other.monomial), naming));
    }
  }
  return call(atom.name, ...atom.args.map((p) => naming.inside(p, naming)));
}

const one = num(1).value;

/** P > 0 with what is subtracted on the other side: x > 0, a > b. */
function comparison(poly: Poly, relation: '>' | '=', naming: Naming): Expr {
  const left: Term[] = [];
  const right: Term[] = [];
  for (const term of poly.terms.values()) {
    if (term.coefficient.s > 0n) left.push(term);
    else right.push({ coefficient: term.coefficient.neg(), monomial: term.monomial });
  }
  const side = (terms: readonly Term[]): Expr =>
    polyToExpr({ terms: new Map(terms.map((t) => [t.monomial.key, t])) }, naming);
  if (left.length === 0) return bracket(side(right), relation === '>' ? '<' : '=', num(0));
  return bracket(side(left), relation, side(right));
}

/** δ with the added parts on one side, the subtracted ones on the other. */
function deltaToExpr(affine: Affine, naming: Naming): Expr {
  let left: Index = component(0);
  let right: Index = component(0);
  for (const { coefficient, id } of affine.parts) {
    for (let times = 0; times < Math.abs(coefficient); times += 1) {
      if (coefficient > 0) left = combine(left, naming.index(id));
      else right = combine(right, naming.index(id));
    }
  }
  if (affine.offset > 0) left = { ...left, offset: left.offset + affine.offset };
  else right = { ...right, offset: right.offset - affine.offset };
  return delta(left, right);
}
