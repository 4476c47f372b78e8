/**
 * tslab's converter writes no source map. Its output keeps the order of the lines and leaves types and blank lines out,
 * so each line of the output is found again as the next line of the source that holds its words in their order.
 */

const word = /[\p{ID_Continue}$]+/gu;

/** For each line of the output (zero-based) the line of the source that it came from. */
export function alignLines(source: string, output: string): readonly number[] {
  const lines = source.split('\n').map((line) => line.match(word) ?? []);
  let from = 0;
  return output.split('\n').map((line) => {
    const words = (line.match(word) ?? []).filter((part) => !generated.has(part));
    if (words.length === 0) return from;
    for (let candidate = from; candidate < lines.length; candidate++) {
      if (isSubsequence(words, lines[candidate] ?? [])) {
        from = candidate;
        return candidate;
      }
    }
    return from;
  });
}

/** Words that the converter adds. */
const generated = new Set([
  'exports',
  'tsLastExpr',
  'void',
  '0',
  'const',
  'let',
  'var',
  'default',
  'require',
  '__importDefault',
  '__importStar',
]);

function isSubsequence(words: readonly string[], line: readonly string[]): boolean {
  let index = 0;
  for (const candidate of line) if (candidate === words[index]) index++;
  return index === words.length;
}
