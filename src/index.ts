/** What a notebook imports, and nothing else. */
import { Derivation, ExplicitFormula, Formula, Scope, Step } from './derivation/index.js';
import {
  attachDisplay,
  attachToResults,
  creditBundle,
  definitionBundle,
  derivationBundle,
  exerciseBundle,
  explicitBundle,
  formulaBundle,
  hintBundle,
  type MimeBundle,
  matrixBundle,
  showAnnouncedProgress,
  showAnnouncedVerdicts,
  stepBundle,
} from './display/index.js';
import { Credit, Exercise } from './exercise/index.js';
import { Jacobian, Plan, Structure } from './jacobian/index.js';

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
  tf,
  vjp,
} from './autograd/index.js';
export type {
  BackwardOptions,
  CheckOptions,
  Counterexample,
  CustomGradientOptions,
  ForeignOperation,
  Hand,
  HandBackward,
  HandProduct,
  HandValues,
  JacobianOptions,
  ProductOptions,
  Progress,
  Status,
  Verdict,
  Witness,
} from './check/index.js';
export {
  checkBackward,
  checkCustomGradient,
  checkGradient,
  checkJacobian,
  checkJvp,
  checkVjp,
  HandError,
} from './check/index.js';
export {
  type Definition,
  Derivation,
  DerivationError,
  ExplicitFormula,
  Formula,
  given,
  type Hint,
  Scope,
  Step,
  type StepFields,
  type StepOptions,
  type Tensor,
  type Value,
  type Values,
  ValuesError,
} from './derivation/index.js';
export {
  type AlongGradientOptions,
  type ArraysOf,
  alongGradient,
  type CompareOptions,
  CurveError,
  compare,
  type ErrorAgainstOptions,
  errorAgainst,
  Figure,
  type HeatmapOptions,
  heatmap,
  Interactive,
  InteractiveError,
  type InteractiveOptions,
  interactive,
  type ScalarValue,
  SimplexError,
  type SimplexOptions,
  SliderError,
  SliderFigure,
  type SliderOptions,
  simplex,
  slider,
  type Three,
} from './display/index.js';
export {
  type CheckPart,
  Credit,
  type DerivePart,
  Exercise,
  ExerciseError,
  exercise,
  type Part,
  type PartCredit,
  type Statement,
} from './exercise/index.js';
export {
  type ElementwiseFunction,
  ExtensionError,
  extend,
  type Rule,
  type WrongDerivative,
} from './extend.js';
export {
  type ExpectedTensor,
  type FileDtype,
  type FileNumbers,
  type FileTensor,
  type ReadOptions,
  readTensors,
  TensorFile,
  TensorFileError,
  TensorTooLargeError,
} from './files/index.js';
export type {
  Axes,
  Axis,
  AxisNames,
  ConvolutionOptions,
  Factor,
  JacobianOperator,
  Numbers,
  Plan,
  Products,
  Structure,
} from './jacobian/index.js';
export {
  banded,
  blockDiagonal,
  blocks,
  chain,
  chainPlan,
  convolution,
  DenseTooLargeError,
  dense,
  diagonal,
  identity,
  Jacobian,
  kronecker,
  LayoutError,
  lowRank,
  MatrixError,
  NotFiniteError,
  operator,
  outer,
  permutation,
  runningSum,
  selection,
  setDenseLimit,
  structureOf,
  toeplitz,
  zeros,
} from './jacobian/index.js';
export type { Diagnosis, MistakeId } from './mistakes/index.js';

/** An operator shows its entries where they can be read, and says what it is where there are too many. */
function jacobianBundle(jacobian: Jacobian): MimeBundle {
  const readable = jacobian.rows * jacobian.columns <= 10_000;
  return readable ? { ...matrixBundle(jacobian) } : { 'text/plain': String(jacobian) };
}

showAnnouncedVerdicts();
showAnnouncedProgress();
attachDisplay(Jacobian.prototype, jacobianBundle);
attachDisplay(Plan.prototype, (plan) => ({ 'text/plain': String(plan) }));
attachDisplay(Structure.prototype, (structure) => ({ 'text/plain': String(structure) }));
attachDisplay(Formula.prototype, formulaBundle);
attachDisplay(ExplicitFormula.prototype, explicitBundle);
attachDisplay(Derivation.prototype, derivationBundle);
attachDisplay(Step.prototype, stepBundle);
attachDisplay(Exercise.prototype, exerciseBundle);
attachDisplay(Credit.prototype, creditBundle);
attachToResults(Derivation.prototype, 'hint', hintBundle);
attachToResults(Scope.prototype, 'define', definitionBundle);
