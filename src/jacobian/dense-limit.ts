/** How much memory a dense result may take. */
import { DenseTooLargeError } from './errors.js';

let limit: number | undefined;

/** The most bytes a dense Jacobian or Hessian may take: what `setDenseLimit` or `HANDGRAD_DENSE_LIMIT` says, else 1 GB. */
export function denseLimit(): number {
  const asked = Number(process.env.HANDGRAD_DENSE_LIMIT);
  return limit ?? (asked > 0 ? asked : 1e9);
}

/** Sets the most bytes a dense Jacobian or Hessian may take; without an argument, back to the default. */
export function setDenseLimit(bytes?: number): void {
  limit = bytes;
}

function readable(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toPrecision(3)} GB` : `${(bytes / 1e6).toPrecision(3)} MB`;
}

/**
 * Estimates a dense result before it is made.
 *
 * @throws DenseTooLargeError where it would be larger than `denseLimit()`.
 */
export function refuseTooLarge(rows: number, columns: number, bytesPerNumber = 4): void {
  const bytes = rows * columns * bytesPerNumber;
  if (bytes <= denseLimit()) return;
  throw new DenseTooLargeError(
    `A dense Jacobian of ${rows} outputs by ${columns} inputs would take ${readable(bytes)}; at most ` +
      `${readable(denseLimit())} is allowed. Use apply and applyTransposed, or vjp and jvp (checkVjp, checkJvp), which ` +
      'never build it, or raise the limit with setDenseLimit(bytes) or HANDGRAD_DENSE_LIMIT.',
  );
}
