export { type AssumptionRule, matchAtom } from './assumptions.js';
export { type Condition, type Context, freshId, type RuleUse } from './context.js';
export {
  type Attempt,
  type ContextOptions,
  canonical,
  contextFor,
  isZero,
  type Proof,
  prove,
} from './decide.js';
export { cancel as cancelled } from './denominators.js';
export { add, multiply, multiplyAll, negate, ofFactors, ofTerm, scale, subtract } from './poly.js';
export { exponentPoly, logOfExponentials, multiplyExponents, powerOf, splitContent } from './power.js';
export { rewriteAll, substituteAll } from './substitute.js';
export { openSum, sumOver } from './sums.js';
export { symbol as symbolPoly } from './symbols.js';
export * from './terms.js';
