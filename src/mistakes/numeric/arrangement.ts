/** Right numbers in the wrong place: transposed, only the diagonal, summed, not summed. */
import type { Diagnosis } from '../diagnosis.js';
import {
  alike,
  largest,
  matrices,
  matrixOf,
  type NumericProblem,
  sameShape,
  shownList,
  sizeOf,
} from './problem.js';

/** A permutation of axes applied to a table. */
function permuted(
  values: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): Float64Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const target = order.map((axis) => shape[axis] ?? 1);
  const result = new Float64Array(values.length);
  for (let k = 0; k < result.length; k += 1) {
    let rest = k;
    let from = 0;
    for (let axis = order.length - 1; axis >= 0; axis -= 1) {
      const length = target[axis] ?? 1;
      from += (rest % length) * (strides[order[axis] ?? 0] ?? 0);
      rest = Math.floor(rest / length);
    }
    result[k] = values[from] ?? 0;
  }
  return result;
}

/** The ways in which a table's axes are commonly swapped: input axes first, or the last two. */
function swaps({ kind, truth, outputShape, inputShape }: NumericProblem): number[][] {
  const axes = [...truth.shape.keys()];
  const all: number[][] = [];
  if (kind === 'jacobian' && outputShape.length > 0 && inputShape.length > 0) {
    all.push([...axes.slice(outputShape.length), ...axes.slice(0, outputShape.length)]);
  }
  if (axes.length >= 2) all.push([...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
  return all;
}

/**
 * hand_ij = truth_ji: the transpose, also where its shape then does not fit. Never claimed where the truth is symmetric,
 * since then it cannot be seen.
 */
export function transposed(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur, kind } = problem;
  for (const order of swaps(problem)) {
    const shape = order.map((axis) => truth.shape[axis] ?? 1);
    if (!sameShape(hand.shape, shape)) continue;
    const turned = permuted(truth.values, truth.shape, order);
    if (sameShape(shape, truth.shape) && alike(turned, truth.values, blur)) continue;
    if (!alike(hand.values, turned, blur)) continue;
    return {
      mistake: 'transposed',
      message: `This is the transpose of what was asked: entry [i, j] holds what belongs at [j, i]${
        sameShape(shape, truth.shape) ? '' : ` (shape [${hand.shape}] in place of [${truth.shape}])`
      }.`,
      wrong: shownList(hand.values),
      right: shownList(truth.values),
      hint:
        kind === 'jacobian'
          ? 'Here row i belongs to output i and column j to input j. Did you mean layout: "denominator"?'
          : 'A gradient has the shape of its input: which of the factors must be transposed so that the indices meet?',
    };
  }
  return undefined;
}

/** hand_ij = δ_ij truth_ii: the diagonal alone, as a matrix or as a vector, where there is more off it. */
export function diagonalOnly(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur, kind, outputShape, inputShape } = problem;
  const [rows, columns] = [sizeOf(outputShape), sizeOf(inputShape)];
  if (kind !== 'jacobian' || rows !== columns || rows < 2) return undefined;
  const matrix = matrixOf(truth.values, rows, columns);
  const diagonal = Array.from({ length: rows }, (_, k) => matrix.at(k, k));
  const full = Array.from(truth.values, (value, k) => (k % (columns + 1) === 0 ? value : 0));
  const asVector = hand.values.length === rows && alike(hand.values, diagonal, blur);
  const asMatrix = sameShape(hand.shape, truth.shape) && alike(hand.values, full, blur);
  if (largest(diagonal) === 0 || !(asVector || asMatrix)) return undefined;
  const isDiagonal = alike(full, truth.values, blur);
  return {
    mistake: 'diagonal-only',
    message: isDiagonal
      ? 'These are the diagonal entries as a vector; the Jacobian is the matrix with them on its diagonal.'
      : 'This is only the diagonal of the Jacobian. Each output also depends on the other inputs.',
    wrong: shownList(hand.values),
    right: shownList(truth.values),
    hint: 'What happens to output i when you move an input j ≠ i?',
  };
}

/** Sums over the rows (axis 0) or over the columns (axis 1) of a matrix, and of the sizes of its entries. */
function sums(problem: NumericProblem, axis: 0 | 1): { readonly sums: number[]; readonly sizes: number[] } {
  const [rows, columns] = [sizeOf(problem.outputShape), sizeOf(problem.inputShape)];
  const length = axis === 0 ? columns : rows;
  const totals = { sums: new Array<number>(length).fill(0), sizes: new Array<number>(length).fill(0) };
  for (let k = 0; k < problem.truth.values.length; k += 1) {
    const value = problem.truth.values[k] ?? 0;
    const to = axis === 0 ? k % columns : Math.floor(k / columns);
    totals.sums[to] = (totals.sums[to] ?? 0) + value;
    totals.sizes[to] = (totals.sizes[to] ?? 0) + Math.abs(value);
  }
  return totals;
}

