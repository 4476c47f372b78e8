/** The chain rule through one name with a whole Jacobian left out. */
import {
  add,
  derivative,
  multiply,
  simpleIndex,
  substituteIndices,
  type TensorRef,
  tensor,
  toText,
} from '../../../formula/index.js';
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

/** Σ_a g_a ∂y_a/∂x_j → g_j ∂y_j/∂x_j: the gradient times the diagonal of the Jacobian, told by the names it goes through. */
export function elementwiseThrough({ name, direct, outer, inner, indices }: Link): Detector {
  return function* (problem) {
    const { asked, declarations } = problem;
    const by = asked?.by[0];
    if (asked === undefined || by === undefined) return;
    const dimensions = indices.map(({ dimension }) => dimension);
    for (const axes of assignments(dimensions, problem.free, problem.scope)) {
      const moves = new Map(indices.map(({ id }, at) => [id, simpleIndex(axes[at] ?? id)]));
      const product = substituteIndices(multiply(outer, inner), moves);
      const here = tensor(name, ...axes);
      const summed = tensor(name, ...indices.map(({ id }) => id));
      const text = (of: TensorRef, over: TensorRef): string => toText(derivative(of, over), declarations);
      const sums = indices.map(({ id }) => id).join('');
      yield* explained(problem, add(direct, product), () => ({
        mistake: 'elementwise-product',
        later: -0.5,
        message: `You took ${text(asked.of, here)} · ${text(here, by)} entry by entry; the chain rule is a matrix product, Σ_${sums} ${text(asked.of, summed)} · ${text(summed, by)}.`,
        hint: `Which entries of ∂${name}/∂${by.name} off the diagonal did you leave out, and are they zero?`,
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
