/** What the functions of the field and defined names stand for. */
import {
  add,
  bracket,
  call,
  cases,
  divide,
  multiply,
  negate,
  num,
  position,
  power,
  size,
  sum,
} from './build.js';
import { NoRuleError } from './errors.js';
import { allIndices, renameBinders, simpleId, substituteIndices } from './indices.js';
import type { Declarations, Expr, FieldFunction, Index, TensorRef } from './nodes.js';
import { mapChildren } from './walk.js';

/** The expression with every function of the field written as totals, at any depth. Binders of copies are renamed apart. */
export function unfold(expr: Expr): Expr {
  const taken = new Set(allIndices(expr));
  const visit = (node: Expr): Expr => {
    const inner = mapChildren(node, visit);
    return inner.kind === 'field' ? unfoldField(inner, taken) : inner;
  };
  return visit(expr);
}

/**
 * One function of the field as totals; `taken` are the ids that its copies must keep clear of, and gains those it used.
 *
 * - softmax(v)_i = exp(v_i) / Σ_k exp(v_k)
 * - logsumexp(v) = log(Σ_k exp(v_k))
 * - mean(v) = (Σ_k v_k) / n
 * - var(v) = (Σ_k (v_k − mean(v))²) / n, the biased one
 * - norm(v) = sqrt(Σ_k v_k²), over a matrix the Frobenius norm
 */
export function unfoldField(expr: FieldFunction, taken: Set<string>): Expr {
  const { name, binders, body } = expr;
  const over = (of: Expr): Expr => binders.reduceRight((inner, b) => sum(b.id, b.dimension, inner), of);
  const count = multiply(...binders.map((b) => size(b.dimension)));
  switch (name) {
    case 'softmax': {
      const [along] = binders;
      if (!along || !expr.at) throw new NoRuleError('softmax needs the index it is taken at: softmax(x)_i.');
      const entry = renameBinders(substituteIndices(body, new Map([[along.id, expr.at]])), taken);
      const quotient = divide(call('exp', entry), over(call('exp', body)));
      return guard(quotient, expr.at, along.dimension);
    }
    case 'logsumexp':
      return call('log', over(call('exp', body)));
    case 'mean':
      return divide(over(body), count);
    case 'var': {
      const mean = renameBinders(divide(over(body), count), taken);
      return divide(over(power(add(body, negate(mean)), 2)), count);
    }
    case 'norm':
      return call('sqrt', over(power(body, 2)));
  }
}

/**
 * What a defined name stands for at the indices it is written with: of s_i = exp(x_i), `s_j` is exp(x_j). Binders keep
 * clear of `taken` (which gains those used) and of the indices. At an index such as `i+1` the body counts inside the
 * range only, for outside a tensor reads 0; a component is taken to exist. Undefined for a name without definition.
 */
export function unfoldDefinition(
  ref: TensorRef,
  declarations: Declarations,
  taken: Set<string> = new Set(),
): Expr | undefined {
  const known = declarations.tensors.get(ref.name);
  if (!known?.definition) return undefined;
  for (const index of ref.indices) for (const part of index.parts) taken.add(part.id);
  const { indices, body } = known.definition;
  const replacements = new Map<string, Index>();
  for (const [at, id] of indices.entries()) {
    const index = ref.indices[at];
    if (index) replacements.set(id, index);
  }
  const entry = renameBinders(substituteIndices(body, replacements), taken);
  return ref.indices.reduce<Expr>((inner, index, axis) => {
    const dimension = known.dimensions[axis];
    return dimension === undefined ? inner : guard(inner, index, dimension);
  }, entry);
}

/** The expression inside the range of an index, 0 outside; one that cannot leave the range is left as it is. */
function guard(expr: Expr, index: Index, dimension: string): Expr {
  if (index.parts.length === 0 || simpleId(index) !== undefined) return expr;
  const below = cases([{ value: expr, condition: bracket(position(index), '<', size(dimension)) }], num(0));
  return cases([{ value: below, condition: bracket(position(index), '≥', num(0)) }], num(0));
}