/** hand_i = Σ_j truth_ij, or hand_j = Σ_i truth_ij: row or column sums in place of the matrix (they may all be 0). */
export function summed(problem: NumericProblem): Diagnosis | undefined {
  const { hand, truth, blur, kind, outputShape, inputShape } = problem;
  if (kind !== 'jacobian' || hand.values.length === truth.values.length) return undefined;
  for (const axis of [1, 0] as const) {
    const shape = axis === 1 ? outputShape : inputShape;
    const other = axis === 1 ? inputShape : outputShape;
    if (sizeOf(other) < 2 || hand.values.length !== sizeOf(shape)) continue;
    const { sums: totals, sizes } = sums(problem, axis);
    // Sums that cancel are exact only to the rounding of what was summed.
    const off = Array.from(
      hand.values,
      (value, k) => Math.abs(value - (totals[k] ?? 0)) - blur * (sizes[k] ?? 0),
    );
    if (off.some((excess) => !(excess <= 0))) continue;
    const zero = totals.every((total, k) => Math.abs(total) <= blur * (sizes[k] ?? 0));
    const [what, over] = axis === 1 ? ['row', 'inputs'] : ['column', 'outputs'];
    return {
      mistake: 'summed',
      message: `These are the ${what} sums of the Jacobian: its entries were added up over the ${over}${
        zero ? ', and here they cancel to 0' : ''
      }. The derivative is the whole table.`,
      wrong: shownList(hand.values),
      right: shownList(truth.values),
      hint: `The sum over the ${over} says what happens when all ${over} ${axis === 1 ? 'move by the same amount' : 'count the same'}. Is that the question?`,
    };
  }
  return undefined;
}

/** truth_ij = 0 off the diagonal, hand_ij ≠ 0 there, equal on it: a δ_ij is missing. */
export function lostDelta(problem: NumericProblem): Diagnosis | undefined {
  const pair = matrices(problem);
  if (pair === undefined || pair[1].rows !== pair[1].columns || pair[1].rows < 2) return undefined;
  const [hand, truth] = pair;
  const scale = problem.blur * largest(problem.truth.values);
  for (let i = 0; i < truth.rows; i += 1) {
    for (let j = 0; j < truth.columns; j += 1) {
      const wrong =
        i === j
          ? Math.abs(hand.at(i, j) - truth.at(i, j)) > scale
          : truth.at(i, j) !== 0 || hand.at(i, j) === 0;
      if (wrong) return undefined;
    }
  }
  return {
    mistake: 'lost-delta',
    message:
      'Right on the diagonal, but the Jacobian is 0 off it: output i depends on input i alone. A δ_ij is missing.',
    wrong: shownList(problem.hand.values),
    right: shownList(problem.truth.values),
    hint: 'What is ∂x_i/∂x_j when i and j differ?',
  };
}

/** hand = truth on the diagonal; off it hand_ij − truth_ij = v_i for all j: v_i (δ_ij − w_j) with δ_ij taken as 1. */
export function deltaReplacedByOne(problem: NumericProblem): Diagnosis | undefined {
  const pair = matrices(problem);
  if (pair === undefined || pair[1].rows !== pair[1].columns || pair[1].rows < 3) return undefined;
  const [hand, truth] = pair;
  const scale = problem.blur * Math.max(largest(problem.truth.values), largest(problem.hand.values));
  const extra = (i: number, j: number): number => hand.at(i, j) - truth.at(i, j);
  for (let i = 0; i < truth.rows; i += 1) {
    const other = extra(i, i === 0 ? 1 : 0);
    if (Math.abs(other) <= scale || Math.abs(extra(i, i)) > scale) return undefined;
    for (let j = 0; j < truth.columns; j += 1)
      if (j !== i && Math.abs(extra(i, j) - other) > scale) return undefined;
  }
  return {
    mistake: 'delta-replaced-by-one',
    message:
      'Right on the diagonal; off it each row is too large by one and the same number, as if δ_ij were 1 everywhere.',
    wrong: shownList(problem.hand.values),
    right: shownList(problem.truth.values),
    hint: 'Was the case i = j worked out and then used for i ≠ j too?',
  };
}

/** hand = truth off the diagonal and not on it: the term with δ_ij is missing or wrong. */
export function lostDiagonalTerm(problem: NumericProblem): Diagnosis | undefined {
  const pair = matrices(problem);
  if (pair === undefined || pair[1].rows !== pair[1].columns || pair[1].rows < 2) return undefined;
  const [hand, truth] = pair;
  const scale = problem.blur * largest(problem.truth.values);
  let [offDiagonal, wrongOnDiagonal] = [0, 0];
  for (let i = 0; i < truth.rows; i += 1) {
    for (let j = 0; j < truth.columns; j += 1) {
      const equal = Math.abs(hand.at(i, j) - truth.at(i, j)) <= scale;
      if (i === j) wrongOnDiagonal += equal ? 0 : 1;
      else if (!equal) return undefined;
      else offDiagonal = Math.max(offDiagonal, Math.abs(truth.at(i, j)));
    }
  }
  if (wrongOnDiagonal < truth.rows || offDiagonal <= scale) return undefined;
  return {
    mistake: 'lost-term',
    message:
      'Right off the diagonal, wrong on all of it: the term with δ_ij (output i by its own input i) is missing or wrong.',
    wrong: shownList(Array.from({ length: truth.rows }, (_, k) => hand.at(k, k))),
    right: shownList(Array.from({ length: truth.rows }, (_, k) => truth.at(k, k))),
    hint: 'When j = i the numerator changes too: which term does the product or quotient rule add?',
  };
}
