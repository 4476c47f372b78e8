/** Facts about expressions that evaluating asks for again and again: the kinds of node in them, and a key of their meaning. */
import { bindersOf, indicesAt } from '../indices.js';
import type { Expr } from '../nodes.js';
import { children } from '../walk.js';

const kindsKnown = new WeakMap<Expr, ReadonlySet<string>>();

/** The kinds of node that occur in an expression. */
export function kindsIn(expr: Expr): ReadonlySet<string> {
  const known = kindsKnown.get(expr);
  if (known !== undefined) return known;
  const kinds = new Set<string>([expr.kind]);
  for (const part of children(expr)) for (const kind of kindsIn(part)) kinds.add(kind);
  kindsKnown.set(expr, kinds);
  return kinds;
}

/** What tells a node from others, apart from its indices, binders and subexpressions. */
function labelOf(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.value.toFraction();
    case 'constant':
    case 'tensor':
    case 'call':
    case 'matrix':
    case 'field':
      return expr.name;
    case 'size':
      return expr.dimension;
    case 'bracket':
      return expr.relation;
    case 'total':
      return `${expr.operation} ${expr.where?.relation ?? ''}`;
    case 'cases':
      return expr.branches.map(({ condition }) => condition.relation).join('') + (expr.otherwise ? ';' : '');
    case 'derivative':
      return [expr.of, ...expr.by].map(({ name, indices }) => `${name} ${indices.length}`).join(' ');
    default:
      return '';
  }
}

/**
 * A text that is equal for two expressions exactly when they are the same up to the names of bound indices.
 * `names` gives the text of each free id.
 */
export function keyOf(expr: Expr, names: (id: string) => string, depth = 0): string {
  const binders = bindersOf(expr);
  const places = indicesAt(expr).map(({ parts, offset }) => {
    const sum = parts.map(({ sign, id }) => `${sign > 0 ? '+' : '-'}${names(id)}`).join('');
    return `${sum}@${offset}`;
  });
  const levels = new Map(binders.map(({ id }, place) => [id, `%${depth + place}`]));
  const within = (id: string): string => levels.get(id) ?? names(id);
  const dimensions = binders.map(({ dimension }) => dimension);
  const inner = children(expr).map((part) => keyOf(part, within, depth + binders.length));
  return `(${expr.kind} ${labelOf(expr)}[${places.join()}]{${dimensions.join()}}${inner.join('')})`;
}
