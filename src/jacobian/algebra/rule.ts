import type { Jacobian } from '../jacobian.js';

/** A rule of the algebra: two operators as one with a structure of its own, or undefined where it does not speak to them. */
export type Rule = (left: Jacobian, right: Jacobian) => Jacobian | undefined;

/** The rule that is the first of `rules` to speak. */
export function firstOf(rules: readonly Rule[]): Rule {
  return (left, right) => {
    for (const rule of rules) {
      const found = rule(left, right);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
