/** A derivative rule written as text: `sigmoid(x) (1 − sigmoid(x))` in the argument x. */
import type { Expr } from '../nodes.js';
import { mapChildren } from '../walk.js';
import { declare } from './declare.js';
import { readExpression } from './read-expression.js';

/**
 * The formula of named numbers that a text is, as a function of what is put for them.
 *
 * @throws FormulaError where the text cannot be read, or speaks of anything but the arguments.
 * @example readRule('x cos(y)', ['x', 'y'])([tensor('a', 'i'), num(2)]) // a_i cos(2)
 */
export function readRule(text: string, names: readonly string[]): (args: readonly Expr[]) => Expr {
  const declarations = declare(Object.fromEntries(names.map((name) => [name, []])));
  const spelled = [...declarations.tensors.keys()];
  const { expr } = readExpression(text, declarations);
  return (args) => put(expr, new Map(spelled.map((name, at) => [name, args[at]])));
}

function put(expr: Expr, values: ReadonlyMap<string, Expr | undefined>): Expr {
  if (expr.kind === 'tensor') return values.get(expr.name) ?? expr;
  return mapChildren(expr, (child) => put(child, values));
}
