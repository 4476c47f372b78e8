/** Index notation: syntax into nodes. One function a kind of syntax. */
import {
  add,
  cases,
  delta,
  fieldFunction,
  matrixFunction,
  multiply,
  position,
  power,
  size,
  total,
} from '../build.js';
import { TooLargeError } from '../errors.js';
import { simpleId } from '../indices.js';
import type { Binder, Bracket, Expr, Index, TensorRef } from '../nodes.js';
import { children, exhausted } from '../walk.js';
import { negative, quotient, readNumber } from './arithmetic.js';
import type { Bound, Context } from './context.js';
import { UnknownNameError } from './errors.js';
import { isFieldName, isMatrixName, takesWhole } from './functions.js';
import { DEEPEST } from './limits.js';
import { elaborateWhole, entryOf } from './matrix.js';
import { suggestion } from './names.js';
import type {
  CallSyntax,
  ConditionSyntax,
  DerivativeSyntax,
  EntrySyntax,
  IndexSyntax,
  IndicesSyntax,
  ProductSyntax,
  SymbolSyntax,
  Syntax,
  TotalSyntax,
} from './syntax.js';

/** The node that a piece of syntax stands for where the letters of `bound` are bound. */
export function elaborate(syntax: Syntax, bound: Bound, context: Context): Expr {
  const read = (inner: Syntax): Expr => elaborate(inner, bound, context);
  switch (syntax.kind) {
    case 'number':
      return readNumber(syntax.text);
    case 'symbol':
      return elaborateSymbol(syntax, bound, context);
    case 'delta':
      return elaborateDelta(syntax.left, syntax.right, bound, context);
    case 'call':
      return elaborateCall(syntax, bound, context);
    case 'bracket':
      return elaborateCondition(syntax.condition, bound, context);
    case 'cases': {
      const branches = syntax.branches.map((branch) => ({
        value: read(branch.value),
        condition: elaborateCondition(branch.condition, bound, context),
      }));
      return cases(branches, syntax.otherwise && read(syntax.otherwise));
    }
    case 'total':
      return elaborateTotal(syntax, bound, context);
    case 'derivative':
      return elaborateDerivative(syntax, bound, context);
    case 'group':
      return read(syntax.body);
    case 'entry':
      return elaborateEntry(syntax, bound, context);
    case 'sum':
      return add(
        ...syntax.terms.map(({ negative: minus, term }) => (minus ? negative(read(term)) : read(term))),
      );
    case 'product':
      return elaborateProduct(syntax, bound, context);
    case 'negate':
      return negative(read(syntax.operand));
    case 'power':
      return power(read(syntax.base), read(syntax.exponent));
    case 'transpose':
      return context.refuse(
        syntax,
        'A transpose stands after a matrix without indices.',
        'With indices, exchange them: A_ji is the transpose of A_ij. Names contain no primes: call it r.',
      );
    case 'ones':
      return context.refuse(syntax, '𝟏 is matrix notation.', 'With indices a 1 is enough: Σ_i x_i');
    default:
      return exhausted(syntax);
  }
}

/** Factors from left to right; '/' divides what stands before it. */
function elaborateProduct(syntax: ProductSyntax, bound: Bound, context: Context): Expr {
  if (syntax.rest.filter(({ sign }) => sign === '/').length > DEEPEST) {
    throw new TooLargeError(
      `more than ${DEEPEST} divisions follow each other: define the inner parts by name.`,
    );
  }
  let factors = [elaborate(syntax.first, bound, context)];
  for (const { sign, factor } of syntax.rest) {
    const next = elaborate(factor, bound, context);
    if (sign === '/') {
      if (next.kind === 'number' && next.value.n === 0n) {
        context.refuse(factor, 'This divides by zero.', 'A quotient needs a divisor other than 0.');
      }
      factors = [quotient(multiply(...factors), next)];
    } else if (sign === '·') factors.push(next);
    else {
      context.refuse(
        factor,
        `${sign} is a product of matrices.`,
        'With indices, entries are multiplied side by side: x_i y_i',
      );
    }
  }
  return multiply(...factors);
}

