/** Whether two Jacobians meet in a sum or in the chain rule, and what to do where they do not. */
import { type Axis, describeAxes, orderOf, sameAxes } from './axes.js';
import { LayoutError } from './errors.js';
import type { Jacobian } from './jacobian.js';

/** The rows or the columns of a Jacobian: how many, and their axes where they are named. */
interface Side {
  readonly length: number;
  readonly axes: readonly Axis[] | undefined;
}

const outputs = ({ rows, outputAxes }: Jacobian): Side => ({ length: rows, axes: outputAxes });
const inputs = ({ columns, inputAxes }: Jacobian): Side => ({ length: columns, axes: inputAxes });

/** Whether entries of the one side are entries of the other: by their axes where both are named, else by their number. */
function meet(left: Side, right: Side): boolean {
  if (left.axes !== undefined && right.axes !== undefined)
    return orderOf(left.axes, right.axes) !== undefined;
  return left.length === right.length;
}

function describe(jacobian: Jacobian): string {
  const name = ({ length, axes }: Side): string =>
    axes === undefined ? String(length) : `(${describeAxes(axes)})`;
  return `${name(outputs(jacobian))} × ${name(inputs(jacobian))}`;
}

/**
 * The order in which the axes of `from` must be read to be those of `wanted`; undefined where nothing is to be reordered. A scalar's
 * missing axes and unnamed sides have no order.
 */
export function reordering(
  wanted: readonly Axis[] | undefined,
  from: readonly Axis[] | undefined,
): readonly number[] | undefined {
  if (wanted === undefined || from === undefined || sameAxes(wanted, from)) return undefined;
  return orderOf(wanted, from);
}

/** Refuses two operators that are not of one size, or over different axes. */
export function refuseOtherSize(left: Jacobian, right: Jacobian): void {
  if (meet(outputs(left), outputs(right)) && meet(inputs(left), inputs(right))) return;
  const turned = meet(outputs(left), inputs(right)) && meet(inputs(left), outputs(right));
  throw new LayoutError(
    `A sum needs Jacobians of one size; these are ${describe(left)} and ${describe(right)}.${
      turned ? ' One is in the other layout: transpose() it.' : ''
    }`,
  );
}

/** What would make them meet: a transpose of the one or the other, or the other order. */
function remedy(outer: Jacobian, inner: Jacobian): string {
  if (meet(outputs(outer), inputs(inner)))
    return ' They meet the other way round: are these gradients (denominator layout, a column for each output, inner function on the left)? Then transpose both or change the order.';
  if (meet(inputs(outer), inputs(inner)))
    return ' They meet where the inner one is transposed: is it in denominator layout (a row for each input)? Then write inner.transpose().';
  if (meet(outputs(outer), outputs(inner)))
    return ' They meet where the outer one is transposed: is it in denominator layout (a row for each input)? Then write outer.transpose().';
  if (outer.columns === inner.rows)
    return ' If these are the same axes under other names, name them alike: jacobian.named(outputs, inputs).';
  return '';
}

/** Refuses a product whose inner sides do not meet, with what it would be in either layout. */
export function refuseNotMeeting(outer: Jacobian, inner: Jacobian): void {
  if (meet(inputs(outer), outputs(inner))) return;
  const why =
    outer.columns === inner.rows
      ? `the inputs (${describeAxes(outer.inputAxes ?? [])}) are other axes than the outputs (${describeAxes(inner.outputAxes ?? [])})`
      : `${outer.columns} inputs are not ${inner.rows} outputs`;
  throw new LayoutError(
    `The chain rule multiplies the outer function’s Jacobian by the inner one’s, and their sizes must meet: ${describe(outer)} after ` +
      `${describe(inner)}, but ${why}. Here rows are outputs and columns inputs (numerator layout).${remedy(outer, inner)}`,
  );
}
