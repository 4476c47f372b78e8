/** The solution of an exercise, worked by the machine and held against the exercise itself. */
import { given } from '../derivation/index.js';
import { exercise } from '../exercise/index.js';
import { HandgradError } from '../formula/index.js';
import { NewError } from './errors.js';
import type { NewExercise, NewPart } from './statement.js';

export interface SolutionLine {
  readonly text: string;
  readonly because?: string;
}

/**
 * The lines of each part. Every line is judged again as a learner's would be, and the whole must earn all points.
 *
 * @throws NewError where no rule covers the formula, or the machine's own lines would not earn all points.
 */
export function solutionOf(statement: NewExercise): ReadonlyMap<string, readonly SolutionLine[]> {
  const task = exercise(statement);
  const solution = new Map<string, readonly SolutionLine[]>();
  for (const [name, part] of Object.entries(statement.parts)) {
    const lines = worked(statement, name, part);
    for (const { text, because } of lines)
      task.part(name).step(text, because === undefined ? {} : { because });
    const [credit] = task.credit(name).parts;
    if (credit === undefined || credit.earned < part.points || task.part(name).firstWrong !== undefined)
      throw new NewError(
        `The machine's own derivation of ${part.derive} earns ${credit?.earned} of ${part.points} points (${credit?.says}), so it is no solution. State the part another way, or write the notebook by hand.`,
      );
    solution.set(name, lines);
  }
  return solution;
}

function worked(
  { given: tensors, define, assume }: NewExercise,
  name: string,
  part: NewPart,
): readonly SolutionLine[] {
  const scope = given(tensors);
  for (const line of define) scope.define(line);
  for (const line of [...assume, ...(part.assume ?? [])]) scope.assume(line);
  try {
    return scope.worked(part.derive).steps.map(({ text, because }) => ({
      text,
      ...(because !== undefined && { because }),
    }));
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
    throw new NewError(`The part ${name} has no solution by machine: ${error.message}`);
  }
}
