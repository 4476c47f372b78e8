/** Formulas in TensorFlow.js tensors: only operations whose gradients are registered, first and second. */
import type { Tensor } from '@tensorflow/tfjs';
import {
  type Algebra,
  type Axis,
  type BinaryName,
  entries,
  type MatrixName,
  type NDArray,
  type Place,
  type Relation,
  type UnaryName,
  UnknownFunctionError,
  unionAxes,
} from '../../formula/index.js';
import { engine } from '../engine.js';
import { ShapeError } from '../errors.js';
import { alignedTo, grouped, hostNumbers, type LabelledTensor, sizesOf, spreadOver } from './layout.js';
import { determinants, inverses, logDeterminants } from './matrices.js';
import { type ElementwiseOnTensors, registeredTensorFunction } from './registered.js';
import { exp, sigmoid, softplus, tanh } from './smooth.js';

/** Functions registered from outside the language, entry by entry on tensors of one shape. */
export type TensorFunctions = ReadonlyMap<string, ElementwiseOnTensors>;

export class TensorAlgebra implements Algebra<LabelledTensor> {
  readonly differentiates = true;

  constructor(private readonly functions: TensorFunctions = new Map()) {}

  axes(value: LabelledTensor): readonly Axis[] {
    return value.axes;
  }

  table(axes: readonly Axis[], at: (positions: readonly number[]) => number): LabelledTensor {
    const shape = sizesOf(axes);
    const positions = new Array<number>(shape.length).fill(0);
    const numbers = Float32Array.from({ length: entries(axes) }, (_, offset) => {
      let rest = offset;
      for (let place = shape.length - 1; place >= 0; place -= 1) {
        const size = shape[place] ?? 1;
        positions[place] = rest % size;
        rest = Math.floor(rest / size);
      }
      return at(positions);
    });
    const tensor = engine().tensor(numbers, shape);
    return axes.length === 0 ? { axes, tensor, known: at([]) } : { axes, tensor };
  }

  number(value: number): LabelledTensor {
    return { axes: [], tensor: engine().scalar(value), known: value };
  }

  input(array: NDArray, axes: readonly Axis[]): LabelledTensor {
    return { axes, tensor: engine().tensor(Float32Array.from(array.data), [...array.shape]) };
  }

  rename(value: LabelledTensor, names: ReadonlyMap<string, Axis>): LabelledTensor {
    return { ...value, axes: value.axes.map((axis) => names.get(axis.id) ?? axis) };
  }

  /** Σ_from δ(from, to) value, with what is off the diagonal left out rather than multiplied by 0. */
  diagonal(value: LabelledTensor, from: string, to: string): LabelledTensor {
    const ends = value.axes.filter(({ id }) => id === from || id === to);
    const same = this.table(ends, ([a, b]) => (a === b ? 1 : 0));
    return this.reduce('sum', this.select(same, value, this.number(0)), new Set([from]));
  }

  /** Σ over each axis with a table of ones where the index points, all zero outside the range. */
  gather(value: LabelledTensor, axes: readonly Axis[], places: readonly Place[]): LabelledTensor {
    const whole = unionAxes(value.axes, axes);
    const start: LabelledTensor = { axes: whole, tensor: spreadOver(value, whole) };
    return axes.reduce((sofar, axis, at) => {
      const place = places[at];
      if (place === undefined) return sofar;
      const others = unionAxes(place.parts.map((part) => part.axis));
      const chooses = this.table([axis, ...others], ([position = 0, ...numbers]) => {
        const points = place.parts.reduce((sum, part) => {
          const which = others.findIndex(({ id }) => id === part.axis.id);
          return sum + part.sign * (numbers[which] ?? 0);
        }, place.offset);
        return points === position ? 1 : 0;
      });
      return this.contract(sofar, chooses, new Set([axis.id]));
    }, start);
  }

  /** |x|, relu and sign take the sign from the numbers, as a constant; nothing flows through it. */
  unary(name: UnaryName, value: LabelledTensor): LabelledTensor {
    const tf = engine();
    const { axes, tensor: x } = value;
    const steps = (step: (x: number) => number): Tensor => tf.tensor(hostNumbers(x).map(step), x.shape);
    const result = (tensor: Tensor): LabelledTensor => ({ axes, tensor });
    switch (name) {
      case 'negate':
        return value.known === undefined ? result(tf.neg(x)) : this.number(-value.known);
      case 'reciprocal':
        return result(tf.div(1, x));
      case 'abs':
        return result(tf.mul(x, steps(Math.sign)));
      case 'relu':
        return result(
          tf.mul(
            x,
            steps((number) => (number > 0 ? 1 : 0)),
          ),
        );
      case 'sign':
        return result(steps(Math.sign));
      case 'exp':
      case 'tanh':
      case 'sigmoid':
      case 'softplus':
        return result(smooth[name](x));
      case 'log':
      case 'sqrt':
      case 'erf':
      case 'sin':
      case 'cos':
        return result(tf[name](x));
    }
  }

