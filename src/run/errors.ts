/** What was asked for cannot be run. */
import { HandgradError } from '../formula/index.js';

/** A run that cannot be as it was asked for: the message says what was given, what was expected, and the remedy. */
export class RunError extends HandgradError {
  override readonly name = 'RunError';
}
