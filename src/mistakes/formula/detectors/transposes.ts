/** One matrix transposed wherever it occurs. */
import { type Expr, mapChildren } from '../../../formula/index.js';
import { type Detector, explained } from '../finding.js';

/** The formula with the two indices of every entry of one matrix exchanged; inverses of it count by the name given. */
function transposedIn(expr: Expr, name: string): Expr {
  if (expr.kind === 'tensor' && expr.name === name) return { ...expr, indices: expr.indices.toReversed() };
  const below = mapChildren(expr, (child) => transposedIn(child, name));
  return below;
}

/** inv(M)_ij → inv(M)_ji wherever it stands: what is inside stays. */
function transposedInverses(expr: Expr): Expr {
  const below = mapChildren(expr, transposedInverses);
  return below.kind === 'matrix' && below.at ? { ...below, at: [below.at[1], below.at[0]] } : below;
}

/** Σ_i A_ij g_i → Σ_i A_ji g_i, X⁻ᵀ → X⁻¹: a transpose lost, wherever this matrix stands; alone, or with another. */
export function transposesLost(form: Expr): Detector {
  return function* (problem) {
    const { declarations } = problem;
    const changes = [...declarations.tensors.values()]
      .filter(
        ({ dimensions: [rows, columns, more] }) =>
          rows !== undefined && rows === columns && more === undefined,
      )
      .map(({ name }) => ({ what: name, change: (expr: Expr): Expr => transposedIn(expr, name) }));
    const all = [...changes, { what: 'the inverse', change: transposedInverses }];
    const pairs = all.flatMap((first, at) =>
      all.slice(at + 1).map((second) => ({
        what: `${first.what} and ${second.what}`,
        change: (expr: Expr): Expr => second.change(first.change(expr)),
      })),
    );
    for (const { what, change } of [...all, ...pairs]) {
      const candidate = change(form);
      if (candidate === form) continue;
      yield* explained(problem, candidate, () => ({
        mistake: 'transposed',
        later: what.includes(' and ') ? 1.5 : 1,
        message: `A transpose is lost: ${what} stands here with its indices exchanged${problem.united ? ', and the shapes do not fit' : ''}.`,
        right: problem.text(form),
        hint: 'Over which axis of the matrix is summed: pulling back through A takes Aᵀ?',
      }));
    }
  };
}
