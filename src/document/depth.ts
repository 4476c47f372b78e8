/** How deep in brackets each place of a formula's text stands. */

const opens = /^(?:[([{]|\\begin\{)/;

/**
 * For each UTF-16 unit the number of brackets and environments open around it. `\left` and `\right` stand before their brackets;
 * `\{` and `\}` are brackets too; an escaped `\\` is none.
 */
export function braceDepths(text: string): readonly number[] {
  const depths: number[] = [];
  let depth = 0;
  for (const [token] of text.matchAll(/\\(?:begin|end)\{[^}\n]*\}|\\[^\n]|[\s\S]/g)) {
    const isOpen = opens.test(token) || token === '\\{';
    const isClose = /^(?:[)\]}]|\\end\{|\\\})/.test(token);
    if (isClose) depth = Math.max(0, depth - 1);
    for (let unit = 0; unit < token.length; unit++) depths.push(depth);
    if (isOpen) depth += 1;
  }
  return depths;
}

/** The text apart at every `=` outside of brackets; `≤`, `!=`, `>=` and `:=` are other signs. */
export function equalsSigns(text: string): readonly number[] {
  const depths = braceDepths(text);
  return [...text.matchAll(/(?<![!<>:=])=(?!=)/g)].map(({ index }) => index).filter((at) => depths[at] === 0);
}
