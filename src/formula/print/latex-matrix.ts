/** Explicit matrices in LaTeX: tall fractions, room between the rows, wide ones elided. */

export interface LatexMatrixOptions {
  /** The most rows and columns that are shown; of larger matrices the first ones and the last. 8 unless given. */
  readonly most?: number;
}

/**
 * A matrix of LaTeX entries as `bmatrix`. Fractions are set large (`\dfrac`), rows are set apart, and of more than
 * `most` rows or columns the middle is elided by dots.
 *
 * @example latexMatrix([['a', 'b'], ['c', 'd']]) // '\\begin{bmatrix} a & b \\\\[6pt] c & d \\end{bmatrix}'
 */
export function latexMatrix(
  entries: readonly (readonly string[])[],
  { most = 8 }: LatexMatrixOptions = {},
): string {
  const columns = Math.max(0, ...entries.map((row) => row.length));
  const shownColumns = places(columns, most);
  const rows = places(entries.length, most).map((row) =>
    shownColumns
      .map((column) => {
        if (row === undefined) return column === undefined ? '\\ddots' : '\\vdots';
        return column === undefined ? '\\cdots' : tall(entries[row]?.[column] ?? '');
      })
      .join(' & '),
  );
  return `\\begin{bmatrix} ${rows.join(' \\\\[6pt] ')} \\end{bmatrix}`;
}

function tall(entry: string): string {
  return entry.replaceAll('\\frac', '\\dfrac');
}

/** The places that are shown; undefined where the middle is left out. */
function places(count: number, most: number): readonly (number | undefined)[] {
  const all = Array.from({ length: count }, (_, at) => at);
  if (count <= most || most < 3) return all;
  return [...all.slice(0, most - 2), undefined, count - 1];
}
