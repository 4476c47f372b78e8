/** Matrix notation: syntax into values with a shape, whose entries are nodes of index notation. */
import { add, cases, delta, multiply, num, power, size, sum, tensor } from '../build.js';
import { TooLargeError } from '../errors.js';
import { component, simpleId, simpleIndex } from '../indices.js';
import type { Expr, Index, Total } from '../nodes.js';
import { negative, quotient, readNumber } from './arithmetic.js';
import type { Bound, Context } from './context.js';
import { elaborate, refuseUnknown } from './elaborate.js';
import { MixedNotationError, type Place } from './errors.js';
import { takesWhole } from './functions.js';
import { DEEPEST, GREATEST_MATRIX_POWER } from './limits.js';
import {
  isScalar,
  type MatrixValue,
  refuseShape,
  sameShape,
  scalar,
  shapeName,
  unite,
} from './matrix-value.js';
import { notationOf } from './notation.js';
import type {
  ConditionSyntax,
  DerivativeSyntax,
  PowerSyntax,
  ProductSyntax,
  SymbolSyntax,
  Syntax,
} from './syntax.js';
import { elaborateWholeCall } from './whole.js';

/** The entry of a value at indices: its rows' first, then its columns'. */
export function entryOf(value: MatrixValue, indices: readonly Index[], place: Place, context: Context): Expr {
  const keys = [...value.rows, ...value.columns];
  if (indices.length !== keys.length) {
    refuseShape(
      context,
      place,
      `\`${context.shown(place)}\` takes ${indices.length} ${indices.length === 1 ? 'index' : 'indices'} of ${shapeName(value, context)}.`,
      'A vector has one index, a matrix two, a scalar none: softmax(x)_i, inv(X)_ij, norm(x)',
    );
  }
  for (const [at, index] of indices.entries()) {
    const id = simpleId(index);
    const key = keys[at];
    if (id !== undefined && key !== undefined) context.same(id, key, place);
    else if (index.parts.length > 0)
      context.note(`\`${context.shown(place)}\` reads 0 where its index leaves the range.`);
  }
  return value.entry(indices.slice(0, value.rows.length), indices.slice(value.rows.length));
}

/** The value of a part of a formula that must be in matrix notation, whatever the rest is in. */
export function elaborateWhole(syntax: Syntax, bound: Bound, context: Context): MatrixValue {
  if (syntax.kind === 'group') return elaborateWhole(syntax.body, bound, context);
  if (!(syntax.kind === 'call' && takesWhole(syntax.name)) && notationOf(syntax, context) === 'index') {
    refuseShape(
      context,
      syntax,
      `\`${context.shown(syntax)}\` is no vector or matrix here.`,
      'Only what is written without indices has entries: (A B)_ij, softmax(x)_i',
    );
  }
  return evaluate(syntax, bound, context);
}

