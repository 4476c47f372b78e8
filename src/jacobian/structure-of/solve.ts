/** x with A x = b for a small matrix, by elimination with the largest pivot of each column; undefined where A is singular. */
export function solved(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): readonly number[] | undefined {
  const n = right.length;
  const lines = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (let k = 0; k < n; k += 1) {
    const size = (i: number): number => Math.abs(lines[i]?.[k] ?? 0);
    let best = k;
    for (let i = k + 1; i < n; i += 1) if (size(i) > size(best)) best = i;
    const [pivot, other] = [lines[best], lines[k]];
    if (pivot === undefined || other === undefined || size(best) === 0) return undefined;
    [lines[k], lines[best]] = [pivot, other];
    for (let i = 0; i < n; i += 1) {
      const line = lines[i];
      if (i === k || line === undefined) continue;
      const factor = (line[k] ?? 0) / (pivot[k] ?? 1);
      for (let j = k; j <= n; j += 1) line[j] = (line[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return lines.map((line, k) => (line[n] ?? 0) / (line[k] ?? 1));
}
