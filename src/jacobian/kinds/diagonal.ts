import { Jacobian } from '../jacobian.js';
import { addMultiple, multipleOf } from './vectors.js';

/** J_ij = d_i δ_ij: an elementwise function; with equal entries a multiple of the identity. */
export class Diagonal extends Jacobian {
  readonly cost: number;
  readonly structure: string;
  /** The number all entries are, where they are equal. */
  readonly uniform: number | undefined;

  constructor(readonly entries: Float64Array) {
    super(entries.length, entries.length);
    this.cost = entries.length;
    this.uniform = uniformOf(entries);
    this.structure = nameOf(this.uniform);
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    const { entries } = this;
    for (let k = 0; k < entries.length; k += 1)
      result[k] = (result[k] as number) + (entries[k] as number) * (v[k] as number);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    this.addProduct(u, result);
  }

  override addTableProduct(table: Float64Array, width: number, result: Float64Array): void {
    for (let k = 0; k < this.rows; k += 1) {
      const [start, end] = [k * width, (k + 1) * width];
      addMultiple(result.subarray(start, end), this.entries[k] as number, table.subarray(start, end));
    }
  }

  turned(): Diagonal {
    return this;
  }

  multiple(factor: number): Diagonal {
    return factor === 1 ? this : new Diagonal(multipleOf(this.entries, factor));
  }
}

function nameOf(uniform: number | undefined): string {
  if (uniform === undefined) return 'diagonal';
  if (uniform === 0) return 'zero';
  return uniform === 1 ? 'identity' : 'a multiple of the identity';
}

function uniformOf(entries: Float64Array): number | undefined {
  const first = entries[0] as number;
  for (let k = 1; k < entries.length; k += 1) if (entries[k] !== first) return undefined;
  return first;
}
