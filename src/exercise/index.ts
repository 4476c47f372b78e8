export { Credit, type PartCredit } from './credit.js';
export { ExerciseError } from './errors.js';
export { Exercise, exercise } from './exercise.js';
export type { CheckPart, DerivePart, Part, Statement } from './statement.js';
export { type Typeset, typeset } from './typeset.js';
