/** The points at which formulas are told apart. */
import {
  type Declarations,
  type Point,
  Prober,
  type ProbeSurroundings,
  type Ranged,
} from '../../formula/index.js';

/** How many points; the first sorts out most candidates, the others confirm. */
const POINTS = 3;
/** Points drawn for one that shows something. */
const TRIES = 4;
/** At two values of an index too much coincides: of three normalised numbers of sum 0 only two are independent. */
const SMALLEST = 3;

/**
 * Random points that satisfy the assumptions, with sizes of at least 3, pairwise different and other ones at each point; or
 * why there are none.
 */
export function pointsFor(
  declarations: Declarations,
  exprs: readonly Ranged[],
  surroundings: ProbeSurroundings,
  /** Whether a point shows something: at some a bracket or a relu makes the whole result 0. */
  shows: (point: Point) => boolean,
): readonly Point[] | { readonly none: string } {
  const prober = new Prober(declarations, exprs, surroundings);
  const points: Point[] = [];
  for (let at = 0; at < POINTS; at += 1) {
    const point = pointOf(prober, at, shows);
    if ('none' in point) return point;
    points.push(point);
  }
  return points;
}

/** A point that shows something, if there is one; at other sizes where there is none at these (XᵀX of a wide X is singular). */
function pointOf(
  prober: Prober,
  at: number,
  shows: (point: Point) => boolean,
): Point | { readonly none: string } {
  let best: Point | { readonly none: string } = { none: 'no point was tried' };
  for (let again = 0; again < TRIES; again += 1) {
    const found = 'none' in best ? sizesOf(prober.least, at + again) : sizesOf(prober.least, at);
    const point = prober.next(
      31 + at + again * POINTS,
      again === TRIES - 1 && 'none' in best ? undefined : found,
    );
    if ('none' in point) {
      if ('none' in best) best = point;
      continue;
    }
    if (shows(point)) return point;
    best = point;
  }
  return best;
}

function sizesOf(least: ReadonlyMap<string, number>, at: number): Record<string, number> {
  const span = Math.max(3, least.size + 1);
  const taken = new Set<number>();
  const sizes: Record<string, number> = {};
  for (const [place, [dimension, needed]] of [...least].entries()) {
    let size = Math.max(needed, SMALLEST + ((place + at) % span));
    while (taken.has(size)) size += 1;
    taken.add(size);
    sizes[dimension] = size;
  }
  return sizes;
}
