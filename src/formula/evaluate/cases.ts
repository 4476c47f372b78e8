/** Cases: the first branch whose condition holds. */
import type { Cases } from '../nodes.js';
import { NoBranchError } from './errors.js';
import type { Context, Interpreter } from './interpret.js';

/** The first branch whose condition holds; where none does and nothing hides the entry, an error. */
export function casesOf<Value>(interpreter: Interpreter<Value>, expr: Cases, context: Context<Value>): Value {
  const { algebra } = interpreter;
  let open = interpreter.exact(1);
  const taken: { mask: Value; value: Value }[] = [];
  for (const { value, condition } of expr.branches) {
    const holds = interpreter.bracket(condition, context);
    const mask = algebra.binary('multiply', open, holds);
    taken.push({ mask, value: interpreter.evaluate(value, interpreter.where(context, mask)) });
    open = algebra.binary('multiply', open, algebra.compare('=', holds, interpreter.exact(0)));
  }
  if (expr.otherwise === undefined) refuseOpen(interpreter, open, context);
  const last =
    expr.otherwise === undefined
      ? interpreter.exact(0)
      : interpreter.evaluate(expr.otherwise, interpreter.where(context, open));
  return taken.reduceRight((sofar, { mask, value }) => algebra.select(mask, value, sofar), last);
}

function refuseOpen<Value>(interpreter: Interpreter<Value>, open: Value, context: Context<Value>): void {
  const missed =
    context.active === undefined ? open : interpreter.algebra.binary('multiply', open, context.active);
  const entry = interpreter.algebra.firstNonZero(missed);
  if (entry === undefined) return;
  throw new NoBranchError(
    interpreter.algebra.axes(missed).map(({ id }, at) => ({ id, position: entry[at] ?? 0 })),
  );
}
