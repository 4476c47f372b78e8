/** Sums of defined tensors that are known from their definitions: Σ_k s_k = 1 for a softmax, Σ_k x̂_k = 0 for a centred x̂. */
import { sum, tensor } from '../build.js';
import { type AssumptionRule, canonical, constantOf, contextFor, singleAtom } from '../canonical/index.js';
import type { Declarations, Tensor } from '../nodes.js';

const remembered = new WeakMap<Tensor, AssumptionRule[]>();

/** Rules for every axis along which a defined tensor sums to a number. */
export function knownSums(declarations: Declarations, ranges: ReadonlyMap<string, string>): AssumptionRule[] {
  const rules: AssumptionRule[] = [];
  for (const known of declarations.tensors.values()) {
    if (known.definition === undefined || known.dimensions.length === 0) continue;
    let own = remembered.get(known);
    if (own === undefined) {
      own = rulesFor(declarations, known, ranges);
      remembered.set(known, own);
    }
    rules.push(...own);
  }
  return rules;
}

function rulesFor(
  declarations: Declarations,
  known: Tensor,
  ranges: ReadonlyMap<string, string>,
): AssumptionRule[] {
  const ids = known.dimensions.map((_, axis) => `%s${axis}`);
  const own = new Map([...ranges, ...known.dimensions.map((d, axis) => [`%s${axis}`, d] as const)]);
  const rules: AssumptionRule[] = [];
  known.dimensions.forEach((dimension, axis) => {
    const total = sum(ids[axis] as string, dimension, tensor(known.name, ...ids));
    const value = canonical(contextFor(declarations, { ranges: own, assuming: false }), total);
    if (constantOf(value) === undefined) return;
    const atom = singleAtom(
      canonical(contextFor(declarations, { ranges: own, unfolds: () => false, assuming: false }), total),
    );
    if (atom?.kind === 'sum') rules.push({ kind: 'sum', atom, free: [...atom.ids], value, text: '' });
  });
  return rules;
}
