/** The chain rule: a product of Jacobians, multiplied in the cheapest order. */
import { times } from './algebra/index.js';
import { LayoutError, MatrixError } from './errors.js';
import type { Jacobian } from './jacobian.js';
import { Dense } from './kinds/index.js';
import { type Factor, operatorOf } from './make.js';
import { refuseNotMeeting } from './meeting.js';

/** How a chain was multiplied. */
export class Plan {
  constructor(
    readonly jacobian: Jacobian,
    /** The order, as it would be written with parentheses: "(J0 J1) J2". */
    readonly order: string,
    /** Multiplications in this order. */
    readonly cost: number,
    /** Multiplications in the worst order. */
    readonly worst: number,
  ) {}

  toString(): string {
    return `${this.order}: ${this.cost} multiplications; in the worst order ${this.worst}. J0 is the outermost.`;
  }
}

/** Some neighbours of a chain as one factor. */
interface Part {
  readonly rows: number;
  readonly columns: number;
  /** Multiplications to make it, in the best order and in the worst. */
  readonly cost: number;
  readonly worst: number;
  /** Multiplications it then takes to apply. */
  readonly apply: number;
  /** Whether it is a table of numbers, or one with a structure. */
  readonly isTable: boolean;
  readonly order: string;
  readonly multiply: () => Jacobian;
}

/** What it takes to multiply: a table goes through the other one row by row (or column by column), structures stay as they are. */
function productCost(a: Part, b: Part): number {
  if (a.isTable && b.isTable) return Math.min(a.rows * b.apply, b.columns * a.apply);
  if (a.isTable) return a.rows * b.apply;
  return b.isTable ? b.columns * a.apply : a.apply + b.apply;
}

function joined(a: Part, b: Part): Part {
  const name = ({ order }: Part): string => (order.includes(' ') ? `(${order})` : order);
  const isTable = a.isTable || b.isTable;
  return {
    rows: a.rows,
    columns: b.columns,
    cost: a.cost + b.cost + productCost(a, b),
    worst: a.worst + b.worst + productCost(a, b),
    apply: isTable ? a.rows * b.columns : Math.min(a.rows * b.columns, a.apply + b.apply),
    isTable,
    order: `${name(a)} ${name(b)}`,
    multiply: () => times(a.multiply(), b.multiply()),
  };
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
    const found = first === last ? single(factors, first) : cheapest(first, last);
    best.set(`${first},${last}`, found);
    return found;
  };
  const cheapest = (first: number, last: number): Part => {
    const splits = Array.from({ length: last - first }, (_, k) =>
      joined(part(first, first + k), part(first + k + 1, last)),
    );
    const found = splits.reduce((one, other) => (other.cost < one.cost ? other : one));
    return { ...found, worst: Math.max(...splits.map(({ worst }) => worst)) };
  };
  const { cost, worst, order, multiply } = part(0, factors.length - 1);
  return new Plan(multiply(), order, cost, worst);
}

function single(factors: readonly Jacobian[], at: number): Part {
  const jacobian = factors[at];
  if (jacobian === undefined) throw new MatrixError('A chain needs at least one Jacobian.');
  return {
    rows: jacobian.rows,
    columns: jacobian.columns,
    cost: 0,
    worst: 0,
    apply: jacobian.cost,
    isTable: jacobian instanceof Dense,
    order: `J${at}`,
    multiply: () => jacobian,
  };
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

/**
 * The chain rule: the product of the Jacobians from the outermost function to the innermost. A list of numbers in front is
 * a gradient (one row). Multiplied from the cheap end; never elementwise. `chainPlan` shows the order. Where the axes are named, they
 * are matched by name: ∂Z/∂Y with the inputs (class, batch) meets ∂Y/∂X with the outputs (batch, class).
 *
 * @throws LayoutError where the sizes or the axes do not meet.
 * @example
 * chain(gradientOfLoss, softmaxJacobian).toDense()[0]; // the gradient of the loss by the logits
 */
export function chain(outermost: Factor, ...inner: readonly Factor[]): Jacobian {
  return chainPlan(outermost, ...inner).jacobian;
}

/** A chain with the order in which it was multiplied, and what it cost. */
export function chainPlan(outermost: Factor, ...inner: readonly Factor[]): Plan {
  const factors = [outermost, ...inner].map(operatorOf);
  factors.forEach((factor, k) => {
    const before = factors[k - 1];
    refuseList(factor, k, before);
    if (before !== undefined) refuseNotMeeting(before, factor);
  });
  return plan(factors);
}
