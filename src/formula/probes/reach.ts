/** Everything a formula reaches: its own subexpressions and those of the definitions it names. */
import { bindersOf, freeIndices } from '../indices.js';
import type { Declarations, Derivative, Expr, Ranged } from '../nodes.js';
import { children } from '../walk.js';
import type { Placed } from './point.js';

/** An expression over its own free indices. */
export function overOwnIndices({ expr, ranges }: Placed): Ranged {
  const free = freeIndices(expr);
  return { expr, free, ranges: new Map([...ranges].filter(([id]) => free.includes(id))) };
}

/**
 * Every subexpression with the ranges of the indices around it, definitions included (each once). A derivative reaches
 * the tensors it names, and what the resolver gives for it.
 */
export function reached(
  starts: readonly Placed[],
  declarations: Declarations,
  derivatives?: (derivative: Derivative) => Expr,
): Placed[] {
  const found: Placed[] = [];
  const seen = new Set<string>();
  const waiting = [...starts];
  const define = (name: string): void => {
    const tensor = declarations.tensors.get(name);
    if (tensor?.definition === undefined || seen.has(name)) return;
    seen.add(name);
    const ranges = new Map(tensor.definition.indices.map((id, at) => [id, tensor.dimensions[at] ?? '']));
    waiting.push({ expr: tensor.definition.body, ranges });
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { expr } = next;
    found.push(next);
    if (expr.kind === 'tensor') define(expr.name);
    if (expr.kind === 'derivative') {
      if (derivatives !== undefined) waiting.push({ expr: derivatives(expr), ranges: next.ranges });
      for (const { name } of [expr.of, ...expr.by]) define(name);
    }
    const ranges = new Map(next.ranges);
    for (const { id, dimension } of bindersOf(expr)) ranges.set(id, dimension);
    for (const child of children(expr)) waiting.push({ expr: child, ranges });
  }
  return found;
}

/** The names of the given (not defined) tensors that formulas depend on. */
export function givenIn(found: readonly Placed[], declarations: Declarations): Set<string> {
  const names = new Set<string>();
  for (const { expr } of found) {
    const named = expr.kind === 'tensor' ? [expr] : expr.kind === 'derivative' ? [expr.of, ...expr.by] : [];
    for (const { name } of named) {
      const tensor = declarations.tensors.get(name);
      if (tensor !== undefined && tensor.definition === undefined) names.add(name);
    }
  }
  return names;
}
