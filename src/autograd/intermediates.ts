/** The chain rule inside a function: at every value between input and output, what lies outside it and what inside. */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from './engine.js';
import type { TensorFunction } from './inputs.js';
import { withRecording } from './products.js';
import { numbersOf } from './scope.js';
import type { Step } from './tape.js';

/** A table of numbers, row by row. */
export interface Table {
  readonly values: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** One of the values an operation takes, as far as it depends on x. */
export interface Source {
  /** ∂z/∂a, for the operation's result z. */
  readonly local: Table;
  /** ∂a/∂x. */
  readonly inner: Table;
}

/**
 * A value z between the input x and the output y: y depends on x through it (and perhaps beside it). All tables are
 * outputs by inputs.
 */
export interface Intermediate {
  /** The operation that makes z, as TensorFlow.js names its kernel. */
  readonly operation: string;
  /** ∂y/∂z. */
  readonly outer: Table;
  /** ∂z/∂x. */
  readonly inner: Table;
  /** What the operation makes z from. */
  readonly sources: readonly Source[];
}

/** Operations that only pass numbers on; what is before and after them is the same. */
export const passing: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Reshape', 'ExpandDims']);
const mostPasses = 3000;
const mostNumbers = 1e6;

/** The Jacobian of `from` by each of `to`: one backward pass for each entry of `from`. */
function tables(from: Tensor, to: readonly Tensor[], pullBack: (cotangent: Tensor) => Tensor[]): Table[] {
  const { size, shape } = from;
  const found = to.map((tensor) => new Float64Array(size * tensor.size));
  for (let row = 0; row < size; row += 1) {
    numbersOf(() => {
      const unit = new Float32Array(size);
      unit[row] = 1;
      pullBack(engine().tensor(unit, shape)).forEach((cotangent, k) => {
        found[k]?.set(cotangent.dataSync(), row * cotangent.size);
      });
    });
  }
  return found.map((values, k) => ({ values, shape: [size, to[k]?.size ?? 0] }));
}

function worthLooking({ operation, outputs }: Step): boolean {
  return !passing.has(operation) && outputs.length === 1 && outputs[0]?.dtype === 'float32';
}

/** Whether all that would be computed stays within bounds. */
function affordable(steps: readonly Step[], output: Tensor, input: Tensor): boolean {
  const sizes = steps.map(({ outputs }) => outputs[0]?.size ?? 0);
  const passes = output.size + sizes.reduce((sum, size) => sum + size, 0);
  const numbers = steps.reduce((sum, { inputs }, k) => {
    const width = output.size + input.size + inputs.reduce((total, { size }) => total + size, 0);
    return sum + (sizes[k] ?? 0) * width;
  }, 0);
  return passes <= mostPasses && numbers <= mostNumbers;
}

/**
 * Every value between the argument `wrt` and the output of `f`, with the Jacobians on either side of it, in the order
 * they are computed. For a diagnosis; empty where it would take too long.
 */
export function intermediates(f: TensorFunction, inputs: readonly Tensor[], wrt: number): Intermediate[] {
  return numbersOf(() =>
    withRecording(f, inputs, wrt, (recording, input) => {
      if (!affordable(recording.steps, recording.value, input)) return [];
      const steps = recording.steps.filter(worthLooking);
      const values = steps.flatMap(({ outputs }) => outputs);
      const jacobian = (from: Tensor, to: readonly Tensor[]): Table[] =>
        tables(from, to, (cotangent) => recording.between(from, cotangent, to));
      const outers = jacobian(recording.value, values);
      const inners = new Map<number, Table>();
      const innerOf = (tensor: Tensor): Table => {
        const known = inners.get(tensor.id) ?? jacobian(tensor, [input])[0];
        if (known === undefined) throw new RangeError('A table was asked for and not made.');
        inners.set(tensor.id, known);
        return known;
      };
      return steps.flatMap((step, k): Intermediate[] => {
        const [value, outer] = [values[k], outers[k]];
        if (value === undefined || outer === undefined) return [];
        const locals = tables(value, step.inputs, step.pullBack);
        const sources = step.inputs.flatMap((source, j) => {
          const local = locals[j];
          return local === undefined ? [] : [{ local, inner: innerOf(source) }];
        });
        return [{ operation: step.operation, outer, inner: innerOf(value), sources }];
      });
    }),
  );
}

/** The Jacobian with several values held constant. */
export interface Held {
  readonly operations: readonly string[];
  readonly jacobian: Table;
}

/** Operations whose result is a mean, a normaliser, a largest value: what people take for a constant. */
export const reducing: ReadonlySet<string> = new Set(['Sum', 'Mean', 'Max', 'Min', 'Prod']);
const mostHeld = 6;

/**
 * The Jacobian of `f` with two of its means, sums and largest values held constant, for each two. For a diagnosis; empty
 * where it would take too long.
 */
export function heldTogether(f: TensorFunction, inputs: readonly Tensor[], wrt: number): Held[] {
  return numbersOf(() =>
    withRecording(f, inputs, wrt, (recording, input) => {
      const { steps, value } = recording;
      const reductions = steps.flatMap(({ operation, outputs: [output] }) =>
        reducing.has(operation) && output !== undefined && output.id !== value.id
          ? [{ operation, output }]
          : [],
      );
      const few = reductions.length <= mostHeld && value.size * reductions.length ** 2 <= mostPasses;
      if (!few || !affordable(steps, value, input)) return [];
      const pairs = reductions.flatMap((one, k) =>
        reductions.slice(k + 1).map((other) => [one, other] as const),
      );
      return pairs.flatMap((pair): Held[] => {
        const held = pair.map(({ output }) => output);
        const [jacobian] = tables(value, [input], (cotangent) =>
          recording.between(value, cotangent, [input], held),
        );
        return jacobian === undefined
          ? []
          : [{ operations: pair.map(({ operation }) => operation), jacobian }];
      });
    }),
  );
}