/** The value of a formula that is in matrix notation throughout. */
export function evaluate(syntax: Syntax, bound: Bound, context: Context): MatrixValue {
  const read = (inner: Syntax): MatrixValue => evaluate(inner, bound, context);
  switch (syntax.kind) {
    case 'number':
      return scalar(() => readNumber(syntax.text));
    case 'symbol':
      return readSymbol(syntax, bound, context);
    case 'ones':
      return onesVector(context);
    case 'call':
      if (syntax.over) return scalar(() => elaborate(syntax, bound, context));
      return elaborateWholeCall(syntax, read, context);
    case 'bracket':
      return readCondition(syntax.condition, read, context);
    case 'cases': {
      const parts = syntax.branches.map((b) => [read(b.value), readCondition(b.condition, read, context)]);
      const otherwise = syntax.otherwise && read(syntax.otherwise);
      const values = [...parts.flat(), ...(otherwise ? [otherwise] : [])];
      return entrywise(values, syntax, context, (exprs) => {
        const branches = parts.flatMap((_, n) => {
          const [value, condition] = [exprs[2 * n], exprs[2 * n + 1]];
          return value && condition?.kind === 'bracket' ? [{ value, condition }] : [];
        });
        return cases(branches, otherwise && exprs.at(-1));
      });
    }
    case 'derivative':
      return readDerivative(syntax, context);
    case 'group':
      return read(syntax.body);
    case 'sum': {
      const terms = syntax.terms.map(({ term }) => read(term));
      const signs = syntax.terms.map(({ negative: minus }) => minus);
      return alike(terms, syntax, context, (exprs) =>
        add(...exprs.map((expr, n) => (signs[n] ? negative(expr) : expr))),
      );
    }
    case 'product':
      return readProduct(syntax, read, context);
    case 'negate': {
      const value = read(syntax.operand);
      return { ...value, entry: (r, c) => negative(value.entry(r, c)) };
    }
    case 'power':
      return readPower(syntax, read, context);
    case 'transpose':
      if (syntax.operand.kind === 'number') {
        refuseShape(
          context,
          syntax,
          'A number has no transpose.',
          'The vector of ones is 𝟏 (or ones): 𝟏ᵀ t is Σ_i t_i.',
        );
      }
      return transpose(read(syntax.operand));
    case 'delta':
    case 'total':
    case 'entry':
      return scalar(() => elaborate(syntax, bound, context));
  }
}

/** The same value with rows and columns exchanged. */
export function transpose(value: MatrixValue): MatrixValue {
  return { rows: value.columns, columns: value.rows, entry: (r, c) => value.entry(c, r) };
}

/** A declared name without indices; I and ones unless declared; scalars as they are. */
function readSymbol(syntax: SymbolSyntax, bound: Bound, context: Context): MatrixValue {
  const known = context.tensor(syntax.name);
  if (!known) {
    if (syntax.name === 'I' && !syntax.indices) return identity(context);
    if (syntax.name === 'ones' && !syntax.indices) return onesVector(context);
    const dimension = context.dimension(syntax.name);
    if (dimension !== undefined && !syntax.indices) return scalar(() => size(dimension));
    if ((syntax.name === 'e' || syntax.name === 'π' || syntax.name === 'pi') && !syntax.indices) {
      return scalar(() => ({ kind: 'constant', name: syntax.name === 'e' ? 'e' : 'π' }));
    }
    return refuseUnknown(syntax, context);
  }
  if (known.dimensions.length > 0 && syntax.indices) {
    throw new MixedNotationError(
      context.text,
      syntax,
      `\`${context.shown(syntax)}\` is index notation in a formula without indices.`,
      `Write ${known.name} without indices, or everything with them.`,
    );
  }
  const [row, column, more] = known.dimensions.map((dimension) => context.ranges.known(dimension, syntax));
  if (row === undefined) return scalar(() => elaborate(syntax, bound, context));
  if (more !== undefined) {
    refuseShape(
      context,
      syntax,
      `${known.name} has ${known.dimensions.length} axes; matrix notation has vectors and matrices only.`,
      `Write it with indices: ${known.name}_${'ijklpq'.slice(0, known.dimensions.length)}`,
    );
  }
  const entry = (rows: readonly Index[], columns: readonly Index[]): Expr => {
    context.count(syntax);
    return tensor(known.name, ...rows, ...columns);
  };
  return { rows: [row], columns: column === undefined ? [] : [column], entry };
}

/** The entry of 𝟏, which a product leaves out. */
const ONE = num(1);

function onesVector(context: Context): MatrixValue {
  return { rows: [context.unknownSize()], columns: [], entry: () => ONE };
}

export function identity(context: Context): MatrixValue {
  const key = context.unknownSize();
  return { rows: [key], columns: [key], entry: ([r = component(0)], [c = component(0)]) => delta(r, c) };
}

