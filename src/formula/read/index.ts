export type { Problem } from './context.js';
export { declare, withTensor } from './declare.js';
export {
  DeclarationError,
  FormulaError,
  IndexError,
  MixedNotationError,
  ShapeError,
  UnknownNameError,
} from './errors.js';
export { registerFunctionName } from './functions.js';
export {
  type Line,
  type ReadAssumption,
  type ReadDefinition,
  type ReadQuestion,
  readAssumption,
  readDefinition,
  readExpression,
  readLine,
  readQuestion,
} from './read.js';
