/** How results are laid out on a terminal: a table as wide as it, colour only where it is welcome. */

export type Colour = 'green' | 'red' | 'yellow' | 'dim' | 'bold';
export type Paint = (colour: Colour, text: string) => string;

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
};

/** Where text goes: process.stdout, or what stands for it in a test. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Paints on a terminal unless NO_COLOR is set (https://no-color.org); FORCE_COLOR paints anywhere. */
export function painter(terminal: Terminal, environment: NodeJS.ProcessEnv = process.env): Paint {
  const refused = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  const forced = (environment.FORCE_COLOR ?? '0') !== '0';
  if (refused || !(terminal.isTTY || forced)) return (_colour, text) => text;
  return (colour, text) => `\u001b[${codes[colour][0]}m${text}\u001b[${codes[colour][1]}m`;
}

/** How many columns a text takes; combining marks take none, wide East Asian characters and emoji two. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** The text cut to a width, with an ellipsis where something is missing. */
export function fit(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (textWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** A column gives way, down to a width, when a table is too wide for its terminal. */
export interface Yield {
  readonly column: number;
  readonly least: number;
}

/**
 * Lays rows out under titles. On a terminal of `width` columns the columns give way in the order of `yields`; without a
 * width (a pipe, a file) every text stands whole.
 */
export function layTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  options: {
    readonly width?: number;
    readonly yields: readonly Yield[];
    readonly paint: (text: string, row: number, column: number) => string;
  },
): string {
  const { width, yields, paint } = options;
  const widths = titles.map((title, column) => {
    return Math.max(textWidth(title), ...rows.map((row) => textWidth(row[column] ?? '')));
  });
  if (width !== undefined) shrink(widths, yields, width - 2 * (titles.length - 1));
  const line = (row: readonly string[], index: number) =>
    titles
      .map((_, column) => {
        const text = fit(row[column] ?? '', widths[column] ?? 0);
        const padding =
          column === titles.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - textWidth(text));
        return paint(text, index, column) + padding;
      })
      .join('  ');
  return [line(titles, -1), ...rows.map(line)].join('\n');
}

function shrink(widths: number[], yields: readonly Yield[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  for (const { column, least } of yields) {
    if (excess <= 0) return;
    const now = widths[column] ?? 0;
    const next = Math.max(Math.min(now, least), now - excess);
    widths[column] = next;
    excess -= now - next;
  }
}
