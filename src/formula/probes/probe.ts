/** Random points at which formulas can be compared: away from kinks, inside the domain, and satisfying what is assumed. */
import type { Declarations, Ranged } from '../nodes.js';
import type { Point, ProbeSurroundings } from './point.js';
import { Prober } from './prober.js';

export interface ProbeOptions extends ProbeSurroundings {
  /** How many points; 3 unless given. */
  readonly count?: number;
  /** The seed of the random numbers; 1 unless given. */
  readonly seed?: number;
}

export type Probes =
  | { readonly points: readonly Point[]; readonly notes: readonly string[] }
  /** Why no point could be found: the assumption that was not met, the kink that was not left. */
  | { readonly none: string };

/**
 * Random points for formulas: sizes at least 2 and pairwise different, other ones at each point; normal values (multiples
 * of 2⁻¹⁰ where nothing is solved for), moved until every assumption that concerns the formulas holds. Where a logarithm or
 * a root would be NaN, what it is of is taken positive, and a note says so. An assumption that cannot be met is never
 * ignored: the reason is returned in place of points.
 * @example probePoints(declarations, [left, right], { count: 3, seed: 7 })
 */
export function probePoints(
  declarations: Declarations,
  exprs: readonly Ranged[],
  options: ProbeOptions = {},
): Probes {
  const prober = new Prober(declarations, exprs, options);
  const points: Point[] = [];
  const count = options.count ?? 3;
  for (let at = 0; at < count; at += 1) {
    const point = prober.next((options.seed ?? 1) * 1000 + at);
    if ('none' in point) return point;
    points.push(point);
  }
  return { points, notes: prober.notes };
}
