/** Totals and the products in them: the chain rule's matrix products, and over which axis a sum runs. */
import {
  bindersOf,
  type Expr,
  everyNode,
  freeIndices,
  multiply,
  simpleId,
  simpleIndex,
  substituteIndices,
  type Total,
} from '../../../formula/index.js';
import type { Scope } from '../sampler.js';
import type { EditRule } from './edits.js';

function lettersOver(scope: Scope, dimension: string | undefined, except: string): string[] {
  return [...scope].filter(([id, d]) => d === dimension && id !== except).map(([id]) => id);
}

/** Σ_i g_i J_ij → g_j J_jj: a matrix product taken entry by entry; the Σ is gone and its index is another's. */
export const collapsedTotal: EditRule = function* ({ node, scope }) {
  if (node.kind !== 'total' || node.operation !== 'sum') return;
  const { id, dimension } = node.binder;
  const letters = lettersOver(scope, dimension, id);
  const factors = node.body.kind === 'multiply' ? node.body.factors : [node.body];
  const carriers = factors.filter((factor) => freeIndices(factor).includes(id));
  // Σ_k v_k δ_kj is no product of two things: nothing to take entry by entry
  if (carriers.some((factor) => factor.kind === 'delta')) return;
  for (const choice of choices(letters, carriers.length > 3 ? 1 : carriers.length)) {
    const [first = id] = choice;
    const put = (factor: Expr): Expr => {
      const at = carriers.indexOf(factor);
      return at < 0 ? factor : substituteIndices(factor, new Map([[id, simpleIndex(choice[at] ?? first)]]));
    };
    yield {
      to: multiply(...factors.map(put)),
      mistake: 'elementwise-product',
      reverse: 'none',
      later: new Set(choice).size > 1 ? 0.5 : 0,
      message: (right, wrong) =>
        `The product was taken entry by entry: you have ${wrong} where the chain rule sums, ${right}.`,
      hint: `Which entries of the Jacobian did you leave out, and are they zero?`,
    };
  }
};

/** All lists of this many letters, those of one letter first. */
function choices(letters: readonly string[], count: number): string[][] {
  const same = letters.map((letter) => new Array<string>(Math.max(count, 1)).fill(letter));
  if (count < 2 || letters.length < 2 || letters.length > 3) return same;
  const all = Array.from({ length: count }).reduce<string[][]>(
    (sofar) => sofar.flatMap((head) => letters.map((letter) => [...head, letter])),
    [[]],
  );
  return [...same, ...all.filter((list) => new Set(list).size > 1)];
}

/** The totals Σ at the top of an expression, and what they are over. */
function underTotals(node: Expr): { readonly totals: readonly Total[]; readonly body: Expr } {
  const totals: Total[] = [];
  let body = node;
  while (body.kind === 'total' && body.operation === 'sum') {
    totals.push(body);
    body = body.body;
  }
  return { totals, body };
}

/** (A B)_ij → (B A)_ij: two factors of a matrix product exchanged. */
export const exchangedSlots: EditRule = function* ({ node, parents, scope }) {
  if (parents[0]?.kind === 'total') return;
  const { totals, body } = underTotals(node);
  if (body.kind !== 'multiply') return;
  const reach = new Map([...scope, ...totals.flatMap(bindersOf).map((b) => [b.id, b.dimension] as const)]);
  const rangesOf = (ids: readonly string[]): string => ids.map((id) => reach.get(id)).join();
  const { factors } = body;
  for (const [at, left] of factors.entries()) {
    const ours = slotsOf(left);
    if (ours === undefined) continue;
    for (const right of factors.slice(at + 1)) {
      const theirs = slotsOf(right);
      if (theirs === undefined || rangesOf(ours) !== rangesOf(theirs)) continue;
      const to = new Map(ours.map((id, axis) => [id, simpleIndex(theirs[axis] ?? id)]));
      const back = new Map(theirs.map((id, axis) => [id, simpleIndex(ours[axis] ?? id)]));
      const exchanged = factors.map((factor) =>
        factor === left
          ? substituteIndices(right, back)
          : factor === right
            ? substituteIndices(left, to)
            : factor,
      );
      const product = multiply(...exchanged);
      yield {
        to: totals.reduceRight<Expr>((inner, total) => ({ ...total, body: inner }), product),
        mistake: 'order-reversed',
        message: (rightText, wrong) =>
          `Two factors are in the wrong order: you have ${wrong} where the rules give ${rightText}. Matrices do not commute.`,
        hint: 'Which factor stands next to the output, which next to the variable?',
      };
    }
  }
};

