/** A counterexample made small: the smallest sizes and the roundest numbers at which two formulas still clearly differ. */
import type { Declarations, Ranged } from '../nodes.js';
import { type AgreeOptions, agree, type Deviation } from './agree.js';
import { Prober } from './prober.js';
import { smallestSizes } from './sizes.js';

/** Whole numbers, then tenths, then as drawn; never 0, which hides too much. */
const ROUNDINGS: readonly ((entry: number) => number)[] = [1, 10].map(
  (grain) => (entry) => Math.sign(entry) * (Math.max(1, Math.round(Math.abs(entry) * grain)) / grain),
);

/** How many points of each kind are tried. */
const TRIES = 8;

/**
 * The entry and point that give a wrong formula away most plainly: at the smallest sizes, with small whole numbers or
 * tenths that satisfy the assumptions, and a difference of at least a twentieth of the values.
 * @returns `found` itself where nothing plainer turns up.
 */
export function minimise(
  found: Deviation,
  left: Ranged,
  right: Ranged,
  declarations: Declarations,
  options: AgreeOptions = {},
): Deviation {
  const prober = new Prober(declarations, [left, right], options);
  const sizes = smallestSizes(prober.least);
  for (const round of [...ROUNDINGS, undefined]) {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const point = prober.next((options.seed ?? 1) * 1000 + 500 + attempt, sizes, round);
      if ('none' in point) break;
      const agreement = agree(left, right, declarations, { ...options, points: [point] });
      if ('none' in agreement || agreement.worst === undefined || agreement.agrees) continue;
      if (isPlain(agreement.worst)) return agreement.worst;
    }
  }
  return found;
}

/** Whether the two numbers visibly differ. */
function isPlain({ left, right, error }: Deviation): boolean {
  return error >= 0.05 * Math.max(Math.abs(left), Math.abs(right)) && error >= 0.01;
}