/** An index with ids for its letters; a letter that is not bound is free. */
export function toIndexNode(index: IndexSyntax, bound: Bound, context: Context): Index {
  const parts = index.parts.map(({ sign, letter }) => {
    const id = bound.get(letter);
    if (id === undefined) context.checkLetter(letter, index);
    context.meet(id ?? letter, index);
    return { sign, id: id ?? letter };
  });
  const [first, second] = parts;
  if (first && second && parts.length > 1) {
    // i − i is no index at all
    const total = parts.map((p) => p.id);
    if (new Set(total).size < total.length) {
      context.refuse(index, 'An index letter stands twice in one index.', 'For example: x_{i+k}, x_{i-1}');
    }
  }
  return { parts, offset: index.offset };
}

/** A declared name with its indices, a dimension's size, an index's number or a constant. */
function elaborateSymbol(syntax: SymbolSyntax, bound: Bound, context: Context): Expr {
  const { name } = syntax;
  const tensor = context.tensor(name);
  if (tensor) return elaborateTensor(syntax, bound, context);
  if (syntax.indices) return refuseUnknown(syntax, context);
  const id = bound.get(name);
  const dimension = context.dimension(name);
  if (id !== undefined) return position(id);
  if (dimension !== undefined) return size(dimension);
  const constant = name === 'e' ? 'e' : name === 'π' || name === 'pi' ? 'π' : undefined;
  if (constant && context.free.has(name)) {
    context.refuse(
      syntax,
      `${name} is an index here and also the constant.`,
      'Use another letter for the index.',
    );
  }
  if (constant) return { kind: 'constant', name: constant };
  if (context.free.has(name)) {
    context.meet(name, syntax);
    return position(name);
  }
  return refuseUnknown(syntax, context);
}

export function refuseUnknown(syntax: SymbolSyntax, context: Context): never {
  const rest = syntax.indices ? context.shown(syntax.indices) : '';
  const dimension = context.dimension(syntax.name);
  if (dimension !== undefined) {
    context.refuse(
      syntax,
      `${dimension} is the name of a dimension and has no indices.`,
      `Alone it is the number of values an index over it takes: Σ_k x_k / ${dimension}`,
    );
  }
  const known = [...context.declarations.tensors.keys()].slice(0, 12).join(', ');
  const hint = suggestion(syntax.name, rest, context.declarations);
  const single = [...syntax.name].length === 1 && !syntax.indices;
  const label = (syntax.indices?.run?.length ?? 0) > 2 ? syntax.indices?.run : undefined;
  const remedy = [
    hint,
    label ? `If \`${label}\` is a label, make it part of the name: ${syntax.name}${label}.` : '',
    known === '' ? 'Nothing is declared yet.' : `Declared are ${known}.`,
    single
      ? `Declare it (given({ ${syntax.name}: [] })); as an index letter it would have to stand at a tensor too.`
      : `Declare it: given({ ${syntax.name}: [${syntax.indices ? "'n'" : ''}] })`,
  ];
  throw new UnknownNameError(
    context.text,
    syntax,
    `\`${context.shown(syntax)}\`: the name ${syntax.name} is not known.`,
    remedy.filter((line) => line !== '').join(' '),
  );
}

/** A tensor at its indices; each index that stands alone takes the axis's dimension as its range. */
export function elaborateTensor(syntax: SymbolSyntax, bound: Bound, context: Context): TensorRef {
  const tensor = context.tensor(syntax.name);
  if (!tensor) return refuseUnknown(syntax, context);
  const list = syntax.indices?.list ?? [];
  if (list.length !== tensor.dimensions.length) refuseCount(syntax, tensor.dimensions, context);
  const indices = list.map((index) => toIndexNode(index, bound, context));
  for (const [axis, index] of indices.entries()) {
    const dimension = tensor.dimensions[axis];
    const id = simpleId(index);
    if (dimension !== undefined && id !== undefined) context.fix(id, dimension, syntax);
    if (index.parts.length > 0 && id === undefined) {
      context.note(`\`${context.shown(syntax)}\` reads 0 where its index leaves the range.`);
    }
  }
  return { kind: 'tensor', name: tensor.name, indices };
}

