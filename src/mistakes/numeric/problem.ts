/** Numbers that turned out wrong, and what is at hand to explain them. */
import type { Held, Intermediate } from '../../autograd/index.js';

/** Numbers with their shape, row by row. */
export interface Table {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** A table with a name: an input, an output, a factor of a chain, a summand. */
export interface NamedTable extends Table {
  readonly name: string;
}

/** What is at hand besides the two tables. Nothing of it is needed. */
export interface NumericContext {
  /** The inputs and outputs of the function, by name. */
  readonly values?: readonly NamedTable[];
  /** The factors of the chain rule, outermost first: a gradient and the Jacobian it is pulled back through. */
  readonly factors?: readonly NamedTable[];
  /** The values between input and output, with the Jacobians on either side; asked for only where nothing simpler fits. */
  readonly intermediates?: () => readonly Intermediate[];
  /** The derivative with two means, sums or largest values held constant. */
  readonly heldTogether?: () => readonly Held[];
  /** The summands whose sum is right. */
  readonly terms?: readonly NamedTable[];
}

export interface NumericProblem {
  /** What the person built; in numerator layout (output axes first), whatever layout it came in. */
  readonly hand: Table;
  /** What is right: of shape [...outputShape, ...inputShape]. */
  readonly truth: Table;
  readonly kind: 'jacobian' | 'gradient' | 'vjp' | 'jvp';
  readonly outputShape: readonly number[];
  readonly inputShape: readonly number[];
  /** How far numbers that are equal may deviate, in relation to the largest of them; rounding. */
  readonly blur: number;
  readonly context?: NumericContext;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function sameShape(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((length, axis) => length === right[axis]);
}

export function largest(values: ArrayLike<number>): number {
  let size = 0;
  for (let k = 0; k < values.length; k += 1) size = Math.max(size, Math.abs(values[k] ?? 0));
  return size;
}

/** The largest deviation of two lists of equal length. */
export function distance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let far = 0;
  for (let k = 0; k < left.length; k += 1) {
    const difference = Math.abs((left[k] ?? Number.NaN) - (right[k] ?? Number.NaN));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    far = Math.max(far, difference);
  }
  return far;
}

/** Whether two lists are equal but for rounding, seen against the larger of them. */
export function alike(left: ArrayLike<number>, right: ArrayLike<number>, blur: number): boolean {
  return (
    left.length === right.length && distance(left, right) <= blur * Math.max(largest(left), largest(right))
  );
}

/** A number as it is shown. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The first entries of a list, as they are shown: [1, 2, 3, …]. */
export function shownList(values: ArrayLike<number>): string {
  const first = Array.from({ length: Math.min(4, values.length) }, (_, k) => shown(values[k] ?? 0));
  return `[${first.join(', ')}${values.length > 4 ? ', …' : ''}]`;
}

/** The truth as a matrix: outputs by inputs. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
}

export function matrixOf(values: ArrayLike<number>, rows: number, columns: number): Matrix {
  return { rows, columns, at: (row, column) => values[row * columns + column] ?? 0 };
}

/** Truth and hand as matrices of the same size, for a Jacobian whose shapes agree. */
export function matrices({
  hand,
  truth,
  outputShape,
  inputShape,
  kind,
}: NumericProblem): [Matrix, Matrix] | undefined {
  if (kind !== 'jacobian' || !sameShape(hand.shape, truth.shape)) return undefined;
  const [rows, columns] = [sizeOf(outputShape), sizeOf(inputShape)];
  return [matrixOf(hand.values, rows, columns), matrixOf(truth.values, rows, columns)];
}
