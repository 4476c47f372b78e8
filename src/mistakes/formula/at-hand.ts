/** The expressions that stand in a problem: what a factor that was lost or added may be. */
import {
  add,
  allIndices,
  children,
  type Expr,
  freeIndices,
  multiply,
  negate,
  num,
  power,
  simpleIndex,
  substituteIndices,
  sum,
  tensor,
  unfoldField,
} from '../../formula/index.js';
import { alike } from './compare.js';
import { isConstant } from './detectors/factors.js';
import { assignments } from './detectors/links.js';
import type { Problem, Values } from './problem.js';

/** More than this are not tried. */
const MOST = 120;

/** An expression with its values at the points. */
export interface AtHand {
  readonly expr: Expr;
  readonly values: Values;
}

const known = new WeakMap<Problem, readonly AtHand[]>();

/**
 * Expressions over the indices of the result: declared and defined tensors at each choice of indices, the parts of the
 * right formula, of the line and of the definitions, sums of vectors and of their squares, and y (1 − y), 1 − y, 1 − y²
 * for every y among them (the derivatives of σ, of a softmax on its diagonal, of tanh).
 */
export function atHand(problem: Problem): readonly AtHand[] {
  const before = known.get(problem);
  if (before !== undefined) return before;
  const list = [...collect(problem)];
  known.set(problem, list);
  return list;
}

function collect(problem: Problem): Iterable<AtHand> {
  const { declarations, right, line, scope, free } = problem;
  const found = new Map<string, AtHand>();
  const put = (expr: Expr): void => {
    if (found.size >= MOST || freeIndices(expr).some((id) => !free.includes(id))) return;
    if (isConstant(expr) || !problem.isAtHand(expr)) return;
    const values = problem.samplers.flatMap((_, at) => problem.values(expr, at) ?? []);
    const key = values[0]?.join() ?? '';
    if (values.every((v, at) => alike(v, problem.rights[at]) || alike(v, problem.lines[at]))) return;
    // of two ways to write one thing the first is kept, which is a name where there is one
    if (values.length === problem.samplers.length && !found.has(key)) found.set(key, { expr, values });
  };
  for (const { name, dimensions } of declarations.tensors.values()) {
    for (const ids of assignments(dimensions, free, scope)) put(tensor(name, ...ids));
  }
  const parts: Expr[] = [...partsOf(right.expr), ...partsOf(line.expr)];
  for (const { definition, dimensions } of declarations.tensors.values()) {
    if (definition === undefined) continue;
    for (const ids of assignments(dimensions, free, scope)) {
      const moves = new Map(definition.indices.map((id, at) => [id, simpleIndex(ids[at] ?? id)]));
      for (const part of partsOf(definition.body)) parts.push(substituteIndices(part, moves));
    }
  }
  for (const part of parts) put(part);
  for (const { name, dimensions } of declarations.tensors.values()) {
    const [dimension, more] = dimensions;
    if (dimension === undefined || more !== undefined) continue;
    const id = 'k#9';
    put(sum(id, dimension, tensor(name, id)));
    put(sum(id, dimension, power(tensor(name, id), 2)));
  }
  for (const { expr } of [...found.values()]) {
    if (expr.kind !== 'tensor' && expr.kind !== 'call' && expr.kind !== 'field') continue;
    const rest = add(num(1), negate(expr));
    put(multiply(expr, rest));
    put(rest);
    put(add(num(1), negate(power(expr, 2))));
  }
  return found.values();
}

/** What stands in a formula outside its totals: factors, functions, denominators, whole totals. */
function* partsOf(expr: Expr): Generator<Expr> {
  const whole =
    expr.kind === 'power' ? expr.exponent.kind !== 'number' : expr.kind === 'call' && expr.name !== 'sqrt';
  const taken = whole || expr.kind === 'total' || expr.kind === 'field';
  if (
    taken ||
    expr.kind === 'matrix' ||
    expr.kind === 'tensor' ||
    expr.kind === 'bracket' ||
    expr.kind === 'add'
  )
    yield expr;
  if (expr.kind === 'field') yield* partsOf(unfoldField(expr, new Set(allIndices(expr))));
  if (expr.kind === 'total' || expr.kind === 'field' || expr.kind === 'matrix') return;
  for (const child of children(expr)) yield* partsOf(child);
}
