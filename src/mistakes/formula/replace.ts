/** Parts of a formula put for others, known by identity. */
import { type Expr, mapChildren } from '../../formula/index.js';

/** The formula with every node that is a key replaced; what was put in is not looked into. */
export function replaced(expr: Expr, parts: ReadonlyMap<Expr, Expr>): Expr {
  const other = parts.get(expr);
  if (other !== undefined) return other;
  return mapChildren(expr, (child) => replaced(child, parts));
}
