/** What the printers of text and LaTeX share: how tightly a piece holds together, and the shapes they look for. */
import { simpleId } from '../indices.js';
import type { Binder, Expr, Index, TensorRef, Total } from '../nodes.js';

/** How tightly a text holds together: what is looser than its place asks is put in brackets. */
export const SUM = 0;
export const PRODUCT = 1;
export const FACTOR = 2;
export const ATOM = 3;

export interface Piece {
  readonly text: string;
  readonly level: number;
  /** Whether it ends in a total, which would take what follows. */
  readonly open?: boolean;
  /** Whether a product sets a dot beside it: numbers after the first factor, derivatives, quotients. */
  readonly dot?: boolean;
}

/** Whether the last indices of a tensor are these ids, in order. */
export function endsWith(expr: TensorRef, ids: readonly string[]): boolean {
  if (expr.indices.length < ids.length) return false;
  const lead = expr.indices.length - ids.length;
  const free = expr.indices.slice(0, lead).flatMap((index) => index.parts.map((part) => part.id));
  return (
    !free.some((id) => ids.includes(id)) &&
    ids.every((id, at) => {
      const index = expr.indices[lead + at];
      return index !== undefined && simpleId(index) === id;
    })
  );
}

/** The parts of an index with those that are added first: `k−i` rather than `−i+k`. */
export function orderedParts(index: Index): Index['parts'] {
  return [...index.parts].sort((a, b) => b.sign - a.sign);
}

/** How many totals of one kind are written under one sign. */
const MOST_LETTERS = 8;

/** A total and those of the same kind directly in it, written under one sign: Σ_ij. */
export function totalChain(expr: Total): { binders: readonly Binder[]; body: Expr } {
  const binders = [expr.binder];
  let { body } = expr;
  while (!expr.where && body.kind === 'total' && body.operation === expr.operation && !body.where) {
    if (binders.length >= MOST_LETTERS) break;
    binders.push(body.binder);
    body = body.body;
  }
  return { binders, body };
}
