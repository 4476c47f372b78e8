/** An operation from outside TensorFlow.js, numbers in and numbers out: WebAssembly, a native addon, plain loops. */
import type { Tensor } from '@tensorflow/tfjs';
import { engine, type TensorFunction } from '../autograd/index.js';
import { HandError } from './errors.js';

/** A function of lists of numbers (each input row by row) with its gradient written by hand. */
export interface ForeignOperation {
  /** From the inputs to the output. */
  readonly forward: (...inputs: Float64Array[]) => ArrayLike<number>;
  /** From the cotangent of the output and the inputs to the gradients, one for each input. */
  readonly backward: (cotangent: Float64Array, ...inputs: Float64Array[]) => readonly ArrayLike<number>[];
  /** The output's shape; unless given that of the first input if the sizes agree, else a list. */
  readonly shape?: (...shapes: (readonly number[])[]) => readonly number[];
}

type Save = (tensors: Tensor[]) => void;

const numbers = (tensor: Tensor): Float64Array => Float64Array.from(tensor.dataSync());

function outputShape(
  { shape }: ForeignOperation,
  values: ArrayLike<number>,
  inputs: readonly Tensor[],
): number[] {
  if (shape !== undefined) return [...shape(...inputs.map((input) => input.shape))];
  const [first] = inputs;
  return first?.size === values.length ? [...first.shape] : [values.length];
}

function asTensor(values: ArrayLike<number> | undefined, shape: readonly number[], what: string): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (values === undefined || values.length !== size) {
    throw new HandError(
      `${what} has ${values?.length ?? 'no'} numbers; the shape [${shape}] needs ${size}, row by row.`,
    );
  }
  return engine().tensor(Float32Array.from(values), [...shape], 'float32');
}

/** The operation as a function of tensors with a gradient of its own, as `tf.customGrad` makes it. */
export function fromForeign(operation: ForeignOperation): TensorFunction {
  const made = (
    ...given: unknown[]
  ): { value: Tensor; gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor[] } => {
    const save = given.at(-1) as Save;
    const inputs = given.slice(0, -1) as Tensor[];
    save(inputs);
    const values = operation.forward(...inputs.map(numbers));
    return {
      value: asTensor(values, outputShape(operation, values, inputs), 'The output of forward'),
      gradFunc: (dy, saved) => {
        const gradients = operation.backward(numbers(dy), ...saved.map(numbers));
        return saved.map((input, k) => asTensor(gradients[k], input.shape, `Gradient ${k} of backward`));
      },
    };
  };
  const custom = engine().customGrad(
    made as unknown as Parameters<ReturnType<typeof engine>['customGrad']>[0],
  );
  return (...inputs: Tensor[]) => custom(...inputs);
}
