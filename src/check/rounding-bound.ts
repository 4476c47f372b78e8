/**
 * How far each entry may deviate by rounding alone. Derived in docs/decisions/0301-error-model.md: the computation is
 * repeated with other roundings, and what moves shows how much rounding can move it.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { nearby, numbersOf, unitInLastPlace, withOtherRounding } from '../autograd/index.js';

/** A computation of numbers from the inputs, to be repeated. */
export type Computation = (inputs: readonly Tensor[]) => ArrayLike<number>;

/** How many times the largest move seen an entry may deviate. */
const safety = 4;

const tinyIn = new WeakMap<Tensor, boolean>();

/** Whether products of a tensor's entries may fall below float32's smallest numbers, where digits are lost. */
function hasTiny(tensor: Tensor): boolean {
  if (tensor.dtype !== 'float32') return false;
  const known = tinyIn.get(tensor);
  if (known !== undefined) return known;
  const found = (tensor.dataSync() as Float32Array).some((x) => x !== 0 && Math.abs(x) < 1e-15);
  tinyIn.set(tensor, found);
  return found;
}

/** The largest moves seen in repetitions with other roundings. */
export class Moves {
  private readonly moves: Float64Array;
  private readonly tiny: boolean;
  private seed = 0;

  constructor(
    private readonly compute: Computation,
    private readonly inputs: readonly Tensor[],
    private readonly values: ArrayLike<number>,
    private readonly amplitude = 1,
  ) {
    this.moves = new Float64Array(values.length);
    this.tiny = inputs.some(hasTiny);
  }

  /** Repeats the computation `times` more. */
  repeat(times: number): this {
    for (let k = 0; k < times; k += 1) {
      this.seed += 1;
      const seed = this.seed;
      const again = numbersOf(() => {
        const moved = this.inputs.map((input, j) => nearby(input, 100 * seed + j, this.amplitude));
        return withOtherRounding(seed, this.amplitude, () => this.compute(moved), this.tiny);
      });
      this.take(again);
    }
    return this;
  }

  private take(again: ArrayLike<number>): void {
    for (let k = 0; k < this.moves.length; k += 1) {
      const move = Math.abs((again[k] ?? Number.NaN) - (this.values[k] ?? Number.NaN));
      this.moves[k] = Math.max(this.moves[k] ?? 0, Number.isNaN(move) ? Number.POSITIVE_INFINITY : move);
    }
  }

  /** The largest move of entry `k`. */
  at(k: number): number {
    return this.moves[k] ?? 0;
  }
}

/** Sums and extremes over the rows of a table. */
function largestOf(values: ArrayLike<number>, first: number, length: number): number {
  let largest = 0;
  for (let k = first; k < first + length; k += 1) {
    const size = Math.abs(values[k] ?? 0);
    if (Number.isFinite(size)) largest = Math.max(largest, size);
  }
  return largest;
}

/** The moves of a row in relation to its entries. */
function relativeMove(moves: Moves, values: ArrayLike<number>, first: number, length: number): number {
  let [moved, size] = [0, 0];
  for (let k = first; k < first + length; k += 1) {
    const move = moves.at(k);
    if (!Number.isFinite(move)) continue;
    moved += move;
    size += Math.abs(values[k] ?? 0);
  }
  return size === 0 ? 0 : Math.min(1e-3, moved / size);
}

/**
 * The rounding bound of each entry of a table of rows of `columns` entries:
 * 4 · √(the truth's largest move² + the hand-built one's²) + the row's relative move · |entry| + one unit of the entry,
 * and for entries that are 0 a half unit of the row's largest and 2⁻⁴⁰ of the table's.
 */
export function roundingBounds(
  truth: ArrayLike<number>,
  columns: number,
  truthMoves: Moves,
  hand?: Moves,
): Float64Array {
  const bounds = new Float64Array(truth.length);
  const table = largestOf(truth, 0, truth.length) * 2 ** -40 + 1e-37;
  for (let first = 0; first < truth.length; first += columns) {
    const floor = (largestOf(truth, first, columns) * unitInLastPlace) / 2 + table;
    const relative = relativeMove(truthMoves, truth, first, columns) + unitInLastPlace;
    for (let k = first; k < first + columns; k += 1) {
      const moved = Math.sqrt(truthMoves.at(k) ** 2 + (hand?.at(k) ?? 0) ** 2);
      bounds[k] = safety * moved + relative * Math.abs(truth[k] ?? 0) + floor;
    }
  }
  return bounds;
}
