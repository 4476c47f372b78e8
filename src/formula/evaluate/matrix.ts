/** inv, det and logdet of a square matrix. */
import type { MatrixFunction } from '../nodes.js';
import { SizeConflictError } from './errors.js';
import { readAt, toSlots } from './indexing.js';
import type { Context, Interpreter } from './interpret.js';

export function matrixFunction<Value>(
  interpreter: Interpreter<Value>,
  expr: MatrixFunction,
  context: Context<Value>,
): Value {
  const { row, column, at, name } = expr;
  const inner = interpreter.within(context, [row, column]);
  const axes = [interpreter.axis(row.id, inner), interpreter.axis(column.id, inner)];
  if (axes[0]?.size !== axes[1]?.size) {
    throw new SizeConflictError(
      `${name} was given a matrix of ${axes.map((axis) => axis.size).join(' × ')} entries ` +
        `(${row.dimension} × ${column.dimension}). It must be square: use one dimension for both axes.`,
    );
  }
  const body = interpreter.ensure(interpreter.evaluate(expr.body, inner), axes);
  const result = interpreter.algebra.matrix(
    name,
    guardedMatrix(interpreter, body, row.id, column.id, inner),
    row.id,
    column.id,
  );
  if (at === undefined) return result;
  return readAt(
    interpreter,
    toSlots(interpreter, result, [row.id, column.id]),
    [row.dimension, column.dimension],
    at,
    context,
  );
}

/** The unit matrix in place of a matrix that does not count. */
function guardedMatrix<Value>(
  interpreter: Interpreter<Value>,
  value: Value,
  row: string,
  column: string,
  context: Context<Value>,
): Value {
  if (context.active === undefined || !interpreter.algebra.differentiates) return value;
  const axes = [interpreter.axis(row, context), interpreter.axis(column, context)];
  const unit = interpreter.algebra.table(axes, ([i, j]) => (i === j ? 1 : 0));
  return interpreter.algebra.select(context.active, value, unit);
}
