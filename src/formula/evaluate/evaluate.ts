/** Formulas evaluated at given values, in float64. */
import type { Declarations, Derivative, Expr, Ranged } from '../nodes.js';
import type { Axis } from './algebra.js';
import { Float64Algebra, type Functions } from './float64.js';
import { Interpreter } from './interpret.js';
import { type Labelled, spread } from './labelled.js';
import { type NDArray, sizeOf } from './ndarray.js';
import { inferSizes, sizeLookup } from './sizes.js';

export interface EvaluateOptions {
  /** Sizes of dimensions that no value fixes. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** What a derivative that is not worked out stands for, over the same free indices. Without it such a node throws. */
  readonly derivatives?: (derivative: Derivative) => Expr;
  /** The numeric meaning of functions registered from outside the language. */
  readonly functions?: Functions;
  /**
   * Values that are given many times at once, stacked along a new first axis of this size. The result has that axis first,
   * also where it does not depend on any of them.
   */
  readonly batch?: { readonly size: number; readonly values: ReadonlyMap<string, NDArray> };
}

const BATCH = '#batch';

/** A value with the size of its rounding error. */
export interface Scaled {
  readonly value: NDArray;
  /**
   * Entry by entry, a running first-order bound of the error in units of the machine epsilon: every input and every
   * intermediate is taken to be off by its own magnitude times epsilon. Two ways of writing one number differ by no more
   * than a small multiple of epsilon · (their scales together).
   */
  readonly scale: NDArray;
}

/**
 * The value of a formula in float64, its axes in the order of `ranged.free`.
 *
 * A defined name is computed from its definition, once, unless a value is given for it. Tensors read 0 outside their range
 * where index arithmetic leads there; index numbers count from 0. log Σ exp, softmax and their like do not overflow.
 * @throws EvaluationError in one of its named forms: no value, sizes that disagree, no branch of cases, an unknown function.
 * @example
 * const declarations = declare({ x: ['n'] });
 * evaluate(readExpression('Σ_k x_k', declarations), new Map([['x', fromNested([1, 2, 3])]]), declarations).data[0] // 6
 */
export function evaluate(
  ranged: Ranged,
  values: ReadonlyMap<string, NDArray>,
  declarations: Declarations,
  options: EvaluateOptions = {},
): NDArray {
  return new Evaluator(values, declarations, options).value(ranged);
}

/** As `evaluate`, with the error scale of every entry. */
export function evaluateWithScale(
  ranged: Ranged,
  values: ReadonlyMap<string, NDArray>,
  declarations: Declarations,
  options: EvaluateOptions = {},
): Scaled {
  return new Evaluator(values, declarations, options, true).withScale(ranged);
}

/** Several formulas at one point: what they share, defined names above all, is computed once. */
export class Evaluator {
  private readonly interpreter: Interpreter<Labelled>;
  private readonly sizeOf: (dimension: string) => number;
  private readonly batch: readonly Axis[];
  private readonly cache = new Map<string, Labelled>();

  constructor(
    values: ReadonlyMap<string, NDArray>,
    declarations: Declarations,
    options: EvaluateOptions = {},
    scaled = false,
  ) {
    const algebra = new Float64Algebra(scaled, options.functions);
    const { batch } = options;
    const slices = new Map([...(batch?.values ?? [])].map(([name, stacked]) => [name, firstOf(stacked)]));
    this.sizeOf = sizeLookup(inferSizes(new Map([...values, ...slices]), declarations, options.sizes));
    this.batch = batch === undefined ? [] : [{ id: BATCH, size: batch.size }];
    const slots = (shape: readonly number[]): Axis[] => shape.map((size, at) => ({ id: `@${at}`, size }));
    const inputs = new Map<string, Labelled>();
    for (const [name, value] of values) inputs.set(name, algebra.input(value, slots(value.shape)));
    for (const [name, value] of batch?.values ?? []) {
      inputs.set(name, algebra.input(value, [...this.batch, ...slots(value.shape.slice(1))]));
    }
    this.interpreter = new Interpreter({
      algebra,
      declarations,
      sizeOf: this.sizeOf,
      inputs,
      derivatives: options.derivatives,
    });
  }

  value(ranged: Ranged): NDArray {
    const { value, axes } = this.compute(ranged);
    return { shape: axes.map(({ size }) => size), data: own(spread(value.data, value.axes, axes)) };
  }

  /** The value with its error scale; zero scales where the evaluator was not asked to keep them. */
  withScale(ranged: Ranged): Scaled {
    const { value, axes } = this.compute(ranged);
    const shape = axes.map(({ size }) => size);
    const scale = value.scale ?? new Float64Array(value.data.length);
    return {
      value: { shape, data: own(spread(value.data, value.axes, axes)) },
      scale: { shape, data: own(spread(scale, value.axes, axes)) },
    };
  }

  private compute(ranged: Ranged): { value: Labelled; axes: Axis[] } {
    const context = { ranges: ranged.ranges, cache: this.cache };
    const axes = [...this.batch, ...ranged.free.map((id) => this.interpreter.axis(id, context))];
    return { value: this.interpreter.evaluate(ranged.expr, context), axes };
  }
}

/** The first of the values stacked along the first axis. */
function firstOf(stacked: NDArray): NDArray {
  const shape = stacked.shape.slice(1);
  return { shape, data: stacked.data.subarray(0, sizeOf(shape)) };
}

/** A copy, so that no caller writes into a value that others share. */
function own(data: Float64Array): Float64Array {
  return Float64Array.from(data);
}
