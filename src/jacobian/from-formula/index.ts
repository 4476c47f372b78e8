/** A formula's Jacobian as an operator, straight from the calculus: s_i (δ_ij − s_j) is diag(s) − s sᵀ. */
import {
  type Declarations,
  type Expr,
  evaluate,
  multiply,
  type NDArray,
  type Ranged,
  renameBinders,
  sum as sumOver,
} from '../../formula/index.js';
import { sum } from '../algebra/index.js';
import type { Axis } from '../axes.js';
import { denseLimit } from '../dense-limit.js';
import { NotFiniteError } from '../errors.js';
import type { Jacobian } from '../jacobian.js';
import { Dense, LowRank } from '../kinds/index.js';
import { Evaluated } from './evaluated.js';
import { expand, type Term } from './expand.js';
import { type Split, sidesOf } from './sides.js';
import { termOperator } from './term.js';
import { FormulaValues } from './values.js';

export type { Split } from './sides.js';

/**
 * The operator of a formula whose free indices are those of an output (rows) and of an input (columns), at given values; its axes
 * are named for the dimensions. The formula is multiplied out into summands, and each is read for its structure: δ_ij is a diagonal,
 * u_i v_j an outer product, A_ik B_jl a Kronecker product, δ_ab W_ij a batch; only what ties rows to columns freely is evaluated as a
 * table. Nothing of n² entries is made where the formula has n numbers.
 *
 * What no structure fits is a dense table within the memory limit, and beyond it is evaluated from its formula at each product.
 *
 * @throws EvaluationError where a value is missing or sizes disagree; NotFiniteError where an entry is not finite.
 */
export function formulaJacobian(
  ranged: Ranged,
  split: Split,
  values: ReadonlyMap<string, NDArray>,
  declarations: Declarations,
): Jacobian {
  const at = new FormulaValues(values, declarations, ranged.ranges);
  const expr = renameBinders(ranged.expr, new Set(ranged.free));
  const axes = (ids: readonly string[]): readonly Axis[] =>
    ids.map((id) => ({ name: at.dimensionOf(id), size: at.lengthOf(id) }));
  return structured(expr, split, at).withAxes(axes(split.rows), axes(split.columns));
}

function structured(expr: Expr, split: Split, values: FormulaValues): Jacobian {
  try {
    const operators: Jacobian[] = [];
    for (const term of expand(expr, sidesOf(split))) {
      const found = termOperator(term, termExpr(term), split, values);
      if (found === undefined) return whole(expr, split, values);
      operators.push(found);
    }
    const zero = new LowRank([], values.span(split.rows), values.span(split.columns));
    return operators.reduce(sum, zero);
  } catch (error) {
    // A part may be infinite where the whole is not: (1 − δ_ij) / (x_i − x_j).
    if (error instanceof NotFiniteError) return whole(expr, split, values);
    throw error;
  }
}

/** A summand as it would be written. */
function termExpr({ factors, deltas, bound }: Term): Expr {
  return bound.reduce(
    (body, { id, dimension }) => sumOver(id, dimension, body),
    multiply(...factors, ...deltas),
  );
}

/** The whole formula without a structure: a table where one may be held. */
function whole(expr: Expr, split: Split, values: FormulaValues): Jacobian {
  const [rows, columns] = [values.span(split.rows), values.span(split.columns)];
  if (rows * columns * 8 > denseLimit()) return new Evaluated(expr, split, values);
  const ids = [...split.rows, ...split.columns];
  const ranges = new Map(ids.map((id) => [id, values.dimensionOf(id)]));
  const { data } = evaluate({ expr, free: ids, ranges }, values.values, values.declarations);
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new NotFiniteError(
      `The Jacobian is ${data[at]} at row ${Math.floor(at / columns)}, column ${at % columns}; give values at which it is finite.`,
    );
  }
  return new Dense(data, rows, columns);
}
