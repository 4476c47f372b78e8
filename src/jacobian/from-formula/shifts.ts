/** Factors that see rows and columns only by how far they are apart: w_{j−i}, δ_{i,j+1}. */
import {
  type Bracket,
  combine,
  type Expr,
  freshId,
  type Index,
  simpleId,
  simpleIndex,
  type TensorRef,
} from '../../formula/index.js';
import { kroneckerOf, sum } from '../algebra/index.js';
import type { Jacobian } from '../jacobian.js';
import { Dense, RunningSum, Toeplitz } from '../kinds/index.js';
import type { FormulaValues } from './values.js';

/** sign · (column − row) + offset */
interface Distance {
  readonly row: string;
  readonly column: string;
  readonly sign: 1 | -1;
  readonly offset: number;
}

function distanceOf({ parts, offset }: Index, rows: readonly string[]): Distance | undefined {
  const [a, b, ...others] = parts;
  if (a === undefined || b === undefined || others.length > 0 || a.sign === b.sign) return undefined;
  const [row, column] = rows.includes(a.id) ? [a, b] : [b, a];
  if (!rows.includes(row.id) || rows.includes(column.id)) return undefined;
  return { row: row.id, column: column.id, sign: column.sign, offset };
}

/** A part of a Jacobian with the indices it stands over. */
export interface Placed {
  readonly jacobian: Jacobian;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/**
 * δ_{i,j+c} is a shift, [j ≤ i] a running sum, w_{j−i+c} a Toeplitz matrix; W_{j−i,d,o} one for each channel in and out: Σ_k shift_k ⊗ W_k. Undefined for
 * any other factor.
 */
export function shifted(
  factor: Expr,
  rows: readonly string[],
  columns: readonly string[],
  values: FormulaValues,
): Placed | undefined {
  if (factor.kind === 'delta') {
    const distance = distanceOf(combine(factor.left, factor.right, -1), rows);
    if (distance === undefined || rows.length > 1 || columns.length > 1) return undefined;
    // sign · (column − row) + offset = 0
    const first = -distance.sign * distance.offset;
    const weights = Float64Array.of(1);
    return { jacobian: toeplitz(weights, first, distance, values), rows, columns };
  }
  if (factor.kind === 'bracket') {
    const sum = rows.length > 1 || columns.length > 1 ? undefined : running(factor, rows, values);
    return sum && { jacobian: sum, rows, columns };
  }
  return factor.kind === 'tensor' ? shiftedTensor(factor, rows, columns, values) : undefined;
}

/** [j ≤ i + c], and the like: a running sum. */
function running(
  { left, right, relation }: Bracket,
  rows: readonly string[],
  values: FormulaValues,
): Jacobian | undefined {
  const [a, b] = [indexOf(left), indexOf(right)];
  const distance = a && b && distanceOf(combine(a, b, -1), rows);
  if (distance === undefined || relation === '=' || relation === '≠') return undefined;
  // sign · (column − row) + offset stands in the relation to 0: column − row ≥ c where it is above, else ≤ c.
  const { sign, offset, row, column } = distance;
  const above = (relation === '>' || relation === '≥') === (sign === 1);
  const strict = relation === '>' || relation === '<' ? 1 : 0;
  const c = -sign * offset + (above ? strict : -strict);
  return new RunningSum(values.lengthOf(row), values.lengthOf(column), c, above);
}

/** What stands in a comparison as one index: j + 1 as it would stand at a tensor. */
function indexOf(expr: Expr): Index | undefined {
  if (expr.kind === 'position') return expr.index;
  if (expr.kind === 'number')
    return expr.value.d === 1n ? { parts: [], offset: expr.value.valueOf() } : undefined;
  if (expr.kind === 'negate') {
    const inner = indexOf(expr.operand);
    return inner && combine({ parts: [], offset: 0 }, inner, -1);
  }
  if (expr.kind !== 'add') return undefined;
  return expr.terms
    .map(indexOf)
    .reduce((left, right) => left && right && combine(left, right), { parts: [], offset: 0 });
}

const toeplitz = (weights: Float64Array, first: number, { row, column }: Distance, values: FormulaValues) =>
  new Toeplitz(weights, first, values.lengthOf(row), values.lengthOf(column));

function shiftedTensor(
  factor: TensorRef,
  rows: readonly string[],
  columns: readonly string[],
  values: FormulaValues,
): Placed | undefined {
  const at = factor.indices.findIndex((index) => index.parts.length > 1);
  const distance = at < 0 ? undefined : distanceOf(factor.indices[at] as Index, rows);
  const plain = factor.indices.filter((_, k) => k !== at).map(simpleId);
  const dimension = values.declarations.tensors.get(factor.name)?.dimensions[at];
  if (distance === undefined || dimension === undefined || plain.includes(undefined)) return undefined;
  const [row, column] = [distance.row, distance.column];
  if (plain.includes(row) || plain.includes(column)) return undefined;
  const others = {
    rows: rows.filter((id) => id !== row),
    columns: columns.filter((id) => id !== column),
  };
  const place = freshId('k', new Set([...rows, ...columns]));
  const indices = factor.indices.map((index, k) => (k === at ? simpleIndex(place) : index));
  const width = values.sizeOf(dimension);
  const table = values.over(
    [place, ...others.rows, ...others.columns],
    { ...factor, indices },
    new Map([[place, dimension]]),
  );
  const { sign, offset } = distance;
  if (table.length === width) {
    // k = sign · (column − row) + offset: for the sign −1 the weights are met in reverse.
    const weights = sign === 1 ? table : table.toReversed();
    const first = sign === 1 ? -offset : offset - width + 1;
    return { jacobian: toeplitz(weights, first, distance, values), rows, columns };
  }
  const [height, length] = [values.span(others.rows), values.span(others.columns)];
  const parts = Array.from({ length: width }, (_, k) => {
    const slice = table.subarray(k * height * length, (k + 1) * height * length);
    const shift = toeplitz(Float64Array.of(1), sign * (k - offset), distance, values);
    return kroneckerOf(shift, new Dense(slice, height, length));
  });
  return {
    jacobian: parts.reduce(sum),
    rows: [row, ...others.rows],
    columns: [column, ...others.columns],
  };
}
