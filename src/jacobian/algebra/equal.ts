/** Whether two operators are the same one, as far as that is cheap to see. */
import type { Jacobian } from '../jacobian.js';
import { Diagonal } from '../kinds/index.js';

/** The same object, or the same multiple of the identity. */
export function isSame(left: Jacobian, right: Jacobian): boolean {
  if (left === right) return true;
  return (
    left instanceof Diagonal &&
    right instanceof Diagonal &&
    left.rows === right.rows &&
    left.uniform !== undefined &&
    left.uniform === right.uniform
  );
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
