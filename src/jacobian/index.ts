export { denseLimit, refuseTooLarge, setDenseLimit } from './dense-limit.js';
export { DenseTooLargeError, LayoutError, MatrixError } from './errors.js';
export { Jacobian } from './jacobian.js';
export {
  blocks,
  chain,
  chainPlan,
  dense,
  diagonal,
  type Factor,
  identity,
  kronecker,
  outer,
  type Plan,
  selection,
  zeros,
} from './make.js';
export type { Numbers } from './numbers.js';
export { isJacobianOperator, type JacobianOperator } from './operator.js';