  binary(name: BinaryName, left: LabelledTensor, right: LabelledTensor): LabelledTensor {
    const tf = engine();
    const axes = unionAxes(left.axes, right.axes);
    const a = alignedTo(left, axes);
    const b = alignedTo(right, axes);
    const result = (tensor: Tensor): LabelledTensor => ({ axes, tensor });
    switch (name) {
      case 'add':
        return result(tf.add(a, b));
      case 'subtract':
        return result(tf.sub(a, b));
      case 'multiply':
        return result(tf.mul(a, b));
      case 'divide':
        return result(tf.div(a, b));
      case 'power':
        return result(right.known === undefined ? openPower(a, b) : knownPower(a, right.known));
      case 'max':
        return this.select(this.compare('≥', left, right), left, right);
      case 'min':
        return this.select(this.compare('≤', left, right), left, right);
    }
  }

  /** @throws UnknownFunctionError where no tensor form of the function was given: numbers alone have no gradient. */
  apply(name: string, args: readonly LabelledTensor[]): LabelledTensor {
    const f = this.functions.get(name) ?? registeredTensorFunction(name);
    if (f === undefined) throw new UnknownFunctionError(name, 'TensorFlow.js');
    const axes = unionAxes(...args.map((arg) => arg.axes));
    const tensor = f(...args.map((arg) => spreadOver(arg, axes)));
    if (tensor.shape.join() !== sizesOf(axes).join())
      throw new ShapeError(
        `${name} was given tensors of shape [${sizesOf(axes).join(', ')}] and returned one of shape [${tensor.shape.join(', ')}]; an elementwise function keeps the shape. Make its \`tensor\` of elementwise operations.`,
      );
    return { axes, tensor };
  }

  compare(relation: Relation, left: LabelledTensor, right: LabelledTensor): LabelledTensor {
    const tf = engine();
    const axes = unionAxes(left.axes, right.axes);
    const a = hostNumbers(spreadOver(left, axes));
    const b = hostNumbers(spreadOver(right, axes));
    const holds = comparisons[relation];
    const numbers = a.map((x, at) => (holds(x, b[at] ?? Number.NaN) ? 1 : 0));
    return { axes, tensor: tf.tensor(numbers, sizesOf(axes)) };
  }

  select(mask: LabelledTensor, yes: LabelledTensor, no: LabelledTensor): LabelledTensor {
    const tf = engine();
    const axes = unionAxes(mask.axes, yes.axes, no.axes);
    const choice = tf.notEqual(tf.tensor(hostNumbers(spreadOver(mask, axes)), sizesOf(axes)), 0);
    return { axes, tensor: tf.where(choice, spreadOver(yes, axes), spreadOver(no, axes)) };
  }

  reduce(
    operation: 'sum' | 'product' | 'max',
    value: LabelledTensor,
    over: ReadonlySet<string>,
  ): LabelledTensor {
    const kept = value.axes.filter(({ id }) => !over.has(id));
    const gone = value.axes.filter(({ id }) => over.has(id));
    if (gone.length === 0) return value;
    const rows = grouped(value, kept, gone);
    const reduced = operation === 'sum' ? engine().sum(rows, 1) : reductions[operation](rows);
    return { axes: kept, tensor: engine().reshape(reduced, sizesOf(kept)) };
  }

  /** A batched matrix product, whose gradients are matrix products again. */
  contract(left: LabelledTensor, right: LabelledTensor, over: ReadonlySet<string>): LabelledTensor {
    const inLeft = new Set(left.axes.map(({ id }) => id));
    const inRight = new Set(right.axes.map(({ id }) => id));
    const batch = left.axes.filter(({ id }) => inRight.has(id) && !over.has(id));
    const summed = left.axes.filter(({ id }) => over.has(id));
    const rows = left.axes.filter(({ id }) => !inRight.has(id));
    const columns = right.axes.filter(({ id }) => !inLeft.has(id));
    const product = engine().matMul(
      grouped(left, batch, rows, summed),
      grouped(right, batch, columns, summed),
      false,
      true,
    );
    const axes = [...batch, ...rows, ...columns];
    return { axes, tensor: engine().reshape(product, sizesOf(axes)) };
  }

