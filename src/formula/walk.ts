/** Going through an expression: its subexpressions, and the same node over new ones. */
import type { Bracket, Cases, Expr } from './nodes.js';

/**
 * The subexpressions directly below a node, left to right. Conditions (`where` of a total, those of cases) are no
 * nodes of their own here: their two sides are. The tensors of a derivative are part of it, not below it.
 */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'constant':
    case 'size':
    case 'position':
    case 'tensor':
    case 'delta':
    case 'derivative':
      return [];
    case 'bracket':
      return [expr.left, expr.right];
    case 'add':
      return expr.terms;
    case 'multiply':
      return expr.factors;
    case 'divide':
      return [expr.numerator, expr.denominator];
    case 'negate':
      return [expr.operand];
    case 'power':
      return [expr.base, expr.exponent];
    case 'call':
      return expr.args;
    case 'total':
      return expr.where ? [expr.where.left, expr.where.right, expr.body] : [expr.body];
    case 'cases': {
      const sides = expr.branches.flatMap((b) => [b.value, b.condition.left, b.condition.right]);
      return expr.otherwise ? [...sides, expr.otherwise] : sides;
    }
    case 'matrix':
    case 'field':
      return [expr.body];
    default:
      return exhausted(expr);
  }
}

/**
 * The same node with `change` applied to each subexpression directly below it (see `children`). The node itself is
 * returned when nothing changed.
 */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'number':
    case 'constant':
    case 'size':
    case 'position':
    case 'tensor':
    case 'delta':
    case 'derivative':
      return expr;
    case 'bracket':
      return mapCondition(expr, change);
    case 'add': {
      const terms = mapList(expr.terms, change);
      return terms === expr.terms ? expr : { ...expr, terms };
    }
    case 'multiply': {
      const factors = mapList(expr.factors, change);
      return factors === expr.factors ? expr : { ...expr, factors };
    }
    case 'divide': {
      const numerator = change(expr.numerator);
      const denominator = change(expr.denominator);
      const same = numerator === expr.numerator && denominator === expr.denominator;
      return same ? expr : { ...expr, numerator, denominator };
    }
    case 'negate': {
      const operand = change(expr.operand);
      return operand === expr.operand ? expr : { ...expr, operand };
    }
    case 'power': {
      const base = change(expr.base);
      const exponent = change(expr.exponent);
      return base === expr.base && exponent === expr.exponent ? expr : { ...expr, base, exponent };
    }
    case 'call': {
      const args = mapList(expr.args, change);
      return args === expr.args ? expr : { ...expr, args };
    }
    case 'total': {
      const where = expr.where && mapCondition(expr.where, change);
      const body = change(expr.body);
      if (where === expr.where && body === expr.body) return expr;
      return { ...expr, body, ...(where && { where }) };
    }
    case 'cases':
      return mapCases(expr, change);
    case 'matrix':
    case 'field': {
      const body = change(expr.body);
      return body === expr.body ? expr : { ...expr, body };
    }
    default:
      return exhausted(expr);
  }
}

/** The node and all subexpressions below it, parents first. */
export function* everyNode(expr: Expr): Generator<Expr> {
  const waiting: Expr[] = [expr];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...children(next).toReversed());
  }
}

/** Marks a place that no kind of node can reach. */
export function exhausted(value: never): never {
  throw new TypeError(`not a node of a formula: ${JSON.stringify(value)}`);
}

function mapCondition(condition: Bracket, change: (child: Expr) => Expr): Bracket {
  const left = change(condition.left);
  const right = change(condition.right);
  return left === condition.left && right === condition.right ? condition : { ...condition, left, right };
}

function mapCases(expr: Cases, change: (child: Expr) => Expr): Cases {
  const branches = mapList(expr.branches, (branch) => {
    const value = change(branch.value);
    const condition = mapCondition(branch.condition, change);
    return value === branch.value && condition === branch.condition ? branch : { value, condition };
  });
  const otherwise = expr.otherwise && change(expr.otherwise);
  if (branches === expr.branches && otherwise === expr.otherwise) return expr;
  return { ...expr, branches, ...(otherwise && { otherwise }) };
}

function mapList<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.every((item, at) => item === list[at]) ? list : changed;
}
