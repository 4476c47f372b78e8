/** The chain rule's matrix product done in other ways; seen where its factors are at hand. */
import type { Diagnosis } from '../diagnosis.js';
import { alike, type NamedTable, type NumericProblem, sameShape, shownList, sizeOf } from './problem.js';

/** A factor as a matrix of `rows` rows; a list is one row. */
function asMatrix(table: NamedTable): { readonly rows: number; readonly columns: number } | undefined {
  const [rows, columns] = table.shape.length === 1 ? [1, table.shape[0]] : table.shape;
  return rows === undefined || columns === undefined || table.shape.length > 2
    ? undefined
    : { rows, columns };
}

function product(
  left: NamedTable,
  right: NamedTable,
): { readonly values: Float64Array; readonly shape: number[] } | undefined {
  const [a, b] = [asMatrix(left), asMatrix(right)];
  if (a === undefined || b === undefined || a.columns !== b.rows) return undefined;
  const values = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i += 1) {
    for (let k = 0; k < a.columns; k += 1) {
      const factor = left.values[i * a.columns + k] ?? 0;
      for (let j = 0; j < b.columns; j += 1) {
        const to = i * b.columns + j;
        values[to] = (values[to] ?? 0) + factor * (right.values[k * b.columns + j] ?? 0);
      }
    }
  }
  return { values, shape: left.shape.length === 1 ? [b.columns] : [a.rows, b.columns] };
}

/**
 * hand_j = g_j J_jj, or g_j J_ij entry by entry, for the factors g and J of the chain rule at hand: multiplied elementwise
 * where Σ_i g_i J_ij was meant.
 */
export function elementwiseProduct({ hand, truth, blur, context }: NumericProblem): Diagnosis | undefined {
  const [left, right] = context?.factors ?? [];
  if (left === undefined || right === undefined) return undefined;
  const n = sizeOf(left.shape);
  const isList = left.shape.length === 1;
  const diagonal =
    isList && right.values.length === n * n && hand.values.length === n
      ? Array.from(left.values, (value, k) => value * (right.values[k * (n + 1)] ?? 0))
      : undefined;
  const entries =
    right.values.length === n && hand.values.length === n
      ? Array.from(left.values, (value, k) => value * (right.values[k] ?? 0))
      : undefined;
  if (!(diagonal && alike(hand.values, diagonal, blur)) && !(entries && alike(hand.values, entries, blur)))
    return undefined;
  return {
    mistake: 'elementwise-product',
    message: `${left.name} and ${right.name} were multiplied entry by entry. The chain rule is a matrix product: every output’s change counts, Σ_i.`,
    wrong: shownList(hand.values),
    right: shownList(truth.values),
    hint: `Through which outputs does one input act? ${right.name} is a matrix, and its entries off the diagonal count too.`,
  };
}

/** hand_ij = g_i J_ij: the sum over i of the chain rule was not taken; one index too many is left. */
export function missingContraction(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur, outputShape, inputShape } = problem;
  if (hand.values.length <= truth.values.length || hand.values.length % truth.values.length !== 0)
    return undefined;
  const axis = hand.shape.findIndex((_, k) => {
    const rest = [...hand.shape.slice(0, k), ...hand.shape.slice(k + 1)];
    return (
      sizeOf(rest) === truth.values.length &&
      sameShape(rest, truth.shape) &&
      sumsTo(hand, k, truth.values, blur)
    );
  });
  if (axis < 0) return undefined;
  return {
    mistake: 'missing-contraction',
    message: `Summed over axis ${axis} this is right: a Σ of the chain rule is missing, so that the result has shape [${hand.shape}] in place of [${[...outputShape, ...inputShape]}].`,
    wrong: shownList(hand.values),
    right: shownList(truth.values),
    hint: 'Which index stands twice in the product and is not in the result? It is summed over.',
  };
}

function sumsTo(
  table: { values: ArrayLike<number>; shape: readonly number[] },
  axis: number,
  wanted: ArrayLike<number>,
  blur: number,
): boolean {
  const length = table.shape[axis] ?? 1;
  const after = sizeOf(table.shape.slice(axis + 1));
  const totals = new Float64Array(wanted.length);
  const sizes = new Float64Array(wanted.length);
  for (let k = 0; k < table.values.length; k += 1) {
    const to = Math.floor(k / (after * length)) * after + (k % after);
    totals[to] = (totals[to] ?? 0) + (table.values[k] ?? 0);
    sizes[to] = (sizes[to] ?? 0) + Math.abs(table.values[k] ?? 0);
  }
  return totals.every((total, k) => Math.abs(total - (wanted[k] ?? 0)) <= blur * (sizes[k] ?? 0));
}

/** hand = B A for the factors A, B at hand, where A B is right. */
export function orderReversed({ hand, truth, blur, context }: NumericProblem): Diagnosis | undefined {
  const [left, right] = context?.factors ?? [];
  if (left === undefined || right === undefined) return undefined;
  const [forward, backward] = [product(left, right), product(right, left)];
  if (forward === undefined || backward === undefined) return undefined;
  if (!alike(forward.values, truth.values, blur) || alike(backward.values, forward.values, blur))
    return undefined;
  if (!alike(backward.values, hand.values, blur)) return undefined;
  return {
    mistake: 'order-reversed',
    message: `${left.name} and ${right.name} were multiplied in the wrong order; a matrix product does not commute.`,
    wrong: `${right.name} ${left.name}`,
    right: `${left.name} ${right.name}`,
    hint: 'The outermost function’s Jacobian stands on the left.',
  };
}
