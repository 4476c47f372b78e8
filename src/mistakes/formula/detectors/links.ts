/** The chain rule through one name with a whole Jacobian left out. */
import { simpleIndex, substituteIndices } from '../../../formula/index.js';
import { type Detector, explained } from '../finding.js';
import type { Link } from '../forms.js';

/** Σ_a g_a ∂y_a/∂x_j → g_j: the Jacobian of a name missing; its index is taken for the variable's. */
export function jacobianLost({ name, outer, inner, indices }: Link): Detector {
  return function* (problem) {
    const by = problem.asked?.by[0];
    for (const axes of assignments(
      indices.map(({ dimension }) => dimension),
      problem.free,
      problem.scope,
    )) {
      const moves = new Map(indices.map(({ id }, at) => [id, simpleIndex(axes[at] ?? id)]));
      yield* explained(problem, substituteIndices(outer, moves), () => ({
        mistake: 'lost-factor',
        later: 1.5,
        message: `The derivative of ${name} is missing: you have ∂${problem.asked?.of.name}/∂${name} alone.`,
        right: problem.text(inner),
        hint: `How does ${name} change with ${by?.name ?? 'the variable'}?`,
      }));
    }
  };
}

/** The ways to put free indices at axes of these dimensions. */
export function assignments(
  dimensions: readonly string[],
  free: readonly string[],
  scope: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  return dimensions.reduce<string[][]>(
    (sofar, dimension) =>
      sofar.flatMap((head) => free.filter((id) => scope.get(id) === dimension).map((id) => [...head, id])),
    [[]],
  );
}
