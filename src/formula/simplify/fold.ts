/**
 * Definitions put back: a definition D = c·m·A^e + rest is solved for an atom A that has all of D's indices, and A is
 * replaced by its value in terms of D wherever it stands. What is shorter is kept.
 */

import {
  type Atom,
  type Context,
  canonical,
  type Factor,
  factorIds,
  type Id,
  isInteger,
  MINUS_ONE,
  matchAtom,
  multiply,
  ofFactors,
  ofTerm,
  type Poly,
  powerOf,
  rewriteAll,
  substituteAll,
  subtract,
  symbolPoly,
  type Term,
} from '../canonical/index.js';
import { NoRuleError } from '../errors.js';
import type { Tensor } from '../nodes.js';

/** A definition solved for one of its atoms: wherever `pattern` stands, `value` may stand. */
interface Solution {
  readonly name: string;
  readonly factor: Factor;
  readonly free: readonly Id[];
  /** The value of the factor (atom to its exponent). */
  readonly value: Poly;
  /** The atoms of the value itself: wherever they stand they are left alone, or the replacement would not end. */
  readonly kept: readonly Atom[];
}

/** The polynomial with the definition folded in, once for each atom it can be solved for. */
export function foldings(context: Context, poly: Poly, tensor: Tensor): Poly[] {
  return solutions(context, tensor).flatMap((s) => {
    try {
      return [fold(context, poly, s)];
    } catch (error) {
      // A definition that cannot be solved here (a δ or a zero in a denominator) is left unfolded.
      if (error instanceof NoRuleError) return [];
      throw error;
    }
  });
}

function solutions(context: Context, tensor: Tensor): Solution[] {
  const { definition } = tensor;
  if (definition === undefined) return [];
  const free = definition.indices.map((id) => `%f${id}`);
  definition.indices.forEach((id, axis) => {
    const dimension = tensor.dimensions[axis];
    if (dimension === undefined) return;
    context.dimensions.set(`%f${id}`, dimension);
    if (!context.dimensions.has(id)) context.dimensions.set(id, dimension);
  });
  const body = bodyAt(context, tensor, free);
  const whole = symbolPoly(context, tensor.name, free);
  const found: Solution[] = [];
  for (const term of body.terms.values()) {
    for (const factor of term.monomial.factors) {
      const solution = solve(context, tensor.name, whole, body, term, factor, free);
      if (solution !== undefined) found.push(solution);
    }
  }
  return found;
}

function bodyAt(context: Context, tensor: Tensor, free: readonly Id[]): Poly {
  const own = tensor.definition?.indices ?? [];
  const plain = canonical(context, (tensor.definition as NonNullable<Tensor['definition']>).body);
  return substituteAll(context, plain, new Map(own.map((id, at) => [id, free[at] as Id])));
}

/** A^e = (D − rest) / (c·m), where A has all indices of D and stands in no other term. */
function solve(
  context: Context,
  name: string,
  whole: Poly,
  body: Poly,
  term: Term,
  factor: Factor,
  free: readonly Id[],
): Solution | undefined {
  const ids = factorIds(factor);
  if (free.some((id) => !ids.has(id)) || [...ids].some((id) => !free.includes(id))) return undefined;
  if (!mayBeSolved(factor)) return undefined;
  for (const other of body.terms.values()) {
    if (other !== term && other.monomial.factors.some((f) => f.atom.key === factor.atom.key))
      return undefined;
  }
  const rest = subtract(body, ofTerm(term));
  const others = term.monomial.factors.filter((f) => f !== factor);
  if (others.some((f) => f.atom.kind === 'delta' || f.atom.kind === 'positive' || f.atom.kind === 'zero'))
    return undefined;
  const divisor = powerOf(context, ofFactors(context, others, term.coefficient), { rational: MINUS_ONE });
  const value = multiply(context, subtract(whole, rest), divisor);
  const atoms = [...value.terms.values()].flatMap((t) => t.monomial.factors.map((f) => f.atom));
  const kept = atoms.filter((a) => a.kind === 'sum');
  return { name, factor, free, value, kept };
}

/** Worth solving for: a sum, a function, a root, an exponential, an entry; nothing with δ or a bracket. */
function mayBeSolved({ atom, exponent }: Factor): boolean {
  if (exponent.symbolic !== undefined) return false;
  return ['sum', 'call', 'power', 'exp', 'symbol', 'inverse', 'det', 'product', 'maximum'].includes(
    atom.kind,
  );
}

function fold(context: Context, poly: Poly, solution: Solution): Poly {
  const { factor: pattern, free, value, kept } = solution;
  return rewriteAll(context, poly, {
    name: `fold ${solution.name} ${pattern.atom.key}`,
    keeps: (atom) => kept.some((k) => matchAtom(context, k, [...k.ids], atom) !== undefined),
    apply: (factor) => {
      if (factor.exponent.symbolic !== undefined) return undefined;
      const ratio = factor.exponent.rational.div(pattern.exponent.rational);
      if (!isInteger(ratio)) return undefined;
      const move = matchAtom(context, pattern.atom, free, factor.atom);
      if (move === undefined) return undefined;
      return powerOf(context, move(value), { rational: ratio });
    },
  });
}