/** Values of one shape, combined entry by entry. */
function alike(
  values: readonly MatrixValue[],
  place: Place,
  context: Context,
  combine: (exprs: readonly Expr[]) => Expr,
): MatrixValue {
  const [first, ...others] = values;
  if (!first) return scalar(() => combine([]));
  for (const other of others) sameShape(first, other, place, context);
  return { ...first, entry: (r, c) => combine(values.map((value) => value.entry(r, c))) };
}

/** The same, with scalars beside any shape: max(0, x), [x > 0]. */
export function entrywise(
  values: readonly MatrixValue[],
  place: Place,
  context: Context,
  combine: (exprs: readonly Expr[]) => Expr,
): MatrixValue {
  const shaped = values.filter((value) => !isScalar(value));
  const [first] = shaped;
  if (!first) return scalar(() => combine(values.map((value) => value.entry([], []))));
  for (const other of shaped) sameShape(first, other, place, context);
  return {
    ...first,
    entry: (r, c) =>
      combine(values.map((value) => (isScalar(value) ? value.entry([], []) : value.entry(r, c)))),
  };
}

function readCondition(
  { left, relation, right, ...place }: ConditionSyntax,
  read: (inner: Syntax) => MatrixValue,
  context: Context,
): MatrixValue {
  return entrywise([read(left), read(right)], place, context, ([a = num(0), b = num(0)]) => ({
    kind: 'bracket',
    relation,
    left: a,
    right: b,
  }));
}

/** Factors from left to right: scalars scale, ⊙ multiplies entries, ⊗ is Kronecker's product, the rest contracts. */
function readProduct(
  syntax: ProductSyntax,
  read: (inner: Syntax) => MatrixValue,
  context: Context,
): MatrixValue {
  if (syntax.rest.length > DEEPEST) {
    throw new TooLargeError(
      `a product of ${syntax.rest.length + 1} matrices is too long to read: at most ${DEEPEST + 1}. Define parts of it by name.`,
    );
  }
  const first = read(syntax.first);
  let scalars = isScalar(first) ? [first] : [];
  let shaped = isScalar(first) ? undefined : first;
  const whole = (): MatrixValue => {
    const value = [...scalars, ...(shaped ? [shaped] : [])].reduce((a, b) => times(a, b, syntax, context));
    scalars = [];
    shaped = undefined;
    return value;
  };
  const keep = (value: MatrixValue): void => {
    if (isScalar(value)) scalars.push(value);
    else shaped = value;
  };
  for (const { sign, factor } of syntax.rest) {
    const next = read(factor);
    const place = { start: syntax.start, end: factor.end };
    if (sign === '/') keep(divideBy(whole(), next, factor, context));
    else if (sign === '⊙') keep(alike([whole(), next], place, context, (exprs) => product(...exprs)));
    else if (sign === '⊗') keep(kronecker(whole(), next, place, context));
    else if (isScalar(next) || !shaped) keep(next);
    else {
      const value: MatrixValue = times(shaped, next, place, context);
      shaped = undefined;
      keep(value);
    }
  }
  return whole();
}

/** The product of expressions, with products in it laid open; the entries of 𝟏 are left out. */
function product(...exprs: readonly Expr[]): Expr {
  const factors = exprs.flatMap((expr) => (expr.kind === 'multiply' ? expr.factors : [expr]));
  const telling = factors.filter((factor) => factor !== ONE);
  return telling.length === 0 ? ONE : multiply(...telling);
}

function divideBy(left: MatrixValue, right: MatrixValue, place: Place, context: Context): MatrixValue {
  if (!isScalar(right)) {
    refuseShape(
      context,
      place,
      `\`${context.shown(place)}\` is ${shapeName(right, context)}: only scalars divide.`,
      'A divisor that is a product stands in brackets: xᵀ y / (xᵀ x). Entry by entry, use indices: a_i / b_i. A matrix is inverted: inv(X) y',
    );
  }
  return {
    ...left,
    entry: (r, c) => {
      const divisor = right.entry([], []);
      if (divisor.kind === 'number' && divisor.value.n === 0n) {
        context.refuse(place, 'This divides by zero.', 'A quotient needs a divisor other than 0.');
      }
      return quotient(left.entry(r, c), divisor);
    },
  };
}

