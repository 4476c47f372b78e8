/** Random numbers between 0 and 1, the same for the same seed. Source: G. Marsaglia, Xorshift RNGs (2003), the triple 13, 17, 5. */
export function randomNumbers(seed: number): () => number {
  let bits = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const next = (): number => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return (bits >>> 0) / 2 ** 32;
  };
  for (let k = 0; k < 8; k += 1) next();
  return next;
}
