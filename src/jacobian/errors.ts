/** What operators refuse, by name. */
import { HandgradError, TooLargeError } from '../formula/index.js';

/** Shapes that do not meet: the inputs of the outer Jacobian are not the outputs of the inner one. */
export class LayoutError extends HandgradError {
  override readonly name: string = 'LayoutError';
}

/** Something that is not a finite vector or matrix of numbers. */
export class MatrixError extends HandgradError {
  override readonly name: string = 'MatrixError';
}

/** A value of a formula's Jacobian that is not finite. */
export class NotFiniteError extends MatrixError {
  override readonly name: string = 'NotFiniteError';
}

/** A dense result that would take more memory than is allowed. */
export class DenseTooLargeError extends TooLargeError {
  override readonly name: string = 'DenseTooLargeError';
}
