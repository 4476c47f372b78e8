/** Which side of a Jacobian an expression speaks of: its rows, its columns, or an index that is summed over. */
import { type Expr, freeIndices } from '../../formula/index.js';

/** The free indices of a formula, told apart: those of the output, and those of the input. */
export interface Split {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

export type Side = 'row' | 'column' | 'bound';

/** The side each index in sight belongs to. */
export type Sides = ReadonlyMap<string, Side>;

export function sidesOf({ rows, columns }: Split): Sides {
  return new Map<string, Side>([
    ...rows.map((id) => [id, 'row'] as const),
    ...columns.map((id) => [id, 'column'] as const),
  ]);
}

/** Whether an expression speaks of two sides at once, so that it is no factor of one side alone. */
export function couples(expr: Expr, sides: Sides): boolean {
  const found = new Set(freeIndices(expr).map((id) => sides.get(id)));
  found.delete(undefined);
  return found.size > 1;
}
