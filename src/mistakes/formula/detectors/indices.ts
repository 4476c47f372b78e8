/** Indices at their place: a δ taken as 1, two exchanged, one for another. */
import {
  type Expr,
  everyNode,
  freeIndices,
  type Index,
  num,
  simpleId,
  simpleIndex,
  substituteIndex,
  substituteIndices,
} from '../../../formula/index.js';
import type { EditRule } from './edits.js';

/** v_i (δ_ij − w_j) → v_i (1 − w_j): a δ in a sum taken as 1. */
export const deltaAsOne: EditRule = function* ({ node, parents }) {
  const equality = node.kind === 'bracket' && node.relation === '=' && node.left.kind === 'position';
  if (node.kind !== 'delta' && !equality) return;
  const inSum = parents.some((parent) => parent.kind === 'add');
  yield {
    to: num(1),
    mistake: inSum ? 'delta-replaced-by-one' : 'lost-delta',
    reverse: 'none',
    message: (right) => `${right} was taken as 1: that holds only where the indices are equal.`,
    hint: 'What becomes of this term when the two indices differ?',
  };
};

/** A_ij → A_ji at one place. */
export const exchangedIndices: EditRule = function* ({ node, scope, parents }) {
  // in a sum where the matrix stands in another term too, symmetry may have been meant
  const elsewhere =
    node.kind === 'tensor' && parents.some((p) => p.kind === 'add' && occurrences(p, node.name) > 1);
  for (const [i, j] of pairsIn(node)) {
    if (scope.get(i) !== scope.get(j)) continue;
    const exchange = new Map([
      [i, simpleIndex(j)],
      [j, simpleIndex(i)],
    ]);
    yield {
      to: substituteIndices(node, exchange),
      mistake: 'transposed',
      later: elsewhere ? 45 : 1.5,
      message: (right, wrong) => `A transpose is lost: you have ${wrong} where the rules give ${right}.`,
      hint: 'Over which index is summed, and on which axis of the matrix does it stand?',
    };
  }
};

function occurrences(expr: Expr, name: string): number {
  let count = 0;
  for (const node of everyNode(expr)) if (node.kind === 'tensor' && node.name === name) count += 1;
  return count;
}

function pairsIn(node: Expr): readonly (readonly [string, string])[] {
  const indices: readonly Index[] =
    node.kind === 'tensor' ? node.indices : node.kind === 'matrix' ? (node.at ?? []) : [];
  const ids = indices.map(simpleId);
  return ids.flatMap((i, at) =>
    ids
      .slice(at + 1)
      .flatMap((j) => (i === undefined || j === undefined || i === j ? [] : [[i, j] as const])),
  );
}

const takenWhole: ReadonlySet<Expr['kind']> = new Set([
  'tensor',
  'delta',
  'call',
  'add',
  'total',
  'field',
  'matrix',
]);

/** v_i (δ_ij − v_j) → v_i (δ_ij − v_i): one index for another, at one entry or function. */
export const otherIndex: EditRule = function* ({ node, scope }) {
  if (!takenWhole.has(node.kind)) return;
  for (const id of freeIndices(node)) {
    for (const [other, dimension] of scope) {
      if (other === id || dimension !== scope.get(id)) continue;
      // δ_jj is 1, which has a name of its own
      if (node.kind === 'delta' && freeIndices(node).includes(other)) continue;
      yield {
        to: substituteIndex(node, id, simpleIndex(other)),
        mistake: 'index-clash',
        later: node.kind === 'tensor' || node.kind === 'delta' ? 0 : 0.5,
        message: (right, wrong) =>
          `An index is taken for another: you have ${wrong} where the rules give ${right}.`,
        hint: `Which letter is free and which is summed here? Rename the summed one before you go on.`,
      };
    }
  }
};
