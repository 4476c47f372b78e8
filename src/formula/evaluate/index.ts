export { type Algebra, type Axis, entries, type Place, unionAxes } from './algebra.js';
export { erf } from './erf.js';
export * from './errors.js';
export { type EvaluateOptions, Evaluator, evaluate, evaluateWithScale, type Scaled } from './evaluate.js';
export type { Functions } from './float64.js';
export { type BinaryName, isUnaryName, sigmoid, softplus, type UnaryName } from './functions.js';
export { type Context, Interpreter, type Surroundings } from './interpret.js';
export { type Factors, factorise } from './linear.js';
export {
  fill,
  fromNested,
  type NDArray,
  type Nested,
  positionsOf,
  sizeOf,
  stridesOf,
  toNested,
} from './ndarray.js';
export { toNumber } from './numbers.js';
export { inferSizes, sizeLookup } from './sizes.js';
