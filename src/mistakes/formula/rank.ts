/** Which of several explanations comes first. */
import type { MistakeId } from '../diagnosis.js';

/**
 * Most specific first: what concerns the whole result, then how the pieces were put together, then assumptions and named
 * wrong rules, then single terms and factors, then single indices.
 */
const order: Readonly<Record<MistakeId, number>> = {
  sign: 10,
  'constant-factor': 11,
  'lost-delta': 19,
  summed: 20,
  'delta-replaced-by-one': 22,
  'diagonal-only': 23,
  transposed: 30,
  'missing-contraction': 35,
  'elementwise-product': 40,
  'order-reversed': 41,
  'wrong-axis': 42,
  'needs-assumption': 45,
  'held-constant': 50,
  'derivative-at-output': 55,
  'offset-sign': 58,
  'sign-of-term': 60,
  'lost-term': 61,
  'extra-term': 62,
  'product-of-derivatives': 62.5,
  'lost-power': 63,
  'lost-function': 63.5,
  'lost-factor': 64,
  'extra-factor': 65,
  'other-name': 77,
  'index-clash': 78,
  shape: 95,
  unstable: 96,
  unrelated: 99,
};

export function rankOf(mistake: MistakeId): number {
  return order[mistake];
}
