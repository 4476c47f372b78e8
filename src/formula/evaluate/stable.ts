/**
 * Forms that overflow when computed as written and that the field knows how to compute: log Σ exp, exp / Σ exp,
 * log of a sigmoid or softmax, the square root of a sum of squares. Each is found by its shape, also behind a defined name.
 */
import type { Add, Expr, Power, TensorRef, Total } from '../nodes.js';
import { takeApart } from './factors.js';
import { type Context, type Interpreter, isPlain, toNumber } from './interpret.js';
import { sumOfProducts } from './products.js';

/** The x of eˣ, or nothing. */
export function exponentOf(expr: Expr): Expr | undefined {
  if (expr.kind === 'call' && expr.name === 'exp') return expr.args[0];
  if (expr.kind === 'power' && expr.base.kind === 'constant' && expr.base.name === 'e') return expr.exponent;
  return undefined;
}

/** A sum of exponentials S as e^shift · rest, with the shift taken as constant: S does not depend on it. */
interface Shifted<Value> {
  readonly shift: Value;
  readonly rest: Value;
}

/** Σ_k c_k e^{a_k}, e^a + e^b + 1, or a name defined as one of these. */
function shiftedSum<Value>(
  interpreter: Interpreter<Value>,
  expr: Expr,
  context: Context<Value>,
): Shifted<Value> | undefined {
  if (!isSumOfExponentials(interpreter, expr)) return undefined;
  if (expr.kind === 'tensor') return throughDefinition(interpreter, expr, context, shiftedSum);
  const shift = (): Value =>
    interpreter.remember('shift ', expr, context, () => shiftOf(interpreter, expr, context));
  const rest = interpreter.remember('shifted ', expr, context, () =>
    restOf(interpreter, expr, shift(), context),
  );
  return { shift: shift(), rest };
}

function isSumOfExponentials<Value>(interpreter: Interpreter<Value>, expr: Expr): boolean {
  if (expr.kind === 'total') return expr.operation === 'sum' && exponentialIn(expr) !== undefined;
  if (expr.kind === 'add') {
    return (
      expr.terms.some((term) => exponentOf(term) !== undefined) &&
      expr.terms.every((term) => exponentOf(term) !== undefined || isPositiveNumber(term))
    );
  }
  const body = definitionOf(interpreter, expr);
  return body !== undefined && isSumOfExponentials(interpreter, body);
}

function isPositiveNumber(expr: Expr): boolean {
  return expr.kind === 'number' && expr.value.compare(0) > 0;
}

