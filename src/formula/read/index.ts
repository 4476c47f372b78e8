export type { Problem } from './context.js';
export { checkName, declare, withTensor } from './declare.js';
export {
  DeclarationError,
  FormulaError,
  IndexError,
  MixedNotationError,
  ShapeError,
  UnknownNameError,
} from './errors.js';
export { refuseFunctionOfLanguage, registerFunctionName } from './functions.js';
export { type ReadAssumption, readAssumption } from './read-assumption.js';
export { type ReadDefinition, readDefinition } from './read-definition.js';
export { readExpression } from './read-expression.js';
export { type Line, readLine } from './read-line.js';
export { type ReadQuestion, readQuestion } from './read-question.js';
export { readRule } from './read-rule.js';
