/** The right entries in another arrangement: summed, cut down to the diagonal, transposed. */
import {
  allIndices,
  delta,
  type Expr,
  freeIndices,
  freshId,
  multiply,
  simpleIndex,
  substituteIndex,
  substituteIndices,
  sum,
} from '../../../formula/index.js';
import { type Detector, explained, repaired } from '../finding.js';
import type { Problem } from '../problem.js';

/** The pairs of axes over one dimension, outputs first. */
export function pairs({ right, scope }: Problem): readonly (readonly [string, string])[] {
  const { free } = right;
  return free.flatMap((i, at) =>
    free
      .slice(at + 1)
      .filter((j) => scope.get(i) === scope.get(j))
      .map((j) => [i, j] as const),
  );
}

/** The total of an expression over one of its free indices, the letter itself staying free for others. */
function summedOver(expr: Expr, id: string, dimension: string): Expr {
  const fresh = freshId(id, new Set([...allIndices(expr), id]));
  return sum(fresh, dimension, substituteIndex(expr, id, simpleIndex(fresh)));
}

/** J_ij → Σ_j J_ij or Σ_i J_ij: sums of rows or columns in place of the matrix. */
export const summed: Detector = function* (problem) {
  const { right, scope } = problem;
  if (right.free.length < 2) return;
  for (const id of right.free) {
    const candidate = summedOver(right.expr, id, scope.get(id) ?? '');
    yield* explained(problem, candidate, () => ({
      mistake: 'summed',
      message: `You wrote the sums over ${id} in place of the entries: a Jacobian has one entry for each pair of an output and an input.`,
      hint: 'What does moving one input alone do to one output alone? That is one entry; nothing is added up yet.',
    }));
  }
};

/** δ_ij v_j → v_j: right where the indices of the δ are equal, and not zero elsewhere. */
export const lostDelta: Detector = function* (problem) {
  for (const [i, j] of pairs(problem)) {
    yield* repaired(problem, multiply(delta(i, j), problem.line.expr), () => ({
      mistake: 'lost-delta',
      message: `A δ_${i}${j} is missing: your line is right where ${i} = ${j}, and the derivative is 0 elsewhere.`,
      hint: `Does output ${i} depend on input ${j} when ${i} ≠ ${j}?`,
    }));
  }
};

/** J_ij → δ_ij J_ii, or J_ii alone: only the diagonal, zero elsewhere. */
export const diagonalOnly: Detector = function* (problem) {
  const { right } = problem;
  for (const [i, j] of pairs(problem)) {
    if (problem.isRightAlready(multiply(delta(i, j), right.expr))) continue;
    const says = () =>
      ({
        mistake: 'diagonal-only',
        message: `Your line has only the entries with ${i} = ${j}; those with ${i} ≠ ${j} are not 0.`,
        hint: `What is the derivative when ${i} ≠ ${j}: through what does input ${j} reach output ${i}?`,
      }) as const;
    const found = [
      ...explained(problem, multiply(delta(i, j), right.expr), says),
      ...explained(problem, substituteIndex(right.expr, j, simpleIndex(i)), says),
      ...explained(problem, substituteIndex(right.expr, i, simpleIndex(j)), says),
    ];
    yield* found.slice(0, 1);
  }
};

/** A_ij → A_ji: the indices of the result exchanged. */
export const transposed: Detector = function* (problem) {
  const { right, line, united } = problem;
  for (const [i, j] of pairs(problem)) {
    const exchange = new Map([
      [i, simpleIndex(j)],
      [j, simpleIndex(i)],
    ]);
    yield* explained(problem, substituteIndices(right.expr, exchange), () => ({
      mistake: 'transposed',
      message: `The indices ${i} and ${j} are exchanged: this is the transpose of the right result${united ? ', and its shape does not fit either' : ''}.`,
      right: problem.text(right.expr),
      wrong: problem.text(line.expr),
      hint: 'Which index belongs to the output and which to the variable? Check the shape with sizes that differ.',
    }));
  }
};

/** Σ_i g_i J_ij → g_i J_ij: the Σ of the chain rule is missing, and with it an index is left over. */
export const missingContraction: Detector = function* (problem) {
  const { line, right, extras, scope } = problem;
  if (extras.length === 0 || extras.length > 2) return;
  const used = freeIndices(line.expr);
  for (const left of subsets(used, extras.length)) {
    const kept = used.filter((id) => !left.includes(id));
    for (const order of permutations(right.free)) {
      if (kept.length > order.length) continue;
      const moves = new Map(kept.map((id, at) => [id, order[at] ?? id]));
      const fits = [...moves].every(([from, to]) => scope.get(from) === scope.get(to));
      if (!fits) continue;
      const taken = new Set([...allIndices(line.expr), ...right.free]);
      const dummies = new Map(
        left.map((id) => {
          const fresh = freshId(id, taken);
          taken.add(fresh);
          return [id, fresh] as const;
        }),
      );
      const renaming = new Map([...moves, ...dummies].map(([from, to]) => [from, simpleIndex(to)]));
      const moved = substituteIndices(line.expr, renaming);
      const candidate = left.reduce<Expr>(
        (body, id) => sum(dummies.get(id) ?? id, scope.get(id) ?? '', body),
        moved,
      );
      const found = [
        ...repaired(problem, candidate, () => ({
          mistake: 'missing-contraction',
          message: `The sum over ${left.join(' and ')} is missing: ${left.join(', ')} stands free, so the line has an index too many.`,
          hint: `The chain rule is a matrix product: over which index are the paths added up?`,
        })),
      ];
      if (found.length > 0) {
        yield* found;
        return;
      }
    }
  }
};

function subsets(list: readonly string[], count: number): string[][] {
  if (count === 0) return [[]];
  return list.flatMap((first, at) => subsets(list.slice(at + 1), count - 1).map((rest) => [first, ...rest]));
}

function permutations(list: readonly string[]): string[][] {
  if (list.length > 4) return [[...list]];
  if (list.length === 0) return [[]];
  return list.flatMap((first, at) =>
    permutations(list.filter((_, other) => other !== at)).map((rest) => [first, ...rest]),
  );
}

/** Bᵀ ⊗ A → A ⊗ Bᵀ: vec taken row by row on one side and column by column on the other; both pairs of indices are exchanged. */
export const kroneckerReversed: Detector = function* (problem) {
  const { right, scope } = problem;
  const [i, j, k, l, more] = right.free;
  if (i === undefined || j === undefined || k === undefined || l === undefined || more !== undefined) return;
  if (scope.get(i) !== scope.get(j) || scope.get(k) !== scope.get(l)) return;
  const exchange = new Map([
    [i, simpleIndex(j)],
    [j, simpleIndex(i)],
    [k, simpleIndex(l)],
    [l, simpleIndex(k)],
  ]);
  yield* explained(problem, substituteIndices(right.expr, exchange), () => ({
    mistake: 'order-reversed',
    message: `Rows and columns are exchanged in the output and in the variable alike: the two factors of the Kronecker product are in the wrong order.`,
    hint: 'Is vec stacked by columns on both sides? Then vec(A X B) = (Bᵀ ⊗ A) vec(X).',
  }));
};
