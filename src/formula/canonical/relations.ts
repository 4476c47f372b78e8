/**
 * Identities that are not part of the canonical form because they would change what is read and printed, but that decide
 * equality: applied to the whole formula, at any depth, before it is asked whether it is zero.
 */
import { type Context, conditionInWords } from './context.js';
import { positive, sigmoid } from './functions.js';
import { multiply, negate, scale, subtract } from './poly.js';
import { leadingSign, power, powerAtom, powerOf } from './power.js';
import { canVanish } from './signs.js';
import { rewriteAll } from './substitute.js';
import {
  type Atom,
  atomPoly,
  constantPoly,
  type Factor,
  isInteger,
  MINUS_ONE,
  onePoly,
  type Poly,
  polyKey,
  rational,
  zeroPoly,
} from './terms.js';

/** One relation: its name (for remembering), and its value for a factor it applies to. */
interface Relation {
  readonly name: string;
  /** The identity, as it is quoted. */
  readonly law: string;
  readonly apply: (context: Context, factor: Factor) => Poly | undefined;
}

/** tanh u = 2 σ(2u) − 1 */
const tanhAsSigmoid: Relation = {
  name: 'tanh',
  law: 'tanh u = 2 σ(2u) − 1',
  apply: (context, { atom, exponent }) => {
    if (atom.kind !== 'call' || atom.name !== 'tanh') return undefined;
    const twice = scale(sigmoid(context, scale(atom.args[0] as Poly, rational(2))), rational(2));
    return powerOf(context, subtract(twice, onePoly), exponent);
  },
};

/** sin² u = 1 − cos² u */
const sineSquared: Relation = {
  name: 'sin',
  law: 'sin² + cos² = 1',
  apply: (context, { atom, exponent }) => {
    if (
      atom.kind !== 'call' ||
      atom.name !== 'sin' ||
      exponent.symbolic !== undefined ||
      !isInteger(exponent.rational)
    )
      return undefined;
    const half = exponent.rational.div(2).floor();
    if (half.s <= 0n || half.n === 0n) return undefined;
    const cosine = atomPoly({ ...atom, name: 'cos', key: atom.key.replace(/^sin/, 'cos') });
    const square = subtract(onePoly, power(context, cosine, rational(2)));
    const rest = power(context, atomPoly(atom), exponent.rational.sub(half.mul(2)));
    return multiply(context, rest, power(context, square, half));
  },
};

/** [−P > 0] = 1 − [P > 0], wherever P is not zero */
const oneBracket: Relation = {
  name: 'bracket',
  law: '[−P > 0] = 1 − [P > 0]',
  apply: (context, { atom }) => {
    if (atom.kind === 'positive' && turned(atom.argument) && !canVanish(context, atom.argument)) {
      conditionInWords(context, 'away from kinks');
      return subtract(onePoly, positive(context, negate(atom.argument)));
    }
    if (atom.kind === 'zero' && !holdsMaximum(atom.argument) && !canVanish(context, atom.argument)) {
      conditionInWords(context, 'away from kinks');
      return zeroPoly;
    }
    return undefined;
  },
};

/** |P| = P (2 [P > 0] − 1) */
const absoluteAsBracket: Relation = {
  name: 'abs',
  law: '|P| = P (2 [P > 0] − 1)',
  apply: (context, { atom, exponent }) => {
    if (atom.kind !== 'call' || atom.name !== 'abs') return undefined;
    const inside = atom.args[0] as Poly;
    const straight = turned(inside) ? negate(inside) : inside;
    const sign = subtract(scale(positive(context, straight), rational(2)), onePoly);
    if (exponent.symbolic !== undefined || !isInteger(exponent.rational)) return undefined;
    // sign² = 1: an odd power of |P| is P^k · sign.
    const odd = exponent.rational.n % 2n === 1n;
    const body = power(context, straight, exponent.rational);
    return odd ? multiply(context, body, sign) : body;
  },
};

/** σ(v − u) = 1 − σ(u − v) and (v − u)^k = (−1)^k (u − v)^k, for sums that no shape can turn: the names of the indices decide. */
const turnedSums: Relation = {
  name: 'turn',
  law: 'sums turned round',
  apply: (context, { atom, exponent }) => {
    if (
      atom.kind === 'call' &&
      atom.name === 'sigmoid' &&
      tied(atom.args[0] as Poly) &&
      turned(atom.args[0] as Poly)
    ) {
      return powerOf(context, subtract(onePoly, sigmoid(context, negate(atom.args[0] as Poly))), exponent);
    }
    if (
      atom.kind === 'call' &&
      (atom.name === 'tanh' || atom.name === 'sin' || atom.name === 'erf') &&
      tied(atom.args[0] as Poly) &&
      turned(atom.args[0] as Poly)
    ) {
      const inner = negate(atom.args[0] as Poly);
      const twin: Atom = { ...atom, args: [inner], key: `${atom.name}(${polyKey(inner)})` };
      return powerOf(context, negate(atomPoly(twin)), exponent);
    }
    if (
      atom.kind === 'power' &&
      exponent.symbolic === undefined &&
      isInteger(exponent.rational) &&
      tied(atom.base) &&
      turned(atom.base)
    ) {
      const sign = exponent.rational.n % 2n === 0n ? onePoly : constantPoly(MINUS_ONE);
      const twin = powerAtom(negate(atom.base));
      return multiply(context, sign, { terms: new Map(powerOf(context, atomPoly(twin), exponent).terms) });
    }
    return undefined;
  },
};

function tied(poly: Poly): boolean {
  return leadingSign(poly) === 0;
}

/** Whether −P is the reading to take of P and −P. */
function turned(poly: Poly): boolean {
  const sign = leadingSign(poly);
  return sign === 0 ? polyKey(negate(poly)) < polyKey(poly) : sign < 0;
}

function holdsMaximum(poly: Poly): boolean {
  return [...poly.terms.values()].some((t) => t.monomial.factors.some((f) => f.atom.kind === 'maximum'));
}

const relations: readonly Relation[] = [
  tanhAsSigmoid,
  sineSquared,
  absoluteAsBracket,
  oneBracket,
  turnedSums,
];

/** The formula after all relations, repeated until nothing changes (three rounds at most). */
export function applyRelations(context: Context, poly: Poly): Poly {
  let now = poly;
  for (let round = 0; round < 3; round += 1) {
    const before = polyKey(now);
    for (const relation of relations) {
      if (!worthTrying(relation, polyKey(now))) continue;
      const unrelated = now;
      now = rewriteAll(context, now, {
        name: relation.name,
        apply: (factor) => relation.apply(context, factor),
      });
      if (now !== unrelated)
        context.note?.({ rule: relation.law, kind: 'polynomial', before: unrelated, after: now });
    }
    if (polyKey(now) === before) break;
  }
  return now;
}

function worthTrying(relation: Relation, key: string): boolean {
  const marks: Record<string, string> = { tanh: 'tanh(', sin: 'sin(', abs: 'abs(', bracket: '[' };
  const mark = marks[relation.name];
  return mark === undefined || key.includes(mark);
}
