/** The checker: replays a proof step by step. It knows nothing of how the proof was found. */
import type { Declarations, Ranged } from '../nodes.js';
import type { Point } from '../probes/index.js';
import type { ProofStep } from './chain.js';
import { DigitEvaluator, Digits, NoValueError } from './decimals.js';

export interface Replay {
  /** Whether no step failed. */
  readonly holds: boolean;
  /** Steps that were replayed. */
  readonly replayed: number;
  /** Steps that have no value at the point, with the reason. */
  readonly skipped: readonly string[];
  /** The first step that failed. */
  readonly failed?: ProofStep;
}

/**
 * Every step's two formulas evaluated with thirty-five digits at a point, at every place of their free indices; they must agree to
 * twenty-five digits, or to ten where the point satisfies what is assumed only as well as float64 can.
 */
export function replay(
  steps: readonly ProofStep[],
  declarations: Declarations,
  point: Point,
  assuming: boolean,
): Replay {
  const evaluator = new DigitEvaluator({ declarations, sizes: point.sizes, values: point.values });
  const tolerance = new Digits(assuming ? '1e-10' : '1e-25');
  const skipped: string[] = [];
  let replayed = 0;
  for (const step of steps) {
    try {
      if (!stepHolds(step, evaluator, point.sizes, tolerance))
        return { holds: false, replayed, skipped, failed: step };
      replayed += 1;
    } catch (error) {
      if (!(error instanceof NoValueError)) throw error;
      skipped.push(`${step.rule}: ${error.message}`);
    }
  }
  return { holds: true, replayed, skipped };
}

function stepHolds(
  step: ProofStep,
  evaluator: DigitEvaluator,
  sizes: Readonly<Record<string, number>>,
  tolerance: Digits,
): boolean {
  evaluator.begin();
  for (const places of placesOf(step.before, sizes)) {
    const [before, after] = [
      evaluator.value(step.before.expr, places),
      evaluator.value(step.after.expr, places),
    ];
    const scale = Digits.max(1, before.abs(), after.abs());
    if (before.sub(after).abs().gt(tolerance.mul(scale))) return false;
  }
  return true;
}

/** At most this many places of the free indices are tried for a step. */
const mostPlaces = 3;

function placesOf(formula: Ranged, sizes: Readonly<Record<string, number>>): ReadonlyMap<string, number>[] {
  let places: ReadonlyMap<string, number>[] = [new Map()];
  for (const id of formula.free) {
    const size = sizes[formula.ranges.get(id) ?? ''] ?? 0;
    places = places.flatMap((p) => Array.from({ length: size }, (_, k) => new Map(p).set(id, k)));
  }
  if (places.length <= mostPlaces) return places;
  const stride = places.length / mostPlaces;
  return Array.from(
    { length: mostPlaces },
    (_, at) => places[Math.floor(at * stride)] as ReadonlyMap<string, number>,
  );
}
