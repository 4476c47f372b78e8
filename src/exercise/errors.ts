import { HandgradError } from '../formula/index.js';

/** An exercise was stated, asked or answered in a way that cannot be, or a part that was required is not right. */
export class ExerciseError extends HandgradError {
  override readonly name: string = 'ExerciseError';
}
