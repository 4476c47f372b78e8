/** Structure recognised from numbers. */
import { refuseTooLarge } from '../dense-limit.js';
import type { Jacobian } from '../jacobian.js';
import { Dense } from '../kinds/index.js';
import { type AxisNames, dense } from '../make.js';
import { type Numbers, readNumbers } from '../numbers.js';
import type { JacobianOperator } from '../operator.js';
import { isJacobianOperator } from '../operator.js';
import { diagonalPlusLowRank, lowRank } from './low-rank.js';
import { blockDiagonal, kronecker } from './parts.js';
import { banded, diagonal, scalar, scatter, selection, toeplitz, zero } from './simple.js';
import { type Candidate, type Detector, deviationOf, type Table } from './table.js';

/** A structure found in numbers. */
export class Structure {
  constructor(
    /** The operator of that structure. */
    readonly jacobian: Jacobian,
    /** How many numbers it takes to write it down; the table takes rows · columns. */
    readonly numbers: number,
    /** The largest difference between an entry and what the operator has in its place. */
    readonly deviation: number,
    /** The largest difference that was allowed. */
    readonly allowed: number,
  ) {}

  /** Its name: "diagonal plus rank 1". */
  get structure(): string {
    return this.jacobian.structure;
  }

  toString(): string {
    const { rows, columns } = this.jacobian;
    return (
      `${this.structure}: ${this.numbers} numbers for ${rows} × ${columns} entries, each met within ${this.deviation.toExponential(1)} ` +
      `(allowed: ${this.allowed.toExponential(1)})`
    );
  }
}

/** What is looked for, the simplest first: of two that take as many numbers the earlier one is meant. */
const detectors: readonly Detector[] = [
  zero,
  scalar,
  diagonal,
  selection,
  scatter,
  lowRank,
  toeplitz,
  banded,
  diagonalPlusLowRank,
  blockDiagonal(recognise),
  kronecker(recognise),
];

/** The candidate of the fewest numbers that is the table within its blur; the table itself where there is none. */
function recognise(table: Table): Candidate {
  const { values, rows, columns, blur } = table;
  let best: Candidate = { jacobian: new Dense(values, rows, columns), numbers: rows * columns };
  let isTable = true;
  for (const detect of detectors) {
    const found = detect(table, best.numbers);
    if (found === undefined || found.numbers > best.numbers) continue;
    if (!isTable && found.numbers === best.numbers) continue;
    if (deviationOf(found.jacobian, table) > blur) continue;
    best = found;
    isTable = false;
  }
  return best;
}

/**
 * The simplest structure that reproduces a table of numbers: of zero, identity, multiple of it, Toeplitz, diagonal, permutation and
 * selection (with weights), banded, low rank, diagonal plus low rank, block diagonal and Kronecker product, whose parts are recognised
 * in turn, the one that takes the fewest numbers to write down; else dense. Each entry must be met within `tolerance` times the largest
 * entry: what is found is the table to that, and no more. It says nothing of other points: a Jacobian that is diagonal at one input
 * need not be at another.
 *
 * The work is a few passes over the table for each structure, and more for ranks above one; meant for tables up to some thousand rows.
 *
 * @param tolerance The largest difference, relative to the largest entry: 1e-12 unless told, 1e-6 for numbers that came as float32.
 * @throws MatrixError for what is no table of finite numbers; DenseTooLargeError for an operator too large to write out.
 * @example
 * String(structureOf([[0.16, -0.06, -0.1], [-0.06, 0.21, -0.15], [-0.1, -0.15, 0.25]])) // diagonal plus rank 1 …
 */
export function structureOf(
  table: Numbers | JacobianOperator,
  tolerance?: number,
  names?: AxisNames,
): Structure {
  const { values, rows, columns, single, axes } = read(table, names);
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const allowed = (tolerance ?? (single ? 1e-6 : 1e-12)) * largest;
  const whole: Table = { values, rows, columns, blur: allowed };
  const { jacobian, numbers } = recognise(whole);
  return new Structure(
    jacobian.withAxes(axes.outputAxes, axes.inputAxes),
    numbers,
    deviationOf(jacobian, whole),
    allowed,
  );
}

function read(
  table: Numbers | JacobianOperator,
  names: AxisNames | undefined,
): {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly single: boolean;
  readonly axes: Pick<Jacobian, 'outputAxes' | 'inputAxes'>;
} {
  if (isJacobianOperator(table)) {
    refuseTooLarge(table.rows, table.columns, 8);
    const { outputAxes, inputAxes } = table as Partial<Jacobian>;
    const values = Float64Array.from(table.toDense().flat());
    return {
      values,
      rows: table.rows,
      columns: table.columns,
      single: false,
      axes: { outputAxes, inputAxes },
    };
  }
  const { single } = readNumbers(table);
  const read = dense(table, names);
  if (!(read instanceof Dense)) throw new TypeError('A table was read as something else.');
  return { values: read.values, rows: read.rows, columns: read.columns, single, axes: read };
}
