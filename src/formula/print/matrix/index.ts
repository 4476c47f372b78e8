/** Matrix notation of a result that is a matrix product, transpose, diagonal, outer product, trace or Kronecker product. */
import { add, divide, multiply, negate } from '../../build.js';
import { HandgradError } from '../../errors.js';
import { allIndices, freeIndices, renameBinders } from '../../indices.js';
import type { Declarations, Expr, Ranged } from '../../nodes.js';
import { readLine } from '../../read/read-line.js';
import { everyNode } from '../../walk.js';
import { view } from './view.js';
import { ATOM, ENTRYWISE, product, signed, sumOf, type Word } from './words.js';

/**
 * A formula in matrix notation; undefined where it has none, where it has no vector or matrix, and where the text could
 * not be read as a line of the formula's shape. The first free
 * index is the row, the second the column. The derivative of a matrix by a matrix (four indices i, j, k, l) is shown
 * for vec, columns stacked: ∂vec(Y)/∂vec(X), so that A X B has Bᵀ ⊗ A.
 *
 * @example toMatrix(readExpression('s_i (δ_ij − s_j)', declarations), declarations) // 'diag(s) − s sᵀ'
 */
export function toMatrix(ranged: Ranged, declarations?: Declarations): string | undefined {
  const { free } = ranged;
  if (!hasTensor(ranged.expr) || (declarations && hidesNames(declarations))) return undefined;
  const expr = renameBinders(ranged.expr, new Set([...free, ...allIndices(ranged.expr)]));
  const asIs = inMatrixNotation(expr, free);
  const multipliedOut = inMatrixNotation(expanded(expr), free);
  const shorter =
    multipliedOut !== undefined &&
    (asIs === undefined || [...multipliedOut].length + GAIN <= [...asIs].length);
  const best = shorter ? multipliedOut : asIs;
  return best !== undefined && (!declarations || readsBack(best, ranged, declarations)) ? best : undefined;
}

/** Whether the text can be read as a line of this shape: not where nothing tells the size of a 𝟏. */
function readsBack(text: string, ranged: Ranged, declarations: Declarations): boolean {
  try {
    const line = readLine(text, declarations, { asked: ranged });
    return line.kind === 'expression' && line.problems.length === 0;
  } catch (error) {
    if (error instanceof HandgradError) return false;
    throw error;
  }
}

/** How many characters multiplying out must save to be worth it: diag(s) − s sᵀ instead of diag(s) (I − 𝟏 sᵀ). */
const GAIN = 3;

function inMatrixNotation(expr: Expr, free: readonly string[]): string | undefined {
  const [row, column, third, fourth, more] = free;
  if (fourth !== undefined && row !== undefined && column !== undefined && third !== undefined) {
    const sum = more === undefined ? kroneckerSum(expr, [row, column, third, fourth]) : undefined;
    return sum && signed(sum).text;
  }
  if (third !== undefined) return undefined;
  const shown = view(expr, { ...(row !== undefined && { row }), ...(column !== undefined && { column }) });
  return shown && signed(shown).text;
}

function hasTensor(expr: Expr): boolean {
  for (const node of everyNode(expr)) {
    if (node.kind === 'tensor' && node.indices.length > 0) return true;
    if (node.kind === 'delta' || node.kind === 'derivative') return true;
  }
  return false;
}

/** Whether a name of the scope has the meaning of a word of matrix notation, so that the text would be misread. */
function hidesNames({ tensors }: Declarations): boolean {
  return ['I', 'diag', 'tr', 'inv'].some((name) => tensors.has(name));
}

type Four = readonly [string, string, string, string];

/** A sum of Kronecker products. */
function kroneckerSum(expr: Expr, ids: Four): Word | undefined {
  const terms = expr.kind === 'add' ? expr.terms : [expr];
  const words = terms.map((term) => kronecker(term, ids));
  if (!words.every((term) => term !== undefined)) return undefined;
  const [only, more] = words;
  return only && !more ? only : sumOf(words);
}

/** F_ik G_jl is (G ⊗ F) for stacked columns: the pair (j, i) of the rows, (l, k) of the columns. */
function kronecker(expr: Expr, [i, j, k, l]: Four): Word | undefined {
  if (expr.kind === 'negate') {
    const inner = kronecker(expr.operand, [i, j, k, l]);
    return inner && { ...inner, negative: !inner.negative };
  }
  const factors = expr.kind === 'multiply' ? expr.factors : [expr];
  const numbers: Expr[] = [];
  const outer: Expr[] = [];
  const inner: Expr[] = [];
  for (const factor of factors) {
    const free = freeIndices(factor);
    const toInner = free.some((id) => id === i || id === k);
    const toOuter = free.some((id) => id === j || id === l);
    if (toInner && toOuter) return undefined;
    (toInner ? inner : toOuter ? outer : numbers).push(factor);
  }
  if (![i, k].every((id) => carries(inner, id)) || ![j, l].every((id) => carries(outer, id)))
    return undefined;
  const left = view(multiply(...outer), { row: j, column: l });
  const right = view(multiply(...inner), { row: i, column: k });
  const scalar = numbers.length > 0 ? view(multiply(...numbers), {}) : undefined;
  if (!left || !right || (numbers.length > 0 && !scalar)) return undefined;
  const negative = [left, right, scalar].filter((part) => part?.negative).length % 2 === 1;
  const text = `${tight(left)} ⊗ ${tight(right)}`;
  if (!scalar) return { text, level: ENTRYWISE, negative };
  return {
    ...product([
      { ...scalar, negative: false },
      { text, level: ENTRYWISE },
    ]),
    negative,
  };
}

function carries(factors: readonly Expr[], id: string): boolean {
  return factors.some((factor) => freeIndices(factor).includes(id));
}

function tight(side: Word): string {
  return side.level < ATOM ? `(${side.text})` : side.text;
}

/** How many terms a product may have when its sums are multiplied out. */
const MOST_TERMS = 12;

/** Products of sums multiplied out: s_i (δ_ij − s_j) as s_i δ_ij − s_i s_j. */
function expanded(expr: Expr): Expr {
  const terms = termsOf(expr);
  return terms.length > 1 && terms.length <= MOST_TERMS ? add(...terms) : expr;
}

function termsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'add':
      return expr.terms.flatMap(termsOf);
    case 'negate':
      return termsOf(expr.operand).map((term) => (term.kind === 'negate' ? term.operand : negate(term)));
    case 'divide':
      return termsOf(expr.numerator).map((term) => divide(term, expr.denominator));
    case 'total':
      if (expr.operation !== 'sum' || expr.where) return [expr];
      return termsOf(expr.body).map((body) => ({ ...expr, body }));
    case 'multiply': {
      let products: (readonly Expr[])[] = [[]];
      for (const factor of expr.factors) {
        const terms = termsOf(factor);
        if (products.length * terms.length > MOST_TERMS) return [expr];
        products = products.flatMap((list) => terms.map((term) => [...list, term]));
      }
      return products.map((list) => multiply(...list));
    }
    default:
      return [expr];
  }
}