/** The one exponential among the factors of a sum's body, with the others. */
function exponentialIn(total: Total): { readonly exponent: Expr; readonly whole: Expr } | undefined {
  const { numerators } = takeApart(total, new Set());
  const found = numerators.flatMap((whole) => {
    const exponent = exponentOf(whole);
    return exponent === undefined ? [] : [{ exponent, whole }];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** The greatest exponent. */
function shiftOf<Value>(interpreter: Interpreter<Value>, expr: Expr, context: Context<Value>): Value {
  const { algebra } = interpreter;
  if (expr.kind === 'add') return sumShift(interpreter, expr, context);
  if (expr.kind !== 'total') return interpreter.exact(0);
  const apart = takeApart(expr, new Set(context.ranges.keys()), expr);
  const inner = interpreter.within(context, apart.bound);
  const exponent = exponentialIn(expr)?.exponent;
  if (exponent === undefined) return interpreter.exact(0);
  const axes = apart.bound.map(({ id }) => interpreter.axis(id, inner));
  const value = apart.masks.reduce(
    (sofar, mask) =>
      algebra.select(interpreter.evaluate(mask, inner), sofar, interpreter.exact(Number.NEGATIVE_INFINITY)),
    interpreter.evaluate(exponent, inner),
  );
  const most = algebra.reduce('max', value, new Set(axes.map(({ id }) => id)));
  const finite = algebra.compare('>', most, interpreter.exact(Number.NEGATIVE_INFINITY));
  return algebra.constant(algebra.select(finite, most, interpreter.exact(0)));
}

function sumShift<Value>(interpreter: Interpreter<Value>, expr: Add, context: Context<Value>): Value {
  const exponents = expr.terms.map((term) => {
    const exponent = exponentOf(term);
    return exponent === undefined ? interpreter.exact(0) : interpreter.evaluate(exponent, context);
  });
  const [first = interpreter.exact(0), ...others] = exponents;
  const most = others.reduce((sofar, value) => interpreter.algebra.binary('max', sofar, value), first);
  return interpreter.algebra.constant(most);
}

/** The sum with every exponent lowered by the shift. */
function restOf<Value>(
  interpreter: Interpreter<Value>,
  expr: Expr,
  shift: Value,
  context: Context<Value>,
): Value {
  const { algebra } = interpreter;
  const lowered = (exponent: Expr, at: Context<Value>): Value =>
    algebra.unary(
      'exp',
      algebra.binary('subtract', interpreter.guarded(interpreter.evaluate(exponent, at), at), shift),
    );
  if (expr.kind === 'add') {
    const terms = expr.terms.map((term) => {
      const exponent = exponentOf(term);
      if (exponent !== undefined) return lowered(exponent, context);
      return algebra.binary(
        'multiply',
        interpreter.evaluate(term, context),
        algebra.unary('exp', algebra.unary('negate', shift)),
      );
    });
    return interpreter.sum(terms);
  }
  const found = expr.kind === 'total' ? exponentialIn(expr) : undefined;
  if (found === undefined) return interpreter.evaluate(expr, context);
  return sumOfProducts(interpreter, expr, context, (factor, at) =>
    factor === found.whole ? lowered(found.exponent, at) : undefined,
  );
}

/** The body of a name that is defined and was not given a value. */
function definitionOf<Value>(interpreter: Interpreter<Value>, expr: Expr): Expr | undefined {
  if (expr.kind !== 'tensor' || interpreter.surroundings.inputs.has(expr.name)) return undefined;
  if (!expr.indices.every(isPlain)) return undefined;
  return interpreter.surroundings.declarations.tensors.get(expr.name)?.definition?.body;
}

/** Looks for a shape in the definition of a name; what is found is read at the name's indices. */
function throughDefinition<Value>(
  interpreter: Interpreter<Value>,
  expr: TensorRef,
  context: Context<Value>,
  find: (interpreter: Interpreter<Value>, body: Expr, context: Context<Value>) => Shifted<Value> | undefined,
): Shifted<Value> | undefined {
  const body = definitionOf(interpreter, expr);
  const tensor = interpreter.surroundings.declarations.tensors.get(expr.name);
  const ids = tensor?.definition?.indices;
  if (body === undefined || tensor === undefined || ids === undefined) return undefined;
  const found = find(interpreter, body, interpreter.definitionContext(expr.name));
  if (found === undefined) return undefined;
  const read = (value: Value): Value =>
    interpreter.read(interpreter.toSlots(value, ids), tensor.dimensions, expr.indices, context);
  return { shift: read(found.shift), rest: read(found.rest) };
}

/** The factors and divisors of a product, each e^b above a sum of exponentials below computed as e^{b − shift} / rest. */
export function pairQuotients<Value>(
  interpreter: Interpreter<Value>,
  above: readonly Expr[],
  below: readonly Expr[],
  context: Context<Value>,
  replace: (factor: Expr, context: Context<Value>) => Value | undefined = () => undefined,
): { numerators: Value[]; denominators: Value[] } {
  const { algebra } = interpreter;
  const waiting = below.flatMap(repeated);
  const denominators: Value[] = [];
  const numerators = above.map((factor) => {
    const replaced = replace(factor, context);
    if (replaced !== undefined) return replaced;
    const exponent = exponentOf(factor);
    if (exponent === undefined) return interpreter.evaluate(factor, context);
    const at = waiting.findIndex((divisor) => isSumOfExponentials(interpreter, divisor));
    const divisor = waiting[at];
    const shifted = divisor === undefined ? undefined : shiftedSum(interpreter, divisor, context);
    if (shifted === undefined) return interpreter.evaluate(factor, context);
    waiting.splice(at, 1);
    denominators.push(shifted.rest);
    const value = interpreter.guarded(interpreter.evaluate(exponent, context), context);
    return algebra.unary('exp', algebra.binary('subtract', value, shifted.shift));
  });
  for (const divisor of waiting) {
    denominators.push(interpreter.guarded(interpreter.evaluate(divisor, context), context));
  }
  return { numerators, denominators };
}

/** Z² below is Z twice. */
function repeated(divisor: Expr): Expr[] {
  if (divisor.kind !== 'power' || divisor.exponent.kind !== 'number') return [divisor];
  const times = toNumber(divisor.exponent.value);
  return times === 2 || times === 3 ? new Array<Expr>(times).fill(divisor.base) : [divisor];
}

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
  const body = interpreter.toSlots(interpreter.ensure(interpreter.evaluate(expr.body, inner), axes), [
    binder.id,
  ]);
  const normaliser = interpreter.evaluate({ ...whole, name: 'logsumexp' }, context);
  return interpreter.algebra.binary(
    'subtract',
    interpreter.read(body, [binder.dimension], [at], context),
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
  const slots = interpreter.toSlots(value, tensor.definition.indices);
  return interpreter.read(slots, tensor.dimensions, expr.indices, context);
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
