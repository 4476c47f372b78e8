export type { TensorFunctions } from './algebra.js';
export { type CompileOptions, compile } from './compile.js';
export {
  type AutogradDerivative,
  type AutogradSurroundings,
  autogradDerivative,
  type NoDerivative,
} from './derivative.js';
export {
  type ElementwiseOnTensors,
  forgetTensorFunctions,
  openTensorFunction,
  registerTensorFunction,
} from './registered.js';
