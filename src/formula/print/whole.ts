/** Arguments of functions of whole tensors without their indices: the x − y of norm(x − y). */
import { simpleId } from '../indices.js';
import type { Expr, Index } from '../nodes.js';

/** What the identity and a transpose are called where indices are left out. */
const IDENTITY = 'I';
export const TRANSPOSE = 'ᵀ';

/**
 * An expression over the given indices with those left out, where reading it puts them back: tensors that have just
 * these indices, their sums, multiples by scalars in front, quotients by scalars and elementwise functions. Undefined
 * for anything else, and where I would have no size.
 */
export function withoutIndices(expr: Expr, ids: readonly string[]): Expr | undefined {
  const bare = strip(expr, ids);
  return bare?.sized ? bare.expr : undefined;
}

interface Bare {
  readonly expr: Expr;
  /** Whether a tensor in it says how large it is. */
  readonly sized: boolean;
}

function strip(expr: Expr, ids: readonly string[]): Bare | undefined {
  switch (expr.kind) {
    case 'tensor': {
      if (areLetters(expr.indices, ids)) return { expr: { ...expr, indices: [] }, sized: true };
      const back = ids.length === 2 && areLetters(expr.indices, ids.toReversed());
      return back
        ? { expr: { ...expr, name: `${expr.name}${TRANSPOSE}`, indices: [] }, sized: true }
        : undefined;
    }
    case 'delta':
      return ids.length === 2 && areLetters([expr.left, expr.right], ids)
        ? { expr: { kind: 'tensor', name: IDENTITY, indices: [] }, sized: false }
        : undefined;
    case 'add': {
      const terms = expr.terms.map((term) => strip(term, ids));
      if (!terms.every((term) => term !== undefined)) return undefined;
      return { expr: { ...expr, terms: terms.map((t) => t.expr) }, sized: terms.some((t) => t.sized) };
    }
    case 'negate': {
      const operand = strip(expr.operand, ids);
      return operand && { ...operand, expr: { ...expr, operand: operand.expr } };
    }
    case 'multiply': {
      const last = expr.factors.at(-1);
      const others = expr.factors.slice(0, -1);
      const shaped = last && last.kind !== 'multiply' ? strip(last, ids) : undefined;
      if (!shaped || !others.every(isPlainScalar)) return undefined;
      return { ...shaped, expr: { ...expr, factors: [...others, shaped.expr] } };
    }
    case 'divide': {
      const numerator = strip(expr.numerator, ids);
      if (!numerator || !isPlainScalar(expr.denominator)) return undefined;
      return { ...numerator, expr: { ...expr, numerator: numerator.expr } };
    }
    case 'call': {
      const [arg, more] = expr.args;
      const inner = arg && !more ? strip(arg, ids) : undefined;
      return inner && { ...inner, expr: { ...expr, args: [inner.expr] } };
    }
    default:
      return undefined;
  }
}

function isPlainScalar(expr: Expr): boolean {
  if (expr.kind === 'tensor') return expr.indices.length === 0;
  return expr.kind === 'size' || expr.kind === 'constant' || (expr.kind === 'number' && expr.value.s > 0n);
}

function areLetters(indices: readonly Index[], ids: readonly string[]): boolean {
  return indices.length === ids.length && indices.every((index, at) => simpleId(index) === ids[at]);
}
