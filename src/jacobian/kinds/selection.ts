import { Jacobian } from '../jacobian.js';
import { addMultiple, multipleOf } from './vectors.js';

/**
 * Output i is input `sources[i]`, times `weights[i]` where there are weights: a slice, a gather (an embedding's rows), a
 * permutation, a repeat. Transposed, outputs and inputs change places: a scatter, a sum over groups.
 */
export class Selection extends Jacobian {
  readonly cost: number;
  readonly structure: string;
  /** Whether no input is taken twice. */
  readonly distinct: boolean;

  constructor(
    readonly sources: Int32Array,
    /** How many there are to select from. */
    readonly among: number,
    readonly transposed = false,
    readonly weights?: Float64Array,
  ) {
    super(transposed ? among : sources.length, transposed ? sources.length : among);
    this.cost = sources.length;
    this.distinct = areDistinct(sources, among);
    const kind = this.distinct && sources.length === among ? 'permutation' : 'selection';
    this.structure = weights === undefined ? kind : `scaled ${kind}`;
  }

  private gather(v: Float64Array, result: Float64Array): void {
    const { sources, weights } = this;
    if (weights === undefined) {
      for (let k = 0; k < sources.length; k += 1)
        result[k] = (result[k] as number) + (v[sources[k] as number] as number);
      return;
    }
    for (let k = 0; k < sources.length; k += 1)
      result[k] = (result[k] as number) + (weights[k] as number) * (v[sources[k] as number] as number);
  }

  private scatter(u: Float64Array, result: Float64Array): void {
    const { sources, weights } = this;
    for (let k = 0; k < sources.length; k += 1) {
      const source = sources[k] as number;
      const weight = weights === undefined ? 1 : (weights[k] as number);
      result[source] = (result[source] as number) + weight * (u[k] as number);
    }
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    if (this.transposed) this.scatter(v, result);
    else this.gather(v, result);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    if (this.transposed) this.gather(u, result);
    else this.scatter(u, result);
  }

  override addTableProduct(table: Float64Array, width: number, result: Float64Array): void {
    const { sources, weights, transposed } = this;
    for (let k = 0; k < sources.length; k += 1) {
      const source = sources[k] as number;
      const [into, from] = transposed ? [source, k] : [k, source];
      addMultiple(
        result.subarray(into * width, (into + 1) * width),
        weights === undefined ? 1 : (weights[k] as number),
        table.subarray(from * width, (from + 1) * width),
      );
    }
  }

  turned(): Selection {
    return new Selection(this.sources, this.among, !this.transposed, this.weights);
  }

  multiple(factor: number): Selection {
    if (factor === 1) return this;
    const weights =
      this.weights === undefined
        ? new Float64Array(this.sources.length).fill(factor)
        : multipleOf(this.weights, factor);
    return new Selection(this.sources, this.among, this.transposed, weights);
  }
}

function areDistinct(sources: Int32Array, among: number): boolean {
  const taken = new Uint8Array(among);
  for (const source of sources) {
    if (taken[source] === 1) return false;
    taken[source] = 1;
  }
  return true;
}
