/** Whether two formulas have the same values, to rounding, at random points. */
import { HandgradError } from '../errors.js';
import { Evaluator, type NDArray, positionsOf, type Scaled } from '../evaluate/index.js';
import type { Declarations, Ranged } from '../nodes.js';
import type { Point, ProbeSurroundings } from './point.js';
import { type ProbeOptions, type Probes, probePoints } from './probe.js';

/** The entry where two formulas differ most, against what rounding explains. */
export interface Deviation {
  /** The entry's position along each free index. */
  readonly indices: readonly number[];
  readonly left: number;
  readonly right: number;
  readonly error: number;
  /** How far rounding alone could set them apart. */
  readonly tolerance: number;
  readonly point: Point;
}

export interface Agreement {
  readonly agrees: boolean;
  /** The points that could tell. */
  readonly points: readonly Point[];
  readonly worst?: Deviation;
  /** One sentence: where was looked, and under which restrictions. */
  readonly note: string;
}

/** No verdict, and why. */
export interface NoVerdict {
  readonly none: string;
}

export interface AgreeOptions extends ProbeOptions {
  /** Points to try in place of random ones. */
  readonly points?: readonly Point[];
  /** The tolerance is this · machine epsilon · (the error scales of both sides together); 64 unless given. */
  readonly slack?: number;
}

/**
 * Compares two formulas over the same free indices in float64, entry by entry, each within its own rounding error.
 * Entries that are not finite, or whose rounding error drowns them, tell nothing; where none can tell there is no verdict.
 * @example agree(claim, truth, declarations, { count: 3, seed: 1 })
 */
export function agree(
  left: Ranged,
  right: Ranged,
  declarations: Declarations,
  options: AgreeOptions = {},
): Agreement | NoVerdict {
  const missing = left.free.filter((id) => !right.free.includes(id));
  const extra = right.free.filter((id) => !left.free.includes(id));
  if (missing.length > 0 || extra.length > 0) {
    const list = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
    const note = `the free indices differ: ${list(left.free)} on the left, ${list(right.free)} on the right`;
    return { agrees: false, points: [], note };
  }
  const probes: Probes | NoVerdict =
    options.points === undefined
      ? orNone(() => probePoints(declarations, [left, right], options))
      : { points: options.points, notes: [] };
  if ('none' in probes) return probes;
  const aligned: Ranged = { ...right, free: left.free };
  return orNone(() => {
    const deviations = probes.points.map((point) => {
      const evaluator = evaluatorAt(point, declarations, options);
      return deviationOf(evaluator.withScale(left), evaluator.withScale(aligned), point, options.slack ?? 64);
    });
    return summary(deviations, probes.points, probes.notes);
  });
}

/** A result, or the reason why a formula has no value: an index over the wrong dimension, no branch of cases, too large. */
export function orNone<Result>(compute: () => Result): Result | NoVerdict {
  try {
    return compute();
  } catch (error) {
    if (error instanceof HandgradError) return { none: error.message };
    throw error;
  }
}

/** An evaluator that keeps error scales, at a point. */
export function evaluatorAt(
  point: Point,
  declarations: Declarations,
  surroundings: ProbeSurroundings,
): Evaluator {
  const { derivatives, functions } = surroundings;
  return new Evaluator(
    point.values,
    declarations,
    { sizes: point.sizes, ...(derivatives && { derivatives }), ...(functions && { functions }) },
    true,
  );
}

/** A tolerance beyond this part of the greatest entry tells nothing. */
const DROWNED = 1e-4;

/** The worst entry of two values, or nothing where no entry can tell. */
export function deviationOf(left: Scaled, right: Scaled, point: Point, slack: number): Deviation | undefined {
  const tolerances = left.scale.data.map(
    (scale, at) => slack * Number.EPSILON * (scale + (right.scale.data[at] ?? 0)),
  );
  return worstEntry(left.value, right.value, tolerances, point);
}

/** The entry whose error is greatest against its tolerance. */
export function worstEntry(
  left: NDArray,
  right: NDArray,
  tolerances: Float64Array,
  point: Point,
): Deviation | undefined {
  const greatest = (data: Float64Array): number =>
    data.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  const size = Math.max(greatest(left.data), greatest(right.data));
  let worst: Deviation | undefined;
  let worstRatio = -1;
  left.data.forEach((x, at) => {
    const y = right.data[at] ?? Number.NaN;
    const tolerance = tolerances[at] ?? Number.NaN;
    const error = Math.abs(x - y);
    if (!Number.isFinite(error) || !(tolerance <= DROWNED * size || size === 0)) return;
    const ratio = error === 0 ? 0 : error / tolerance;
    if (ratio <= worstRatio) return;
    worstRatio = ratio;
    worst = { indices: positionsOf(left.shape, at), left: x, right: y, error, tolerance, point };
  });
  return worst;
}

/** What the worst entries at several points come to. */
export function summary(
  deviations: readonly (Deviation | undefined)[],
  points: readonly Point[],
  notes: readonly string[],
): Agreement | NoVerdict {
  const told = deviations.filter((deviation) => deviation !== undefined);
  if (told.length === 0) {
    return { none: 'at every point tried the values are not finite, or rounding drowns them' };
  }
  const ratio = ({ error, tolerance }: Deviation): number => (error === 0 ? 0 : error / tolerance);
  const worst = told.reduce((sofar, next) => (ratio(next) > ratio(sofar) ? next : sofar));
  const agrees = told.every(({ error, tolerance }) => error <= tolerance);
  const speaking = points.filter((_, at) => deviations[at] !== undefined);
  return { agrees, points: speaking, worst, note: [placesOf(speaking), ...notes].join('; ') };
}

/** "3 points, n = 2 … 5, m = 3 … 4". */
function placesOf(points: readonly Point[]): string {
  const dimensions = Object.keys(points[0]?.sizes ?? {});
  const ranges = dimensions.map((dimension) => {
    const sizes = points.map((point) => point.sizes[dimension] ?? 0);
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    return least === most ? `${dimension} = ${least}` : `${dimension} = ${least} … ${most}`;
  });
  return [`${points.length} point${points.length === 1 ? '' : 's'}`, ...ranges].join(', ');
}
