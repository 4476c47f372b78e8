/** A condition of a proof in words. */
import { type Condition, polyIds } from '../canonical/index.js';
import { toText } from '../print/text.js';
import { Naming, polyToExpr } from './to-expr.js';

/** "a + b ≠ 0", "away from kinks". */
export function describeCondition(condition: Condition): string {
  if ('words' in condition) return condition.words;
  return `${toText(polyToExpr(condition.nonzero, new Naming(polyIds(condition.nonzero))))} ≠ 0`;
}
