/** Ordinary functions with their Jacobians built by hand, in float64, in the way people build them. */
import type { Tensor } from '@tensorflow/tfjs';
import { type TensorFunction, tf } from '../../src/autograd/index.js';

export interface Built {
  readonly name: string;
  readonly of: TensorFunction;
  /** One argument as numbers, or several. */
  readonly at: readonly number[] | (() => Tensor[]);
  readonly wrt?: number;
  /** Outputs by inputs. */
  readonly jacobian: readonly (readonly number[])[];
}

const x = [0.7, -1.3, 0.4, 2.1];
const y = [1.5, 0.3, -0.8, 0.9];

/** A table of rows × columns by a rule. */
export function table(rows: number, columns: number, entry: (i: number, j: number) => number): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => entry(i, j)));
}

export const delta = (i: number, j: number): number => (i === j ? 1 : 0);
const at = (list: readonly number[], k: number): number => list[k] ?? Number.NaN;

export function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

export function softmaxJacobian(values: readonly number[]): number[][] {
  const s = softmax(values);
  return table(s.length, s.length, (i, j) => at(s, i) * (delta(i, j) - at(s, j)));
}

const order = [2, 0, 3, 1];

export const built: readonly Built[] = [
  {
    name: 'cosine',
    of: (v) => tf.cos(v),
    at: x,
    jacobian: table(4, 4, (i, j) => -delta(i, j) * Math.sin(at(x, i))),
  },
  {
    name: 'mean of each pair',
    of: (v) => tf.mean(tf.reshape(v, [2, 2]), 1),
    at: x,
    jacobian: table(2, 4, (i, j) => (Math.floor(j / 2) === i ? 0.5 : 0)),
  },
  {
    name: 'product with fixed numbers',
    of: (v) => tf.mul(v, y),
    at: x,
    jacobian: table(4, 4, (i, j) => delta(i, j) * at(y, i)),
  },
  {
    name: 'product of all',
    of: (v) => tf.reshape(tf.prod(v), [1]),
    at: x,
    jacobian: [x.map((_, j) => x.reduce((product, value, k) => (k === j ? product : product * value), 1))],
  },
  { name: 'repeat', of: (v) => tf.tile(v, [2]), at: x, jacobian: table(8, 4, (i, j) => delta(i % 4, j)) },
  {
    name: 'relu',
    of: (v) => tf.relu(v),
    at: x,
    jacobian: table(4, 4, (i, j) => delta(i, j) * (at(x, i) > 0 ? 1 : 0)),
  },
  {
    name: 'slice',
    of: (v) => tf.slice(v, [1], [2]),
    at: x,
    jacobian: table(2, 4, (i, j) => delta(i + 1, j)),
  },
  {
    name: 'cumulative sum',
    of: (v) => tf.cumsum(v),
    at: x,
    jacobian: table(4, 4, (i, j) => (j <= i ? 1 : 0)),
  },
  {
    name: 'running mean',
    of: (v) => tf.div(tf.cumsum(v), tf.range(1, 5)),
    at: x,
    jacobian: table(4, 4, (i, j) => (j <= i ? 1 / (i + 1) : 0)),
  },
  {
    name: 'sorting by a fixed order',
    of: (v) => tf.gather(v, tf.tensor1d(order, 'int32')),
    at: x,
    jacobian: table(4, 4, (i, j) => delta(at(order, i), j)),
  },
  {
    name: 'a matrix times a vector',
    of: (v) =>
      tf.dot(
        tf.tensor2d([
          [1, 2, 3, 4],
          [5, 6, 7, 9],
        ]),
        v,
      ),
    at: x,
    jacobian: [
      [1, 2, 3, 4],
      [5, 6, 7, 9],
    ],
  },
  {
    name: 'product of two tensors, by the second',
    of: (a, b) => tf.mul(a, tf.square(b)),
    at: () => [tf.tensor1d(x), tf.tensor1d(y)],
    wrt: 1,
    jacobian: table(4, 4, (i, j) => delta(i, j) * 2 * at(x, i) * at(y, i)),
  },
  {
    name: 'matrix product of two tensors, by the vector',
    of: (a, b) => tf.dot(a, b),
    at: () => [tf.tensor2d([x, y]), tf.tensor1d([1, 2, 3, 4])],
    wrt: 1,
    jacobian: [x, y],
  },
  { name: 'softmax', of: (v) => tf.softmax(v), at: x, jacobian: softmaxJacobian(x) },
];
