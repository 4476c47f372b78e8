/** Reading a line of a derivation, whose indices may be wrong: that is judged, not refused. */
import { freeIndices, simpleIndex, substituteIndices } from '../indices.js';
import type { Declarations, Derivative, Expr, Ranged } from '../nodes.js';
import { Context, type Problem } from './context.js';
import { Cursor } from './cursor.js';
import { elaborate } from './elaborate.js';
import type { Place } from './errors.js';
import { collectFree } from './free.js';
import { evaluate } from './matrix.js';
import { type MatrixValue, shapeName } from './matrix-value.js';
import { notationOf } from './notation.js';
import { parseSum } from './parse.js';
import { definitionFrom, type ReadDefinition } from './read-definition.js';
import { entryAt, toExpr } from './read-expression.js';
import { derivativeOf } from './read-question.js';
import { toRanged } from './settle.js';
import type { Syntax } from './syntax.js';
import { tokenize } from './tokens.js';

/** A line of a derivation. */
export type Line =
  /** The derivative that was asked for, or an expression where none was. `left` is its left side, when it has one. */
  | {
      readonly kind: 'expression';
      readonly ranged: Ranged;
      readonly left?: Derivative;
      readonly notes: readonly string[];
      /** Those of the notes that say that one letter stands for two indices. */
      readonly clashes: readonly string[];
      readonly problems: readonly Problem[];
    }
  /** `let r_i = …` */
  | ({ readonly kind: 'let' } & ReadDefinition)
  /** Another derivative than the one asked for: `∂Z/∂x_j = exp(x_j)`. */
  | {
      readonly kind: 'sub-result';
      readonly derivative: Derivative;
      readonly ranged: Ranged;
      readonly notes: readonly string[];
      /** Those of the notes that say that one letter stands for two indices. */
      readonly clashes: readonly string[];
      readonly problems: readonly Problem[];
    };

/**
 * A line of a derivation of `asked`. Conflicts of indices do not throw: they are returned as `problems`, so that the
 * line can be judged and diagnosed. Only text that cannot be read throws.
 */
export function readLine(text: string, declarations: Declarations, options: { asked?: Ranged } = {}): Line {
  const cursor: Cursor = new Cursor(tokenize(text), declarations);
  if (cursor.isName('let') && !cursor.isDeclared('let')) {
    cursor.take();
    return { kind: 'let', ...definitionFrom(cursor, declarations) };
  }
  const first = parseSum(cursor);
  const left = first.kind === 'derivative' && cursor.takes('=') ? first : undefined;
  if (!left && cursor.is('=')) refuseEquation(cursor, first);
  const right = left ? parseSum(cursor) : first;
  cursor.expectEnd();
  const context = new Context(cursor.text, declarations, true);
  const asked = options.asked?.expr.kind === 'derivative' ? options.asked.expr : undefined;
  const node = left && derivativeOf(left, context);
  const renaming = node && asked ? matching(node, asked) : undefined;
  if (node && asked && !renaming) {
    const order = freeIndices(node);
    const ranged = rightSide(right, order, node, context);
    return {
      kind: 'sub-result',
      derivative: node,
      ranged,
      notes: context.notes,
      clashes: context.clashes,
      problems: context.problems,
    };
  }
  const given = options.asked;
  if (given && !node) {
    for (const id of given.free) {
      context.fix(id, given.ranges.get(id) ?? '?', { start: 0, end: 0 });
      context.free.add(id);
      context.taken.add(id);
    }
  }
  const order = node ? freeIndices(node) : (given?.free ?? []);
  const ranged = rightSide(right, order, node ?? asked, context);
  const renamed = renaming && given ? renameFree(ranged, renaming, given) : ranged;
  const shown = node && renaming ? asked : node;
  return {
    kind: 'expression',
    ranged: renamed,
    ...(shown && { left: shown }),
    notes: context.notes,
    clashes: context.clashes,
    problems: context.problems,
  };
}

function refuseEquation(cursor: Cursor, left: Syntax): never {
  const shown = cursor.shown(left);
  cursor.refuse(
    left,
    `\`${shown}\` is no left side of a line.`,
    `A line is an expression, or ∂…/∂… = expression. A new name is introduced with let: 'let ${left.kind === 'symbol' ? shown : 'r_i'} = …'`,
  );
}

