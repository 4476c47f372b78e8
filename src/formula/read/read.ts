/** Reading: a text and what is declared into an expression, a definition, an assumption, a question or a line. */
import { derivative, tensor } from '../build.js';
import { freeIndices, simpleIndex, substituteIndices } from '../indices.js';
import type {
  Assumption,
  Declarations,
  Derivative,
  Expr,
  Ranged,
  Relation,
  Tensor,
  TensorRef,
} from '../nodes.js';
import { Context, type Problem } from './context.js';
import { Cursor } from './cursor.js';
import { withTensor } from './declare.js';
import { parseDerivative, parseSymbol } from './derivatives.js';
import { elaborate, elaborateTensor } from './elaborate.js';
import { IndexError, MixedNotationError, type Place } from './errors.js';
import { collectFree } from './free.js';
import { functionName } from './functions.js';
import { evaluate } from './matrix.js';
import { type MatrixValue, shapeName, unite } from './matrix-value.js';
import { notationOf } from './notation.js';
import { parseSum, takeRelation } from './parse.js';
import { toRanged } from './settle.js';
import type { DerivativeSyntax, SymbolSyntax, Syntax } from './syntax.js';
import { tokenize } from './tokens.js';

/** What was read, with what the reader should be told about how. */
export interface ReadDefinition {
  /** The declarations with the new name in them. */
  readonly declarations: Declarations;
  readonly tensor: Tensor;
  readonly notes: readonly string[];
}

export interface ReadAssumption {
  /** The declarations with the assumption in them. */
  readonly declarations: Declarations;
  readonly assumption: Assumption;
  readonly notes: readonly string[];
}

export interface ReadQuestion {
  readonly of: TensorRef;
  readonly by: readonly TensorRef[];
  /** The derivative, not worked out; its free indices are the output's, then the variables'. */
  readonly ranged: Ranged & { readonly expr: Derivative };
  readonly notes: readonly string[];
}

/** A line of a derivation. */
export type Line =
  /** The derivative that was asked for, or an expression where none was. `left` is its left side, when it has one. */
  | {
      readonly kind: 'expression';
      readonly ranged: Ranged;
      readonly left?: Derivative;
      readonly notes: readonly string[];
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
      readonly problems: readonly Problem[];
    };

/**
 * The expression a text stands for, with the ranges of its free indices in order of appearance. Text that cannot be
 * read, and indices without one range, throw a `FormulaError` that shows the place.
 *
 * @example readExpression('s_i (δ_ij − s_j)', declare({ s: ['n'] }))
 */
export function readExpression(
  text: string,
  declarations: Declarations,
): Ranged & { readonly notes: readonly string[] } {
  const cursor: Cursor = new Cursor(tokenize(text), declarations);
  const syntax = parseSum(cursor);
  if (cursor.is('=')) {
    cursor.refuse(
      cursor.next,
      'An expression has no `=`.',
      'A name is given with define: s_i = exp(x_i) / Z',
    );
  }
  cursor.expectEnd();
  const context = new Context(cursor.text, declarations, false);
  const { expr, order } = toExpr(syntax, context);
  return { ...toRanged(expr, order, syntax, context), notes: context.notes };
}

/** A sum's node, and the order of its free indices where matrix notation gives one. */
function toExpr(syntax: Syntax, context: Context): { expr: Expr; order: readonly string[] } {
  collectFree(syntax, context);
  if (notationOf(syntax, context) === 'index')
    return { expr: elaborate(syntax, new Map(), context), order: [] };
  const value = evaluate(syntax, new Map(), context);
  const order = context.freshFree(value.rows.length + value.columns.length);
  return { expr: entryAt(value, order, syntax, context), order };
}

/** The entry of a value at letters, which take their ranges from its shape. */
function entryAt(value: MatrixValue, letters: readonly string[], place: Place, context: Context): Expr {
  const keys = [...value.rows, ...value.columns];
  for (const [at, letter] of letters.entries()) {
    const key = keys[at];
    if (key !== undefined) context.same(letter, key, place);
  }
  const indices = letters.map(simpleIndex);
  return value.entry(indices.slice(0, value.rows.length), indices.slice(value.rows.length));
}

/**
 * A definition, `s_i = exp(x_i) / Σ_k exp(x_k)` or in matrix notation `y = W x + b`. The ranges of the left side's
 * letters are found on the right. Repeating a definition word for word changes nothing; another one is refused.
 */
export function readDefinition(text: string, declarations: Declarations): ReadDefinition {
  const cursor: Cursor = new Cursor(tokenize(text), declarations);
  return definitionFrom(cursor, declarations);
}