/** A matrix product, an inner or outer product of vectors, or a scaling. */
export function times(left: MatrixValue, right: MatrixValue, place: Place, context: Context): MatrixValue {
  if (isScalar(left) || isScalar(right)) {
    const shape = isScalar(left) ? right : left;
    return {
      ...shape,
      entry: (r, c) =>
        isScalar(left)
          ? product(left.entry([], []), right.entry(r, c))
          : product(left.entry(r, c), right.entry([], [])),
    };
  }
  if (left.columns.length !== right.rows.length) refuseProduct(left, right, place, context);
  unite(left.columns, right.rows, place, context);
  const { rows } = left;
  const { columns } = right;
  if (left.columns.length === 0) {
    return { rows, columns, entry: (r, c) => product(left.entry(r, []), right.entry([], c)) };
  }
  return {
    rows,
    columns,
    entry: (r, c) => {
      const ids = left.columns.map(() => context.contraction());
      const inner = ids.map(simpleIndex);
      const [first, second] = [left.entry(r, inner), right.entry(inner, c)];
      return contract(ids, left.columns, first, second);
    },
  };
}

/** How many sums of a chain of products are written together; beyond, they stay where they are. */
const LONGEST_CHAIN = 4;

/** Σ over the ids of a product; the sums of a short chain stand together in front: Σ_kl x_k A_kl y_l. */
function contract(ids: readonly string[], keys: readonly string[], first: Expr, second: Expr): Expr {
  const outer: Total[] = [];
  let [left, right] = [first, second];
  const drawOut = (from: Expr): Expr => {
    let inner = from;
    const drawn: Total[] = [];
    while (inner.kind === 'total' && inner.operation === 'sum' && !inner.where) {
      drawn.push(inner);
      inner = inner.body;
    }
    if (outer.length + drawn.length + ids.length > LONGEST_CHAIN) return from;
    outer.push(...drawn);
    return inner;
  };
  left = drawOut(left);
  right = drawOut(right);
  const body = ids.reduceRight<Expr>((inner, id, at) => sum(id, keys[at] ?? id, inner), product(left, right));
  return outer.reduceRight<Expr>((inner, of) => ({ ...of, body: inner }), body);
}

function refuseProduct(left: MatrixValue, right: MatrixValue, place: Place, context: Context): never {
  const remedy =
    left.columns.length === 0 && right.columns.length === 0
      ? 'Two vectors are multiplied as xᵀ y (a number), x yᵀ (a matrix) or x ⊙ y (entry by entry).'
      : 'A product needs the columns of its left and the rows of its right factor: A x, xᵀ A, x yᵀ';
  refuseShape(
    context,
    place,
    `\`${context.shown(place)}\` multiplies ${shapeName(left, context)} with ${shapeName(right, context)}.`,
    remedy,
  );
}

/** (A ⊗ B): rows and columns are pairs, the outer from A, the inner from B. */
function kronecker(left: MatrixValue, right: MatrixValue, place: Place, context: Context): MatrixValue {
  const simple = [left, right].every((v) => v.rows.length <= 1 && v.columns.length <= 1 && v.rows.length > 0);
  if (!simple) {
    refuseShape(
      context,
      place,
      `\`${context.shown(place)}\` is the Kronecker product of ${shapeName(left, context)} and ${shapeName(right, context)}.`,
      'Known is that of two matrices or vectors: Bᵀ ⊗ A',
    );
  }
  const rows = [...left.rows, ...right.rows];
  const columns = [...left.columns, ...right.columns];
  const split = left.columns.length;
  return {
    rows,
    columns,
    entry: (r, c) =>
      product(left.entry(r.slice(0, 1), c.slice(0, split)), right.entry(r.slice(1), c.slice(split))),
  };
}

