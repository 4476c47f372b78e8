/** What a check refuses, by name. */
import { HandgradError } from '../formula/index.js';

/** What was handed in cannot be judged: not numbers, not finite, or of uneven shape. */
export class HandError extends HandgradError {
  override readonly name: string = 'HandError';
}
