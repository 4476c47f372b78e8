/** Σ over shared axes of a product of two arrays, as a batched matrix product over typed arrays. */
import { type Axis, entries } from './algebra.js';
import { allocate, spread } from './labelled.js';

/** How the axes of two arrays take part in Σ_over left · right. */
export interface Roles {
  /** In both, and kept. */
  readonly batch: readonly Axis[];
  readonly leftOnly: readonly Axis[];
  readonly rightOnly: readonly Axis[];
  /** In both, and summed over. */
  readonly summed: readonly Axis[];
}

export function rolesOf(left: readonly Axis[], right: readonly Axis[], over: ReadonlySet<string>): Roles {
  const inRight = new Set(right.map((axis) => axis.id));
  const inLeft = new Set(left.map((axis) => axis.id));
  const shared = left.filter((axis) => inRight.has(axis.id));
  return {
    batch: shared.filter((axis) => !over.has(axis.id)),
    summed: shared.filter((axis) => over.has(axis.id)),
    leftOnly: left.filter((axis) => !inRight.has(axis.id)),
    rightOnly: right.filter((axis) => !inLeft.has(axis.id)),
  };
}

/** The axes of the result of `contractArrays`, in order. */
export function resultAxes({ batch, leftOnly, rightOnly }: Roles): Axis[] {
  return [...batch, ...leftOnly, ...rightOnly];
}

interface Operand {
  readonly axes: readonly Axis[];
  readonly data: Float64Array;
}

/** C[b, l, r] = Σ_s left[b, l, s] right[b, r, s], entries laid out over `resultAxes(roles)`. */
export function contractArrays(left: Operand, right: Operand, roles: Roles): Float64Array {
  const a = spread(left.data, left.axes, [...roles.batch, ...roles.leftOnly, ...roles.summed]);
  const b = spread(right.data, right.axes, [...roles.batch, ...roles.rightOnly, ...roles.summed]);
  const batches = entries(roles.batch);
  const rows = entries(roles.leftOnly);
  const columns = entries(roles.rightOnly);
  const depth = entries(roles.summed);
  const result = allocate(resultAxes(roles));
  let offset = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    for (let row = 0; row < rows; row += 1) {
      const startA = (batch * rows + row) * depth;
      for (let column = 0; column < columns; column += 1) {
        const startB = (batch * columns + column) * depth;
        let sum = 0;
        for (let k = 0; k < depth; k += 1) sum += (a[startA + k] as number) * (b[startB + k] as number);
        result[offset] = sum;
        offset += 1;
      }
    }
  }
  return result;
}
