/** A product that a probe refuted, and what a diagnosis of it needs. */
import { position, type TensorFunction } from '../autograd/index.js';
import type { NumericProblem } from '../mistakes/index.js';
import type { LinearMap, Probed } from './linear.js';
import { type Located, numbersOfLine } from './locate.js';

/** What a diagnosis of a product needs to know. */
export interface Suspect {
  readonly kind: 'vjp' | 'jvp';
  readonly map: LinearMap;
  readonly probed: Probed;
  readonly located: Located | undefined;
  /** The function whose Jacobian it is, and the argument. */
  readonly of: TensorFunction;
  readonly wrt: number;
  /** The product with the transposed Jacobian, where it can be taken. */
  readonly other?: ((probe: Float32Array) => ArrayLike<number>) | undefined;
}

/** How far numbers that are equal may deviate, in relation to the largest of them. */
export function blurOf({ finding, hand }: Probed): number {
  return Math.max(2e-6, Math.min(hand.stored === undefined ? 1e-3 : 1e-2, finding.blur));
}

/** Entries as a person names them: "5 … 12", "[0, 3], [0, 7], …". */
export function named(entries: readonly number[], shape: readonly number[]): string {
  const first = entries[0] ?? 0;
  const run = shape.length <= 1 && entries.length > 2 && entries.every((entry, k) => entry === first + k);
  if (run) return `${first} … ${first + entries.length - 1}`;
  const places = entries.slice(0, 4).map((entry) => {
    const place = position(entry, shape).join(', ');
    return shape.length === 1 ? place : `[${place}]`;
  });
  return places.join(', ') + (entries.length > 4 ? ', …' : '');
}

/** What the probe's entries select, and what the result's are. */
export const words = {
  vjp: { line: 'row', across: 'column' },
  jvp: { line: 'column', across: 'row' },
} as const;

/** The rows `lines` and the columns `across` (or the other way round) as a table, hand and truth. */
export function partOf(
  { kind, map, probed }: Suspect,
  lines: readonly number[],
  across: readonly number[],
): NumericProblem {
  const rows = lines.map((line) => numbersOfLine(map, line));
  const pick = (side: 'hand' | 'truth'): number[] =>
    kind === 'vjp'
      ? rows.flatMap((row) => across.map((entry) => row[side][entry] ?? 0))
      : across.flatMap((entry) => rows.map((row) => row[side][entry] ?? 0));
  const [m, n] = kind === 'vjp' ? [lines.length, across.length] : [across.length, lines.length];
  return {
    kind: 'jacobian',
    hand: { values: pick('hand'), shape: [m, n] },
    truth: { values: pick('truth'), shape: [m, n] },
    outputShape: [m],
    inputShape: [n],
    blur: Math.max(1e-4, blurOf(probed)),
  };
}
