/** What assumptions ask of the values: bounds, sets of values, equations, inequalities. */
import { subtract, tensor } from '../build.js';
import { Evaluator, fill } from '../evaluate/index.js';
import { simpleId } from '../indices.js';
import type { Assumption, Declarations, Expr, Relation, Tensor, TensorRef } from '../nodes.js';
import { everyNode, mapChildren } from '../walk.js';
import type { Placed } from './point.js';
import { reached } from './reach.js';

/** Something asked of values: the expression must be 0, positive, not negative, or not 0. */
export interface Requirement extends Placed {
  readonly kind: 'equal' | 'positive' | 'nonnegative' | 'different';
  /** The text by which it is named when it cannot be met. */
  readonly text: string;
}

/** What one tensor's entries are drawn from. */
export interface Draw {
  readonly lower?: Expr;
  readonly upper?: Expr;
  /** The only values an entry may take. */
  readonly set?: readonly number[];
  /** Its value is that of this expression over these indices. */
  readonly equals?: { readonly indices: readonly string[]; readonly body: Expr };
}

export interface Requirements {
  readonly draws: ReadonlyMap<string, Draw>;
  readonly requirements: readonly Requirement[];
}

/** Sorts assumptions into what single tensors are drawn from and what must be solved for. Every assumption is also checked. */
export function requirementsOf(assumptions: readonly Assumption[], declarations: Declarations): Requirements {
  const draws = new Map<string, Draw>();
  const put = (name: string, draw: Draw): void => {
    draws.set(name, { ...draws.get(name), ...draw });
  };
  const requirements = assumptions.map((assumption) => {
    const bound = boundOf(assumption, declarations);
    if (bound !== undefined) put(bound.name, bound.draw);
    const set = bound === undefined ? valueSet(assumption, declarations) : undefined;
    if (set !== undefined) put(set.name, { set: set.values });
    const equals =
      bound === undefined && set === undefined ? explicitValue(assumption, declarations, draws) : undefined;
    if (equals !== undefined) put(equals.name, { equals });
    return requirementOf(assumption);
  });
  return { draws, requirements };
}

/** The assumption as something asked of left − right. */
function requirementOf({ left, right, relation, ranges, text }: Assumption): Requirement {
  const [first, second] = relation === '<' || relation === '≤' ? [right, left] : [left, right];
  const expr = subtract(first, second);
  return { expr, ranges, kind: kinds[relation], text };
}

const kinds: Readonly<Record<Relation, Requirement['kind']>> = {
  '=': 'equal',
  '≠': 'different',
  '>': 'positive',
  '<': 'positive',
  '≥': 'nonnegative',
  '≤': 'nonnegative',
};

/** A given tensor that stands with one distinct letter at each axis (a scalar has none). */
function wholeTensor(expr: Expr, declarations: Declarations): Tensor | undefined {
  if (expr.kind !== 'tensor') return undefined;
  const ids = expr.indices.map(simpleId);
  const tensor = declarations.tensors.get(expr.name);
  const distinct = new Set(ids).size === ids.length && !ids.includes(undefined);
  return distinct && tensor?.definition === undefined ? tensor : undefined;
}

function tensorsIn(expr: Expr): TensorRef[] {
  return [...everyNode(expr)].filter((node) => node.kind === 'tensor');
}

/** `x_i > 0`, `0 < x_i`, `p ≥ 1`: a bound of one tensor by something that depends on no tensor. */
function boundOf(
  { left, right, relation }: Assumption,
  declarations: Declarations,
): { name: string; draw: Draw } | undefined {
  if (relation === '=' || relation === '≠') return undefined;
  const [greater, smaller] = relation === '>' || relation === '≥' ? [left, right] : [right, left];
  const above = wholeTensor(greater, declarations);
  const below = wholeTensor(smaller, declarations);
  const constant = (expr: Expr): boolean =>
    [...everyNode(expr)].every(({ kind }) => kind !== 'tensor' && kind !== 'position');
  if (above !== undefined && constant(smaller)) return { name: above.name, draw: { lower: smaller } };
  if (below !== undefined && constant(greater)) return { name: below.name, draw: { upper: greater } };
  return undefined;
}

