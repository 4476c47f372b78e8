/** Kronecker products in their plainest form. */
import { Kronecker } from '../composed/index.js';
import type { Jacobian } from '../jacobian.js';
import { Dense, Diagonal } from '../kinds/index.js';

/** A ⊗ B: of diagonals a diagonal, with a single number a multiple. */
export function kroneckerOf(left: Jacobian, right: Jacobian): Jacobian {
  const [a, b] = [single(left), single(right)];
  if (a !== undefined) return right.multiple(a);
  if (b !== undefined) return left.multiple(b);
  if (left instanceof Diagonal && right instanceof Diagonal) {
    const entries = new Float64Array(left.rows * right.rows);
    left.entries.forEach((value, i) => {
      right.entries.forEach((other, j) => {
        entries[i * right.rows + j] = value * other;
      });
    });
    return new Diagonal(entries);
  }
  return new Kronecker(left, right);
}

function single(jacobian: Jacobian): number | undefined {
  if (jacobian.rows !== 1 || jacobian.columns !== 1) return undefined;
  if (jacobian instanceof Dense) return jacobian.values[0];
  return jacobian instanceof Diagonal ? jacobian.entries[0] : undefined;
}
