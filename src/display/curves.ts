/** Loss along the gradient's line, and error against a size. */
import { HandgradError } from '../formula/index.js';
import { chartFigure, rangeOf, type Series, seriesColours, tableText } from './chart.js';
import type { Figure } from './figure.js';
import { type Drawable, type Nested, readMatrix } from './matrix.js';
import { formatNumber } from './numbers.js';

/** What a loss may return: a number, or a TensorFlow.js scalar. */
export type ScalarValue = number | { dataSync(): ArrayLike<number> };

/** The nested arrays that a point is given to a loss as. */
export type ArraysOf<Point> = Point extends { arraySync(): infer Arrays } ? Arrays : Point;

/** What `alongGradient` is told: the point, the gradient there, and how far to go. */
export interface AlongGradientOptions<Point extends Drawable = Drawable> {
  /** The point x: nested arrays, or a tf.Tensor. */
  readonly at: Point;
  /** The gradient at x, in the shape of x: hand-built, or from `gradient`. */
  readonly gradient: Drawable;
  /** The longest step η that is drawn, to either side; unless given, one that lowers the tangent by |L|, or by 1. */
  readonly reach?: number;
  readonly title?: string;
}

/** What `errorAgainst` is told: names for the figure. */
export interface ErrorAgainstOptions {
  /** What the errors are drawn over; `n` unless given. */
  readonly over?: string;
  readonly title?: string;
}

/** A curve that cannot be drawn: shapes that differ, no finite value, a gradient of zeros. */
export class CurveError extends HandgradError {
  override readonly name = 'CurveError';
}

const samples = 81;

/**
 * The loss along the line x − η g through the point, over the step η, with its tangent L(x) − η ‖g‖². Where g is the gradient the two
 * touch at η = 0; where it is not, they cross. `loss` is given nested arrays, which the functions of TensorFlow.js take too.
 *
 * Throws CurveError where x and g differ in shape, g is zero, or the loss is not finite at x.
 *
 * @example
 * alongGradient((x) => tf.losses.softmaxCrossEntropy([1, 0, 0], x), { at: [0, 1, 2], gradient: [-0.91, 0.245, 0.665] });
 */
export function alongGradient<Point extends Drawable>(
  loss: (point: ArraysOf<Point>) => ScalarValue,
  { at, gradient, reach, title = 'loss along the gradient’s line' }: AlongGradientOptions<Point>,
): Figure {
  const point = readMatrix(at).values.flat();
  const direction = readMatrix(gradient).values.flat();
  if (point.length !== direction.length) {
    throw new CurveError(
      `The point has ${point.length} entries, the gradient ${direction.length}: a gradient has one for each entry of the point.`,
    );
  }
  const squared = direction.reduce((sum, g) => sum + g * g, 0);
  if (!(squared > 0 && Number.isFinite(squared))) {
    throw new CurveError(`‖gradient‖² is ${squared}: without a direction there is no line to follow.`);
  }
  const shape = shapeLike(at);
  const value = (step: number) =>
    scalar(loss(shape(point.map((x, k) => x - step * (direction[k] ?? 0))) as ArraysOf<Point>));
  const here = value(0);
  if (!Number.isFinite(here))
    throw new CurveError(`The loss at the point is ${here}: choose a point where it is finite.`);
  const furthest = reach ?? (Math.abs(here) || 1) / squared;
  const rows = Array.from({ length: samples }, (_, k) => {
    const step = ((2 * k) / (samples - 1) - 1) * furthest;
    return { step, loss: value(step), tangent: here - step * squared };
  });
  const curve = (name: string, kind: Series['kind'], key: 'loss' | 'tangent', colour: string): Series => ({
    name,
    kind,
    colour,
    points: rows.map((row) => ({
      x: row.step,
      y: row[key],
      hover: `η = ${formatNumber(row.step, 4)}: ${formatNumber(row[key])}`,
    })),
  });
  return chartFigure({
    title,
    x: { title: 'step η along −g', range: rangeOf(rows.map(({ step }) => step)) },
    y: { title: 'L(x − η g)', range: rangeOf(rows.flatMap((row) => [row.loss, row.tangent])) },
    series: [
      curve('loss', 'line', 'loss', seriesColours[0]),
      curve('tangent L(x) − η ‖g‖²', 'dashed', 'tangent', seriesColours[1]),
      {
        name: 'the point',
        kind: 'points',
        colour: seriesColours[2],
        points: [{ x: 0, y: here, hover: `L(x) = ${formatNumber(here)}` }],
      },
    ],
    height: 400,
    legend: true,
    text: tableText(
      title,
      ['η', 'loss', 'tangent'],
      rows.map((row) => [row.step, row.loss, row.tangent]),
    ),
  });
}

/** Gives flat numbers back in the shape of what was given. */
function shapeLike(given: Drawable): (flat: readonly number[]) => Nested {
  const nested = (
    typeof given === 'object' && given !== null && 'arraySync' in given ? given.arraySync() : given
  ) as Nested;
  return (flat) => {
    let next = 0;
    const fill = (like: unknown): unknown =>
      typeof like === 'number' ? flat[next++] : Array.from(like as ArrayLike<unknown>, fill);
    return fill(nested) as Nested;
  };
}

function scalar(value: ScalarValue): number {
  return typeof value === 'number' ? value : (value.dataSync()[0] ?? Number.NaN);
}

/**
 * Errors against a size, both on logarithmic axes: one curve for each way to compute. An error of zero lies below every axis and is
 * left out of the figure; the text has it. A straight line of slope p is an error that grows as n to the p.
 *
 * Throws CurveError where no size or no error can be drawn.
 *
 * @example
 * errorAgainst([10, 100, 1000], { naive: (n) => n * 1e-7, pairwise: (n) => Math.log2(n) * 1e-7 }, { over: 'n' });
 */
export function errorAgainst(
  sizes: readonly number[],
  errors: Readonly<Record<string, (size: number) => number>>,
  { over = 'n', title = `error against ${over}` }: ErrorAgainstOptions = {},
): Figure {
  if (sizes.length === 0 || !sizes.every((size) => size > 0 && Number.isFinite(size))) {
    throw new CurveError(
      `The sizes are [${sizes.join(', ')}]: give positive numbers, as the axis is logarithmic.`,
    );
  }
  const names = Object.keys(errors);
  const computed = Object.values(errors).map((error) => sizes.map((size) => Math.abs(error(size))));
  const drawn = computed.flat().filter((error) => error > 0 && Number.isFinite(error));
  if (drawn.length === 0) {
    throw new CurveError(
      'No error is a positive finite number: on a logarithmic axis there is nothing to draw.',
    );
  }
  return chartFigure({
    title,
    x: { title: over, log: true, range: rangeOf(sizes, true) },
    y: { title: 'error', log: true, range: rangeOf(drawn, true) },
    series: computed.map((values, index) => ({
      name: names[index] ?? '',
      kind: 'both',
      colour: seriesColours[index % seriesColours.length] ?? seriesColours[0],
      points: values.map((value, k) => {
        const size = sizes[k] ?? Number.NaN;
        return value > 0
          ? { x: size, y: value, hover: `${over} = ${formatNumber(size)}: ${formatNumber(value, 3)}` }
          : null;
      }),
    })),
    height: 400,
    legend: names.length > 1,
    text: tableText(
      title,
      [over, ...names],
      sizes.map((size, k) => [size, ...computed.map((values) => values[k] ?? Number.NaN)]),
    ),
  });
}
