/** How Jacobians are written down. */
import { kroneckerOf, plainest, sum } from './algebra/index.js';
import type { Axis } from './axes.js';
import { BlockDiagonal, Blocks } from './composed/index.js';
import { MatrixError } from './errors.js';
import { Jacobian } from './jacobian.js';
import {
  Banded,
  Dense,
  Diagonal,
  Given,
  LowRank,
  type Products,
  RunningSum,
  Selection,
  Toeplitz,
} from './kinds/index.js';
import { type Numbers, readMatrix, readNumbers, readVector } from './numbers.js';
import { isJacobianOperator, type JacobianOperator } from './operator.js';

/** The names of the axes of a table: those of the outputs first, then those of the inputs. */
export interface AxisNames {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/**
 * A table of numbers: a row for each output. With names for its axes it may have any number of them, outputs first.
 *
 * @throws MatrixError for what is no table of finite numbers.
 * @example
 * dense([[1, 2], [3, 4]])
 * dense(T, { rows: ['batch', 'out'], columns: ['batch', 'in'] }) // ∂Y_ai/∂X_bj, nested four deep
 */
export function dense(table: Numbers, names?: AxisNames): Jacobian {
  if (names === undefined) {
    const { values, rows, columns } = readMatrix(table);
    return new Dense(values, rows, columns);
  }
  const { values, shape } = readNumbers(table);
  const all = [...names.rows, ...names.columns];
  if (all.length !== shape.length) {
    throw new MatrixError(
      `The array has the shape [${shape}]; ${all.length} axes were named (${all.join(', ')}). Name each one, those of the outputs first.`,
    );
  }
  const axes: readonly Axis[] = all.map((name, at) => ({ name, size: shape[at] ?? 1 }));
  const [outputs, inputs] = [axes.slice(0, names.rows.length), axes.slice(names.rows.length)];
  const rows = outputs.reduce((product, { size }) => product * size, 1);
  return new Dense(values, rows, values.length / rows).withAxes(outputs, inputs);
}

/** diag(v): the Jacobian of an elementwise function with derivatives v. @example diagonal([0.1, 0.2]) */
export function diagonal(v: Numbers): Jacobian {
  return new Diagonal(readVector(v));
}

/** The identity of size n. */
export function identity(n: number): Jacobian {
  return new Diagonal(new Float64Array(positive(n)).fill(1));
}

/** u vᵀ: entry [i, j] is u_i v_j. @example diagonal(s).minus(outer(s, s)) // softmax */
export function outer(u: Numbers, v: Numbers): Jacobian {
  const left = readVector(u);
  const right = u === v ? left : readVector(v);
  return new LowRank([{ weight: 1, u: left, v: right }], left.length, right.length);
}

/** The Jacobian of a constant: 0. */
export function zeros(rows: number, columns: number): Jacobian {
  return new LowRank([], positive(rows), positive(columns));
}

/** Output k is input `sources[k]` of n: slices, gathers (an embedding), permutations, repeats. @example selection([2, 0, 1], 3) */
export function selection(sources: readonly number[] | Int32Array, n: number): Jacobian {
  const bad = sources.find((source) => !Number.isInteger(source) || source < 0 || source >= n);
  if (bad !== undefined) throw new MatrixError(`There is no input ${bad}; there are ${n}, counted from 0.`);
  if (sources.length === 0) throw new MatrixError('Nothing is selected; give at least one source.');
  return new Selection(Int32Array.from(sources), positive(n));
}

/**
 * Output k is input `sources[k]`, each input once. Its transpose is its inverse.
 *
 * @throws MatrixError where an input is missing or taken twice.
 * @example permutation([2, 0, 1])
 */
export function permutation(sources: readonly number[] | Int32Array): Jacobian {
  const found = selection(sources, sources.length);
  if (found instanceof Selection && found.distinct) return plainest(found);
  const twice = sources.find((source, k) => sources.indexOf(source) !== k);
  throw new MatrixError(
    `Input ${twice} is taken twice; a permutation takes each once. Write selection(sources, n).`,
  );
}

/**
 * Diagonals side by side, by how far each lies to the right of the main one; each listed from its top.
 *
 * @throws MatrixError where a diagonal has another number of entries than it has places.
 * @example banded({ '-1': [1, 1], 0: [-2, -2, -2], 1: [1, 1] }, 3) // second differences
 */
export function banded(diagonals: Readonly<Record<number, Numbers>>, rows: number, columns = rows): Jacobian {
  const [height, length] = [positive(rows), positive(columns)];
  const given = Object.entries(diagonals).map(([offset, values]) => ({
    offset: whole(Number(offset), 'The offset of a diagonal'),
    values: readVector(values),
  }));
  const offsets = given.map(({ offset }) => offset);
  if (offsets.length === 0)
    throw new MatrixError('There are no diagonals; give at least one, as in { 0: [1, 2] }.');
  const first = Math.min(...offsets);
  const width = Math.max(...offsets) - first + 1;
  const band = new Float64Array(height * width);
  for (const { offset, values } of given) {
    const top = Math.max(0, -offset);
    const places = Math.max(0, Math.min(height, length - offset) - top);
    if (values.length !== places)
      throw new MatrixError(
        `Diagonal ${offset} was given ${values.length} entries; in ${rows} rows and ${columns} columns it has ${places}.`,
      );
    values.forEach((value, k) => {
      band[(top + k) * width + offset - first] = value;
    });
  }
  return new Banded(band, width, first, height, length);
}

/**
 * Constant diagonals, by how far each lies to the right of the main one.
 *
 * @example toeplitz({ '-1': -0.5, 1: 0.5 }, 100) // central differences
 */
export function toeplitz(
  diagonals: Readonly<Record<number, number>>,
  rows: number,
  columns = rows,
): Jacobian {
  const offsets = Object.keys(diagonals).map((offset) => whole(Number(offset), 'The offset of a diagonal'));
  if (offsets.length === 0)
    throw new MatrixError('There are no diagonals; give at least one, as in { 0: 1 }.');
  const first = Math.min(...offsets);
  const weights = new Float64Array(Math.max(...offsets) - first + 1);
  for (const offset of offsets) weights[offset - first] = diagonals[offset] ?? 0;
  return new Toeplitz(readVector(weights), first, positive(rows), positive(columns));
}

/** A running sum: y_i = Σ_{k ≤ i} x_k, n additions and not n² / 2. Its transpose runs from the end. @example runningSum(100) */
export function runningSum(n: number): Jacobian {
  return new RunningSum(positive(n), n);
}

/** How a convolution moves over its input. */
export interface ConvolutionOptions {
  readonly stride?: number;
  /** Zeros put before and behind the input. */
  readonly padding?: number;
  /** How far apart the inputs are that one output sees; 1 for neighbours. */
  readonly dilation?: number;
}

/**
 * The Jacobian of a convolution of one channel, as neural networks use the word: y_i = Σ_k w_k x_{stride · i + dilation · k − padding}.
 * Of several channels it is a sum over the kernel's places: `kronecker(shift, W_k)`.
 *
 * @throws MatrixError where the kernel is wider than the padded input.
 * @example convolution([1, 2, 1], 100, { padding: 1 })
 */
export function convolution(kernel: Numbers, n: number, options: ConvolutionOptions = {}): Jacobian {
  const given = readVector(kernel);
  const [stride, dilation] = [positive(options.stride ?? 1), positive(options.dilation ?? 1)];
  const padding = whole(options.padding ?? 0, 'The padding');
  const weights = new Float64Array((given.length - 1) * dilation + 1);
  given.forEach((weight, k) => {
    weights[k * dilation] = weight;
  });
  const outputs = Math.floor((positive(n) + 2 * padding - weights.length) / stride) + 1;
  if (outputs < 1 || padding < 0) {
    throw new MatrixError(
      `A kernel over ${weights.length} inputs does not fit into ${n} with a padding of ${padding}; give a longer input or more padding.`,
    );
  }
  return new Toeplitz(weights, -padding, outputs, n, stride);
}

function positive(n: number): number {
  if (Number.isInteger(n) && n > 0) return n;
  throw new MatrixError(`A size is ${n}; it must be a whole number of 1 or more.`);
}

function whole(n: number, what: string): number {
  if (Number.isInteger(n)) return n;
  throw new MatrixError(`${what} is ${n}; it must be a whole number.`);
}

/** A Jacobian, anything that multiplies like one, or numbers read as one. */
export type Factor = Jacobian | JacobianOperator | Numbers;

/** A Jacobian as it is; what multiplies like one as an operator; numbers as a table. */
export function operatorOf(factor: Factor): Jacobian {
  if (factor instanceof Jacobian) return factor;
  return isJacobianOperator(factor) ? operator(factor) : dense(factor);
}

/**
 * A Jacobian known by its products only: a hand-written backward pass (Jᵀ u) with its forward counterpart (J v). It takes part in
 * sums and chains as it is, never written out.
 *
 * @throws MatrixError for sizes that are none; and at a product, where that gives another number of entries, or one that is not finite.
 * @example operator({ rows: n, columns: n, apply: (v) => fft(v), applyTransposed: (u) => inverseFft(u) })
 */
export function operator(products: Products): Jacobian {
  positive(products.rows);
  positive(products.columns);
  return new Given(products);
}

/** A ⊗ B, for entries read row by row: the Jacobian of X ↦ A X Bᵀ. Its axes are those of A, then those of B. */
export function kronecker(left: Factor, right: Factor): Jacobian {
  const [a, b] = [operatorOf(left), operatorOf(right)];
  const both = (
    x: readonly Axis[] | undefined,
    y: readonly Axis[] | undefined,
  ): readonly Axis[] | undefined => x && y && [...x, ...y];
  return kroneckerOf(a, b).withAxes(both(a.outputAxes, b.outputAxes), both(a.inputAxes, b.inputAxes));
}

/**
 * Jacobians as blocks: those below one another have the same inputs, those side by side the same outputs.
 *
 * @example blocks([[A, B], [zeros(2, 3), C]])
 */
export function blocks(grid: readonly (readonly Factor[])[]): Jacobian {
  if (grid.length === 0 || grid[0]?.length === 0)
    throw new MatrixError('There are no blocks; give at least one row with one.');
  const made = new Blocks(grid.map((row) => row.map(operatorOf)));
  const isDiagonal =
    made.grid.length === made.grid[0]?.length &&
    made.grid.every((row, i) => row.every((block, j) => i === j || block.structure === 'zero'));
  return isDiagonal ? new BlockDiagonal(made.grid.flatMap((row, i) => row[i] ?? [])) : made;
}

/**
 * Jacobians that have nothing to do with each other, as the examples of a batch: one block after the other on the diagonal.
 *
 * @example blockDiagonal([softmaxOfFirst, softmaxOfSecond])
 */
export function blockDiagonal(parts: readonly Factor[]): Jacobian {
  if (parts.length === 0) throw new MatrixError('There are no blocks; give at least one.');
  return new BlockDiagonal(parts.map(operatorOf));
}

/**
 * U Vᵀ from the columns of both: `lowRank([u1, u2], [v1, v2])` is u1 v1ᵀ + u2 v2ᵀ.
 *
 * @throws MatrixError where there are not as many u as v.
 */
export function lowRank(us: readonly Numbers[], vs: readonly Numbers[]): Jacobian {
  if (us.length === 0 || us.length !== vs.length)
    throw new MatrixError(
      `There are ${us.length} vectors u and ${vs.length} vectors v; give as many of both, at least one.`,
    );
  return us.map((u, k) => outer(u, vs[k] ?? u)).reduce(sum);
}
