import { Jacobian } from '../jacobian.js';
import { multipleOf } from './vectors.js';

/**
 * J_ij = band[i, j − i − first] where 0 ≤ j − i − first < width, else 0: only some diagonals side by side. `first` is the lowest of
 * them: −1 with width 3 is tridiagonal. Entries of the band outside the columns are not read.
 */
export class Banded extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(
    readonly band: Float64Array,
    readonly width: number,
    readonly first: number,
    rows: number,
    columns: number,
  ) {
    super(rows, columns);
    this.cost = rows * width;
    this.structure = width === 3 && first === -1 ? 'tridiagonal' : `banded (${width} diagonals)`;
  }

  /** The columns of row i that are in the band, from `start` to before `end`. */
  private columnsOf(i: number): readonly [start: number, end: number] {
    const start = i + this.first;
    return [Math.max(0, start), Math.min(this.columns, start + this.width)];
  }

  /** The entry at row i, column j, which is in the band. */
  at(i: number, j: number): number {
    return this.band[i * this.width + j - i - this.first] as number;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    for (let i = 0; i < this.rows; i += 1) {
      const [start, end] = this.columnsOf(i);
      const offset = i * this.width - i - this.first;
      let sum = 0;
      for (let j = start; j < end; j += 1) sum += (this.band[offset + j] as number) * (v[j] as number);
      result[i] = (result[i] as number) + sum;
    }
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    for (let i = 0; i < this.rows; i += 1) {
      const weight = u[i] as number;
      if (weight === 0) continue;
      const [start, end] = this.columnsOf(i);
      const offset = i * this.width - i - this.first;
      for (let j = start; j < end; j += 1)
        result[j] = (result[j] as number) + (this.band[offset + j] as number) * weight;
    }
  }

  turned(): Banded {
    const { width, first, rows, columns } = this;
    const lowest = 1 - first - width;
    return bandedFrom(width, lowest, columns, rows, (i, j) => this.at(j, i));
  }

  multiple(factor: number): Banded {
    const { band, width, first, rows, columns } = this;
    return new Banded(multipleOf(band, factor), width, first, rows, columns);
  }
}

/** A band filled entry by entry, only where it is inside the columns. */
export function bandedFrom(
  width: number,
  first: number,
  rows: number,
  columns: number,
  entry: (i: number, j: number) => number,
): Banded {
  const band = new Float64Array(rows * width);
  for (let i = 0; i < rows; i += 1) {
    for (let j = Math.max(0, i + first); j < Math.min(columns, i + first + width); j += 1)
      band[i * width + j - i - first] = entry(i, j);
  }
  return new Banded(band, width, first, rows, columns);
}