function definitionFrom(cursor: Cursor, declarations: Declarations): ReadDefinition {
  if (cursor.is('∂') || cursor.isCommand('frac')) {
    cursor.refuse(
      cursor.next,
      'A definition begins with a name.',
      'For example: s_i = exp(x_i) / Σ_k exp(x_k)',
    );
  }
  const left = parseSymbol(cursor);
  cursor.expect('=', 'A definition is a name, `=` and a sum: s_i = exp(x_i) / Σ_k exp(x_k)');
  const known = declarations.tensors.get(left.name);
  const outer = known?.definition ? without(declarations, left.name) : declarations;
  const right = parseSum(cursor);
  cursor.expectEnd();
  const context = new Context(cursor.text, outer, false);
  checkNewName(left, known, context);
  const letters = definedLetters(left, context);
  const tensorOf = definedTensor(left, letters, right, context);
  if (known && JSON.stringify(known) !== JSON.stringify(tensorOf)) {
    context.refuse(
      left,
      `${left.name} is defined already.`,
      'Choose another name, or begin again with given(…).',
    );
  }
  return {
    declarations: known ? declarations : withTensor(outer, tensorOf),
    tensor: tensorOf,
    notes: context.notes,
  };
}

function without(declarations: Declarations, name: string): Declarations {
  return { ...declarations, tensors: new Map([...declarations.tensors].filter(([key]) => key !== name)) };
}

/** The name and the body of a definition; letters of the left side are those of the right. */
function definedTensor(
  left: SymbolSyntax,
  letters: readonly string[],
  right: Syntax,
  context: Context,
): Tensor {
  for (const letter of letters) {
    context.free.add(letter);
    context.taken.add(letter);
  }
  const notation = notationOf(right, context);
  if (notation === 'matrix' && letters.length > 0) {
    throw new MixedNotationError(
      context.text,
      left,
      `\`${context.shown(left)}\` has indices and the right side is in matrix notation.`,
      `Write ${left.name} without indices, or give every name on the right its own.`,
    );
  }
  const { expr, order } = toExpr(right, context);
  const {
    ranges,
    free,
    expr: body,
  } = toRanged(expr, notation === 'matrix' ? order : letters, right, context);
  const indices = notation === 'matrix' ? order : letters;
  const extra = free.find((id) => !indices.includes(id));
  if (extra !== undefined) refuseExtra(extra, left, right, context);
  const dimensions = indices.map((id) => ranges.get(id) ?? '');
  return { name: left.name, dimensions, definition: { indices, body } };
}

function refuseExtra(letter: string, left: SymbolSyntax, place: Place, context: Context): never {
  throw new IndexError(
    context.text,
    place,
    `${letter} is free on the right but does not stand on the left, \`${context.shown(left)}\`.`,
    `Sum over it (Σ_${letter} …), or give the left side the index ${letter}.`,
  );
}

/** A new name is no tensor, dimension, or function in use; names that exist are not changed. */
function checkNewName(left: SymbolSyntax, known: Tensor | undefined, context: Context): void {
  if (known && !known.definition) {
    context.refuse(
      left,
      `${left.name} is declared already: it is given, not defined.`,
      'Choose another name.',
    );
  }
  if (context.dimension(left.name) !== undefined) {
    context.refuse(left, `${left.name} is the name of a dimension.`, 'Choose another name.');
  }
  if (functionName(left.name) !== undefined && left.name !== 'σ' && left.name !== 'sigma') {
    context.refuse(left, `${left.name} is a function of the language.`, 'Choose another name.');
  }
}

/** The index letters of a left side: plain letters, each once. */
function definedLetters(left: SymbolSyntax, context: Context): readonly string[] {
  const list = left.indices?.list ?? [];
  const letters = list.map((index) => {
    const [part, more] = index.parts;
    if (!part || more || part.sign < 0 || index.offset !== 0) {
      context.refuse(
        index,
        `\`${context.shown(left)}\` is no left side: its indices are letters.`,
        'A definition says what every entry is: s_i = …; single entries with cases: { a if i = 0; b otherwise }',
      );
    }
    context.checkLetter(part.letter, left);
    return part.letter;
  });
  const twice = letters.find((letter, at) => letters.indexOf(letter) !== at);
  if (twice !== undefined) {
    throw new IndexError(
      context.text,
      left,
      `${twice} stands twice on the left.`,
      'Each axis has its own letter; a diagonal matrix is defined with δ: A_ij = δ_ij d_i',
    );
  }
  return letters;
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
  if (extra !== undefined && first.free.length > 0) {
    throw new IndexError(
      context.text,
      right,
      `${extra} is free on the right but not on the left of this assumption.`,
      `Sum over it (Σ_${extra} …), or let both sides carry it.`,
    );
  }
  if (extra !== undefined) {
    throw new IndexError(
      context.text,
      right,
      `${extra} is free on the right only.`,
      'The left side must carry every free index: write x_i > m, not m < x_i.',
    );
  }
  return { left: first.expr, relation, right: second.expr, ranges: first.ranges };
}

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