/** The renaming of the indices of a derivative that makes it the one asked for, when it is the same but for letters. */
function matching(left: Derivative, asked: Derivative): ReadonlyMap<string, string> | undefined {
  const ours = [left.of, ...left.by];
  const theirs = [asked.of, ...asked.by];
  if (ours.length !== theirs.length || ours.some((ref, at) => ref.name !== theirs[at]?.name))
    return undefined;
  const renaming = new Map<string, string>();
  const targets = new Map<string, string>();
  const from = ours.flatMap((ref) => ref.indices);
  const to = theirs.flatMap((ref) => ref.indices);
  for (const [at, index] of from.entries()) {
    const target = to[at];
    if (!target || index.offset !== target.offset || index.parts.length !== target.parts.length)
      return undefined;
    for (const [n, part] of index.parts.entries()) {
      const other = target.parts[n];
      if (!other || part.sign !== other.sign) return undefined;
      if ((renaming.get(part.id) ?? other.id) !== other.id) return undefined;
      if ((targets.get(other.id) ?? part.id) !== part.id) return undefined;
      renaming.set(part.id, other.id);
      targets.set(other.id, part.id);
    }
  }
  return renaming;
}

function renameFree(ranged: Ranged, renaming: ReadonlyMap<string, string>, asked: Ranged): Ranged {
  const others = ranged.free.filter((id) => !renaming.has(id));
  const all = new Map(
    [...renaming].filter(([from, to]) => from !== to).map(([from, to]) => [from, simpleIndex(to)]),
  );
  const free = [...asked.free, ...others.filter((id) => !asked.free.includes(id))];
  const ranges = new Map([...asked.ranges, ...[...ranged.ranges].filter(([id]) => others.includes(id))]);
  return { expr: substituteIndices(ranged.expr, all), free, ranges };
}

/** The right side of a line with the free indices `order` first; others are problems. */
function rightSide(
  syntax: Syntax,
  order: readonly string[],
  left: Derivative | undefined,
  context: Context,
): Ranged {
  collectFree(syntax, context);
  const known = left !== undefined || order.length > 0;
  const expr =
    notationOf(syntax, context) === 'index'
      ? elaborate(syntax, new Map(), context)
      : known
        ? matrixAt(evaluate(syntax, new Map(), context), order, left, syntax, context)
        : toExpr(syntax, context).expr;
  const ranged = toRanged(expr, order, syntax, context);
  if (known) {
    for (const id of freeIndices(ranged.expr)) {
      if (order.includes(id)) continue;
      context.problem(
        'free-index',
        syntax,
        `The index ${id} is free on the right but does not belong to the derivative.`,
        `Sum over it (Σ_${id} …), or check which index is meant.`,
        id,
      );
    }
  }
  return ranged;
}

/**
 * A value of matrix notation as the entry of a derivative with these free indices. A Kronecker product stands for the
 * derivative of vec by vec, columns stacked: its pairs are (column, row). A gradient may be written as a row.
 */
function matrixAt(
  value: MatrixValue,
  order: readonly string[],
  left: Derivative | undefined,
  place: Place,
  context: Context,
): Expr {
  const count = value.rows.length + value.columns.length;
  const outputs = left ? left.of.indices.length : undefined;
  const rowVector = value.rows.length === 0 && value.columns.length === 1;
  if (rowVector && order.length === 1) {
    context.note(
      `\`${context.shown(place).trim()}\` is a row vector; it is read as the entries of the gradient.`,
    );
  }
  const wrongSplit =
    order.length === count &&
    outputs !== undefined &&
    outputs > 0 &&
    outputs < order.length &&
    value.rows.length !== outputs;
  if (order.length !== count || wrongSplit) {
    context.problem(
      'shape',
      place,
      `The line is ${shapeName(value, context)}; the derivative has ${order.length === 0 ? 'no indices' : `the indices ${order.join(', ')}`}.`,
      'The gradient of a scalar has the shape of the variable; a Jacobian has a row for each output.',
    );
  }
  const fresh = context.freshFree(Math.max(0, count - order.length));
  return entryAt(value, [...order, ...fresh].slice(0, count), place, context);
}
