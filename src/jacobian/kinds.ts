/** Jacobians with a structure of their own. */
import { Jacobian } from './jacobian.js';

const map = (values: Float64Array, f: (value: number, k: number) => number): Float64Array => values.map(f);

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < left.length; k += 1) sum += (left[k] ?? 0) * (right[k] ?? 0);
  return sum;
}

/** A table of numbers, row by row. */
export class Dense extends Jacobian {
  readonly structure = 'dense';
  readonly cost: number;

  constructor(
    readonly values: Float64Array,
    rows: number,
    columns: number,
  ) {
    super(rows, columns);
    this.cost = rows * columns;
  }

  protected multiply(v: Float64Array): Float64Array {
    const { rows, columns, values } = this;
    const result = new Float64Array(rows);
    for (let i = 0; i < rows; i += 1) result[i] = dot(values.subarray(i * columns, (i + 1) * columns), v);
    return result;
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    const { rows, columns, values } = this;
    const result = new Float64Array(columns);
    for (let i = 0; i < rows; i += 1) {
      const weight = u[i] ?? 0;
      for (let j = 0; j < columns; j += 1)
        result[j] = (result[j] ?? 0) + weight * (values[i * columns + j] ?? 0);
    }
    return result;
  }

  transpose(): Dense {
    const { rows, columns, values } = this;
    const turned = Float64Array.from(
      { length: values.length },
      (_, k) => values[(k % rows) * columns + Math.floor(k / rows)] ?? 0,
    );
    return new Dense(turned, columns, rows);
  }

  scale(factor: number): Dense {
    return new Dense(
      map(this.values, (value) => factor * value),
      this.rows,
      this.columns,
    );
  }
}

/** J_ij = δ_ij v_i: an elementwise function. */
export class Diagonal extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(readonly entries: Float64Array) {
    super(entries.length, entries.length);
    this.cost = entries.length;
    const [first = 0] = entries;
    const even = entries.every((value) => value === first);
    this.structure = !even ? 'diagonal' : first === 1 ? 'identity' : 'a multiple of the identity';
  }

  protected multiply(v: Float64Array): Float64Array {
    return map(this.entries, (value, k) => value * (v[k] ?? 0));
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    return this.multiply(u);
  }

  transpose(): Diagonal {
    return this;
  }

  scale(factor: number): Diagonal {
    return new Diagonal(map(this.entries, (value) => factor * value));
  }
}

/** One summand u vᵀ of a low rank. */
export interface Pair {
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/** J = Σ_k u_k v_kᵀ; no pairs at all are the Jacobian of a constant, 0. */
export class LowRank extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(
    readonly pairs: readonly Pair[],
    rows: number,
    columns: number,
  ) {
    super(rows, columns);
    this.cost = pairs.length * (rows + columns);
    this.structure =
      pairs.length === 0 ? 'zero' : pairs.length === 1 ? 'outer product' : `rank ${pairs.length}`;
  }

  protected multiply(x: Float64Array): Float64Array {
    const result = new Float64Array(this.rows);
    for (const { u, v } of this.pairs) {
      const weight = dot(v, x);
      for (let i = 0; i < result.length; i += 1) result[i] = (result[i] ?? 0) + weight * (u[i] ?? 0);
    }
    return result;
  }

  protected multiplyTransposed(x: Float64Array): Float64Array {
    return this.transpose().multiply(x);
  }

  transpose(): LowRank {
    return new LowRank(
      this.pairs.map(({ u, v }) => ({ u: v, v: u })),
      this.columns,
      this.rows,
    );
  }

  scale(factor: number): LowRank {
    const pairs = this.pairs.map(({ u, v }) => ({ u: map(u, (value) => factor * value), v }));
    return new LowRank(factor === 0 ? [] : pairs, this.rows, this.columns);
  }
}

/** Output i is input `sources[i]`: a slice, a gather, a permutation, a repeat. */
export class Selection extends Jacobian {
  readonly cost = 0;
  readonly structure: string;

  constructor(
    readonly sources: Int32Array,
    columns: number,
    readonly transposed = false,
  ) {
    super(transposed ? columns : sources.length, transposed ? sources.length : columns);
    const distinct = new Set(sources).size === sources.length;
    this.structure = distinct && sources.length === columns ? 'permutation' : 'selection';
  }

  private gather(v: Float64Array): Float64Array {
    return Float64Array.from(this.sources, (source) => v[source] ?? 0);
  }

  private scatter(u: Float64Array): Float64Array {
    const result = new Float64Array(this.transposed ? this.rows : this.columns);
    this.sources.forEach((source, k) => {
      result[source] = (result[source] ?? 0) + (u[k] ?? 0);
    });
    return result;
  }

  protected multiply(v: Float64Array): Float64Array {
    return this.transposed ? this.scatter(v) : this.gather(v);
  }

  protected multiplyTransposed(u: Float64Array): Float64Array {
    return this.transposed ? this.gather(u) : this.scatter(u);
  }

  transpose(): Selection {
    return new Selection(this.sources, this.transposed ? this.rows : this.columns, !this.transposed);
  }

  scale(factor: number): Jacobian {
    return factor === 1 ? this : new Diagonal(new Float64Array(this.rows).fill(factor)).times(this);
  }
}
