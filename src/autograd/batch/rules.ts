/**
 * Backward rules for many cotangents at once: each has the operation's output shape with one axis R in front, and so has
 * what it becomes. They are the rules of TensorFlow.js with that axis carried along; an operation without one is taken
 * another way.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from '../engine.js';

/** An operation as it was recorded. */
export interface Recorded {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly output: Tensor;
  /** What the operation's own gradient saved: inputs, then outputs. */
  readonly saved: readonly Tensor[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The operation's own gradient, which carries the axis along if it is elementwise. */
  readonly own: (cotangent: Tensor) => Readonly<Record<string, () => Tensor>>;
}

/** From cotangents of the output to those of one input, by the input's name; undefined where the rule does not cover it. */
export type BatchRule = (cotangents: Tensor, recorded: Recorded, input: string) => Tensor | undefined;

const count = (cotangents: Tensor): number => cotangents.shape[0] ?? 1;
const shapeOf = ({ inputs }: Recorded, input: string): readonly number[] => inputs[input]?.shape ?? [];

/** Axes as they are counted with R in front. */
function axesOf(given: unknown, rank: number): number[] {
  const axes = given === undefined || given === null ? [...Array(rank).keys()] : [given].flat();
  return axes.map((axis) => 1 + ((Number(axis) + rank) % rank));
}

/** Summed over the axes along which the input was repeated. */
function unrepeated(gradient: Tensor, shape: readonly number[]): Tensor {
  const extra = gradient.rank - 1 - shape.length;
  const axes = gradient.shape.flatMap((length, axis) => {
    if (axis === 0) return [];
    const own = axis <= extra ? 1 : (shape[axis - 1 - extra] ?? 1);
    return axis <= extra || (own === 1 && length > 1) ? [axis] : [];
  });
  const summed = axes.length === 0 ? gradient : engine().sum(gradient, axes);
  return summed.reshape([gradient.shape[0] ?? 1, ...shape]);
}

/** ȳ times a slope, summed over the axes along which the input was repeated; for one number that is a product with a matrix. */
function weighted(cotangents: Tensor, slope: Tensor, shape: readonly number[]): Tensor {
  const tf = engine();
  const rows = count(cotangents);
  const isOneNumber = shape.every((length) => length === 1) && slope.size === cotangents.size / rows;
  return isOneNumber
    ? tf
        .matMul(cotangents.reshape([rows, slope.size]), slope.reshape([slope.size, 1]))
        .reshape([rows, ...shape])
    : unrepeated(tf.mul(cotangents, slope), shape);
}

/** y_i = f(x_i): the operation's own rule multiplies entry by entry, which carries the axis along. */
const elementwise: BatchRule = (cotangents, { own }, input) => own(cotangents)[input]?.();

/** a + b, a − b, a b, a / b, each input repeated where it is smaller. */
const add: BatchRule = (cotangents, recorded, input) => unrepeated(cotangents, shapeOf(recorded, input));

const subtract: BatchRule = (cotangents, recorded, input) =>
  unrepeated(input === 'a' ? cotangents : engine().neg(cotangents), shapeOf(recorded, input));

const multiply: BatchRule = (cotangents, recorded, input) => {
  const other = recorded.saved[input === 'a' ? 1 : 0];
  return other === undefined ? undefined : weighted(cotangents, other, shapeOf(recorded, input));
};

const divide: BatchRule = (cotangents, recorded, input) => {
  const tf = engine();
  const [a, b] = recorded.saved;
  if (a === undefined || b === undefined) return undefined;
  const shape = shapeOf(recorded, input);
  if (input === 'a') return unrepeated(tf.div(cotangents, b), shape);
  return weighted(cotangents, tf.neg(tf.div(a, tf.square(b))), shape);
};

/** Sums and means: the cotangent repeated along the axes summed over. */
function total(scale?: (shape: readonly number[], axes: readonly number[]) => number): BatchRule {
  return (cotangents, recorded, input) => {
    const tf = engine();
    const shape = shapeOf(recorded, input);
    const axes = axesOf(recorded.attributes.axis, shape.length);
    const kept = shape.map((length, axis) => (axes.includes(axis + 1) ? 1 : length));
    const given = cotangents.reshape([count(cotangents), ...kept]);
    const share = scale === undefined ? given : tf.div(given, scale(shape, axes));
    return tf.mul(share, tf.ones([1, ...shape]));
  };
}

/** Passes on the numbers in the input's shape. */
const reshape: BatchRule = (cotangents, recorded, input) =>
  cotangents.reshape([count(cotangents), ...shapeOf(recorded, input)]);

const transpose: BatchRule = (cotangents, { attributes }) => {
  const order = attributes.perm as number[];
  return engine().transpose(cotangents, [0, ...order.map((_, axis) => 1 + order.indexOf(axis))]);
};

/** s = softmax(x): x̄ = s ⊙ (s̄ − Σ s̄ s). */
const softmax: BatchRule = (cotangents, { saved: [s], attributes }) => {
  if (s === undefined) return undefined;
  const tf = engine();
  const weighted = tf.mul(cotangents, s);
  const axis = axesOf(attributes.dim ?? -1, s.rank);
  return tf.sub(weighted, tf.mul(tf.sum(weighted, axis, true), s));
};

/** y = log softmax(x): x̄ = ȳ − e^y Σ ȳ. */
const logSoftmax: BatchRule = (cotangents, { saved: [y], attributes }) => {
  if (y === undefined) return undefined;
  const tf = engine();
  const axis = axesOf(attributes.axis ?? -1, y.rank);
  return tf.sub(cotangents, tf.mul(tf.sum(cotangents, axis, true), tf.exp(y)));
};

/** C = A B of matrices: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄, with A or B transposed as the operation was told. */
const matMul: BatchRule = (cotangents, { saved: [a, b], attributes }, input) => {
  if (a?.rank !== 2 || b?.rank !== 2) return undefined;
  const tf = engine();
  const [A, B] = [attributes.transposeA === true, attributes.transposeB === true];
  if (input === 'a') return A ? tf.matMul(b, cotangents, B, true) : tf.matMul(cotangents, b, false, !B);
  return B ? tf.matMul(cotangents, a, true, A) : tf.matMul(a, cotangents, !A, false);
};

/** y = part of x: the cotangent in its place, 0 around it. */
const slice: BatchRule = (cotangents, recorded, input) => {
  const begin = recorded.attributes.begin as number[];
  const shape = shapeOf(recorded, input);
  const margins = shape.map((length, axis): [number, number] => {
    const before = begin[axis] ?? 0;
    return [before, length - before - (recorded.output.shape[axis] ?? 0)];
  });
  return engine().pad(cotangents, [[0, 0], ...margins]);
};

const cumsum: BatchRule = (cotangents, recorded, input) => {
  const { axis, exclusive, reverse } = recorded.attributes;
  const [along = 1] = axesOf(axis, shapeOf(recorded, input).length);
  return engine().cumsum(cotangents, along, exclusive === true, reverse !== true);
};

/** max, min along axes: the cotangent goes to every entry that is the extreme. */
const extreme: BatchRule = (cotangents, recorded, input) => {
  const tf = engine();
  const [x, y] = recorded.saved;
  if (x === undefined || y === undefined) return undefined;
  const shape = shapeOf(recorded, input);
  const axes = axesOf(recorded.attributes.reductionIndices ?? recorded.attributes.axis, shape.length);
  const kept = shape.map((length, axis) => (axes.includes(axis + 1) ? 1 : length));
  const chosen = tf.cast(tf.equal(x, y.reshape(kept)), 'float32');
  return tf.mul(cotangents.reshape([count(cotangents), ...kept]), chosen);
};

const elementwiseKernels =
  'Abs Acos Acosh Asin Asinh Atan Atanh Cos Cosh Erf Exp Expm1 LeakyRelu Log Log1p Neg Reciprocal Relu Relu6 Rsqrt Selu ' +
  'Sigmoid Sin Sinh Softplus Sqrt Square Tan Tanh';

/** The rules there are, by kernel. */
export const batchRules: ReadonlyMap<string, BatchRule> = new Map<string, BatchRule>([
  ...elementwiseKernels.split(' ').map((kernel): [string, BatchRule] => [kernel, elementwise]),
  ['Add', add],
  ['AddV2', add],
  ['Sub', subtract],
  ['Multiply', multiply],
  ['RealDiv', divide],
  ['Sum', total()],
  ['Mean', total((shape, axes) => axes.reduce((product, axis) => product * (shape[axis - 1] ?? 1), 1))],
  ['Reshape', reshape],
  ['ExpandDims', reshape],
  ['Identity', reshape],
  ['Cast', reshape],
  ['Transpose', transpose],
  ['Softmax', softmax],
  ['LogSoftmax', logSoftmax],
  ['BatchMatMul', matMul],
  ['Slice', slice],
  ['Cumsum', cumsum],
  ['Max', extreme],
  ['Min', extreme],
]);
