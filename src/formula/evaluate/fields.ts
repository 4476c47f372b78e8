/** Functions of a whole tensor, over all of its binders: softmax, logsumexp, mean, var and norm. */
import type { FieldFunction } from '../nodes.js';
import { entries } from './algebra.js';
import { readAt, toSlots } from './indexing.js';
import type { Context, Interpreter } from './interpret.js';
import { rootOfSquares } from './roots.js';

/** softmax(v)_at, or a reduction of v; v_{binders} = body. Exponents are lowered by their maximum first. */
export function fieldFunction<Value>(
  interpreter: Interpreter<Value>,
  expr: FieldFunction,
  context: Context<Value>,
): Value {
  const { algebra } = interpreter;
  const inner = interpreter.within(context, expr.binders);
  const axes = expr.binders.map(({ id }) => interpreter.axis(id, inner));
  const over = new Set(axes.map(({ id }) => id));
  const body = interpreter.guarded(interpreter.ensure(interpreter.evaluate(expr.body, inner), axes), inner);
  switch (expr.name) {
    case 'softmax': {
      const { lowered, total } = exponentials(interpreter, body, over);
      const value = algebra.binary('divide', lowered, total);
      const slots = toSlots(
        interpreter,
        value,
        expr.binders.map(({ id }) => id),
      );
      const dimensions = expr.binders.map(({ dimension }) => dimension);
      return expr.at === undefined ? value : readAt(interpreter, slots, dimensions, [expr.at], context);
    }
    case 'logsumexp': {
      const { shift, total } = exponentials(interpreter, body, over);
      return algebra.binary('add', shift, algebra.unary('log', total));
    }
    case 'mean':
      return meanOf(interpreter, body, over, entries(axes));
    case 'var': {
      const count = entries(axes);
      const centred = algebra.binary('subtract', body, meanOf(interpreter, body, over, count));
      return meanOf(interpreter, algebra.binary('multiply', centred, centred), over, count);
    }
    case 'norm':
      return rootOfSquares(interpreter, body, over);
  }
}

function exponentials<Value>(
  interpreter: Interpreter<Value>,
  body: Value,
  over: ReadonlySet<string>,
): { shift: Value; lowered: Value; total: Value } {
  const { algebra } = interpreter;
  const shift = algebra.constant(algebra.reduce('max', algebra.constant(body), over));
  const lowered = algebra.unary('exp', algebra.binary('subtract', body, shift));
  return { shift, lowered, total: algebra.reduce('sum', lowered, over) };
}

/** (1/count) Σ of the body. */
function meanOf<Value>(
  interpreter: Interpreter<Value>,
  body: Value,
  over: ReadonlySet<string>,
  count: number,
): Value {
  const { algebra } = interpreter;
  return algebra.binary('divide', algebra.reduce('sum', body, over), interpreter.exact(count));
}
