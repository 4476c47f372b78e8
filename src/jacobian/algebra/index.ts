/** Sums and products of operators, with structure kept: each rule is one function; axes are matched here. */
import { type Axis, placesIn } from '../axes.js';
import { type Jacobian, useAlgebra } from '../jacobian.js';
import { Selection } from '../kinds/index.js';
import { refuseNotMeeting, refuseOtherSize, reordering } from '../meeting.js';
import { sum } from './plus.js';
import { plainest } from './select.js';
import { product } from './times.js';

export { kroneckerOf } from './kronecker.js';
export { sum } from './plus.js';
export { plainest } from './select.js';
export { product } from './times.js';

/** The permutation that brings entries over `from` into the order of `wanted`, where that is another order of the same axes. */
function permutation(
  wanted: readonly Axis[] | undefined,
  from: readonly Axis[] | undefined,
): Jacobian | undefined {
  const order = reordering(wanted, from);
  if (order === undefined || from === undefined) return undefined;
  const places = placesIn(from, order);
  return plainest(new Selection(places, places.length));
}

/**
 * The sum, its axes those of the left.
 *
 * @throws LayoutError where sizes or axes differ.
 */
export function plus(left: Jacobian, right: Jacobian): Jacobian {
  refuseOtherSize(left, right);
  const rows = permutation(left.outputAxes, right.outputAxes);
  const columns = permutation(left.inputAxes, right.inputAxes);
  const placed = rows === undefined ? right : product(rows, right);
  const fitting = columns === undefined ? placed : product(placed, columns.turned());
  return sum(left, fitting).withAxes(left.outputAxes ?? right.outputAxes, left.inputAxes ?? right.inputAxes);
}

/**
 * The matrix product, with the structure it has: axes of the same names are matched, whatever their order.
 *
 * @throws LayoutError where the inputs of the outer are not the outputs of the inner.
 */
export function times(outer: Jacobian, inner: Jacobian): Jacobian {
  refuseNotMeeting(outer, inner);
  const order = permutation(outer.inputAxes, inner.outputAxes);
  const placed = order === undefined ? inner : product(order, inner);
  return product(outer, placed).withAxes(outer.outputAxes, inner.inputAxes);
}

useAlgebra({ plus, times });
