export type { Axes, Axis } from './axes.js';
export { chain, chainPlan, Plan } from './chain.js';
export { denseLimit, refuseTooLarge, setDenseLimit } from './dense-limit.js';
export { DenseTooLargeError, LayoutError, MatrixError, NotFiniteError } from './errors.js';
export { formulaJacobian, type Split } from './from-formula/index.js';
export { Jacobian } from './jacobian.js';
export type { Products } from './kinds/index.js';
export {
  type AxisNames,
  banded,
  blockDiagonal,
  blocks,
  type ConvolutionOptions,
  convolution,
  dense,
  diagonal,
  type Factor,
  identity,
  kronecker,
  lowRank,
  operator,
  outer,
  permutation,
  runningSum,
  selection,
  toeplitz,
  zeros,
} from './make.js';
export type { Numbers } from './numbers.js';
export { isJacobianOperator, type JacobianOperator } from './operator.js';
export { Structure, structureOf } from './structure-of/index.js';
