/** Facts about expressions that evaluating asks for again and again: their free ids, and a key equal for equal meaning. */
import type { Expr, Index } from '../nodes.js';

/** The parts of a node: its subexpressions, the indices that stand in it, and the ids it binds in `inner`. */
export interface Anatomy {
  /** What tells this node from others of its kind. */
  readonly label: string;
  readonly indices: readonly Index[];
  /** Subexpressions outside the reach of the binders. */
  readonly outer: readonly Expr[];
  readonly binders: readonly { readonly id: string; readonly dimension: string }[];
  /** Subexpressions in which the binders are bound. */
  readonly inner: readonly Expr[];
}

export function anatomy(expr: Expr): Anatomy {
  const leaf = (label: string, indices: readonly Index[] = []): Anatomy => ({
    label,
    indices,
    outer: [],
    binders: [],
    inner: [],
  });
  const branch = (label: string, outer: readonly Expr[], indices: readonly Index[] = []): Anatomy => ({
    ...leaf(label, indices),
    outer,
  });
  switch (expr.kind) {
    case 'number':
      return leaf(`number ${expr.value.toFraction()}`);
    case 'constant':
      return leaf(`constant ${expr.name}`);
    case 'size':
      return leaf(`size ${expr.dimension}`);
    case 'position':
      return leaf('position', [expr.index]);
    case 'tensor':
      return leaf(`tensor ${expr.name}`, expr.indices);
    case 'delta':
      return leaf('delta', [expr.left, expr.right]);
    case 'bracket':
      return branch(`bracket ${expr.relation}`, [expr.left, expr.right]);
    case 'add':
      return branch('add', expr.terms);
    case 'multiply':
      return branch('multiply', expr.factors);
    case 'divide':
      return branch('divide', [expr.numerator, expr.denominator]);
    case 'negate':
      return branch('negate', [expr.operand]);
    case 'power':
      return branch('power', [expr.base, expr.exponent]);
    case 'call':
      return branch(`call ${expr.name}`, expr.args);
    case 'total':
      return {
        ...leaf(`total ${expr.operation}`),
        binders: [expr.binder],
        inner: expr.where === undefined ? [expr.body] : [expr.body, expr.where],
      };
    case 'cases':
      return branch(
        `cases ${expr.otherwise === undefined ? 'closed' : 'otherwise'}`,
        expr.branches
          .flatMap(({ value, condition }): Expr[] => [value, condition])
          .concat(expr.otherwise === undefined ? [] : [expr.otherwise]),
      );
    case 'derivative':
      return branch(`derivative ${expr.by.length}`, [expr.of, ...expr.by]);
    case 'matrix':
      return {
        ...leaf(`matrix ${expr.name}`, expr.at ?? []),
        binders: [expr.row, expr.column],
        inner: [expr.body],
      };
    case 'field':
      return {
        ...leaf(`field ${expr.name}`, expr.at === undefined ? [] : [expr.at]),
        binders: expr.binders,
        inner: [expr.body],
      };
  }
}

const freeIdsKnown = new WeakMap<Expr, ReadonlySet<string>>();

/** The index ids that stand free in an expression. */
export function freeIds(expr: Expr): ReadonlySet<string> {
  const known = freeIdsKnown.get(expr);
  if (known !== undefined) return known;
  const { indices, outer, binders, inner } = anatomy(expr);
  const ids = new Set<string>();
  for (const part of inner) for (const id of freeIds(part)) ids.add(id);
  for (const { id } of binders) ids.delete(id);
  for (const part of outer) for (const id of freeIds(part)) ids.add(id);
  for (const index of indices) for (const part of index.parts) ids.add(part.id);
  freeIdsKnown.set(expr, ids);
  return ids;
}

const kindsKnown = new WeakMap<Expr, ReadonlySet<string>>();

/** The kinds of node that occur in an expression. */
export function kindsIn(expr: Expr): ReadonlySet<string> {
  const known = kindsKnown.get(expr);
  if (known !== undefined) return known;
  const { outer, inner } = anatomy(expr);
  const kinds = new Set<string>([expr.kind]);
  for (const part of [...outer, ...inner]) for (const kind of kindsIn(part)) kinds.add(kind);
  kindsKnown.set(expr, kinds);
  return kinds;
}

/**
 * A text that is equal for two expressions exactly when they are the same up to the names of bound indices.
 * `names` gives the text of each free id.
 */
export function keyOf(expr: Expr, names: (id: string) => string, depth = 0): string {
  const { label, indices, outer, binders, inner } = anatomy(expr);
  const places = indices.map(
    ({ parts, offset }) =>
      `${parts.map(({ sign, id }) => `${sign > 0 ? '+' : '-'}${names(id)}`).join('')}${offset === 0 && parts.length > 0 ? '' : `@${offset}`}`,
  );
  const levels = new Map(binders.map(({ id }, place) => [id, `%${depth + place}`]));
  const within = (id: string): string => levels.get(id) ?? names(id);
  return [
    '(',
    label,
    places.length === 0 ? '' : ` [${places.join(',')}]`,
    binders.length === 0 ? '' : ` {${binders.map(({ dimension }) => dimension).join(',')}}`,
    ...outer.map((part) => keyOf(part, names, depth)),
    ...inner.map((part) => keyOf(part, within, depth + binders.length)),
    ')',
  ].join('');
}
