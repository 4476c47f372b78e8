export { Derivation, DerivationError } from './derivation.js';
export { ExplicitFormula, Formula } from './formula.js';
export { type Definition, given, Scope } from './scope.js';
export { type Hint, Step, type StepFields, type StepOptions } from './step.js';
export { type Tensor, type Value, type Values, ValuesError } from './values.js';
