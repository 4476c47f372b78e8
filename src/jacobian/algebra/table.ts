/** Sums and products with tables of numbers. */
import type { Jacobian } from '../jacobian.js';
import { Banded, Dense, Diagonal, LowRank, Selection, Toeplitz } from '../kinds/index.js';
import { largestProduct, smallTable } from './limits.js';

/** The table of an operator that is quickly written out: with few entries, or of low rank. */
export function tableOf(jacobian: Jacobian): Dense | undefined {
  if (jacobian instanceof Dense) return jacobian;
  const quick = [Diagonal, Selection, LowRank, Banded, Toeplitz].some((kind) => jacobian instanceof kind);
  if (!quick) return undefined;
  const { rows, columns } = jacobian;
  const values = new Float64Array(rows * columns);
  const unit = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    unit[i] = 1;
    jacobian.addTransposedProduct(unit, values.subarray(i * columns, (i + 1) * columns));
    unit[i] = 0;
  }
  return new Dense(values, rows, columns);
}

/** D A: row i scaled by d_i. */
export function scaledRows({ entries }: Diagonal, { values, rows, columns }: Dense): Dense {
  const scaled = new Float64Array(values.length);
  for (let i = 0; i < rows; i += 1) {
    const factor = entries[i] as number;
    for (let k = i * columns; k < (i + 1) * columns; k += 1) scaled[k] = factor * (values[k] as number);
  }
  return new Dense(scaled, rows, columns);
}

/** A D: column j scaled by d_j. */
export function scaledColumns({ values, rows, columns }: Dense, { entries }: Diagonal): Dense {
  const scaled = new Float64Array(values.length);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1)
      scaled[i * columns + j] = (values[i * columns + j] as number) * (entries[j] as number);
  return new Dense(scaled, rows, columns);
}

/** A product with a table, multiplied out where the result is no dearer to apply than its factors one after the other. */
export function tableProduct(outer: Jacobian, inner: Jacobian): Dense | undefined {
  if (!(outer instanceof Dense || inner instanceof Dense)) return undefined;
  const [rows, columns] = [outer.rows, inner.columns];
  if (rows * columns > Math.min(largestProduct, Math.max(smallTable, outer.cost + inner.cost)))
    return undefined;
  const values = new Float64Array(rows * columns);
  if (inner instanceof Dense) {
    outer.addTableProduct(inner.values, columns, values);
  } else if (outer instanceof Dense) {
    for (let i = 0; i < rows; i += 1) {
      const row = outer.values.subarray(i * outer.columns, (i + 1) * outer.columns);
      inner.addTransposedProduct(row, values.subarray(i * columns, (i + 1) * columns));
    }
  }
  return new Dense(values, rows, columns);
}
