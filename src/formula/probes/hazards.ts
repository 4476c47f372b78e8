/** Where a formula is not smooth or not defined: kinks, arguments of logarithms and roots, matrices to invert. */
import { subtract } from '../build.js';
import type { Binder, Expr, MatrixFunction } from '../nodes.js';
import { everyNode } from '../walk.js';
import type { Placed } from './point.js';
import type { Requirement } from './requirements.js';

export interface Hazards {
  /** Must not be near 0. Exactly 0 is let pass: `[x_i ≥ x_k]` at i = k. */
  readonly kinks: readonly Placed[];
  /** The greatest over the binder must be greatest by a margin. */
  readonly maxima: readonly (Placed & { readonly binder: Binder })[];
  /** Must be positive, where the value is not to be NaN. */
  readonly domains: readonly Requirement[];
  /** Must be well-conditioned. */
  readonly matrices: readonly (Placed & { readonly node: MatrixFunction })[];
}

export function hazardsOf(found: readonly Placed[]): Hazards {
  const kinks: Placed[] = [];
  const maxima: (Placed & { binder: Binder })[] = [];
  const domains: Requirement[] = [];
  const matrices: (Placed & { node: MatrixFunction })[] = [];
  for (const { expr, ranges } of found) {
    for (const kink of kinksAt(expr)) if (dependsOnTensors(kink)) kinks.push({ expr: kink, ranges });
    if (expr.kind === 'total' && expr.operation === 'max') {
      const inner = new Map([...ranges, [expr.binder.id, expr.binder.dimension]]);
      maxima.push({ expr: expr.body, ranges: inner, binder: expr.binder });
    }
    const domain = domainAt(expr);
    if (domain !== undefined) domains.push({ ...domain, ranges, kind: 'positive' });
    if (expr.kind === 'matrix') {
      const inner = new Map([
        ...ranges,
        [expr.row.id, expr.row.dimension],
        [expr.column.id, expr.column.dimension],
      ]);
      matrices.push({ expr: expr.body, ranges: inner, node: expr });
    }
  }
  return { kinks, maxima, domains, matrices };
}

/** What changes sign where this node has a kink, a jump or a pole. */
function kinksAt(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'bracket':
      return [subtract(expr.left, expr.right)];
    case 'total':
      return expr.where === undefined ? [] : [subtract(expr.where.left, expr.where.right)];
    case 'cases':
      return expr.branches.map(({ condition }) => subtract(condition.left, condition.right));
    case 'divide':
      return [expr.denominator];
    case 'call': {
      const [first, second] = expr.args;
      if (first === undefined) return [];
      if (expr.name === 'relu' || expr.name === 'abs' || expr.name === 'sign') return [first];
      return second !== undefined && (expr.name === 'max' || expr.name === 'min')
        ? [subtract(first, second)]
        : [];
    }
    default:
      return [];
  }
}

function dependsOnTensors(expr: Expr): boolean {
  for (const { kind } of everyNode(expr)) if (kind === 'tensor' || kind === 'derivative') return true;
  return false;
}

/** The argument of a logarithm, a root or a broken power, with what needs it. */
function domainAt(expr: Expr): { expr: Expr; text: string } | undefined {
  if (expr.kind === 'call' && (expr.name === 'log' || expr.name === 'sqrt')) {
    const [arg] = expr.args;
    return arg === undefined ? undefined : { expr: arg, text: `${expr.name} of a negative number` };
  }
  if (expr.kind !== 'power' || expr.base.kind === 'constant') return undefined;
  if (expr.exponent.kind === 'number' && expr.exponent.value.d === 1n) return undefined;
  if (
    expr.exponent.kind === 'negate' &&
    expr.exponent.operand.kind === 'number' &&
    expr.exponent.operand.value.d === 1n
  )
    return undefined;
  return { expr: expr.base, text: 'a broken power of a negative number' };
}
