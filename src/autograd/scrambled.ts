/** Numbers that look random and are the same each time. */

/** 32 bits at a time that look random and are the same each time (xorshift). */
export function scrambledBits(seed: number): () => number {
  let bits = (0x9e3779b9 ^ Math.imul(seed, 0x85ebca6b)) | 1;
  const next = (): number => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return bits >>> 0;
  };
  for (let k = 0; k < 8; k += 1) next();
  return next;
}

/** Numbers between `from` and `to` that look random and are the same each time. */
export function scrambled(size: number, from: number, to: number, seed = 1): Float32Array {
  const bits = scrambledBits(seed);
  return Float32Array.from({ length: size }, () => from + (bits() / 2 ** 32) * (to - from));
}
