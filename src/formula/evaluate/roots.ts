/** Square roots of sums of squares that neither overflow nor vanish. */
import type { Expr, Power, Total } from '../nodes.js';
import type { Context, Interpreter } from './interpret.js';

/** √(Σ_k v_k²) = m √(Σ_k (v_k/m)²) with m = max |v_k|, so that squares neither overflow nor vanish. */
export function stableRoot<Value>(
  interpreter: Interpreter<Value>,
  expr: Expr,
  context: Context<Value>,
): Value | undefined {
  if (interpreter.algebra.differentiates) return undefined;
  const binders: Total['binder'][] = [];
  let body: Expr = expr;
  while (body.kind === 'total' && body.operation === 'sum' && body.where === undefined) {
    binders.push(body.binder);
    body = body.body;
  }
  if (binders.length === 0 || !isSquare(body)) return undefined;
  const inner = interpreter.within(context, binders);
  const axes = binders.map(({ id }) => interpreter.axis(id, inner));
  const value = interpreter.ensure(interpreter.evaluate(body.base, inner), axes);
  return rootOfSquares(interpreter, value, new Set(axes.map(({ id }) => id)));
}

function isSquare(expr: Expr): expr is Power {
  return expr.kind === 'power' && expr.exponent.kind === 'number' && expr.exponent.value.equals(2);
}

/** Squares of numbers between 1/this and this neither overflow nor vanish, in float64 as in float32. */
const SAFE_TO_SQUARE = 1e15;

/** √ of the sum of squares over the given ids, divided by the greatest first only where its square is unsafe. */
export function rootOfSquares<Value>(
  interpreter: Interpreter<Value>,
  value: Value,
  over: ReadonlySet<string>,
): Value {
  const { algebra } = interpreter;
  const most = algebra.reduce('max', algebra.unary('abs', algebra.constant(value)), over);
  const large = algebra.compare('>', most, interpreter.exact(SAFE_TO_SQUARE));
  const small = algebra.compare('<', most, interpreter.exact(1 / SAFE_TO_SQUARE));
  const nonZero = algebra.compare('>', most, interpreter.exact(0));
  const unsafe = algebra.binary('add', large, algebra.binary('multiply', small, nonZero));
  const m = algebra.constant(algebra.select(unsafe, most, interpreter.exact(1)));
  const scaled = algebra.binary('divide', value, m);
  const squares = algebra.reduce('sum', algebra.binary('multiply', scaled, scaled), over);
  return algebra.binary('multiply', m, algebra.unary('sqrt', squares));
}
