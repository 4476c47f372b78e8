/** Autograd of a definition as a witness: its derivative at a point, in float32, with the size of its rounding error. */
import type { Tensor } from '@tensorflow/tfjs';
import {
  type Declarations,
  type Tensor as DeclaredTensor,
  Evaluator,
  fill,
  freeIndices,
  HandgradError,
  type NDArray,
  type Point,
  type ProbeSurroundings,
  type Question,
  type Ranged,
  sizeOf,
} from '../../formula/index.js';
import { engine } from '../engine.js';
import { NotConnectedError } from '../errors.js';
import { gradientOfTensors } from '../products.js';
import { nearby, unitInLastPlace, withOtherRounding } from '../rounding.js';
import { numbersOf } from '../scope.js';
import type { TensorFunctions } from './algebra.js';
import { compile } from './compile.js';

/** A derivative by TensorFlow.js. */
export interface AutogradDerivative {
  /** The free indices, in order of appearance: first those of what is differentiated. */
  readonly free: readonly string[];
  readonly value: NDArray;
  /**
   * How far rounding carries each entry, in units of 2⁻²³: the most it moved when every operation, and every input, was
   * rounded otherwise, and its own magnitude. A tolerance is a small multiple (8) of 2⁻²³ · scale. Infinite where rounding
   * drowns the entry.
   */
  readonly scale: NDArray;
}

/** What compiling may need beside the declarations. */
export interface AutogradSurroundings extends ProbeSurroundings {
  /** Functions registered from outside the language, on tensors. */
  readonly tensorFunctions?: TensorFunctions;
}

/** No verdict, and why. */
export interface NoDerivative {
  readonly none: string;
}

/** How many times the derivative is computed with other roundings, and by how many units in the last place. */
const ROUNDINGS = 4;
const AMPLITUDE = 8;

/** Where rounding moves an entry by more than this part of the greatest one, float32 has nothing to say about it. */
const DROWNED = 1e-3;

/**
 * ∂of/∂by, or ∂²of/∂by₀∂by₁, of a defined name at a point, through TensorFlow.js: the definition is compiled, all rows of
 * the Jacobian are one backward pass. A defined name that is differentiated by is held as a variable of its own.
 * @returns the reason in `none` where TensorFlow.js cannot say: a function it does not know, a value that is not finite.
 */
export function autogradDerivative(
  question: Question,
  declarations: Declarations,
  point: Point,
  surroundings: AutogradSurroundings = {},
): AutogradDerivative | NoDerivative {
  try {
    return numbersOf(() => new Differentiation(question, declarations, point, surroundings).result());
  } catch (error) {
    if (error instanceof HandgradError) return { none: error.message };
    throw error;
  }
}

class Differentiation {
  private readonly output: DeclaredTensor;
  private readonly inputs: readonly DeclaredTensor[];
  private readonly formula: Ranged;
  private readonly values: ReadonlyMap<string, NDArray>;
  private readonly names: readonly string[];

  constructor(
    private readonly question: Question,
    private readonly declarations: Declarations,
    private readonly point: Point,
    private readonly surroundings: AutogradSurroundings,
  ) {
    this.output = this.declared(question.of.name);
    this.inputs = question.by.map(({ name }) => this.declared(name));
    this.formula = wholeOf(this.output);
    this.values = this.held();
    this.names = [...this.values.keys()];
  }

  result(): AutogradDerivative | NoDerivative {
    const tensors = this.names.map((name) => tensorOf(this.values.get(name)));
    const whole = this.derivative(tensors);
    if (whole.some((x) => !Number.isFinite(x))) {
      return { none: `float32 gives ${whole.find((x) => !Number.isFinite(x))} in ∂${this.question.of.name}` };
    }
    const moved = Array.from({ length: ROUNDINGS }, (_, seed) =>
      withOtherRounding(seed + 1, AMPLITUDE, () =>
        this.derivative(tensors.map((tensor, at) => nearby(tensor, 100 * seed + at + 7, AMPLITUDE))),
      ),
    );
    const scale = whole.map((x, at) =>
      moved.reduce((most, other) => {
        const carried = Math.abs((other[at] ?? Number.NaN) - x) / (AMPLITUDE * unitInLastPlace);
        return Number.isFinite(carried) ? Math.max(most, carried) : Number.POSITIVE_INFINITY;
      }, Math.abs(x)),
    );
    const greatest = whole.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return this.read(
      whole,
      scale.map((s) => (s * unitInLastPlace <= DROWNED * greatest || s === 0 ? s : Number.POSITIVE_INFINITY)),
    );
  }

  /** The whole array of derivatives, output axes first. */
  private derivative(tensors: readonly Tensor[]): Float64Array {
    const shape = this.shapeOf(this.output);
    const places = this.inputs.map(({ name }) => this.names.indexOf(name));
    const [first = 0, second] = places;
    const rows = sizeOf(shape);
    const values =
      second === undefined
        ? gradientOrZeros(
            (...all) => this.picked(all, rows, new Set([first])),
            this.tiled(tensors, rows, [first]),
            first,
          )
        : this.second(tensors, rows, first, second);
    return Float64Array.from(values.dataSync());
  }