/** A power: of a scalar as it is, of a square matrix by a whole number. */
function readPower(syntax: PowerSyntax, read: (inner: Syntax) => MatrixValue, context: Context): MatrixValue {
  const base = read(syntax.base);
  const exponent = read(syntax.exponent);
  if (!isScalar(exponent)) {
    refuseShape(
      context,
      syntax.exponent,
      `The exponent is ${shapeName(exponent, context)}.`,
      'Entry by entry, use exp(x) or indices: e^{x_i}',
    );
  }
  if (isScalar(base)) return scalar(() => power(base.entry([], []), exponent.entry([], [])));
  if (base.rows.length !== base.columns.length) {
    refuseShape(
      context,
      syntax,
      `${shapeName(base, context)} has no power.`,
      'Entry by entry, write x ⊙ x, or use indices: x_i^2. The square of the norm is ‖x‖^2 or xᵀ x.',
    );
  }
  const whole = exponent.entry([], []);
  const value = whole.kind === 'number' && whole.value.d === 1n ? Number(whole.value.valueOf()) : undefined;
  if (value === undefined || Math.abs(value) > GREATEST_MATRIX_POWER) {
    refuseShape(
      context,
      syntax.exponent,
      `The power of a matrix is a whole number from −${GREATEST_MATRIX_POWER} to ${GREATEST_MATRIX_POWER}.`,
      'For example: A^2, A^{-1}',
    );
  }
  unite(base.rows, base.columns, syntax, context);
  const factor = value < 0 ? inverse(base, context) : base;
  if (value === 0) {
    const one = identity(context);
    unite(one.rows, base.rows, syntax, context);
    return { rows: base.rows, columns: base.columns, entry: one.entry };
  }
  let result = factor;
  for (let n = 1; n < Math.abs(value); n++) result = times(result, factor, syntax, context);
  return result;
}

/** inv(M) */
export function inverse(value: MatrixValue, context: Context): MatrixValue {
  return {
    rows: value.columns,
    columns: value.rows,
    entry: ([r = component(0)], [c = component(0)]) => {
      const [row, column] = [context.contraction(), context.contraction()];
      const body = value.entry([simpleIndex(row)], [simpleIndex(column)]);
      const [rowKey = row] = value.rows;
      const [columnKey = column] = value.columns;
      return {
        kind: 'matrix',
        name: 'inv',
        row: { id: row, dimension: rowKey },
        column: { id: column, dimension: columnKey },
        body,
        at: [r, c],
      };
    },
  };
}

/** ∂y/∂x is J with a row for each output; ∂L/∂x of a scalar has the shape of x; ∂²L/∂x∂x is the Hessian. */
function readDerivative(syntax: DerivativeSyntax, context: Context): MatrixValue {
  const axes = (symbol: SymbolSyntax): readonly string[] => {
    const known = context.tensor(symbol.name);
    if (!known) return refuseUnknown(symbol, context);
    return known.dimensions.map((dimension) => context.ranges.known(dimension, symbol));
  };
  const of = axes(syntax.of);
  const by = syntax.by.map(axes);
  const keys = [...of, ...by.flat()];
  if (keys.length > 2) {
    refuseShape(
      context,
      syntax,
      `\`${context.shown(syntax)}\` has ${keys.length} axes.`,
      'In matrix notation a derivative has at most two; write it with indices: ∂Y_ij/∂X_kl',
    );
  }
  return {
    rows: keys.slice(0, 1),
    columns: keys.slice(1),
    entry: (r, c) => {
      const indices = [...r, ...c];
      const take = (symbol: SymbolSyntax, count: number) =>
        tensor(context.tensor(symbol.name)?.name ?? symbol.name, ...indices.splice(0, count));
      const first = take(syntax.of, of.length);
      return {
        kind: 'derivative',
        of: first,
        by: syntax.by.map((symbol, n) => take(symbol, by[n]?.length ?? 0)),
      };
    },
  };
}
