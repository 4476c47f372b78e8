/**
 * Repeatable random numbers: xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
 * 2021), its state filled from the seed by SplitMix32; normal numbers by Marsaglia's polar method.
 */
export class Random {
  private readonly state: Uint32Array;

  constructor(readonly seed: number) {
    let mixed = seed >>> 0;
    this.state = Uint32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = mixed;
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return (word ^ (word >>> 15)) >>> 0;
    });
  }

  /** A whole number from 0 to 2³² − 1. */
  word(): number {
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = this.state;
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    const t2 = s2 ^ s0;
    const t3 = s3 ^ s1;
    this.state[1] = s1 ^ t2;
    this.state[0] = s0 ^ t3;
    this.state[2] = t2 ^ shifted;
    this.state[3] = rotate(t3, 11);
    return result;
  }

  /** A number in [0, 1). */
  uniform(): number {
    return this.word() / 2 ** 32;
  }

  /** A standard normal number. */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** A whole number from 0 to below − 1. */
  below(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** The items in random order. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, order: this.uniform() }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