function refuseCount(syntax: SymbolSyntax, dimensions: readonly string[], context: Context): never {
  const { name } = syntax;
  const count = syntax.indices?.list.length ?? 0;
  const run = syntax.indices?.run;
  const letters = ['i', 'j', 'k', 'l', 'p', 'q'].slice(0, dimensions.length).join('');
  const right =
    dimensions.length === 0
      ? `${name} is a scalar: write ${name}.`
      : `It is declared over ${dimensions.join(', ')}: ${name}_${letters}.`;
  const label = run && count > 1 ? ` If \`${run}\` is a label, make it part of the name: ${name}${run}.` : '';
  const apart =
    context.text.includes('\\') && count === 1 && dimensions.length > 1
      ? ` In LaTeX an unbraced _ takes one letter: write ${name}_{${letters}}.`
      : '';
  context.refuse(
    syntax,
    `${name} has ${plural(dimensions.length)}, ${count} given in \`${context.shown(syntax)}\`.`,
    `${right}${label}${apart}`,
  );
}

function plural(count: number): string {
  if (count === 0) return 'no indices';
  return count === 1 ? '1 index' : `${count} indices`;
}

/** δ: both indices run over the same dimension. */
function elaborateDelta(left: IndexSyntax, right: IndexSyntax, bound: Bound, context: Context): Expr {
  const node = delta(toIndexNode(left, bound, context), toIndexNode(right, bound, context));
  compare(node.left, node.right, left, context);
  return node;
}

/** Two indices that are compared run over the same dimension. */
function compare(left: Index, right: Index, place: IndexSyntax | ConditionSyntax, context: Context): void {
  const one = simpleId(left);
  const other = simpleId(right);
  if (one !== undefined && other !== undefined) context.same(one, other, place);
  else {
    const [a, b] = [left.parts, right.parts].map((parts) => (parts.length === 1 ? parts[0]?.id : undefined));
    if (a !== undefined && b !== undefined) context.ranges.alike(a, b);
  }
}

/** condition = sum relation sum */
function elaborateCondition(syntax: ConditionSyntax, bound: Bound, context: Context): Bracket {
  const left = elaborate(syntax.left, bound, context);
  const right = elaborate(syntax.right, bound, context);
  const one = positionIndex(left);
  const other = positionIndex(right);
  if (one && other) compare(one, other, syntax, context);
  return { kind: 'bracket', relation: syntax.relation, left, right };
}

/** The index that a sum of index numbers and whole numbers is, for comparing: `i + 1`. */
function positionIndex(expr: Expr): Index | undefined {
  if (expr.kind === 'position') return expr.index;
  if (expr.kind === 'number') return { parts: [], offset: Number(expr.value.valueOf()) };
  if (expr.kind === 'negate') return children(expr).map(positionIndex)[0];
  if (expr.kind !== 'add') return undefined;
  const indices = expr.terms.map(positionIndex);
  if (indices.some((index) => index === undefined)) return undefined;
  const parts = indices.flatMap((index) => index?.parts ?? []);
  return { parts, offset: 1 };
}

/** Letters bound for what a total or a function of whole tensors runs over. */
function bindLetters(
  letters: readonly { readonly letter: string; readonly start: number; readonly end: number }[],
  bound: Bound,
  context: Context,
): { binders: Binder[]; inner: Bound } {
  const inner = new Map(bound);
  const binders: Binder[] = [];
  for (const place of letters) {
    const { letter } = place;
    context.checkLetter(letter, place);
    if (bound.has(letter)) {
      context.refuse(
        place,
        `${letter} is bound already by the total around this one.`,
        'Use another letter for the inner one: Σ_i x_i Σ_k y_k',
      );
    }
    if (context.free.has(letter)) {
      context.clash(
        `${letter} is used twice: free, and bound by \`${context.text.slice(Math.max(0, place.start - 2), place.end).trim()}\`. The two are different indices.`,
      );
    }
    const id = context.bind(letter, place);
    inner.set(letter, id);
    binders.push({ id, dimension: id });
  }
  return { binders, inner };
}

/** Σ, Π, max over one index or several, one inside the other. */
function elaborateTotal(syntax: TotalSyntax, bound: Bound, context: Context): Expr {
  const { binders, inner } = bindLetters(syntax.letters, bound, context);
  const [first] = binders;
  if (syntax.dimension && first) {
    const dimension = context.dimension(syntax.dimension.name);
    if (dimension === undefined) {
      context.refuse(
        syntax.dimension,
        `${syntax.dimension.name} is no dimension.`,
        `Dimensions are ${context.declarations.dimensions.join(', ')}. Only the full range is written with limits: Σ_{k=1}^{n}.`,
      );
    }
    context.fix(first.id, dimension, syntax.dimension);
  }
  const where = syntax.where && elaborateCondition(syntax.where, inner, context);
  const body = elaborate(syntax.body, inner, context);
  return binders.reduceRight((of, binder) => total(syntax.operation, binder, of, where), body);
}

