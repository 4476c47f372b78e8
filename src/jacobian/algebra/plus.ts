/** Sums of operators: which two terms are one of the same structure. */
import { BlockDiagonal, Blocks, Kronecker, Product, Sum } from '../composed/index.js';
import type { Jacobian } from '../jacobian.js';
import { Dense, Diagonal, LowRank, Selection } from '../kinds/index.js';
import { sumOf } from '../kinds/vectors.js';
import { bandSum } from './band.js';
import { isSame, sameNumbers } from './equal.js';
import { kroneckerOf } from './kronecker.js';
import { largestProduct, largestRank } from './limits.js';
import { lowRankSum } from './low-rank.js';
import { firstOf, type Rule } from './rule.js';
import { tableOf } from './table.js';

export function isZero(jacobian: Jacobian): boolean {
  return (
    (jacobian instanceof LowRank && jacobian.pairs.length === 0) ||
    (jacobian instanceof Diagonal && jacobian.uniform === 0)
  );
}

/** 0 + A = A */
const zeroRule: Rule = (left, right) => (isZero(left) ? right : isZero(right) ? left : undefined);

/** diag(a) + diag(b) = diag(a + b) */
const diagonalRule: Rule = (left, right) =>
  left instanceof Diagonal && right instanceof Diagonal
    ? new Diagonal(sumOf(left.entries, right.entries))
    : undefined;

/** U Vᵀ + W Zᵀ, up to a rank where a table would be no worse. */
const lowRankRule: Rule = (left, right) => {
  if (!(left instanceof LowRank && right instanceof LowRank)) return undefined;
  const sum = lowRankSum(left, right);
  return sum.pairs.length <= largestRank ? sum : undefined;
};

/** A table takes in whatever is quickly written out. */
const tableRule: Rule = (left, right) => {
  if (!(left instanceof Dense || right instanceof Dense)) return undefined;
  if (left.rows * left.columns > largestProduct && !(left instanceof Dense && right instanceof Dense))
    return undefined;
  const [a, b] = [tableOf(left), tableOf(right)];
  return a && b && new Dense(sumOf(a.values, b.values), left.rows, left.columns);
};

/** The same inputs selected: weights are added. */
const selectionRule: Rule = (left, right) => {
  if (!(left instanceof Selection && right instanceof Selection)) return undefined;
  if (left.transposed !== right.transposed || !sameNumbers(left.sources, right.sources)) return undefined;
  const ones = new Float64Array(left.sources.length).fill(1);
  const weights = sumOf(left.weights ?? ones, right.weights ?? ones);
  return new Selection(left.sources, left.among, left.transposed, weights);
};

/** A ⊗ B + A ⊗ C = A ⊗ (B + C), and likewise on the other side. */
const kroneckerRule: Rule = (left, right) => {
  if (!(left instanceof Kronecker && right instanceof Kronecker)) return undefined;
  if (isSame(left.left, right.left)) return kroneckerOf(left.left, sum(left.right, right.right));
  if (isSame(left.right, right.right)) return kroneckerOf(sum(left.left, right.left), left.right);
  return undefined;
};

/** Block by block, where the blocks are of the same sizes; a diagonal is cut to the blocks. */
const blockDiagonalRule: Rule = (left, right) => {
  if (left instanceof Diagonal && right instanceof BlockDiagonal) return blockDiagonalRule(right, left);
  if (!(left instanceof BlockDiagonal)) return undefined;
  const other = right instanceof Diagonal ? cut(right, left) : right;
  if (!(other instanceof BlockDiagonal)) return undefined;
  if (!left.fits(other, 'rows', 'rows') || !left.fits(other, 'columns', 'columns')) return undefined;
  return new BlockDiagonal(left.parts.map((part, k) => sum(part, other.parts[k] ?? part)));
};

/** A diagonal as blocks of the sizes that another has, where those are square. */
export function cut({ entries }: Diagonal, { parts }: BlockDiagonal): BlockDiagonal | undefined {
  if (parts.some(({ rows, columns }) => rows !== columns)) return undefined;
  let start = 0;
  return new BlockDiagonal(
    parts.map(({ rows }) => {
      start += rows;
      return new Diagonal(entries.slice(start - rows, start));
    }),
  );
}

/** Block by block in a grid of the same sizes. */
const blocksRule: Rule = (left, right) => {
  if (!(left instanceof Blocks && right instanceof Blocks)) return undefined;
  const fits =
    left.grid.length === right.grid.length &&
    left.grid.every((row, i) =>
      row.every((block, j) => {
        const other = right.grid[i]?.[j];
        return block.rows === other?.rows && block.columns === other.columns;
      }),
    );
  if (!fits) return undefined;
  return new Blocks(
    left.grid.map((row, i) => row.map((block, j) => sum(block, right.grid[i]?.[j] ?? block))),
  );
};

/** A B + A C = A (B + C), and A C + B C = (A + B) C, where that makes one factor of two. */
const commonFactorRule: Rule = (left, right) => {
  if (!(left instanceof Product && right instanceof Product)) return undefined;
  if (left.factors.length !== 2 || right.factors.length !== 2) return undefined;
  const [[a, b], [c, d]] = [left.factors, right.factors];
  const [inner, outer] = [isSame(a, c) ? merged(b, d) : undefined, isSame(b, d) ? merged(a, c) : undefined];
  if (inner !== undefined) return new Product([a, inner]);
  return outer && new Product([outer, b]);
};

/** Two terms as one, by the first rule that speaks. */
const merged = firstOf([
  zeroRule,
  diagonalRule,
  lowRankRule,
  bandSum,
  selectionRule,
  tableRule,
  kroneckerRule,
  blockDiagonalRule,
  blocksRule,
  commonFactorRule,
]);

export const termsOf = (jacobian: Jacobian): readonly Jacobian[] =>
  jacobian instanceof Sum ? jacobian.terms : [jacobian];

/** Diagonals stand first, then low ranks: together they are applied in one pass. */
const place = (jacobian: Jacobian): number =>
  jacobian instanceof Diagonal ? 0 : jacobian instanceof LowRank ? 1 : 2;

/** The sum of two operators of one size, each term merged with the first it fits; axes are not looked at. */
export function sum(left: Jacobian, right: Jacobian): Jacobian {
  const terms: Jacobian[] = [];
  const put = (term: Jacobian): void => {
    for (const [at, other] of terms.entries()) {
      const joined = merged(other, term);
      if (joined === undefined) continue;
      terms.splice(at, 1);
      for (const part of termsOf(joined)) put(part);
      return;
    }
    terms.push(term);
  };
  for (const term of [...termsOf(left), ...termsOf(right)]) put(term);
  const [first = left, ...others] = terms.sort((a, b) => place(a) - place(b));
  return others.length === 0 ? first : new Sum([first, ...others]);
}
