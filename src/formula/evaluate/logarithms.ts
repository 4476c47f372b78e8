/** Logarithms of what is known to be an exponential or made of them, without taking the exponential first. */
import type { Expr, TensorRef } from '../nodes.js';
import { definitionOf, exponentOf, shiftedSum } from './exponentials.js';
import { takeApart } from './factors.js';
import { isPlain, readAt, toSlots } from './indexing.js';
import type { Context, Interpreter } from './interpret.js';

/** log of what is known to be an exponential, a sum of them, a sigmoid, a softmax, or a product with one of these. */
export function stableLog<Value>(
  interpreter: Interpreter<Value>,
  expr: Expr,
  context: Context<Value>,
): Value | undefined {
  const { algebra } = interpreter;
  const exponent = exponentOf(expr);
  if (exponent !== undefined) return interpreter.evaluate(exponent, context);
  const logit = onePlusExponential(expr);
  if (logit !== undefined) return algebra.unary('softplus', interpreter.evaluate(logit, context));
  if (expr.kind === 'call' && expr.name === 'sigmoid') return logSigmoid(interpreter, expr.args[0], context);
  if (expr.kind === 'field' && expr.name === 'softmax') return logSoftmax(interpreter, expr, context);
  const body = definitionOf(interpreter, expr);
  if (body !== undefined && expr.kind === 'tensor') return logOfDefined(interpreter, expr, body, context);
  const shifted = shiftedSum(interpreter, expr, context);
  if (shifted !== undefined) {
    const rest = interpreter.guarded(shifted.rest, context);
    return algebra.binary('add', shifted.shift, algebra.unary('log', rest));
  }
  if (expr.kind === 'power' && expr.exponent.kind === 'number') {
    const base = stableLog(interpreter, expr.base, context);
    return base === undefined
      ? undefined
      : algebra.binary('multiply', interpreter.evaluate(expr.exponent, context), base);
  }
  if (expr.kind === 'multiply' || expr.kind === 'divide') return logOfProduct(interpreter, expr, context);
  return undefined;
}

/** The a of 1 + eᵃ. */
function onePlusExponential(expr: Expr): Expr | undefined {
  if (expr.kind !== 'add' || expr.terms.length !== 2) return undefined;
  const one = expr.terms.find((term) => term.kind === 'number' && term.value.equals(1));
  const other = expr.terms.find((term) => term !== one);
  return one === undefined || other === undefined ? undefined : exponentOf(other);
}

/** log sigmoid x = −softplus(−x). */
function logSigmoid<Value>(
  interpreter: Interpreter<Value>,
  arg: Expr | undefined,
  context: Context<Value>,
): Value | undefined {
  if (arg === undefined) return undefined;
  const { algebra } = interpreter;
  return algebra.unary(
    'negate',
    algebra.unary('softplus', algebra.unary('negate', interpreter.evaluate(arg, context))),
  );
}

/** log softmax(v)_i = v_i − logsumexp(v). */
function logSoftmax<Value>(
  interpreter: Interpreter<Value>,
  expr: Extract<Expr, { kind: 'field' }>,
  context: Context<Value>,
): Value | undefined {
  const [binder] = expr.binders;
  if (binder === undefined || expr.at === undefined || !isPlain(expr.at)) return undefined;
  const { at, ...whole } = expr;
  const inner = interpreter.within(context, expr.binders);
  const axes = [interpreter.axis(binder.id, inner)];
  const body = toSlots(interpreter, interpreter.ensure(interpreter.evaluate(expr.body, inner), axes), [
    binder.id,
  ]);
  const normaliser = interpreter.evaluate({ ...whole, name: 'logsumexp' }, context);
  return interpreter.algebra.binary(
    'subtract',
    readAt(interpreter, body, [binder.dimension], [at], context),
    normaliser,
  );
}

function logOfDefined<Value>(
  interpreter: Interpreter<Value>,
  expr: TensorRef,
  body: Expr,
  context: Context<Value>,
): Value | undefined {
  const tensor = interpreter.surroundings.declarations.tensors.get(expr.name);
  const value = stableLog(interpreter, body, interpreter.definitionContext(expr.name));
  if (value === undefined || tensor?.definition === undefined) return undefined;
  const slots = toSlots(interpreter, value, tensor.definition.indices);
  return readAt(interpreter, slots, tensor.dimensions, expr.indices, context);
}

/** log of a product is the sum of logs where at least one of them is known to be stable; the others are taken together. */
function logOfProduct<Value>(
  interpreter: Interpreter<Value>,
  expr: Expr,
  context: Context<Value>,
): Value | undefined {
  const { algebra } = interpreter;
  const apart = takeApart(expr, new Set(context.ranges.keys()));
  if (apart.masks.length > 0 || apart.bound.length > 0) return undefined;
  const others: Value[] = [];
  let sum: Value | undefined;
  const add = (value: Value, operation: 'add' | 'subtract'): void => {
    sum = algebra.binary(operation, sum ?? interpreter.exact(0), value);
  };
  const above = apart.numerators.map((factor) => stableLog(interpreter, factor, context));
  const below = apart.denominators.map((factor) => stableLog(interpreter, factor, context));
  if ([...above, ...below].every((value) => value === undefined)) return undefined;
  apart.numerators.forEach((factor, at) => {
    const known = above[at];
    if (known === undefined) others.push(interpreter.evaluate(factor, context));
    else add(known, 'add');
  });
  apart.denominators.forEach((factor, at) => {
    const known = below[at];
    if (known === undefined)
      others.push(
        algebra.unary('reciprocal', interpreter.guarded(interpreter.evaluate(factor, context), context)),
      );
    else add(known, 'subtract');
  });
  if (apart.sign < 0) others.push(interpreter.exact(-1));
  if (others.length > 0) {
    const rest = others.reduce((sofar, value) => algebra.binary('multiply', sofar, value));
    add(algebra.unary('log', interpreter.guarded(rest, context)), 'add');
  }
  return sum;
}
