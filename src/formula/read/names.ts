/** What a name stands for, and what was likely meant by one that stands for nothing. */
import type { Declarations, Tensor } from '../nodes.js';
import { functionName, functionNames } from './functions.js';
import { GREEK, greekWord } from './spelling.js';

/** The declared tensor a typed name stands for; Greek letters may be spelled (`mu` for μ), either way round. */
export function declaredTensor(typed: string, declarations: Declarations): Tensor | undefined {
  for (const spelling of spellings(typed)) {
    const found = declarations.tensors.get(spelling);
    if (found) return found;
  }
  return undefined;
}

/** The dimension a typed name stands for. */
export function knownDimension(typed: string, declarations: Declarations): string | undefined {
  return spellings(typed).find((spelling) => declarations.dimensions.includes(spelling));
}

function spellings(typed: string): readonly string[] {
  return [typed, GREEK.get(typed), greekWord(typed)].filter((s): s is string => s !== undefined);
}

const COMMON: Readonly<Record<string, string>> = {
  sum: 'a sum is written with its index: Σ_k x_k or sum_k x_k',
  prod: 'a product is written with its index: Π_k x_k or prod_k x_k',
  δ: 'the Kronecker delta is written with its indices: δ_ij',
  delta: 'the Kronecker delta is written with its indices: δ_ij',
  I: 'the identity in index notation is δ_ij',
  T: "the transpose is written Aᵀ or A', after a declared matrix",
  transpose: "the transpose is written Aᵀ or A'",
  trace: 'the trace is tr(A)',
  inverse: 'the inverse is inv(A) or A^{-1}',
  relu6: 'functions of your own are registered through extend',
  tan: 'sin, cos and tanh are known; tan x is sin(x) / cos(x)',
  log2: 'only the natural log is known; log2 x is log(x) / log(2)',
  log10: 'only the natural log is known; log10 x is log(x) / log(10)',
  lse: 'it is called logsumexp',
  LSE: 'it is called logsumexp',
  average: 'it is called mean',
  avg: 'it is called mean',
  std: 'write sqrt(var(x))',
  argmax: 'argmax is no function of the language: [x_i = max_k x_k] is 1 at the maximum',
};

/** The likeliest reading of a name that nothing declares, as a sentence; empty when there is none. */
export function suggestion(typed: string, rest: string, declarations: Declarations): string {
  const common = COMMON[typed];
  if (common) return `Note that ${common}.`;
  if (typed.startsWith('d') && declaredTensor(typed.slice(1), declarations)) {
    return `A derivative is written with ∂: ∂L/∂${typed.slice(1)}${rest}`;
  }
  const split = splitIntoNames(typed, declarations);
  if (split) return `Did you mean ${split.join(' ')}${rest}?`;
  const near = nearest(typed, [
    ...declarations.tensors.keys(),
    ...declarations.dimensions,
    ...functionNames(),
  ]);
  return near === undefined ? '' : `Did you mean ${near}${rest}?`;
}

/** The fewest known names that a word is made of: sW → s W. Quadratic in the word's length, which is cut. */
function splitIntoNames(word: string, declarations: Declarations): readonly string[] | undefined {
  const letters = [...word];
  if (letters.length < 2 || letters.length > 24) return undefined;
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= letters.length; end++) {
    for (let start = 0; start < end; start++) {
      const piece = letters.slice(start, end).join('');
      const before = best[start];
      if (!before || !isKnown(piece, declarations)) continue;
      const length = best[end]?.length ?? Number.POSITIVE_INFINITY;
      if (before.length + 1 < length) best[end] = [...before, piece];
    }
  }
  const split = best[letters.length];
  return split && split.length > 1 ? split : undefined;
}

function isKnown(piece: string, declarations: Declarations): boolean {
  return (
    declaredTensor(piece, declarations) !== undefined ||
    knownDimension(piece, declarations) !== undefined ||
    (piece.length > 1 && functionName(piece) !== undefined) ||
    ['Σ', 'Π', 'δ', 'e', 'π'].includes(piece) ||
    /^[0-9]+$/.test(piece)
  );
}

/** A known name that differs by one or two slips of the finger; case does not count. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 24) return undefined;
  const sameButCase = known.find((name) => name.toLowerCase() === word.toLowerCase());
  if (sameButCase !== undefined) return sameButCase;
  let best: string | undefined;
  let least = word.length > 4 ? 3 : word.length > 2 ? 2 : 0;
  for (const candidate of known) {
    if (candidate.length < 3) continue;
    const distance = editDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Letters inserted, left out, changed, or two neighbours exchanged, between two short words. */
function editDistance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, at) => at)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= right.length; j++) {
      const change = at(i - 1, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const exchanged = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      row.push(
        Math.min(change, at(i - 1, j) + 1, at(i, j - 1) + 1, exchanged ? at(i - 2, j - 2) + 1 : change),
      );
    }
  }
  return at(left.length, right.length);
}
