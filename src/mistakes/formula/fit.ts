/** Lines whose indices do not fit: the dimensions that one letter runs over are taken for one, so that they can be compared. */
import {
  type Assumption,
  type Binder,
  bindersOf,
  children,
  type Declarations,
  type Expr,
  mapChildren,
  type Ranged,
  simpleId,
} from '../../formula/index.js';
import type { Scope } from './sampler.js';

/** Which dimension stands for each one that was united with others. */
type Union = Map<string, string>;

function chief(union: Union, dimension: string): string {
  let name = dimension;
  for (let next = union.get(name); next !== undefined; next = union.get(name)) name = next;
  return name;
}

/** Unites what the letters of a formula run over; without an entry of one, nothing is said about it. */
function uniteIn(expr: Expr, scope: Scope, declarations: Declarations, union: Union): void {
  const meet = (left: string | undefined, right: string | undefined): void => {
    if (left === undefined || right === undefined) return;
    const [a, b] = [chief(union, left), chief(union, right)];
    if (a !== b) union.set(a, b);
  };
  const rangeOf = (index: Parameters<typeof simpleId>[0]): string | undefined => {
    const id = simpleId(index);
    return id === undefined ? undefined : scope.get(id);
  };
  if (expr.kind === 'tensor') {
    const axes = declarations.tensors.get(expr.name)?.dimensions ?? [];
    expr.indices.forEach((index, axis) => {
      meet(rangeOf(index), axes[axis]);
    });
  }
  if (expr.kind === 'delta') meet(rangeOf(expr.left), rangeOf(expr.right));
  if (expr.kind === 'matrix') {
    meet(expr.row.dimension, expr.column.dimension);
    expr.at?.forEach((index, axis) => {
      meet(rangeOf(index), (axis === 0 ? expr.row : expr.column).dimension);
    });
  }
  if (expr.kind === 'field' && expr.at) meet(rangeOf(expr.at), expr.binders[0]?.dimension);
  const binders = bindersOf(expr);
  const inner =
    binders.length === 0 ? scope : new Map([...scope, ...binders.map((b) => [b.id, b.dimension] as const)]);
  for (const child of children(expr)) uniteIn(child, inner, declarations, union);
}

export interface Fitted {
  readonly declarations: Declarations;
  readonly right: Ranged;
  readonly line: Ranged;
  /** Whether dimensions had to be taken for one. */
  readonly united: boolean;
}

/**
 * The two formulas over dimensions at which every letter of the line has one range. Where all fits, they are returned as
 * they are. A letter without any range is given none.
 */
export function fit(declarations: Declarations, right: Ranged, line: Ranged): Fitted {
  const union: Union = new Map();
  uniteIn(line.expr, line.ranges, declarations, union);
  for (const id of right.free) {
    const [ours, theirs] = [line.ranges.get(id), right.ranges.get(id)];
    if (ours !== undefined && theirs !== undefined && ours !== theirs)
      union.set(chief(union, ours), chief(union, theirs));
  }
  if (union.size === 0) return { declarations, right, line, united: false };
  return {
    declarations: renamedDeclarations(declarations, union),
    right: renamedRanged(right, union),
    line: renamedRanged(line, union),
    united: true,
  };
}

/** An expression with other dimensions in its binders and sizes. Sizes keep their own name: they are numbers of the line. */
function renamedExpr(expr: Expr, union: Union): Expr {
  const rename = (b: Binder): Binder => ({ ...b, dimension: chief(union, b.dimension) });
  const below = mapChildren(expr, (child) => renamedExpr(child, union));
  switch (below.kind) {
    case 'total':
      return { ...below, binder: rename(below.binder) };
    case 'matrix':
      return { ...below, row: rename(below.row), column: rename(below.column) };
    case 'field':
      return { ...below, binders: below.binders.map(rename) };
    case 'size':
      return { ...below, dimension: chief(union, below.dimension) };
    default:
      return below;
  }
}

function renamedRanged(ranged: Ranged, union: Union): Ranged {
  return {
    expr: renamedExpr(ranged.expr, union),
    free: ranged.free,
    ranges: renamedRanges(ranged.ranges, union),
  };
}

function renamedRanges(ranges: Scope, union: Union): Scope {
  return new Map([...ranges].map(([id, dimension]) => [id, chief(union, dimension)]));
}

function renamedDeclarations(declarations: Declarations, union: Union): Declarations {
  const tensors = new Map(
    [...declarations.tensors].map(([name, tensor]) => [
      name,
      {
        ...tensor,
        dimensions: tensor.dimensions.map((d) => chief(union, d)),
        ...(tensor.definition && {
          definition: { ...tensor.definition, body: renamedExpr(tensor.definition.body, union) },
        }),
      },
    ]),
  );
  const assumptions = declarations.assumptions.map(
    (assumption): Assumption => ({
      ...assumption,
      left: renamedExpr(assumption.left, union),
      right: renamedExpr(assumption.right, union),
      ranges: renamedRanges(assumption.ranges, union),
    }),
  );
  const dimensions = [...new Set(declarations.dimensions.map((d) => chief(union, d)))];
  return { tensors, assumptions, dimensions };
}