/** `y_i^2 = 1`, `Ω_ij^2 = Ω_ij`: an equation in one entry of one tensor, solved on [−10, 10]. */
function valueSet(
  { left, right, relation }: Assumption,
  declarations: Declarations,
): { name: string; values: readonly number[] } | undefined {
  if (relation !== '=') return undefined;
  const difference = subtract(left, right);
  const mixed = [...everyNode(difference)].some(({ kind }) => unfitForSets.has(kind));
  const [first, ...others] = tensorsIn(difference);
  if (mixed || first === undefined || wholeTensor(first, declarations) === undefined) return undefined;
  const shown = (ref: TensorRef): string => `${ref.name} ${ref.indices.map(simpleId).join()}`;
  if (others.some((other) => shown(other) !== shown(first))) return undefined;
  const values = roots(difference);
  return values === undefined || values.length === 0 ? undefined : { name: first.name, values };
}

const unfitForSets: ReadonlySet<Expr['kind']> = new Set([
  'total',
  'delta',
  'position',
  'size',
  'derivative',
  'matrix',
  'field',
  'cases',
  'bracket',
]);

/** Where an expression in one unknown is zero: zeros on a grid of eighths, and sign changes bisected; none if there are many. */
function roots(expr: Expr): readonly number[] | undefined {
  const unknown = tensor('v', 'g');
  const put = (node: Expr): Expr => (node.kind === 'tensor' ? unknown : mapChildren(node, put));
  const declarations: Declarations = {
    tensors: new Map([['v', { name: 'v', dimensions: ['grid'] }]]),
    assumptions: [],
    dimensions: ['grid'],
  };
  const body = put(expr);
  const at = (points: readonly number[]): Float64Array =>
    new Evaluator(new Map([['v', fill([points.length], (k) => points[k] ?? 0)]]), declarations).value({
      expr: body,
      free: ['g'],
      ranges: new Map([['g', 'grid']]),
    }).data;
  const grid = Array.from({ length: 161 }, (_, k) => -10 + k / 8);
  const values = at(grid);
  const found: number[] = [];
  grid.forEach((point, k) => {
    const here = values[k] ?? Number.NaN;
    const next = values[k + 1] ?? Number.NaN;
    if (here === 0) found.push(point);
    else if (next !== 0 && here * next < 0)
      found.push(bisect((x) => at([x])[0] ?? Number.NaN, point, point + 1 / 8));
  });
  return found.length > 8 ? undefined : found;
}

function bisect(f: (x: number) => number, start: number, end: number): number {
  let [low, high] = [start, end];
  const negative = f(low) < 0;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (f(middle) < 0 === negative) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** `A_ij = Σ_k B_ik B_jk`: a tensor on the left that the right does not depend on, and that nothing else draws. */
function explicitValue(
  { left, right, relation }: Assumption,
  declarations: Declarations,
  draws: ReadonlyMap<string, Draw>,
): { name: string; indices: readonly string[]; body: Expr } | undefined {
  const tensor = relation === '=' ? wholeTensor(left, declarations) : undefined;
  if (tensor === undefined || left.kind !== 'tensor' || draws.has(tensor.name)) return undefined;
  const indices = left.indices.map((index) => simpleId(index) ?? '');
  const ranges = new Map(indices.map((id, at) => [id, tensor.dimensions[at] ?? '']));
  const uses = reached([{ expr: right, ranges }], declarations);
  const circular = uses.some(
    ({ expr }) => expr.kind === 'tensor' && (expr.name === tensor.name || draws.get(expr.name)?.equals),
  );
  return circular ? undefined : { name: tensor.name, indices, body: right };
}
