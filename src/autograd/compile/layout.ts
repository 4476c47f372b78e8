/** Tensors with axes named by index ids: laid out in a wanted order, ready for broadcasting. */
import type { Tensor } from '@tensorflow/tfjs';
import type { Axis } from '../../formula/index.js';
import { entries } from '../../formula/index.js';
import { engine } from '../engine.js';

export interface LabelledTensor {
  readonly axes: readonly Axis[];
  /** Its shape is the sizes of the axes. */
  readonly tensor: Tensor;
  /** The number, where the value is one that is known beforehand. */
  readonly known?: number;
}

export function sizesOf(axes: readonly Axis[]): number[] {
  return axes.map(({ size }) => size);
}

/** The tensor with its axes in the order of `to`, size 1 where it has none of that id. */
export function alignedTo(value: LabelledTensor, to: readonly Axis[]): Tensor {
  const tf = engine();
  const present = to.filter(({ id }) => value.axes.some((axis) => axis.id === id));
  const order = present.map(({ id }) => value.axes.findIndex((axis) => axis.id === id));
  const inOrder = order.every((place, at) => place === at);
  const transposed = inOrder ? value.tensor : tf.transpose(value.tensor, order);
  if (present.length === to.length) return transposed;
  const has = new Set(present.map(({ id }) => id));
  return tf.reshape(
    transposed,
    to.map(({ id, size }) => (has.has(id) ? size : 1)),
  );
}

/** The tensor over all the axes of `to`, repeated where it does not depend on one. */
export function spreadOver(value: LabelledTensor, to: readonly Axis[]): Tensor {
  const aligned = alignedTo(value, to);
  const shape = sizesOf(to);
  if (aligned.shape.join() === shape.join()) return aligned;
  return engine().mul(aligned, engine().ones(shape));
}

/** The tensor as [entries of each group of axes]; the groups hold all of its axes. */
export function grouped(value: LabelledTensor, ...groups: readonly (readonly Axis[])[]): Tensor {
  const laid = spreadOver(value, groups.flat());
  return engine().reshape(
    laid,
    groups.map((group) => entries(group)),
  );
}

/** The numbers of a tensor. Reading them cuts it from the tape. */
export function hostNumbers(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}
