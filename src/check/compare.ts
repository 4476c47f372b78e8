/** Hand-built numbers held against autograd's, entry by entry, within what rounding explains. */
import type { Tensor } from '@tensorflow/tfjs';
import { unitInLastPlace } from '../autograd/index.js';
import type { Storage } from './hand.js';
import { type Computation, Moves, roundingBounds } from './rounding-bound.js';

/** Two tables of numbers of the same size, and how each can be computed again (the hand-built one if it is a function). */
export interface Comparison {
  readonly truth: ArrayLike<number>;
  readonly hand: Float64Array;
  /** Entries to a row: those whose sizes belong together. */
  readonly columns: number;
  readonly inputs: readonly Tensor[];
  readonly computeTruth: Computation;
  readonly computeHand?: Computation;
  /** The hand-built numbers were computed in float32, so that their own rounding adds to the truth's. */
  readonly single: boolean;
  /** How the hand-built numbers were rounded to be stored, where that was coarser than float32. */
  readonly stored?: Storage | undefined;
  /** The size of a derivative to be expected: that of the output over that of the input. */
  readonly natural: number;
  /** In place of the rounding bound: the deviation allowed at each entry. */
  readonly bounds?: Float64Array;
  /** In place of the rounding bound: the deviation allowed, in relation to the largest entry of the row. */
  readonly tolerance?: number;
}

/** What the comparison found. */
export interface Finding {
  /** Entries that deviate by more than rounding explains. */
  readonly against: readonly number[];
  /** Entries where autograd has no verdict: NaN or infinite, or lost to rounding. */
  readonly unseen: readonly number[];
  /** Why, of the first of them. */
  readonly because?: string;
  /** The entry that deviates most in relation to its bound; undefined if autograd saw none. */
  readonly worst?: { readonly entry: number; readonly error: number; readonly bound: number };
  /** The largest bound of the entries seen, in relation to the largest entry of its row: smaller mistakes can pass. */
  readonly blur: number;
  /** The largest bound of the entries seen. */
  readonly largestBound: number;
  /** How far each entry may deviate. */
  readonly bounds: Float64Array;
}

const firstSamples = 3;
const moreSamples = 9;

/** The largest finite size in each row, of both tables or of the truth alone. */
function largestOfRows({ truth, hand, columns }: Comparison, both: boolean): Float64Array {
  const rows = new Float64Array(Math.ceil(truth.length / columns));
  for (let k = 0; k < truth.length; k += 1) {
    const row = Math.floor(k / columns);
    for (const value of both ? [truth[k] ?? 0, hand[k] ?? 0] : [truth[k] ?? 0]) {
      if (Number.isFinite(value)) rows[row] = Math.max(rows[row] ?? 0, Math.abs(value));
    }
  }
  return rows;
}

function errorAt({ truth, hand }: Comparison, k: number): number {
  const [a, b] = [hand[k] ?? Number.NaN, truth[k] ?? Number.NaN];
  return a === b ? 0 : Math.abs(a - b);
}

function chosenBounds(comparison: Comparison): Float64Array {
  const { truth, columns, tolerance = 0 } = comparison;
  const largest = largestOfRows(comparison, false);
  return Float64Array.from(
    { length: truth.length },
    (_, k) => tolerance * (largest[Math.floor(k / columns)] ?? 0),
  );
}

/**
 * Whether an entry is worth measuring again before it counts as wrong: rounding might still reach it. Not one that is a
 * hundred times beyond its bound and large too; a small one might have been moved too little by chance.
 */
function mightBeRounding(comparison: Comparison, bounds: Float64Array): boolean {
  const rows = largestOfRows(comparison, true);
  return bounds.some((bound, k) => {
    const error = errorAt(comparison, k);
    const size = Math.max(rows[Math.floor(k / comparison.columns)] ?? 0, comparison.natural);
    return error > bound && (error < 100 * bound || error < 1e-4 * size);
  });
}

interface Measured {
  readonly bounds: Float64Array;
  readonly truthMoves?: Moves;
}

