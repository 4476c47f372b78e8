/** Which indices of a derivative are rows of its Jacobian. */
import type { Derivative, TensorRef } from '../formula/index.js';

/**
 * The indices of a derivative that count its outputs: those of what is differentiated, and of all variables but the last; not known
 * where one of them counts an input too, as in ∂s_i/∂x_i.
 */
export function outputsOf(
  { of, by }: Pick<Derivative, 'of' | 'by'>,
  free: readonly string[],
): readonly string[] | undefined {
  const idsOf = (refs: readonly TensorRef[]): readonly string[] =>
    free.filter((id) =>
      refs.some(({ indices }) => indices.some(({ parts }) => parts.some((p) => p.id === id))),
    );
  const outputs = idsOf([of, ...by.slice(0, -1)]);
  return idsOf(by.slice(-1)).some((id) => outputs.includes(id)) ? undefined : outputs;
}
