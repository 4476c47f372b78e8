/** Every place in a formula, with what is in reach there and how the formula looks with something else in it. */
import { bindersOf, children, type Expr, mapChildren } from '../../formula/index.js';
import type { Scope } from './sampler.js';

export interface Site {
  readonly node: Expr;
  /** What it stands in, nearest first. */
  readonly parents: readonly Expr[];
  /** The dimension of every index in reach, those bound around it included. */
  readonly scope: Scope;
  /** The whole formula with another node in this place. */
  readonly put: (replacement: Expr) => Expr;
}

/** All places of a formula, outermost first. */
export function sitesOf(root: Expr, scope: Scope): readonly Site[] {
  const found: Site[] = [];
  const visit = (node: Expr, parents: readonly Expr[], reach: Scope, put: Site['put']): void => {
    found.push({ node, parents, scope: reach, put });
    const binders = bindersOf(node);
    const inner =
      binders.length === 0
        ? reach
        : new Map([...reach, ...binders.map(({ id, dimension }) => [id, dimension] as const)]);
    children(node).forEach((child, at) => {
      visit(child, [node, ...parents], inner, (replacement) => put(withChild(node, at, replacement)));
    });
  };
  visit(root, [], scope, (replacement) => replacement);
  return found;
}

/** The node with another subexpression at a place among its children. */
export function withChild(node: Expr, at: number, replacement: Expr): Expr {
  let place = -1;
  return mapChildren(node, (child) => {
    place += 1;
    return place === at ? replacement : child;
  });
}

/**
 * Whether what stands at the site enters the whole formula linearly: below it are only sums, products, totals Σ and
 * numerators.
 */
export function isLinear({ node, parents }: Site): boolean {
  let below = node;
  for (const parent of parents) {
    const linear =
      parent.kind === 'add' ||
      parent.kind === 'multiply' ||
      parent.kind === 'negate' ||
      (parent.kind === 'divide' && parent.numerator === below) ||
      (parent.kind === 'total' && parent.operation === 'sum' && parent.body === below);
    if (!linear) return false;
    below = parent;
  }
  return true;
}
