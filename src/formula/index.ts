export * from './build.js';
export { type Condition, type Proof, prove } from './canonical/index.js';
export {
  differentiate,
  type RuleId,
  resolveDerivatives,
  type TraceStep,
} from './differentiate/index.js';
export { HandgradError, NoRuleError, TooLargeError } from './errors.js';
export * from './evaluate/index.js';
export {
  allIndices,
  bindersOf,
  combine,
  component,
  freeIndices,
  freshId,
  indicesAt,
  indicesEqual,
  letterOf,
  renameBinders,
  replaceInIndex,
  simpleId,
  simpleIndex,
  substituteIndex,
  substituteIndices,
} from './indices.js';
export type * from './nodes.js';

export { toLatex } from './print/latex.js';
export { type LatexMatrixOptions, latexMatrix } from './print/latex-matrix.js';
export { toMatrix } from './print/matrix/index.js';
export { outsideNotes } from './print/outside.js';
export { toText } from './print/text.js';
export * from './probes/index.js';
export * from './proof/index.js';
export * from './read/index.js';
export {
  type CustomRule,
  forgetFunctions,
  type RegisteredFunction,
  registeredFunction,
  registeredNames,
  registerFunction,
} from './registry.js';

export {
  type Components,
  describeCondition,
  type ExplicitOptions,
  explicit,
  type Simplified,
  simplify,
} from './simplify/index.js';

export { unfold, unfoldDefinition, unfoldField } from './unfold.js';
export { children, everyNode, exhausted, mapChildren } from './walk.js';
