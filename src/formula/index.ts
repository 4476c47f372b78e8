export { HandgradError, NoRuleError, TooLargeError } from './errors.js';
export type * from './nodes.js';