/** ∂of/∂by with indices. */
export function elaborateDerivative(syntax: DerivativeSyntax, bound: Bound, context: Context): Expr {
  const of = elaborateTensor(syntax.of, bound, context);
  const by = syntax.by.map((symbol) => elaborateTensor(symbol, bound, context));
  return { kind: 'derivative', of, by };
}

/** An elementwise function, or one of a whole tensor. */
function elaborateCall(syntax: CallSyntax, bound: Bound, context: Context): Expr {
  if (!takesWhole(syntax.name)) {
    return {
      kind: 'call',
      name: syntax.name,
      args: syntax.args.map((arg) => elaborate(arg, bound, context)),
    };
  }
  if (syntax.over) return elaborateOver(syntax, syntax.over, bound, context);
  const value = elaborateWhole(syntax, bound, context);
  return entryOf(value, [], syntax, context);
}

/** A function of whole tensors that names the letters it runs over: norm_i(x_i − y_i), softmax_k(x_k)_i. */
function elaborateOver(
  syntax: CallSyntax,
  over: IndicesSyntax,
  bound: Bound,
  context: Context,
  at: readonly Index[] = [],
): Expr {
  const letters = over.list.map((index) => {
    const letter = index.parts[0]?.letter;
    if (letter === undefined || index.parts.length > 1 || index.offset !== 0) {
      context.refuse(
        over,
        'A function runs over letters.',
        'For example: norm_i(x_i − y_i), softmax_k(x_k)_i',
      );
    }
    return { letter, start: over.start, end: over.end };
  });
  const twice = letters.some((l, n) => letters.findIndex((other) => other.letter === l.letter) !== n);
  if (twice) context.refuse(over, 'One letter stands twice here.', 'For example: det_ij(A_ij)');
  const { binders, inner } = bindLetters(letters, bound, context);
  const [argument] = syntax.args;
  const [row, column, more] = binders;
  if (!argument || !row) context.refuse(syntax, 'The letter it runs over is missing.', 'softmax_k(x_k)_i');
  const body = elaborate(argument, inner, context);
  const [first, second] = at;
  if (isMatrixName(syntax.name)) {
    const places = syntax.name === 'inv' ? 2 : 0;
    if (!column || more || at.length !== places) {
      context.refuse(
        syntax,
        `${syntax.name} runs over a row and a column.`,
        'For example: det_ij(A_ij), inv_ij(A_ij)_kl',
      );
    }
    context.same(row.id, column.id, syntax);
    for (const index of at) sameRange(index, row, syntax, context);
    return matrixFunction(syntax.name, row, column, body, first && second && [first, second]);
  }
  if (!isFieldName(syntax.name))
    return context.refuse(over, `${syntax.name} has no index.`, 'For example: tr(A)');
  if (syntax.name === 'softmax' && (column || at.length !== 1)) {
    context.refuse(
      syntax,
      'softmax runs over one index and is taken at one.',
      'For example: softmax_k(x_k)_i',
    );
  }
  if (syntax.name !== 'softmax' && at.length > 0) {
    context.refuse(
      syntax,
      `${syntax.name} is a number: it has no indices.`,
      `For example: ${syntax.name}_k(x_k)`,
    );
  }
  if (first) sameRange(first, row, syntax, context);
  return fieldFunction(syntax.name, binders, body, first);
}

function sameRange(index: Index, binder: Binder, place: Syntax, context: Context): void {
  const id = simpleId(index);
  if (id !== undefined) context.same(id, binder.id, place);
  else if (index.parts.length > 0) {
    context.note(`\`${context.shown(place)}\` reads 0 where its index leaves the range.`);
  }
}

/** softmax(x)_i, inv(X)_ij, (A B)_ij: an entry of what is written in matrix notation. */
function elaborateEntry(syntax: EntrySyntax, bound: Bound, context: Context): Expr {
  const indices = syntax.indices.list.map((index) => toIndexNode(index, bound, context));
  const { operand } = syntax;
  if (operand.kind === 'call' && operand.over)
    return elaborateOver(operand, operand.over, bound, context, indices);
  return entryOf(elaborateWhole(operand, bound, context), indices, syntax, context);
}
