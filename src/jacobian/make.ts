/** How Jacobians are written down. */
import { times } from './algebra.js';
import { Blocks, Kronecker } from './composed.js';
import { LayoutError, MatrixError } from './errors.js';
import { Jacobian, refuseNotMeeting } from './jacobian.js';
import { Dense, Diagonal, LowRank, Selection } from './kinds.js';
import { type Numbers, readMatrix, readVector } from './numbers.js';

/** A table of numbers: a row for each output. @example dense([[1, 2], [3, 4]]) */
export function dense(table: Numbers): Jacobian {
  const { values, rows, columns } = readMatrix(table);
  return new Dense(values, rows, columns);
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
  const [left, right] = [readVector(u), readVector(v)];
  return new LowRank([{ u: left, v: right }], left.length, right.length);
}

/** The Jacobian of a constant: 0. */
export function zeros(rows: number, columns: number): Jacobian {
  return new LowRank([], positive(rows), positive(columns));
}

/** Output k is input `sources[k]` of n: slices, gathers, permutations, repeats. @example selection([2, 0, 1], 3) */
export function selection(sources: readonly number[], n: number): Jacobian {
  const bad = sources.find((source) => !Number.isInteger(source) || source < 0 || source >= n);
  if (bad !== undefined) throw new MatrixError(`There is no input ${bad}; there are ${n}, counted from 0.`);
  return new Selection(Int32Array.from(sources), positive(n));
}

function positive(n: number): number {
  if (Number.isInteger(n) && n > 0) return n;
  throw new MatrixError(`A size is ${n}; it must be a whole number of 1 or more.`);
}

/** A Jacobian, or numbers read as one. */
export type Factor = Jacobian | Numbers;

function operator(factor: Factor): Jacobian {
  return factor instanceof Jacobian ? factor : dense(factor);
}

/** A ⊗ B, for entries read row by row: the Jacobian of X ↦ A X Bᵀ. */
export function kronecker(left: Factor, right: Factor): Jacobian {
  return new Kronecker(operator(left), operator(right));
}

/**
 * Jacobians as blocks: those below one another have the same inputs, those side by side the same outputs.
 *
 * @example blocks([[A, B], [zeros(2, 3), C]])
 */
export function blocks(grid: readonly (readonly Factor[])[]): Jacobian {
  if (grid.length === 0 || grid[0]?.length === 0)
    throw new MatrixError('There are no blocks; give at least one row with one.');
  return new Blocks(grid.map((row) => row.map(operator)));
}

/** How a chain was multiplied. */
export interface Plan {
  readonly jacobian: Jacobian;
  /** The order, as it would be written with parentheses: "(J0 J1) J2". */
  readonly order: string;
  /** Multiplications in this order, and in the worst one. */
  readonly cost: number;
  readonly worst: number;
}

interface Part {
  readonly cost: number;
  readonly worst: number;
  readonly order: string;
  readonly multiply: () => Jacobian;
}

/** The multiplications a product of tables takes: each row of the left through the right, or each column of the right. */
function productCost(
  left: Jacobian,
  right: Jacobian,
  rows: number,
  columns: number,
  single: boolean,
): number {
  return single ? Math.min(rows * right.cost, columns * left.cost) : rows * left.columns * columns;
}

/**
 * Multiplies a chain in the cheapest order (dynamic programming over where it is split last): a gradient in front is
 * pulled through from the left, a single input from the right.
 */
function plan(factors: readonly Jacobian[]): Plan {
  const best = new Map<string, Part>();
  const part = (first: number, last: number): Part => {
    const known = best.get(`${first},${last}`);
    if (known !== undefined) return known;
    const [left, right] = [factors[first], factors[last]];
    if (left === undefined || right === undefined)
      throw new MatrixError('A chain needs at least one Jacobian.');
    let found: Part | undefined =
      first === last ? { cost: 0, worst: 0, order: `J${first}`, multiply: () => left } : undefined;
    let worst = 0;
    for (let split = first; split < last; split += 1) {
      const [a, b] = [part(first, split), part(split + 1, last)];
      const middle = factors[split];
      const next = factors[split + 1];
      if (middle === undefined || next === undefined) continue;
      const single = first === split || split + 1 === last;
      const own = productCost(
        first === split ? left : middle,
        split + 1 === last ? right : next,
        left.rows,
        right.columns,
        single,
      );
      worst = Math.max(worst, a.worst + b.worst + own);
      if (found !== undefined && found.cost <= a.cost + b.cost + own) continue;
      const name = ({ order }: Part): string => (order.includes(' ') ? `(${order})` : order);
      found = {
        cost: a.cost + b.cost + own,
        worst: 0,
        order: `${name(a)} ${name(b)}`,
        multiply: () => times(a.multiply(), b.multiply()),
      };
    }
    const result = found === undefined ? part(first, first) : { ...found, worst };
    best.set(`${first},${last}`, result);
    return result;
  };
  const { cost, worst, order, multiply } = part(0, factors.length - 1);
  return { jacobian: multiply(), order, cost, worst };
}

/** Refuses a list where a matrix must stand: in front it is a gradient, elsewhere it would be multiplied elementwise. */
function refuseList(factor: Jacobian, position: number, before: Jacobian | undefined): void {
  if (before === undefined || factor.rows !== 1 || before.columns === 1 || before.columns !== factor.columns)
    return;
  throw new LayoutError(
    `Factor ${position} of the chain is a list of ${factor.columns} numbers: one row, the gradient of one output. The factor before it ` +
      `needs ${before.columns} rows, one for each of its inputs. The chain rule is a matrix product, never elementwise: if these are the ` +
      'derivatives of an elementwise function, write diagonal(v); otherwise the whole Jacobian.',
  );
}

/** The factors as operators, each meeting the next. */
function meeting(given: readonly Factor[]): Jacobian[] {
  const factors = given.map(operator);
  factors.forEach((factor, k) => {
    refuseList(factor, k, factors[k - 1]);
  });
  return factors;
}

/**
 * The chain rule: the product of the Jacobians from the outermost function to the innermost. A list of numbers in front is
 * a gradient (one row). Multiplied from the cheap end; never elementwise. `chainPlan` shows the order.
 *
 * @throws LayoutError where the sizes do not meet.
 * @example
 * chain(gradientOfLoss, softmaxJacobian).toDense()[0]; // the gradient of the loss by the logits
 */
export function chain(outermost: Factor, ...inner: readonly Factor[]): Jacobian {
  return chainPlan(outermost, ...inner).jacobian;
}

/** A chain with the order in which it was multiplied, and what it cost. */
export function chainPlan(outermost: Factor, ...inner: readonly Factor[]): Plan {
  const factors = meeting([outermost, ...inner]);
  factors.forEach((factor, k) => {
    const next = factors[k + 1];
    if (next !== undefined) refuseNotMeeting(factor, next);
  });
  return plan(factors);
}
