import { HandgradError } from '../formula/index.js';

/** What was to be made cannot be: a statement that is none, a file that is there already. */
export class NewError extends HandgradError {
  override readonly name = 'NewError';
}