function measure(comparison: Comparison): Measured {
  if (comparison.bounds !== undefined) return { bounds: comparison.bounds };
  if (comparison.tolerance !== undefined) return { bounds: chosenBounds(comparison) };
  const { truth, hand, columns, inputs, computeTruth, computeHand, single } = comparison;
  const truthMoves = new Moves(computeTruth, inputs, truth).repeat(firstSamples);
  const own =
    computeHand === undefined ? undefined : new Moves(computeHand, inputs, hand).repeat(firstSamples);
  const handMoves = own ?? (single ? truthMoves : undefined);
  const bounds = roundingBounds(truth, columns, truthMoves, handMoves);
  if (!mightBeRounding(comparison, bounds)) return { bounds, truthMoves };
  truthMoves.repeat(moreSamples);
  own?.repeat(moreSamples);
  return { bounds: roundingBounds(truth, columns, truthMoves, handMoves), truthMoves };
}

/**
 * Whether autograd's value at an entry is lost: rounding moves it by a tenth of the largest entry of its row, and that
 * is not just noise about 0 (more than a thousandth of the derivative's natural size).
 */
function lost(bound: number, rowLargest: number, natural: number): boolean {
  return bound > 0.1 * rowLargest && bound > 1e-3 * natural;
}

/** Rounding moves in proportion to its size; a jump does not: there the function has a kink or is not deterministic. */
function jumps(comparison: Comparison, moves: Moves | undefined, entry: number, rowLargest: number): boolean {
  if (moves === undefined || moves.at(entry) < 1e-3 * rowLargest) return false;
  const wider = new Moves(comparison.computeTruth, comparison.inputs, comparison.truth, 16).repeat(
    firstSamples,
  );
  return wider.at(entry) < 4 * moves.at(entry);
}

const kink =
  'the derivative jumps at this point (two values tie, or a function has a kink there, or is random); move the point a little';
const drowned = 'float32 rounding drowns the value at this point; move the point or scale the inputs';

/** Each entry may be off by the rounding of its storage as well. */
function allowStorage({ hand, stored, bounds: given, tolerance }: Comparison, bounds: Float64Array): void {
  if (stored === undefined || given !== undefined || tolerance !== undefined) return;
  bounds.forEach((bound, k) => {
    bounds[k] = bound + stored.relative * Math.abs(hand[k] ?? 0) + stored.absolute;
  });
}

/** Judges every entry. */
export function compare(comparison: Comparison): Finding {
  const { truth, hand, columns, natural } = comparison;
  const { bounds, truthMoves } = measure(comparison);
  allowStorage(comparison, bounds);
  const rows = largestOfRows(comparison, true);
  const against: number[] = [];
  const unseen: number[] = [];
  let because: string | undefined;
  let worst: Finding['worst'];
  let blur = 0;
  let largestBound = 0;
  for (let k = 0; k < truth.length; k += 1) {
    if (!Number.isFinite(truth[k])) {
      because ??= `its value is ${truth[k]}`;
      unseen.push(k);
      continue;
    }
    const error = errorAt(comparison, k);
    const bound = bounds[k] ?? 0;
    const rowLargest = rows[Math.floor(k / columns)] ?? 0;
    const equal = error <= 4 * unitInLastPlace * Math.max(Math.abs(truth[k] ?? 0), Math.abs(hand[k] ?? 0));
    if (!equal && comparison.tolerance === undefined && lost(bound, rowLargest, natural)) {
      because ??= jumps(comparison, truthMoves, k, rowLargest) ? kink : drowned;
      unseen.push(k);
      continue;
    }
    if (error > bound) against.push(k);
    if (Number.isFinite(bound)) {
      largestBound = Math.max(largestBound, bound);
      blur = Math.max(blur, bound / (rowLargest || 1));
    }
    if (worst === undefined || error * worst.bound > worst.error * bound) worst = { entry: k, error, bound };
  }
  return {
    against,
    unseen,
    blur,
    largestBound,
    bounds,
    ...(because === undefined ? {} : { because }),
    ...(worst === undefined ? {} : { worst }),
  };
}
