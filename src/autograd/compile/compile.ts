/** A formula as a function of TensorFlow.js tensors. */
import type { Tensor } from '@tensorflow/tfjs';
import {
  type Axis,
  type Declarations,
  type Derivative,
  EvaluationError,
  type Expr,
  Interpreter,
  inferSizes,
  type NDArray,
  type Ranged,
  sizeLookup,
  sizeOf,
} from '../../formula/index.js';
import { engine } from '../engine.js';
import { TensorAlgebra, type TensorFunctions } from './algebra.js';
import { type LabelledTensor, spreadOver } from './layout.js';

export interface CompileOptions {
  /** Sizes of dimensions that no argument fixes. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** What a derivative that is not worked out stands for. */
  readonly derivatives?: (derivative: Derivative) => Expr;
  /** Functions registered from outside the language, on tensors. */
  readonly functions?: TensorFunctions;
  /** Names of arguments that come stacked along a first axis, one of a size; the result then has it first. */
  readonly batched?: ReadonlySet<string>;
}

const BATCH = '#batch';

/**
 * The function that computes a formula from tensors for the named arguments, in that order; its result has the axes of
 * `ranged.free`. Names that are defined and no arguments are computed from their definitions. It is made of operations
 * with gradients only: brackets and conditions are constant masks, and what they hide cannot spoil a gradient by 0 · ∞.
 *
 * With `batched` arguments, many points are computed at once, so that a full Jacobian is one backward pass.
 * @throws EvaluationError from the function, in its named forms: sizes that disagree, a missing argument, no branch of cases.
 * @example
 * const softmax = compile(definitionOfS, declarations, ['x']);
 * tf.grad((x) => softmax(x).sum())(tf.tensor([1, 2, 3]));
 */
export function compile(
  ranged: Ranged,
  declarations: Declarations,
  argumentNames: readonly string[],
  options: CompileOptions = {},
): (...tensors: readonly Tensor[]) => Tensor {
  return (...tensors) => engine().tidy(() => run(ranged, declarations, argumentNames, options, tensors));
}

function run(
  ranged: Ranged,
  declarations: Declarations,
  names: readonly string[],
  { sizes, derivatives, functions, batched = new Set() }: CompileOptions,
  tensors: readonly Tensor[],
): Tensor {
  if (tensors.length !== names.length) {
    throw new EvaluationError(
      `The compiled formula takes ${names.length} tensors (${names.join(', ')}); ${tensors.length} were given.`,
    );
  }
  const algebra = new TensorAlgebra(functions);
  const shapes = new Map<string, NDArray>();
  const inputs = new Map<string, LabelledTensor>();
  const batch = new Map<string, Axis>();
  tensors.forEach((tensor, at) => {
    const name = names[at] ?? '';
    const own = batched.has(name) ? tensor.shape.slice(1) : tensor.shape;
    if (batched.has(name)) batch.set(BATCH, { id: BATCH, size: tensor.shape[0] ?? 1 });
    shapes.set(name, { shape: own, data: new Float64Array(sizeOf(own)) });
    const slots = own.map((size, axis): Axis => ({ id: `@${axis}`, size }));
    inputs.set(name, { axes: [...(batched.has(name) ? batch.values() : []), ...slots], tensor });
  });
  const lookup = sizeLookup(inferSizes(shapes, declarations, sizes));
  const interpreter = new Interpreter({ algebra, declarations, sizeOf: lookup, inputs, derivatives });
  const context = { ranges: ranged.ranges, cache: new Map<string, LabelledTensor>() };
  const axes = [...batch.values(), ...ranged.free.map((id) => interpreter.axis(id, context))];
  return spreadOver(interpreter.evaluate(ranged.expr, context), axes).clone();
}
