export { isJacobianOperator, type JacobianOperator } from './operator.js';
