import { Jacobian } from '../jacobian.js';
import { multipleOf } from './vectors.js';

/**
 * J_ij = w_{j − stride · i − first}, 0 outside the weights: each row is the one before, moved on by the stride. A convolution over one
 * axis is one, whatever its padding. Transposed, outputs and inputs change places (needed where the stride is not 1).
 */
export class Toeplitz extends Jacobian {
  readonly cost: number;
  readonly structure: string;

  constructor(
    readonly weights: Float64Array,
    /** The column where the weights of row 0 begin; negative where padding is read. */
    readonly first: number,
    /** How many rows the untransposed Jacobian has. */
    readonly outputs: number,
    /** How many columns the untransposed Jacobian has. */
    readonly inputs: number,
    readonly stride = 1,
    readonly transposed = false,
  ) {
    super(transposed ? inputs : outputs, transposed ? outputs : inputs);
    this.cost = weights.length * outputs;
    this.structure = `Toeplitz (${weights.length} ${weights.length === 1 ? 'weight' : 'weights'}${stride === 1 ? '' : `, stride ${stride}`})`;
  }

  private correlate(v: Float64Array, result: Float64Array): void {
    const { weights, inputs } = this;
    for (let i = 0; i < this.outputs; i += 1) {
      const offset = this.stride * i + this.first;
      const end = Math.min(weights.length, inputs - offset);
      let sum = 0;
      for (let k = Math.max(0, -offset); k < end; k += 1)
        sum += (weights[k] as number) * (v[offset + k] as number);
      result[i] = (result[i] as number) + sum;
    }
  }

  private spread(u: Float64Array, result: Float64Array): void {
    const { weights, inputs } = this;
    for (let i = 0; i < this.outputs; i += 1) {
      const weight = u[i] as number;
      if (weight === 0) continue;
      const offset = this.stride * i + this.first;
      const end = Math.min(weights.length, inputs - offset);
      for (let k = Math.max(0, -offset); k < end; k += 1)
        result[offset + k] = (result[offset + k] as number) + weight * (weights[k] as number);
    }
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    if (this.transposed) this.spread(v, result);
    else this.correlate(v, result);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    if (this.transposed) this.correlate(u, result);
    else this.spread(u, result);
  }

  turned(): Toeplitz {
    const { weights, first, outputs, inputs, stride, transposed } = this;
    if (stride !== 1) return new Toeplitz(weights, first, outputs, inputs, stride, !transposed);
    return new Toeplitz(weights.toReversed(), 1 - first - weights.length, inputs, outputs);
  }

  multiple(factor: number): Toeplitz {
    const { weights, first, outputs, inputs, stride, transposed } = this;
    return new Toeplitz(multipleOf(weights, factor), first, outputs, inputs, stride, transposed);
  }
}
