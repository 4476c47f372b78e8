/** New notebooks and exercises. The command line adds `handgrad new` with `addNewCommand(program)`. */
export { addNewCommand } from './command.js';
export { NewError } from './errors.js';
export { exerciseNotebook, nbgraderNotebook } from './exercise-notebook.js';
export { type SolutionLine, solutionOf } from './solution.js';
export { type NewExercise, type NewPart, readStatement, statementFrom } from './statement.js';
