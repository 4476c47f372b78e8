export { costOf, type Simplified, simplify } from './simplify.js';
export { Naming, polyToExpr } from './to-expr.js';