  matrix(name: MatrixName, value: LabelledTensor, row: string, column: string): LabelledTensor {
    const kept = value.axes.filter(({ id }) => id !== row && id !== column);
    const square = [row, column].flatMap((id) => value.axes.filter((axis) => axis.id === id));
    const matrices = grouped(value, kept, square.slice(0, 1), square.slice(1));
    const axes = name === 'inv' ? [...kept, ...square] : kept;
    const compute = { inv: inverses, det: determinants, logdet: logDeterminants }[name];
    return { axes, tensor: engine().reshape(compute(matrices), sizesOf(axes)) };
  }

  constant(value: LabelledTensor): LabelledTensor {
    return { ...value, tensor: engine().tensor(hostNumbers(value.tensor), value.tensor.shape) };
  }

  /** Guards keep values finite here, see `differentiates`. */
  hasNonFinite(): boolean {
    return false;
  }

  firstNonZero(mask: LabelledTensor): readonly number[] | undefined {
    const offset = hostNumbers(mask.tensor).findIndex((x) => x !== 0);
    if (offset < 0) return undefined;
    let rest = offset;
    const positions: number[] = [];
    for (const { size } of [...mask.axes].reverse()) {
      positions.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return positions;
  }
}

/** x^p = e^{p log x} where x is positive: a power's own gradient by p is right to first order only, as exp's (see smooth.ts). */
function openPower(x: Tensor, exponent: Tensor): Tensor {
  const tf = engine();
  if (hostNumbers(x).every((number) => number > 0)) return exp(tf.mul(exponent, tf.log(x)));
  return tf.pow(x, exponent);
}

/** x^p for a known p: repeated products for small whole p, whose second gradients are products too. */
function knownPower(x: Tensor, exponent: number): Tensor {
  const tf = engine();
  const times = Math.abs(exponent);
  if (!Number.isInteger(exponent) || times > 4 || times === 0) return tf.pow(x, tf.scalar(exponent));
  let product = x;
  for (let k = 1; k < times; k += 1) product = tf.mul(product, x);
  return exponent > 0 ? product : tf.div(1, product);
}

/** Functions whose own gradients in TensorFlow.js are right to first order only. */
const smooth = { exp, tanh, sigmoid, softplus } as const;

const comparisons: Readonly<Record<Relation, (x: number, y: number) => boolean>> = {
  '>': (x, y) => x > y,
  '≥': (x, y) => x >= y,
  '<': (x, y) => x < y,
  '≤': (x, y) => x <= y,
  '=': (x, y) => x === y,
  '≠': (x, y) => x !== y,
};

/** Reductions of [groups, length] to [groups]. */
const reductions: Readonly<Record<'product' | 'max', (rows: Tensor) => Tensor>> = {
  product: (rows) => {
    const tf = engine();
    const [groups = 1, length = 1] = rows.shape;
    let product: Tensor | undefined;
    for (let k = 0; k < length; k += 1) {
      const column = tf.slice(rows, [0, k], [groups, 1]);
      product = product === undefined ? column : tf.mul(product, column);
    }
    return product ?? tf.ones([groups, 1]);
  },
  /** The greatest entries picked by a constant mask; equal ones share the gradient. */
  max: (rows) => {
    const tf = engine();
    const [groups = 1, length = 1] = rows.shape;
    const numbers = hostNumbers(rows);
    const weights = new Float32Array(numbers.length);
    for (let group = 0; group < groups; group += 1) {
      const row = numbers.subarray(group * length, (group + 1) * length);
      const most = row.reduce((sofar, x) => Math.max(sofar, x), Number.NEGATIVE_INFINITY);
      const count = row.reduce((sum, x) => sum + (x === most ? 1 : 0), 0);
      row.forEach((x, at) => {
        if (x === most) weights[group * length + at] = 1 / count;
      });
    }
    const weight = tf.tensor(weights, [groups, length]);
    const chosen = tf.where(tf.notEqual(weight, 0), rows, tf.zeros([groups, length]));
    return tf.sum(tf.mul(chosen, weight), 1);
  },
};
