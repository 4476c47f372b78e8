/** What every check of hand-built numbers is told. */
import type { Inputs, TensorFunction } from '../autograd/index.js';
import type { Status } from './verdict.js';

/** What every check of hand-built numbers is told. */
export interface CheckOptions {
  /** The function whose derivative was built by hand: TensorFlow.js operations on one or several tensors. */
  readonly of: TensorFunction;
  /** Where: one tensor or nested array; for several arguments an array of tf.Tensors. */
  readonly at: Inputs;
  /** The argument it is the derivative by, counted from 0; 0 unless given. */
  readonly wrt?: number;
  /** What the check should find; a verdict that misses it fails the run. */
  readonly expect?: Status;
  /**
   * The deviation allowed, in relation to the largest entry of the row. Unless given it follows from float32 and the
   * numbers involved.
   */
  readonly tolerance?: number;
  /** What the verdict calls the claim; made from the function unless given. */
  readonly claim?: string;
}

/** What `checkJacobian` is told: also which axes of the Jacobian come first. */
export interface JacobianOptions extends CheckOptions {
  /** `numerator` (unless given): output axes first, row i is output i. `denominator`: input axes first, its transpose. */
  readonly layout?: 'numerator' | 'denominator';
}
