/** Products of operators: which two factors are one with a structure of its own. */
import { BlockDiagonal, Blocks, Kronecker, Product, Sum } from '../composed/index.js';
import type { Jacobian } from '../jacobian.js';
import { Banded, Dense, Diagonal, LowRank, Selection } from '../kinds/index.js';
import { entrywise } from '../kinds/vectors.js';
import { bandProduct } from './band.js';
import { isIdentity } from './equal.js';
import { kroneckerOf } from './kronecker.js';
import { lowRankProduct } from './low-rank.js';
import { cut, isZero, sum, termsOf } from './plus.js';
import { firstOf, type Rule } from './rule.js';
import { scaledSelection, selected } from './select.js';
import { scaledColumns, scaledRows, tableProduct } from './table.js';

/** I A = A, A I = A, 0 A = 0 */
const trivialRule: Rule = (outer, inner) => {
  if (isIdentity(outer)) return inner;
  if (isIdentity(inner)) return outer;
  return isZero(outer) || isZero(inner) ? new LowRank([], outer.rows, inner.columns) : undefined;
};

/** (c I) A = c A: a multiple of the identity changes places with anything. */
const scalarRule: Rule = (outer, inner) => {
  if (outer instanceof Diagonal && outer.uniform !== undefined) return inner.multiple(outer.uniform);
  if (inner instanceof Diagonal && inner.uniform !== undefined) return outer.multiple(inner.uniform);
  return undefined;
};

/** diag(a) A scales rows, A diag(a) columns: the structure stays. */
const diagonalRule: Rule = (outer, inner) => {
  if (outer instanceof Diagonal) {
    if (inner instanceof Diagonal) return new Diagonal(entrywise(outer.entries, inner.entries));
    if (inner instanceof Dense) return scaledRows(outer, inner);
    if (inner instanceof Selection) return scaledSelection(inner, outer.entries, 'left');
    return inner instanceof BlockDiagonal ? blockwise(cut(outer, inner), inner) : undefined;
  }
  if (!(inner instanceof Diagonal)) return undefined;
  if (outer instanceof Dense) return scaledColumns(outer, inner);
  if (outer instanceof Selection) return scaledSelection(outer, inner.entries, 'right');
  return outer instanceof BlockDiagonal ? blockwise(outer, cut(inner, outer)) : undefined;
};

/** What was selected, selected from again or put back. */
const selectionRule: Rule = (outer, inner) =>
  outer instanceof Selection && inner instanceof Selection ? selected(outer, inner) : undefined;

/** (A ⊗ B)(C ⊗ D) = A C ⊗ B D, where the parts meet. */
const mixedProductRule: Rule = (outer, inner) => {
  if (!(outer instanceof Kronecker && inner instanceof Kronecker)) return undefined;
  if (outer.left.columns !== inner.left.rows) return undefined;
  return kroneckerOf(product(outer.left, inner.left), product(outer.right, inner.right));
};

function blockwise(outer: BlockDiagonal | undefined, inner: BlockDiagonal | undefined): Jacobian | undefined {
  if (outer === undefined || inner === undefined || !outer.fits(inner, 'columns', 'rows')) return undefined;
  return new BlockDiagonal(outer.parts.map((part, k) => product(part, inner.parts[k] ?? part)));
}

/** Batches stay apart: block by block, where the blocks meet. */
const blockDiagonalRule: Rule = (outer, inner) =>
  outer instanceof BlockDiagonal && inner instanceof BlockDiagonal ? blockwise(outer, inner) : undefined;

/** Blocks by the rule for matrices, where they meet. */
const blocksRule: Rule = (outer, inner) => {
  if (!(outer instanceof Blocks && inner instanceof Blocks)) return undefined;
  const widths = outer.grid[0]?.map(({ columns }) => columns) ?? [];
  if (widths.length !== inner.grid.length || inner.grid.some((row, k) => row[0]?.rows !== widths[k]))
    return undefined;
  return new Blocks(
    outer.grid.map((row) =>
      (inner.grid[0] ?? []).map((_, j) =>
        row
          .flatMap((block, k) => {
            const other = inner.grid[k]?.[j];
            return other === undefined ? [] : [product(block, other)];
          })
          .reduce(sum),
      ),
    ),
  );
};

const isLight = (term: Jacobian): boolean =>
  term instanceof Diagonal || term instanceof LowRank || term instanceof Selection || term instanceof Banded;

/** (A + B)(C + D) term by term, where each is one with a structure and all together are no dearer than the factors. */
const distributiveRule: Rule = (outer, inner) => {
  if (!(outer instanceof Sum || inner instanceof Sum)) return undefined;
  const [left, right] = [termsOf(outer), termsOf(inner)];
  if (![...left, ...right].every(isLight)) return undefined;
  const terms: Jacobian[] = [];
  for (const a of left) {
    for (const b of right) {
      const term = merged(a, b);
      if (term === undefined) return undefined;
      terms.push(term);
    }
  }
  const expanded = terms.reduce(sum);
  return expanded.cost <= outer.cost + inner.cost ? expanded : undefined;
};

/** Two factors as one operator that is no product, by the first rule that speaks. */
const merged = firstOf([
  trivialRule,
  scalarRule,
  lowRankProduct,
  diagonalRule,
  selectionRule,
  bandProduct,
  mixedProductRule,
  blockDiagonalRule,
  blocksRule,
  distributiveRule,
  tableProduct,
]);

const factorsOf = (jacobian: Jacobian): readonly Jacobian[] =>
  jacobian instanceof Product ? jacobian.factors : [jacobian];

/** Two lists of factors as one, merged where they meet as far as that goes. */
function joined(left: readonly Jacobian[], right: readonly Jacobian[]): readonly Jacobian[] {
  const [last, first] = [left.at(-1), right[0]];
  if (last === undefined) return right;
  if (first === undefined) return left;
  const one = merged(last, first);
  if (one === undefined) return [...left, ...right];
  return joined(joined(left.slice(0, -1), factorsOf(one)), right.slice(1));
}

/** The product of two operators that meet; axes are not looked at. */
export function product(outer: Jacobian, inner: Jacobian): Jacobian {
  const [first, second, ...others] = joined(factorsOf(outer), factorsOf(inner));
  if (first === undefined) throw new TypeError('A product of nothing.');
  return second === undefined ? first : new Product([first, second, ...others]);
}
