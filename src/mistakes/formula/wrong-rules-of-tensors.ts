/** Known wrong rules for softmax and the inverse of a matrix. */
import {
  allIndices,
  type Expr,
  type FieldFunction,
  freshId,
  multiply,
  negate,
  num,
  renameBinders,
  simpleIndex,
  substituteIndex,
  substituteIndices,
  subtract,
  type TraceStep,
} from '../../formula/index.js';
import type { WrongRule } from './wrong-rules.js';

/** softmax_i (∂v_i − Σ_k softmax_k ∂v_k) in parts. */
function softmaxParts({ before, after }: TraceStep) {
  if (before.kind !== 'field' || before.name !== 'softmax' || before.at === undefined) return undefined;
  if (after.kind !== 'multiply' || after.factors[1]?.kind !== 'add') return undefined;
  const [here, mean] = after.factors[1].terms;
  return here === undefined || mean === undefined ? undefined : { softmax: before, here, mean };
}

/** ∂s_i/∂x_j → δ_ij s_i (1 − s_i): the softmax Jacobian replaced by its diagonal. */
export const softmaxDiagonal: WrongRule = function* (step) {
  const parts = softmaxParts(step);
  if (parts === undefined) return;
  const { softmax, here } = parts;
  yield {
    to: multiply(softmax, subtract(num(1), again(softmax)), here),
    mistake: 'elementwise-product',
    message:
      'Only the diagonal s (1 − s) of the softmax Jacobian was used; every output depends on every input.',
    hint: 'How does output i of a softmax move when another input moves?',
  };
};

/** ∂s_i/∂x_j → δ_ij − s_j: the derivative of log s in place of that of s. */
export const logSoftmax: WrongRule = function* (step) {
  const parts = softmaxParts(step);
  if (parts === undefined || step.after.kind !== 'multiply') return;
  yield {
    to: multiply(...step.after.factors.slice(1)),
    mistake: 'lost-factor',
    later: -8,
    message: 'The derivative of log s was used in place of that of s: the factor s is missing.',
    hint: 'Which function is differentiated here: s or log s?',
  };
};

function again(field: FieldFunction): Expr {
  return renameBinders(field, new Set(allIndices(field)));
}

/** inv(M)′ = −M⁻¹ M′ M⁻¹ → −M⁻² M′: the inverse taken as a scalar that commutes. */
export const commutingInverse: WrongRule = function* ({ before, after }) {
  if (before.kind !== 'matrix' || before.name !== 'inv' || after.kind !== 'negate') return;
  const outer = after.operand;
  if (outer.kind !== 'total' || outer.body.kind !== 'total' || outer.body.body.kind !== 'multiply') return;
  const [left, change, right] = outer.body.body.factors;
  if (left?.kind !== 'matrix' || right?.kind !== 'matrix' || change === undefined) return;
  const [j] = right.at ? [right.at[1]] : [];
  if (j === undefined) return;
  const [a, b] = [outer.binder.id, outer.body.binder.id];
  const put = (factors: readonly Expr[]): Expr =>
    negate({ ...outer, body: { ...outer.body, body: multiply(...factors) } as Expr });
  const says = {
    mistake: 'order-reversed',
    message:
      'The inverse was differentiated like a number: (M⁻¹)′ = −M⁻¹ M′ M⁻¹, and the factors do not commute.',
    hint: 'Differentiate M M⁻¹ = I with the product rule: on which sides does M⁻¹ stand?',
  } as const;
  const taken = new Set([...allIndices(after)]);
  const free = freshId('c', taken);
  // −M⁻¹ M⁻¹ M′
  const moved = substituteIndices(
    change,
    new Map([
      [a, simpleIndex(b)],
      [b, simpleIndex(free)],
    ]),
  );
  const ended = substituteIndices(moved, new Map([[free, j]]));
  yield { ...says, to: put([left, { ...right, at: [simpleIndex(a), simpleIndex(b)] }, ended]) };
  // −M′ M⁻¹ M⁻¹
  const [i] = left.at ? [left.at[0]] : [];
  if (i === undefined) return;
  const first = substituteIndices(
    substituteIndex(change, b, simpleIndex(free)),
    new Map([
      [a, i],
      [free, simpleIndex(a)],
    ]),
  );
  yield { ...says, to: put([first, { ...left, at: [simpleIndex(a), simpleIndex(b)] }, right]) };
};
