/** The components of a formula written out for given sizes: totals become sums, δ and index numbers become numbers. */
import { add, multiply, num } from '../build.js';
import { HandgradError, TooLargeError } from '../errors.js';
import { component, freeIndices, substituteIndex, substituteIndices } from '../indices.js';
import type { Bracket, Declarations, Expr, Index, Ranged, Relation, Total } from '../nodes.js';
import { unfold, unfoldDefinition } from '../unfold.js';
import { mapChildren } from '../walk.js';
import { ComponentWriter, simplify } from './simplify.js';

/** Components written out at most. */
const mostComponents = 4096;

export interface ExplicitOptions {
  /** Names whose definitions are put in their place: none, unless given; true for all. */
  readonly unfold?: boolean | readonly string[];
}

/** Components in row-major order, with the shape. */
export interface Components {
  readonly shape: readonly number[];
  readonly entries: readonly Expr[];
}

/**
 * Every component of a formula at the given sizes.
 *
 * @throws HandgradError where a size is missing or is not a whole number of at least 1; TooLargeError beyond 4096 components.
 * @example explicit(declarations, ranged('s_i (δ_ij − s_j)'), { n: 2 }).entries[1] // −s_0 s_1
 */
export function explicit(
  declarations: Declarations,
  formula: Ranged,
  sizes: Readonly<Record<string, number>>,
  options: ExplicitOptions = {},
): Components {
  const shape = formula.free.map((id) => sizeOf(sizes, formula.ranges.get(id) ?? '?'));
  const count = shape.reduce((a, b) => a * b, 1);
  if (count > mostComponents)
    throw new TooLargeError(`${count} components are more than the ${mostComponents} that are written out.`);
  const closed = options.unfold === undefined || options.unfold === false;
  const short = simplify(declarations, formula.expr, formula.ranges).expr;
  const whole = writeOut(opened(declarations, short, options.unfold ?? false), sizes, true);
  const components = new ComponentWriter(declarations, !closed);
  const entries: Expr[] = [];
  for (let flat = 0; flat < count; flat += 1) {
    const at = positionsOf(flat, shape);
    const put = new Map(formula.free.map((id, axis) => [id, component(at[axis] ?? 0)]));
    entries.push(components.write(writeOut(substituteIndices(whole, put), sizes)));
  }
  return { shape, entries };
}

function sizeOf(sizes: Readonly<Record<string, number>>, dimension: string): number {
  const size = sizes[dimension];
  if (size === undefined || !Number.isInteger(size) || size < 1) {
    throw new HandgradError(
      `The size of ${dimension} is ${size === undefined ? 'not given' : String(size)}; it must be a whole number of at least 1: explicit({ ${dimension}: 4 }).`,
    );
  }
  return size;
}

function positionsOf(flat: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    at.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return at;
}

/** The expression with the definitions of the chosen names in their place, and functions of the field as totals. */
function opened(declarations: Declarations, expr: Expr, which: boolean | readonly string[]): Expr {
  const wanted = (name: string): boolean => which === true || (Array.isArray(which) && which.includes(name));
  const open = (e: Expr): Expr => {
    if (e.kind === 'tensor' && wanted(e.name)) {
      const body = unfoldDefinition(e, declarations);
      if (body !== undefined) return open(body);
    }
    return mapChildren(e, open);
  };
  return unfold(open(expr));
}

/** Totals written out; with `closedOnly` just those without a free index, which are the same in every component. */
function writeOut(expr: Expr, sizes: Readonly<Record<string, number>>, closedOnly = false): Expr {
  switch (expr.kind) {
    case 'total':
      return closedOnly && freeIndices(expr).length > 0 ? expr : writeTotal(expr, sizes);
    case 'size':
      return num(sizeOf(sizes, expr.dimension));
    default:
      return mapChildren(expr, (child) => writeOut(child, sizes, closedOnly));
  }
}

/** Σ_k f as f at k = 0, plus f at k = 1, …; Π likewise; max as nested max. */
function writeTotal(expr: Total, sizes: Readonly<Record<string, number>>): Expr {
  const size = sizeOf(sizes, expr.binder.dimension);
  const parts: Expr[] = [];
  for (let k = 0; k < size; k += 1) {
    if (
      expr.where !== undefined &&
      holds(substituteIndex(expr.where, expr.binder.id, component(k)) as Bracket) === false
    )
      continue;
    parts.push(writeOut(substituteIndex(expr.body, expr.binder.id, component(k)), sizes));
  }
  if (expr.operation === 'sum') return add(...parts);
  if (expr.operation === 'product') return multiply(...parts);
  return parts.reduce((a, b) => ({ kind: 'call', name: 'max', args: [a, b] }));
}

/** Whether a relation between index numbers holds; undefined where something else is compared. */
function holds(condition: Bracket): boolean | undefined {
  const [left, right] = [numberOf(condition.left), numberOf(condition.right)];
  if (left === undefined || right === undefined) {
    throw new HandgradError('A restricted total is written out only where index numbers are compared.');
  }
  const tests: Record<Relation, boolean> = {
    '>': left > right,
    '≥': left >= right,
    '<': left < right,
    '≤': left <= right,
    '=': left === right,
    '≠': left !== right,
  };
  return tests[condition.relation];
}

function numberOf(expr: Expr): number | undefined {
  if (expr.kind === 'number') return Number(expr.value.valueOf());
  return expr.kind === 'position' ? plain(expr.index) : undefined;
}

function plain(index: Index): number | undefined {
  return index.parts.length === 0 ? index.offset : undefined;
}
