/** What every Jacobian operator can do. The kinds are in files of their own; how they combine is in algebra/. */
import { type Axes, type Axis, describeAxes, readAxes } from './axes.js';
import { refuseTooLarge } from './dense-limit.js';
import { LayoutError } from './errors.js';
import { type Nested, type Numbers, viewVector } from './numbers.js';
import type { JacobianOperator } from './operator.js';

/** How operators combine; given to this file by algebra/, which knows all kinds. */
export interface Algebra {
  plus(left: Jacobian, right: Jacobian): Jacobian;
  times(outer: Jacobian, inner: Jacobian): Jacobian;
}

let algebra: Algebra | undefined;

export function useAlgebra(given: Algebra): void {
  algebra = given;
}

function combine(): Algebra {
  if (algebra === undefined) throw new ReferenceError('The algebra of operators is not loaded.');
  return algebra;
}

/**
 * A Jacobian as an operator: row i is output i, column j is input j (numerator layout). Sums, products, transposes and
 * multiples of operators are operators, and keep their structure where they have one.
 *
 * Rows and columns may have axes with names (`named`): then ∂Y_ij/∂X_kl has the rows ij and the columns kl, read row by row, and sums
 * and chains are matched by the axes.
 *
 * @example
 * const J = diagonal(s).minus(outer(s, s)); // softmax: diag(s) − s sᵀ, n numbers and not n²
 * J.applyTransposed([0, 1, 0]);
 */
export abstract class Jacobian implements JacobianOperator {
  /** What it is made of, in words: "diagonal", "diagonal plus rank 1". */
  abstract readonly structure: string;
  /** How many multiplications `apply` takes. */
  abstract readonly cost: number;
  /** The axes of the rows, where they are named; none at all for a scalar output. */
  readonly outputAxes: readonly Axis[] | undefined = undefined;
  /** The axes of the columns, where they are named. */
  readonly inputAxes: readonly Axis[] | undefined = undefined;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {}

  /** result += J v. @internal */
  abstract addProduct(v: Float64Array, result: Float64Array): void;
  /** result += Jᵀ u. @internal */
  abstract addTransposedProduct(u: Float64Array, result: Float64Array): void;
  /** The transpose, its axes not named yet. @internal */
  abstract turned(): Jacobian;
  /** The multiple, its axes not named yet. @internal */
  abstract multiple(factor: number): Jacobian;

  /** result += J T, for a table T of `columns` rows and `width` columns. @internal */
  addTableProduct(table: Float64Array, width: number, result: Float64Array): void {
    const column = new Float64Array(this.columns);
    for (let at = 0; at < width; at += 1) {
      for (let k = 0; k < column.length; k += 1) column[k] = table[k * width + at] as number;
      const product = this.product(column);
      for (let k = 0; k < product.length; k += 1)
        result[k * width + at] = (result[k * width + at] as number) + (product[k] as number);
    }
  }

  /** J v, unchecked. @internal */
  product(v: Float64Array): Float64Array {
    const result = new Float64Array(this.rows);
    this.addProduct(v, result);
    return result;
  }

  /** Jᵀ u, unchecked. @internal */
  transposedProduct(u: Float64Array): Float64Array {
    const result = new Float64Array(this.columns);
    this.addTransposedProduct(u, result);
    return result;
  }

  /** J v, for a step v with one entry for each input. */
  apply(v: Numbers): Float64Array {
    return this.product(this.fitting(v, this.columns, 'v', 'inputs (columns)'));
  }

  /** Jᵀ u, for a cotangent u with one entry for each output. */
  applyTransposed(u: Numbers): Float64Array {
    return this.transposedProduct(this.fitting(u, this.rows, 'u', 'outputs (rows)'));
  }

  private fitting(given: Numbers, length: number, name: string, of: string): Float64Array {
    const vector = viewVector(given);
    if (vector.length === length) return vector;
    throw new LayoutError(
      `${name} has ${vector.length} entries; this Jacobian is ${this.rows} × ${this.columns} and needs one for each of its ${length} ${of}.`,
    );
  }

  /**
   * The same Jacobian with its axes named: the output's, then the input's, the last running fastest.
   *
   * @throws LayoutError where the axes span another number of rows or columns.
   * @example kronecker(identity(32), W).named({ batch: 32, out: 4 }, { batch: 32, in: 3 })
   */
  named(outputs: Axes, inputs: Axes): this {
    return this.withAxes(readAxes(outputs, this.rows, 'rows'), readAxes(inputs, this.columns, 'columns'));
  }

  /** The same with other axes, which fit. @internal */
  withAxes(outputAxes: readonly Axis[] | undefined, inputAxes: readonly Axis[] | undefined): this {
    if (outputAxes === this.outputAxes && inputAxes === this.inputAxes) return this;
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(copy, this, { outputAxes, inputAxes });
  }

  /** The transpose: the other layout (denominator), or the way back. */
  transpose(): Jacobian {
    return this.turned().withAxes(this.inputAxes, this.outputAxes);
  }

  scale(factor: number): Jacobian {
    if (!Number.isFinite(factor))
      throw new LayoutError(`A Jacobian was to be scaled by ${factor}; give a finite number.`);
    return this.multiple(factor).withAxes(this.outputAxes, this.inputAxes);
  }

  plus(other: Jacobian): Jacobian {
    return combine().plus(this, other);
  }

  minus(other: Jacobian): Jacobian {
    return combine().plus(this, other.scale(-1));
  }

  /** The matrix product: this Jacobian after `inner` (the chain rule). */
  times(inner: Jacobian): Jacobian {
    return combine().times(this, inner);
  }

  /** The table, a row for each output. Throws `DenseTooLargeError` before it allocates too much. */
  toDense(): number[][] {
    refuseTooLarge(this.rows, this.columns, 8);
    return Array.from({ length: this.rows }, (_, i) => {
      const unit = new Float64Array(this.rows);
      unit[i] = 1;
      return Array.from(this.transposedProduct(unit));
    });
  }

  /**
   * The entries nested as the axes are: of ∂Y_ij/∂X_kl four deep. Sides without names are one axis each.
   *
   * @throws DenseTooLargeError before it allocates too much.
   */
  toArray(): Nested {
    const shape = [
      ...(this.outputAxes?.map(({ size }) => size) ?? [this.rows]),
      ...(this.inputAxes?.map(({ size }) => size) ?? [this.columns]),
    ];
    return nested(this.toDense().flat(), shape);
  }

  toString(): string {
    const side = (length: number, axes: readonly Axis[] | undefined): string =>
      axes === undefined ? String(length) : `(${describeAxes(axes)})`;
    return `Jacobian, ${side(this.rows, this.outputAxes)} × ${side(this.columns, this.inputAxes)}, ${this.structure}`;
  }
}

function nested(flat: readonly number[], shape: readonly number[]): Nested {
  const [size, ...rest] = shape;
  if (size === undefined) return flat[0] ?? Number.NaN;
  if (rest.length === 0) return flat;
  const step = flat.length / size;
  return Array.from({ length: size }, (_, at) => nested(flat.slice(at * step, (at + 1) * step), rest));
}
