import { Jacobian } from '../jacobian.js';

/**
 * J_ij = w where j − i ≤ offset, and where j − i ≥ offset if `above`; else 0: each output is a sum that runs on from the one before, so
 * that a triangle of n² / 2 entries takes n additions.
 */
export class RunningSum extends Jacobian {
  readonly structure = 'running sum';
  readonly cost: number;

  constructor(
    rows: number,
    columns: number,
    readonly offset = 0,
    readonly above = false,
    readonly weight = 1,
  ) {
    super(rows, columns);
    this.cost = rows + columns;
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    if (this.above) runUp(v, result, this.offset, this.weight);
    else runDown(v, result, this.offset, this.weight);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    if (this.above) runDown(u, result, -this.offset, this.weight);
    else runUp(u, result, -this.offset, this.weight);
  }

  turned(): RunningSum {
    return new RunningSum(this.columns, this.rows, -this.offset, !this.above, this.weight);
  }

  multiple(factor: number): RunningSum {
    return new RunningSum(this.rows, this.columns, this.offset, this.above, factor * this.weight);
  }
}

/** result_i += w Σ_{j ≤ i + offset} v_j, from the first to the last. */
function runDown(v: Float64Array, result: Float64Array, offset: number, weight: number): void {
  let [sum, j] = [0, 0];
  for (let i = 0; i < result.length; i += 1) {
    for (const end = Math.min(v.length, i + offset + 1); j < end; j += 1) sum += v[j] as number;
    result[i] = (result[i] as number) + weight * sum;
  }
}

/** result_i += w Σ_{j ≥ i + offset} v_j, from the last to the first. */
function runUp(v: Float64Array, result: Float64Array, offset: number, weight: number): void {
  let [sum, j] = [0, v.length - 1];
  for (let i = result.length - 1; i >= 0; i -= 1) {
    for (const end = Math.max(0, i + offset); j >= end; j -= 1) sum += v[j] as number;
    result[i] = (result[i] as number) + weight * sum;
  }
}
