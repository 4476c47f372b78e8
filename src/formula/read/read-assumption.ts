/** Reading an assumption: two sums and how they compare. */
import type { Assumption, Declarations, Expr, Relation } from '../nodes.js';
import { Context } from './context.js';
import { Cursor } from './cursor.js';
import { elaborate } from './elaborate.js';
import { IndexError, type Place } from './errors.js';
import { collectFree } from './free.js';
import { evaluate } from './matrix.js';
import { shapeName, unite } from './matrix-value.js';
import { notationOf } from './notation.js';
import { parseSum, takeRelation } from './parse.js';
import { entryAt } from './read-expression.js';
import { toRanged } from './settle.js';
import type { Syntax } from './syntax.js';
import { tokenize } from './tokens.js';

export interface ReadAssumption {
  /** The declarations with the assumption in them. */
  readonly declarations: Declarations;
  readonly assumption: Assumption;
  readonly notes: readonly string[];
}

/** Something taken to be true: `Σ_i t_i = 1`, `s_i > 0`, `p > 1`, `A_ij = A_ji`, `A = Aᵀ`. */
export function readAssumption(text: string, declarations: Declarations): ReadAssumption {
  const cursor: Cursor = new Cursor(tokenize(text), declarations);
  const left = parseSum(cursor);
  const relation = takeRelation(cursor);
  const example = 'For example: Σ_i t_i = 1, s_i > 0, A_ij = A_ji';
  if (relation === undefined) {
    cursor.refuse(
      cursor.next.kind === 'end' ? cursor.since(0) : cursor.next,
      'An assumption compares two sums with =, ≠, <, ≤, > or ≥.',
      example,
    );
  }
  const right = parseSum(cursor);
  if (takeRelation(cursor) !== undefined) {
    cursor.refuse(
      cursor.since(left.start),
      'One assumption makes one comparison.',
      "Assume twice: '0 < p' and 'p < 1'",
    );
  }
  cursor.expectEnd();
  const context = new Context(cursor.text, declarations, false);
  const assumption = { ...assumed(left, relation, right, context), text: text.trim() };
  const assumptions = [...declarations.assumptions.filter((a) => a.text !== assumption.text), assumption];
  return { assumption, declarations: { ...declarations, assumptions }, notes: context.notes };
}

function assumed(
  left: Syntax,
  relation: Relation,
  right: Syntax,
  context: Context,
): Omit<Assumption, 'text'> {
  const whole: Syntax = {
    kind: 'sum',
    terms: [left, right].map((term) => ({ negative: false, term })),
    start: left.start,
    end: right.end,
  };
  collectFree(whole, context);
  const matrix = notationOf(whole, context) === 'matrix';
  const sides = matrix
    ? matrixSides(left, right, whole, context)
    : [left, right].map((s) => elaborate(s, new Map(), context));
  context.ranges.settleWeak();
  const [first, second] = sides.map((side) => toRanged(side, [], whole, context));
  if (!first || !second) throw new TypeError('an assumption has two sides');
  const extra = second.free.find((id) => !first.free.includes(id));
  if (extra !== undefined && first.free.length === 0) {
    return { left: second.expr, relation: MIRRORED[relation], right: first.expr, ranges: second.ranges };
  }
  if (extra !== undefined) {
    throw new IndexError(
      context.text,
      right,
      `${extra} is free on the right but not on the left of this assumption.`,
      `Sum over it (Σ_${extra} …), or let both sides carry it.`,
    );
  }
  return { left: first.expr, relation, right: second.expr, ranges: first.ranges };
}

/** The relation with its sides exchanged. */
const MIRRORED: Readonly<Record<Relation, Relation>> = {
  '>': '<',
  '≥': '≤',
  '<': '>',
  '≤': '≥',
  '=': '=',
  '≠': '≠',
};

function matrixSides(left: Syntax, right: Syntax, place: Place, context: Context): Expr[] {
  const values = [left, right].map((side) => evaluate(side, new Map(), context));
  const [first, second] = values;
  if (!first || !second) return [];
  const count = Math.max(...values.map((value) => value.rows.length + value.columns.length));
  const letters = context.freshFree(count);
  const scalarRight = second.rows.length + second.columns.length === 0;
  if (
    !scalarRight &&
    (first.rows.length !== second.rows.length || first.columns.length !== second.columns.length)
  ) {
    context.refuse(
      place,
      `The sides are ${shapeName(first, context)} and ${shapeName(second, context)}.`,
      'Both sides have the same shape: A = Aᵀ, X 𝟏 = 𝟏',
    );
  }
  unite(first.rows, second.rows, place, context);
  unite(first.columns, second.columns, place, context);
  return [
    entryAt(first, letters, left, context),
    scalarRight ? second.entry([], []) : entryAt(second, letters, right, context),
  ];
}
