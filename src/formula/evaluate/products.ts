/** Sums of products, contracted: δ picked instead of multiplied, masks that win over infinities, stable quotients. */
import type { Binder, Bracket, Delta, Expr } from '../nodes.js';
import type { Axis } from './algebra.js';
import { pairQuotients } from './exponentials.js';
import { type Product, sumToMultiplyOut, takeApart } from './factors.js';
import { isPlain } from './indexing.js';
import type { Context, Interpreter } from './interpret.js';
import { kindsIn } from './keys.js';
import { contractAll } from './plan.js';

/** What a factor is to be computed as instead; nothing where it is to be evaluated. */
export type Replace<Value> = (factor: Expr, context: Context<Value>) => Value | undefined;

/** A product, or a Σ over one. */
export function sumOfProducts<Value>(
  interpreter: Interpreter<Value>,
  expr: Expr,
  context: Context<Value>,
  replace?: Replace<Value>,
): Value {
  return contractProduct(
    interpreter,
    takeApart(expr, new Set(context.ranges.keys()), expr),
    context,
    replace,
  );
}

function contractProduct<Value>(
  interpreter: Interpreter<Value>,
  product: Product,
  context: Context<Value>,
  replace?: Replace<Value>,
): Value {
  const wide = sumToMultiplyOut(product);
  if (wide !== undefined) {
    const terms = wide.terms.map((term) => {
      const taken = new Set([...context.ranges.keys(), ...product.bound.map(({ id }) => id)]);
      const apart = takeApart(term, taken);
      return contractProduct(
        interpreter,
        {
          sign: apart.sign === product.sign ? 1 : -1,
          numerators: [...product.numerators.filter((factor) => factor !== wide), ...apart.numerators],
          denominators: [...product.denominators, ...apart.denominators],
          masks: [...product.masks, ...apart.masks],
          bound: [...product.bound, ...apart.bound],
        },
        context,
        replace,
      );
    });
    return interpreter.sum(terms);
  }
  const inner = interpreter.within(context, product.bound);
  const picks = pickDeltas(product, inner);
  const counted = maskedContext(interpreter, product, inner);
  const { numerators, denominators } = pairQuotients(
    interpreter,
    product.numerators,
    product.denominators,
    counted,
    replace,
  );
  const pick = (value: Value): Value => picked(interpreter, value, picks.chosen, inner);
  const kept = product.masks
    .filter((_, at) => !picks.used.has(at))
    .map((mask) => pick(interpreter.evaluate(mask, inner)));
  const summed = picks.bound.map(({ id }) => interpreter.axis(id, inner));
  return combine(interpreter, product.sign, kept, numerators.map(pick), denominators.map(pick), summed);
}

/** Which δ select: for each, the summed id and the id that takes its place. */
interface Picks {
  readonly chosen: readonly { readonly from: string; readonly to: string }[];
  /** The places of those δ among the masks. */
  readonly used: ReadonlySet<number>;
  /** What is still summed over. */
  readonly bound: readonly Binder[];
}

/** Σ_k δ_ik f_k = f_i: a δ with a summed index renames it, where both run over one dimension. */
function pickDeltas<Value>(product: Product, context: Context<Value>): Picks {
  const chosen: { from: string; to: string }[] = [];
  const used = new Set<number>();
  let bound = product.bound;
  const now = (id: string): string => chosen.reduce((name, { from, to }) => (name === from ? to : name), id);
  product.masks.forEach((mask, at) => {
    const ends = plainEnds(mask);
    if (ends === undefined) return;
    const [left, right] = [now(ends[0]), now(ends[1])];
    if (left === right) {
      used.add(at);
      return;
    }
    if (context.ranges.get(left) !== context.ranges.get(right)) return;
    const from = [right, left].find((id) => bound.some((binder) => binder.id === id));
    if (from === undefined) return;
    chosen.push({ from, to: from === left ? right : left });
    used.add(at);
    bound = bound.filter(({ id }) => id !== from);
  });
  return { chosen, used, bound };
}

