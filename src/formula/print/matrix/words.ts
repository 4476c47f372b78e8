/** Pieces of matrix notation and how they are put together. */

/** How tightly a piece holds together. An entrywise product needs brackets in a matrix product. */
export const SUM = 0;
export const ENTRYWISE = 1;
export const PRODUCT = 2;
export const ATOM = 3;

/** A vector, matrix or scalar as text; `negative` is a minus sign in front that is not in the text. */
export interface Word {
  readonly text: string;
  readonly level: number;
  readonly negative?: boolean;
  /** The factors of a matrix product, which its transpose reverses. */
  readonly factors?: readonly Word[];
}

export const ONES: Word = { text: '𝟏', level: ATOM };
export const IDENTITY: Word = { text: 'I', level: ATOM };

export function word(text: string): Word {
  return { text, level: ATOM };
}

/** The word with its sign in the text. */
export function signed(piece: Word): Word {
  return piece.negative ? { text: `−${within(piece, ENTRYWISE)}`, level: SUM } : piece;
}

export function negated(piece: Word): Word {
  return { ...piece, negative: !piece.negative };
}

/** The text of a word without its sign, in brackets where it is looser than asked. */
export function within(piece: Word, level: number): string {
  return piece.level < level ? `(${piece.text})` : piece.text;
}

/** Factors of a matrix product side by side; the sign is that of all of them. */
export function product(factors: readonly Word[]): Word {
  const [only, more] = factors;
  if (only && !more) return only;
  const text = factors.map((factor) => within(factor, PRODUCT)).join(' ');
  return { text, level: PRODUCT, negative: isNegative(factors), factors };
}

/** Factors of an entrywise product. */
export function entrywise(factors: readonly Word[]): Word {
  const [only, more] = factors;
  if (only && !more) return only;
  // a product of matrices beside ⊙ is put in brackets: factors are read from left to right
  const text = factors
    .map((factor) => (factor.level === PRODUCT ? `(${factor.text})` : within(factor, ENTRYWISE)))
    .join(' ⊙ ');
  return { text, level: ENTRYWISE, negative: isNegative(factors) };
}

function isNegative(factors: readonly Word[]): boolean {
  return factors.filter((factor) => factor.negative).length % 2 === 1;
}

/** `Aᵀ`, `Bᵀ Aᵀ` of a product `A B`; a transpose is undone. */
export function transposed(piece: Word): Word {
  if (piece.text === IDENTITY.text) return piece;
  if (piece.factors) {
    const reversed = product(
      piece.factors.toReversed().map((factor) => transposed({ ...factor, negative: false })),
    );
    return { ...reversed, negative: piece.negative === true };
  }
  const sign = piece.negative ? { negative: true } : {};
  if (piece.level === ATOM && piece.text.endsWith('ᵀ') && !piece.text.startsWith('(')) {
    return { text: piece.text.slice(0, -1), level: ATOM, ...sign };
  }
  return { text: `${within(piece, ATOM)}ᵀ`, level: ATOM, ...sign };
}

/** `diag(s)`; of 𝟏 the identity. */
export function diagonal(piece: Word): Word {
  if (piece.text === ONES.text && !piece.negative) return IDENTITY;
  return word(`diag(${signed(piece).text})`);
}

/** Terms joined by their signs. */
export function sumOf(terms: readonly Word[]): Word {
  const text = terms
    .map((term, at) => {
      const shown = within(term, ENTRYWISE);
      if (at === 0) return term.negative ? `−${shown}` : shown;
      return term.negative ? ` − ${shown}` : ` + ${shown}`;
    })
    .join('');
  return { text, level: SUM };
}