/**
 * What derivative is asked for: `∂s_i/∂x_j`, `∂²L/∂x_i∂x_j`, here also `d s_i / d x_j`; in matrix notation, `∂L/∂W`,
 * fresh letters are made. Components (`∂s_0/∂x_1`) are allowed.
 */
export function readQuestion(text: string, declarations: Declarations): ReadQuestion {
  const { cursor, syntax } = parseQuestion(text, declarations);
  if (cursor.is('=')) {
    cursor.refuse(
      cursor.next,
      'A question has no right side.',
      'Ask for ∂s_i/∂x_j; its lines are the steps.',
    );
  }
  cursor.expectEnd();
  const context = new Context(cursor.text, declarations, false);
  const node = derivativeOf(syntax, context);
  const ranged = toRanged(node, [], syntax, context);
  const { of, by } = node;
  return { of, by, ranged: { ...ranged, expr: node }, notes: context.notes };
}

function parseQuestion(
  text: string,
  declarations: Declarations,
): { cursor: Cursor; syntax: DerivativeSyntax } {
  const tokens = tokenize(text);
  const cursor: Cursor = new Cursor(tokens, declarations);
  const first = cursor.next;
  const upright = first.kind === 'name' && first.text.startsWith('d');
  const fraction = cursor.isCommand('frac');
  if (!cursor.is('∂') && !upright && !fraction) {
    cursor.refuse(
      first.kind === 'end' ? { start: 0, end: Math.max(1, cursor.text.length) } : first,
      'A derivative was expected.',
      'For example: ∂s_i/∂x_j, d s_i / d x_j, ∂²L/∂x_i∂x_j, ∂L/∂W',
    );
  }
  return { cursor, syntax: parseDerivative(cursor, upright || fraction) };
}

/** A derivative's node; without indices, in matrix notation, its letters are made. */
function derivativeOf(syntax: DerivativeSyntax, context: Context): Derivative {
  collectFree(syntax, context);
  if (notationOf(syntax, context) === 'index') {
    const of = elaborateTensor(syntax.of, new Map(), context);
    return derivative(of, ...syntax.by.map((symbol) => elaborateTensor(symbol, new Map(), context)));
  }
  const axes = (symbol: SymbolSyntax): readonly string[] => context.tensor(symbol.name)?.dimensions ?? [];
  const symbols = [syntax.of, ...syntax.by];
  const letters = [...context.freshFree(symbols.flatMap(axes).length)];
  const [of, ...by] = symbols.map((symbol) => {
    const known = context.tensor(symbol.name);
    if (!known) return elaborateTensor(symbol, new Map(), context);
    const own = letters.splice(0, known.dimensions.length);
    for (const [axis, letter] of own.entries()) context.fix(letter, known.dimensions[axis] ?? '', symbol);
    return tensor(known.name, ...own);
  });
  if (!of) throw new TypeError('a derivative has a numerator');
  return derivative(of, ...by);
}

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
    return { kind: 'sub-result', derivative: node, ranged, notes: context.notes, problems: context.problems };
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
  const rows = value.rows.length > 1 ? value.rows.toReversed() : value.rows;
  const columns = value.columns.length > 1 ? value.columns.toReversed() : value.columns;
  const keys = [...rows, ...columns];
  const outputs = left ? left.of.indices.length : undefined;
  const rowVector = value.rows.length === 0 && value.columns.length === 1;
  if (rowVector && order.length === 1) {
    context.note(
      `\`${context.shown(place).trim()}\` is a row vector; it is read as the entries of the gradient.`,
    );
  }
  const wrongSplit =
    order.length === keys.length &&
    outputs !== undefined &&
    outputs > 0 &&
    outputs < order.length &&
    rows.length !== outputs;
  if (order.length !== keys.length || wrongSplit) {
    context.problem(
      'shape',
      place,
      `The line is ${shapeName(value, context)}; the derivative has ${order.length === 0 ? 'no indices' : `the indices ${order.join(', ')}`}.`,
      'The gradient of a scalar has the shape of the variable; a Jacobian has a row for each output.',
    );
  }
  const fresh = context.freshFree(Math.max(0, keys.length - order.length));
  const letters = [...order, ...fresh].slice(0, keys.length);
  for (const [at, letter] of letters.entries()) {
    const key = keys[at];
    if (key !== undefined) context.same(letter, key, place);
  }
  const indices = letters.map(simpleIndex);
  const split = rows.length;
  const back = (list: typeof indices) => (list.length > 1 ? list.toReversed() : list);
  return value.entry(back(indices.slice(0, split)), back(indices.slice(split)));
}