  /** Σ_b of row b's entry b mod rows: its gradient by the tiled input has the rows of the Jacobian. */
  private picked(all: readonly Tensor[], rows: number, batched: ReadonlySet<number>): Tensor {
    const tf = engine();
    const f = compile(this.formula, this.declarations, this.names, {
      sizes: this.point.sizes,
      batched: new Set([...batched].flatMap((at) => this.names[at] ?? [])),
      ...(this.surroundings.derivatives && { derivatives: this.surroundings.derivatives }),
      ...(this.surroundings.tensorFunctions && { functions: this.surroundings.tensorFunctions }),
    });
    const value = f(...all);
    const batch = value.shape[0] ?? 1;
    const table = tf.reshape(value, [batch, rows]);
    return tf.sum(
      tf.mul(
        table,
        oneHot(batch, rows, (row) => Math.floor(row / (batch / rows))),
      ),
    );
  }

  /** The gradient, by the second variable, of one entry of the gradient by the first, for all pairs at once. */
  private second(tensors: readonly Tensor[], rows: number, first: number, second: number): Tensor {
    const tf = engine();
    const columns = tensors[first]?.size ?? 1;
    const batch = rows * columns;
    const batched = new Set([first, second]);
    const tiled = this.tiled(tensors, batch, [...batched]);
    const outer = (...all: readonly Tensor[]): Tensor => {
      const inner = tf.grad((x: Tensor) => {
        const moved = all.map((tensor, at) => (at === first ? x : tensor));
        // adding 0 · Σ x connects x also where the value does not depend on it
        return tf.add(this.picked(moved, rows, batched), tf.mul(tf.sum(x), 0));
      });
      const at = all[first];
      if (at === undefined) return tf.scalar(0);
      const slope = tf.reshape(inner(at), [batch, columns]);
      return tf.sum(
        tf.mul(
          slope,
          oneHot(batch, columns, (row) => row % columns),
        ),
      );
    };
    return gradientOrZeros(outer, tiled, second);
  }

  /** The tensors with those at the given places repeated along a new first axis. */
  private tiled(tensors: readonly Tensor[], times: number, places: readonly number[]): Tensor[] {
    const tf = engine();
    return tensors.map((tensor, at) =>
      places.includes(at)
        ? tf.mul(tf.ones([times, ...tensor.shape.map(() => 1)]), tf.expandDims(tensor, 0))
        : tensor,
    );
  }

  /** The derivatives read at the indices of the question; a repeated letter takes the diagonal. */
  private read(value: Float64Array, scale: Float64Array): AutogradDerivative {
    const refs = [this.question.of, ...this.question.by];
    const indices = refs.flatMap((ref) => ref.indices);
    const dimensions = [this.output, ...this.inputs].flatMap((tensor) => tensor.dimensions);
    const shape = [this.output, ...this.inputs].flatMap((tensor) => this.shapeOf(tensor));
    const name = '∂';
    const expr = { kind: 'tensor', name, indices } as const;
    const free = freeIndices(expr);
    const ranges = new Map<string, string>();
    indices.forEach(({ parts }, axis) => {
      for (const { id } of parts) if (!ranges.has(id)) ranges.set(id, dimensions[axis] ?? '');
    });
    const declarations = { ...this.declarations, tensors: new Map([[name, { name, dimensions }]]) };
    const at = (data: Float64Array): NDArray =>
      new Evaluator(new Map([[name, { shape, data }]]), declarations, { sizes: this.point.sizes }).value({
        expr,
        free,
        ranges,
      });
    return { free, value: at(value), scale: at(scale) };
  }

  private declared(name: string): DeclaredTensor {
    const tensor = this.declarations.tensors.get(name);
    if (tensor === undefined) throw new HandgradError(`${name} is not declared, so it has no derivative.`);
    return tensor;
  }

  private shapeOf(tensor: DeclaredTensor): number[] {
    return tensor.dimensions.map((dimension) => this.point.sizes[dimension] ?? 1);
  }

  /** The point's values, and those of defined names that are differentiated by. */
  private held(): ReadonlyMap<string, NDArray> {
    const values = new Map(this.point.values);
    const options = { ...this.surroundings, sizes: this.point.sizes };
    const evaluator = new Evaluator(this.point.values, this.declarations, options);
    for (const input of this.inputs) {
      if (!values.has(input.name)) values.set(input.name, evaluator.value(wholeOf(input)));
    }
    return values;
  }
}

/** All entries of a tensor. */
function wholeOf(tensor: DeclaredTensor): Ranged {
  const free = tensor.dimensions.map((_, axis) => `a#${axis}`);
  const indices = free.map((id) => ({ parts: [{ sign: 1 as const, id }], offset: 0 }));
  return {
    expr: { kind: 'tensor', name: tensor.name, indices },
    free,
    ranges: new Map(free.map((id, axis) => [id, tensor.dimensions[axis] ?? ''])),
  };
}

function tensorOf(array: NDArray = fill([], () => 0)): Tensor {
  return engine().tensor(Float32Array.from(array.data), [...array.shape]);
}

/** [rows, columns] with one 1 in each row. */
function oneHot(rows: number, columns: number, column: (row: number) => number): Tensor {
  const numbers = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) numbers[row * columns + column(row)] = 1;
  return engine().tensor(numbers, [rows, columns]);
}

/** The gradient of a scalar function, or zeros where nothing leads from the input to it: then it is constant. */
function gradientOrZeros(
  f: (...all: readonly Tensor[]) => Tensor,
  tensors: readonly Tensor[],
  at: number,
): Tensor {
  try {
    return gradientOfTensors((...all) => f(...all), tensors, at);
  } catch (error) {
    if (!(error instanceof NotConnectedError)) throw error;
    return engine().zerosLike(tensors[at] ?? engine().scalar(0));
  }
}