function plainEnds(mask: Bracket | Delta): readonly [string, string] | undefined {
  if (mask.kind !== 'delta' || !isPlain(mask.left) || !isPlain(mask.right)) return undefined;
  const [left] = mask.left.parts;
  const [right] = mask.right.parts;
  return left === undefined || right === undefined ? undefined : [left.id, right.id];
}

function picked<Value>(
  interpreter: Interpreter<Value>,
  value: Value,
  chosen: Picks['chosen'],
  context: Context<Value>,
): Value {
  const { algebra } = interpreter;
  return chosen.reduce((sofar, { from, to }) => {
    const ids = new Set(algebra.axes(sofar).map((axis) => axis.id));
    if (!ids.has(from)) return sofar;
    if (ids.has(to)) return algebra.diagonal(sofar, from, to);
    return algebra.rename(sofar, new Map([[from, interpreter.axis(to, context)]]));
  }, value);
}

/** Inside a product with masks only what they let through counts: asked for where cases or gradients could tell. */
function maskedContext<Value>(
  interpreter: Interpreter<Value>,
  product: Product,
  context: Context<Value>,
): Context<Value> {
  if (product.masks.length === 0) return context;
  const parts = [...product.numerators, ...product.denominators];
  const matters = interpreter.algebra.differentiates
    ? parts.some(
        (part) => singular.some((kind) => kindsIn(part).has(kind)) || product.denominators.length > 0,
      )
    : parts.some((part) => kindsIn(part).has('cases'));
  if (!matters) return context;
  return product.masks.reduce(
    (sofar, mask) => interpreter.where(sofar, interpreter.evaluate(mask, context)),
    context,
  );
}

/** Nodes whose value or slope can be infinite. */
const singular: readonly Expr['kind'][] = ['call', 'power', 'divide', 'matrix', 'field'];

function combine<Value>(
  interpreter: Interpreter<Value>,
  sign: 1 | -1,
  masks: readonly Value[],
  numerators: readonly Value[],
  denominators: readonly Value[],
  summed: readonly Axis[],
): Value {
  const { algebra } = interpreter;
  const over = new Set(summed.map((axis) => axis.id));
  const touches = (value: Value): boolean => algebra.axes(value).some((axis) => over.has(axis.id));
  const after = denominators.filter((value) => !touches(value));
  let factors = divideInto(interpreter, numerators, denominators.filter(touches));
  if (masks.length > 0) {
    const divided = after.map(
      (value) => algebra.hasNonFinite(value) || algebra.hasNonFinite(algebra.unary('reciprocal', value)),
    );
    if (divided.includes(true) || factors.some((factor) => algebra.hasNonFinite(factor))) {
      const mask = contractAll(algebra, masks, []);
      const all = after.reduce(
        (sofar, value) => algebra.binary('divide', sofar, value),
        contractAll(algebra, factors, []),
      );
      return signed(
        interpreter,
        sign,
        contractAll(algebra, [algebra.select(mask, all, interpreter.exact(0))], summed),
      );
    }
    factors = [...masks, ...factors];
  }
  const value = signed(interpreter, sign, contractAll(algebra, factors, summed));
  return after.length === 0 ? value : algebra.binary('divide', value, contractAll(algebra, after, []));
}

function signed<Value>(interpreter: Interpreter<Value>, sign: 1 | -1, value: Value): Value {
  return sign === 1 ? value : interpreter.algebra.unary('negate', value);
}

/** Divides a numerator that has the divisor's axes, so that one rounding does; else multiplies by the reciprocal. */
function divideInto<Value>(
  interpreter: Interpreter<Value>,
  numerators: readonly Value[],
  denominators: readonly Value[],
): Value[] {
  const { algebra } = interpreter;
  const factors = [...numerators];
  for (const divisor of denominators) {
    const needed = algebra.axes(divisor).map((axis) => axis.id);
    const at = factors.findIndex((factor) => {
      const ids = new Set(algebra.axes(factor).map((axis) => axis.id));
      return needed.every((id) => ids.has(id));
    });
    const target = factors[at];
    if (target === undefined) factors.push(algebra.unary('reciprocal', divisor));
    else factors[at] = algebra.binary('divide', target, divisor);
  }
  return factors;
}
