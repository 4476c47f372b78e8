export { type CustomGradientOptions, checkCustomGradient } from './custom.js';
export { HandError } from './errors.js';
export { type FormulaClaim, InternalContradictionError, judge } from './formula/index.js';
export type { Hand, HandValues } from './hand.js';
export { checkGradient, checkJacobian } from './jacobian.js';
export type { CheckOptions, JacobianOptions } from './options.js';
export { checkJvp, checkVjp, type HandProduct, type ProductOptions } from './products.js';
export { publish } from './publish.js';
export type { Counterexample, Status, Verdict, Witness } from './verdict.js';
