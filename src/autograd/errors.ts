/** What ground truth refuses, by name: what was given, what was expected, the remedy. */
import { HandgradError } from '../formula/index.js';

/** A backend was asked for by name and does not load, or the name is not one. */
export class BackendError extends HandgradError {
  override readonly name: string = 'BackendError';
}

/** An input that cannot be differentiated: not numbers, not finite, empty, or of a type that has no derivative. */
export class InputError extends HandgradError {
  override readonly name: string = 'InputError';
}

/** The function did not give one tensor of real numbers. */
export class OutputError extends HandgradError {
  override readonly name: string = 'OutputError';
}

/** A gradient was asked of a function that is not scalar. */
export class NotScalarError extends HandgradError {
  override readonly name: string = 'NotScalarError';
}

/** TensorFlow.js has no gradient for an operation between the input and the output. */
export class MissingGradientError extends HandgradError {
  override readonly name: string = 'MissingGradientError';
  constructor(
    message: string,
    /** The operation's kernel name, as TensorFlow.js calls it. */
    readonly operation: string,
  ) {
    super(message);
  }
}

/** No operation of TensorFlow.js leads from the input to the output. */
export class NotConnectedError extends HandgradError {
  override readonly name: string = 'NotConnectedError';
}

/** A cotangent or tangent whose shape is not that of the output or the input. */
export class ShapeError extends HandgradError {
  override readonly name: string = 'ShapeError';
}