/** The two indices of a matrix factor, row then column. */
function slotsOf(factor: Expr): readonly [string, string] | undefined {
  const indices =
    factor.kind === 'tensor' ? factor.indices : factor.kind === 'matrix' ? factor.at : undefined;
  const ids = indices?.map(simpleId) ?? freeIndices(factor);
  const [row, column, more] = ids;
  return row === undefined || column === undefined || more !== undefined || row === column
    ? undefined
    : [row, column];
}

/** diag(v) A → A diag(v), v_i A_ij → A_ij v_j: the diagonal factor on the other side of the matrix. */
export const movedVector: EditRule = function* ({ node, scope, parents }) {
  const reach = scope;
  if (node.kind !== 'multiply') return;
  for (const vector of node.factors) {
    const [id, more] = freeIndices(vector);
    if (id === undefined || more !== undefined || vector.kind === 'delta') continue;
    for (const matrix of node.factors) {
      const slots = slotsOf(matrix);
      const entry = matrix.kind === 'tensor' || matrix.kind === 'matrix' || matrix.kind === 'call';
      if (slots === undefined || !entry || !slots.includes(id)) continue;
      const other = slots[0] === id ? slots[1] : slots[0];
      if (reach.get(other) !== reach.get(id)) continue;
      // inside a contraction over the vector's own index moving it is no change of order
      if (parents[0]?.kind === 'total' && parents[0].binder.id === id) continue;
      const moved = substituteIndices(vector, new Map([[id, simpleIndex(other)]]));
      yield {
        to: multiply(...node.factors.map((factor) => (factor === vector ? moved : factor))),
        mistake: 'order-reversed',
        later: 0.5,
        message: (right, wrong) =>
          `The diagonal factor stands on the wrong side: you have ${wrong} where the rules give ${right}.`,
        hint: 'diag(v) A scales rows, A diag(v) scales columns: which of them is the output?',
      };
    }
  }
};

/** Σ_k A_ik → Σ_k A_ki: a sum, maximum, mean or softmax over the other axis. */
export const otherAxis: EditRule = function* ({ node, scope }) {
  if (node.kind !== 'total' && node.kind !== 'field') return;
  const [binder, more] = bindersOf(node);
  if (binder === undefined || more !== undefined) return;
  // in a matrix product the other axis is a transpose
  if (node.kind === 'total' && !isReductionOver(node.body, binder.id)) return;
  for (const id of freeIndices(node.body)) {
    const dimension = scope.get(id);
    if (id === binder.id || dimension === undefined || !isEntryOver(node.body, id, binder.id)) continue;
    for (const [other, range] of scope) {
      if (range !== binder.dimension) continue;
      const moves = new Map([
        [id, simpleIndex(binder.id)],
        [binder.id, simpleIndex(other)],
      ]);
      const over = { ...binder, dimension };
      const body = substituteIndices(node.body, moves);
      if (node.kind === 'total' && !isReductionOver(body, binder.id)) continue;
      const to: Expr =
        node.kind === 'total'
          ? { ...node, binder: over, body }
          : { ...node, binders: [over], body, ...(node.at && { at: simpleIndex(id) }) };
      if (node.kind === 'field' && node.at && simpleId(node.at) !== other) continue;
      yield {
        to,
        mistake: 'wrong-axis',
        later: -11.5,
        message: (right, wrong) =>
          `The sum runs over the other axis: you have ${wrong} where the rules give ${right}.`,
        hint: 'Which index is used up by the sum, and which is left?',
      };
    }
  }
};

/** Whether some entry in an expression has both indices: A_ik has i and k. */
function isEntryOver(body: Expr, id: string, binder: string): boolean {
  for (const node of everyNode(body)) {
    if (node.kind !== 'tensor') continue;
    const ids = freeIndices(node);
    if (ids.includes(id) && ids.includes(binder)) return true;
  }
  return false;
}

/** Whether a sum over an index takes entries together, and is no matrix product: its factors have the same other indices. */
function isReductionOver(body: Expr, id: string): boolean {
  const factors = body.kind === 'multiply' ? body.factors : [body];
  const others = factors
    .map(freeIndices)
    .filter((ids) => ids.includes(id))
    .map((ids) =>
      ids
        .filter((other) => other !== id)
        .sort()
        .join(),
    );
  return new Set(others).size <= 1;
}

/** In how many factors of a product an index stands. */
export function carriersOf(body: Expr, id: string): number {
  const factors = body.kind === 'multiply' ? body.factors : [body];
  return factors.filter((factor) => freeIndices(factor).includes(id)).length;
}
