export {
  type AutogradDerivative,
  type AutogradSurroundings,
  autogradDerivative,
  type CompileOptions,
  compile,
  type ElementwiseOnTensors,
  forgetTensorFunctions,
  type NoDerivative,
  openTensorFunction,
  registerTensorFunction,
  type TensorFunctions,
} from './compile/index.js';
export { type Estimated, vjpByDifferences } from './differences.js';
export { type Backend, type BackendName, backend, engine, ready } from './engine.js';
export {
  BackendError,
  InputError,
  MissingGradientError,
  NotConnectedError,
  NotScalarError,
  OutputError,
  ShapeError,
} from './errors.js';
export {
  type Inputs,
  isShapedValues,
  isTensor,
  position,
  readInputs,
  type ShapedValues,
  type TensorFunction,
} from './inputs.js';
export {
  type Held,
  heldTogether,
  type Intermediate,
  intermediates,
  reducing,
  type Source,
  type Table as JacobianTable,
} from './intermediates.js';
export { type DenseJacobian, hessian, jacobian, jacobianOfTensors, type Method } from './jacobian.js';
export { describeValue, type NestedNumbers, readNested } from './nested.js';
export { withoutOwnGradients } from './own-gradients.js';
export {
  type HeldPair,
  type Normaliser,
  type ProbedInside,
  type ProbedStep,
  probedInside,
} from './probed-steps.js';
export { gradient, gradientOfTensors, jvp, jvpOfTensors, vjp, vjpOfTensors } from './products.js';
export { nearby, unitInLastPlace, withOtherRounding } from './rounding.js';
export { numbersOf } from './scope.js';
export { whileChanged } from './taken-back.js';
export { tf } from './tf.js';
