/** Whether two operators are the same one, as far as that is cheap to see. */
import type { Jacobian } from '../jacobian.js';
import { Diagonal, Selection } from '../kinds/index.js';

/** The same object, the same multiple of the identity, or the same selection. */
export function isSame(left: Jacobian, right: Jacobian): boolean {
  if (left === right) return true;
  if (left.rows !== right.rows || left.columns !== right.columns) return false;
  if (left instanceof Diagonal && right instanceof Diagonal)
    return left.uniform !== undefined && left.uniform === right.uniform;
  if (!(left instanceof Selection && right instanceof Selection)) return false;
  if (left.transposed !== right.transposed || !sameNumbers(left.sources, right.sources)) return false;
  if (left.weights === undefined || right.weights === undefined) return left.weights === right.weights;
  return sameNumbers(left.weights, right.weights);
}

export function isIdentity(jacobian: Jacobian): boolean {
  return jacobian instanceof Diagonal && jacobian.uniform === 1;
}

export function sameNumbers(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let k = 0; k < left.length; k += 1) if (left[k] !== right[k]) return false;
  return true;
}
