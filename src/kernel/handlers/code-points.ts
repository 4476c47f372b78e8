/** The protocol counts cursors in code points, TypeScript in UTF-16 units: `𝛿` is one of the former, two of the latter. */

export function toUtf16(text: string, codePoints: number): number {
  let offset = 0;
  let count = 0;
  while (count < codePoints && offset < text.length) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
    count++;
  }
  return offset;
}

export function toCodePoints(text: string, utf16: number): number {
  let count = 0;
  for (let offset = 0; offset < Math.min(utf16, text.length); count++) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return count;
}

/** Reads `code` and `cursor_pos`; a missing cursor is the end, one outside the text its nearest end. */
export function readCursor(
  content: Readonly<Record<string, unknown>>,
): { readonly code: string; readonly cursor: number } | undefined {
  const { code, cursor_pos: position } = content;
  if (typeof code !== 'string') return undefined;
  const inside = typeof position === 'number' && position >= 0 ? toUtf16(code, position) : code.length;
  return { code, cursor: inside };
}
