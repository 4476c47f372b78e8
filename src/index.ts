/** What a notebook imports, and nothing else. */
import { showAnnouncedVerdicts } from './display/index.js';

export type {
  Backend,
  BackendName,
  Inputs,
  NestedNumbers,
  ShapedValues,
  TensorFunction,
} from './autograd/index.js';
export {
  BackendError,
  backend,
  DenseTooLargeError,
  gradient,
  hessian,
  InputError,
  jacobian,
  jvp,
  MissingGradientError,
  NotConnectedError,
  NotScalarError,
  OutputError,
  ready,
  ShapeError,
  setDenseLimit,
  tf,
  vjp,
} from './autograd/index.js';
export type {
  CheckOptions,
  Counterexample,
  Hand,
  HandProduct,
  HandValues,
  JacobianOptions,
  ProductOptions,
  Status,
  Verdict,
  Witness,
} from './check/index.js';
export { checkGradient, checkJacobian, checkJvp, checkVjp, HandError } from './check/index.js';
export {
  type Definition,
  Derivation,
  DerivationError,
  ExplicitFormula,
  Formula,
  given,
  type Hint,
  Scope,
  type Step,
  type StepOptions,
  type Tensor,
  type Value,
  type Values,
  ValuesError,
} from './derivation/index.js';
export { type CompareOptions, compare, Figure, type HeatmapOptions, heatmap } from './display/index.js';
export type { JacobianOperator } from './jacobian/index.js';
export type { Diagnosis, MistakeId } from './mistakes/index.js';

showAnnouncedVerdicts();
