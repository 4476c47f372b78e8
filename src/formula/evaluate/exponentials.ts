/**
 * Sums of exponentials and quotients by them, with every exponent lowered by the greatest, so that nothing overflows. Found
 * by their shape, also behind a defined name.
 */
import type { Add, Expr, TensorRef, Total } from '../nodes.js';
import { takeApart } from './factors.js';
import { isPlain, readAt, toSlots } from './indexing.js';
import type { Context, Interpreter } from './interpret.js';
import { toNumber } from './numbers.js';
import { sumOfProducts } from './products.js';

/** The x of eˣ, or nothing. */
export function exponentOf(expr: Expr): Expr | undefined {
  if (expr.kind === 'call' && expr.name === 'exp') return expr.args[0];
  if (expr.kind === 'power' && expr.base.kind === 'constant' && expr.base.name === 'e') return expr.exponent;
  return undefined;
}

/** A sum of exponentials S as e^shift · rest, with the shift taken as constant: S does not depend on it. */
export interface Shifted<Value> {
  readonly shift: Value;
  readonly rest: Value;
}

/** Σ_k c_k e^{a_k}, e^a + e^b + 1, or a name defined as one of these. */
export function shiftedSum<Value>(
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
export function definitionOf<Value>(interpreter: Interpreter<Value>, expr: Expr): Expr | undefined {
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
    readAt(interpreter, toSlots(interpreter, value, ids), tensor.dimensions, expr.indices, context);
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
