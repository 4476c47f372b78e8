/**
 * det, log |det| and the inverse of matrices [batch, n, n], from operations that have gradients. The order of the rows is
 * chosen beforehand (partial pivoting on the numbers), so that it is constant for the tape; then elimination needs none.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { factorise } from '../../formula/index.js';
import { engine } from '../engine.js';
import { hostNumbers } from './layout.js';

interface Pivoting {
  /** [batch, n, n]: the permutation P for which P M needs no further exchange of rows. */
  readonly permutation: Tensor;
  /** [batch]: det P. */
  readonly signs: Tensor;
}

function pivotingOf(matrices: Tensor): Pivoting {
  const tf = engine();
  const [batch = 1, n = 1] = matrices.shape;
  const numbers = Float64Array.from(hostNumbers(matrices));
  const permutation = new Float32Array(batch * n * n);
  const signs = new Float32Array(batch);
  for (let item = 0; item < batch; item += 1) {
    const { rows, sign } = factorise(numbers.subarray(item * n * n, (item + 1) * n * n), n);
    signs[item] = sign;
    rows.forEach((from, to) => {
      permutation[item * n * n + to * n + from] = 1;
    });
  }
  return { permutation: tf.tensor(permutation, [batch, n, n]), signs: tf.tensor(signs, [batch]) };
}

/** The pivots U_kk of P M = L U, each [batch]: M′ = M₂₂ − M₂₁ M₁₂ / M₁₁ for the rest, again and again. */
function pivotsOf(ordered: Tensor): Tensor[] {
  const tf = engine();
  const [batch = 1, n = 1] = ordered.shape;
  const pivots: Tensor[] = [];
  let rest = ordered;
  for (let left = n; left > 0; left -= 1) {
    const pivot = tf.slice(rest, [0, 0, 0], [batch, 1, 1]);
    pivots.push(tf.reshape(pivot, [batch]));
    if (left === 1) break;
    const column = tf.slice(rest, [0, 1, 0], [batch, left - 1, 1]);
    const row = tf.slice(rest, [0, 0, 1], [batch, 1, left - 1]);
    const block = tf.slice(rest, [0, 1, 1], [batch, left - 1, left - 1]);
    rest = tf.sub(block, tf.mul(column, tf.div(row, pivot)));
  }
  return pivots;
}

/** det M = det P · Π_k U_kk, for [batch, n, n]; [batch]. */
export function determinants(matrices: Tensor): Tensor {
  const tf = engine();
  const { permutation, signs } = pivotingOf(matrices);
  return pivotsOf(tf.matMul(permutation, matrices)).reduce((product, pivot) => tf.mul(product, pivot), signs);
}

/** log |det M| = Σ_k log |U_kk|, for [batch, n, n]; [batch]. */
export function logDeterminants(matrices: Tensor): Tensor {
  const tf = engine();
  const { permutation } = pivotingOf(matrices);
  const logs = pivotsOf(tf.matMul(permutation, matrices)).map((pivot) => {
    const sign = tf.tensor(hostNumbers(pivot).map(Math.sign), pivot.shape);
    return tf.log(tf.mul(pivot, sign));
  });
  return tf.addN(logs);
}

/** M⁻¹ for [batch, n, n], by Gauss–Jordan elimination of (P M | P): each step M ← M − (column − e_k) row / pivot. */
export function inverses(matrices: Tensor): Tensor {
  const tf = engine();
  const [batch = 1, n = 1] = matrices.shape;
  const { permutation } = pivotingOf(matrices);
  let both = tf.concat([tf.matMul(permutation, matrices), permutation], 2);
  for (let k = 0; k < n; k += 1) {
    const pivot = tf.slice(both, [0, k, k], [batch, 1, 1]);
    const row = tf.div(tf.slice(both, [0, k, 0], [batch, 1, 2 * n]), pivot);
    const column = tf.slice(both, [0, 0, k], [batch, n, 1]);
    const unit = tf.tensor(
      Float32Array.from({ length: n }, (_, at) => (at === k ? 1 : 0)),
      [1, n, 1],
    );
    both = tf.sub(both, tf.mul(tf.sub(column, unit), row));
  }
  return tf.slice(both, [0, 0, n], [batch, n, n]);
}
