/** Exact numbers as doubles. */
import type { Rational } from '../nodes.js';

/** The double nearest to a rational number, also where its terms exceed 2⁵³. */
export function toNumber(value: Rational): number {
  const limit = 2n ** 53n;
  if (value.n <= limit && value.d <= limit) return Number(value.s) * (Number(value.n) / Number(value.d));
  const lengthOf = (whole: bigint): number => whole.toString(2).length;
  const shift = 66 - (lengthOf(value.n) - lengthOf(value.d));
  const scaled = shift >= 0 ? value.n << BigInt(shift) : value.n;
  const divisor = shift >= 0 ? value.d : value.d << BigInt(-shift);
  const quotient = (scaled / divisor) | (scaled % divisor === 0n ? 0n : 1n);
  return Number(value.s) * Number(quotient) * 2 ** -shift;
}
