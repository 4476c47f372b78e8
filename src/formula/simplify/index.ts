export { describeCondition } from './condition.js';
export { type Components, type ExplicitOptions, explicit } from './explicit.js';
export { costOf, type Simplified, simplify } from './simplify.js';
export { Naming, polyToExpr, termToExpr } from './to-expr.js';
