import { Jacobian } from '../jacobian.js';
import { addMultiple, dot, multipleOf } from './vectors.js';

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

  private row(i: number): Float64Array {
    return this.values.subarray(i * this.columns, (i + 1) * this.columns);
  }

  addProduct(v: Float64Array, result: Float64Array): void {
    for (let i = 0; i < this.rows; i += 1) result[i] = (result[i] as number) + dot(this.row(i), v);
  }

  addTransposedProduct(u: Float64Array, result: Float64Array): void {
    for (let i = 0; i < this.rows; i += 1) {
      const weight = u[i] as number;
      if (weight !== 0) addMultiple(result, weight, this.row(i));
    }
  }

  override addTableProduct(table: Float64Array, width: number, result: Float64Array): void {
    for (let i = 0; i < this.rows; i += 1) {
      const into = result.subarray(i * width, (i + 1) * width);
      for (let k = 0; k < this.columns; k += 1) {
        const weight = this.values[i * this.columns + k] as number;
        if (weight !== 0) addMultiple(into, weight, table.subarray(k * width, (k + 1) * width));
      }
    }
  }

  turned(): Dense {
    const { rows, columns, values } = this;
    const turned = new Float64Array(values.length);
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < columns; j += 1) turned[j * rows + i] = values[i * columns + j] as number;
    return new Dense(turned, columns, rows);
  }

  multiple(factor: number): Dense {
    return new Dense(multipleOf(this.values, factor), this.rows, this.columns);
  }
}
