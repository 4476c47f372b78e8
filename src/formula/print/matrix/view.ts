/** Expressions of index notation as words of matrix notation, where they are such. */
import { freeIndices, simpleId } from '../../indices.js';
import type { Derivative, Expr, FieldFunction, Index, TensorRef } from '../../nodes.js';
import { componentsOf, type Edge, matrixOf, scalarOf, vectorOf } from './network.js';
import {
  ATOM,
  IDENTITY,
  negated,
  ONES,
  PRODUCT,
  product,
  signed,
  sumOf,
  transposed,
  type Word,
  within,
  word,
} from './words.js';

/** The free indices that are the rows and the columns; a vector has rows only, a scalar neither. */
export interface Shape {
  readonly row?: string;
  readonly column?: string;
}

/** The word whose entry at the shape's indices is the expression; undefined where matrix notation has none. */
export function view(expr: Expr, shape: Shape): Word | undefined {
  switch (expr.kind) {
    case 'add': {
      const terms = expr.terms.map((term) => view(term, shape));
      return terms.every((term) => term !== undefined) ? sumOf(terms) : undefined;
    }
    case 'negate': {
      const inner = view(expr.operand, shape);
      return inner && negated(inner);
    }
    default:
      return productView(expr, shape);
  }
}

/** The factors of a product, with what is summed over and what divides. */
interface Factors {
  readonly factors: Expr[];
  readonly divisors: Expr[];
  readonly summed: string[];
  negative: boolean;
}

function collect(expr: Expr, into: Factors): void {
  switch (expr.kind) {
    case 'multiply':
      for (const factor of expr.factors) collect(factor, into);
      return;
    case 'negate':
      into.negative = !into.negative;
      collect(expr.operand, into);
      return;
    case 'divide':
      collect(expr.numerator, into);
      into.divisors.push(expr.denominator);
      return;
    case 'number':
      if (expr.value.s < 0n) into.negative = !into.negative;
      into.factors.push({ kind: 'number', value: expr.value.abs() });
      return;
    case 'power': {
      // v_i² is v_i v_i, so that Σ_i v_i² is vᵀ v
      const times = expr.exponent.kind === 'number' ? Number(expr.exponent.value.valueOf()) : 0;
      const shaped = freeIndices(expr.base).length > 0 && (times === 2 || times === 3);
      for (let n = 0; n < (shaped ? times : 1); n++) into.factors.push(shaped ? expr.base : expr);
      return;
    }
    case 'total':
      if (expr.operation === 'sum' && !expr.where) {
        into.summed.push(expr.binder.id);
        collect(expr.body, into);
        return;
      }
      into.factors.push(expr);
      return;
    default:
      into.factors.push(expr);
  }
}

/** A product: its scalars, then its vectors and matrices as a network of indices. */
function productView(expr: Expr, shape: Shape): Word | undefined {
  const parts: Factors = { factors: [], divisors: [], summed: [], negative: false };
  collect(expr, parts);
  const free = [shape.row, shape.column].filter((id) => id !== undefined);
  const nodes = [...free, ...parts.summed];
  const edges: Edge[] = [];
  const weights = new Map<string, Word[]>();
  const scalars: Word[] = [];
  for (const factor of parts.factors) {
    const ends = freeIndices(factor);
    const [a, b, more] = ends;
    if (more !== undefined || ends.some((id) => !nodes.includes(id))) return undefined;
    if (b !== undefined && a !== undefined) {
      edges.push({ a, b, from: (row) => matrixFactor(factor, row, row === a ? b : a) });
      continue;
    }
    const single = a === undefined ? scalarFactor(factor) : vectorFactor(factor, a);
    if (!single) return undefined;
    if (a === undefined) scalars.push(single);
    else weights.set(a, [...(weights.get(a) ?? []), single]);
  }
  const shaped = assemble({ nodes, edges, weights }, shape, scalars);
  return shaped && withScalars(shaped, scalars, parts);
}

/** Rows and columns from the parts of the network; parts with neither are scalars and are added to them. */
function assemble(
  network: Parameters<typeof componentsOf>[0],
  { row, column }: Shape,
  scalars: Word[],
): Word[] | undefined {
  let rows: Word | undefined = row === undefined ? undefined : ONES;
  let columns: Word | undefined = column === undefined ? undefined : ONES;
  for (const part of componentsOf(network)) {
    const hasRow = row !== undefined && part.nodes.includes(row);
    const hasColumn = column !== undefined && part.nodes.includes(column);
    const bare = part.edges.length === 0 && [...part.weights.values()].every((list) => list.length === 0);
    if (bare && (hasRow || hasColumn)) continue;
    if (hasRow && hasColumn) {
      const matrix = matrixOf(part, row, column);
      if (!matrix) return undefined;
      rows = matrix;
      columns = undefined;
    } else if (hasRow || hasColumn) {
      const vector = vectorOf(part, hasRow ? row : (column ?? ''));
      if (!vector) return undefined;
      if (hasRow) rows = vector;
      else columns = vector;
    } else {
      const number = scalarOf(part);
      if (!number) return undefined;
      scalars.push(number);
    }
  }
  return [...(rows ? [rows] : []), ...(columns ? [transposed(columns)] : [])];
}

/** Scalars stand in front, in brackets where they are products themselves; divisors behind. */
function withScalars(shaped: readonly Word[], scalars: readonly Word[], parts: Factors): Word | undefined {
  const divisors = parts.divisors.map((divisor) => scalarView(divisor));
  if (divisors.some((divisor) => divisor === undefined)) return undefined;
  const telling = scalars.filter((scalar) => scalar.text !== '1' || scalar.negative);
  const alone = telling.length + shaped.length === 1;
  const front = telling.map((scalar) => (alone ? scalar : bracketed(scalar)));
  const above = [...front, ...shaped];
  const joined = above.length === 0 ? word('1') : product(above);
  const { factors: _, ...whole } = joined;
  const below = divisors.filter((divisor) => divisor !== undefined).map(signed);
  const divisor = below.length > 1 ? product(below) : below[0];
  const result = divisor ? quotient(whole, divisor) : whole;
  return parts.negative ? negated(result) : result;
}

/** The factors of a quotient are none of a matrix product. */
function quotient(above: Word, below: Word): Word {
  const text = `${within(above, PRODUCT)} / ${within(below, ATOM)}`;
  return { text, level: PRODUCT, ...(above.negative && { negative: true }) };
}

function bracketed(piece: Word): Word {
  const { text, negative } = piece;
  if (piece.level >= ATOM || /^[0-9]+\/[0-9]+$/.test(text)) return piece;
  return { text: `(${text})`, level: ATOM, ...(negative && { negative }) };
}

/** A scalar with its sign in its text. */
function scalarView(expr: Expr): Word | undefined {
  const inner = view(expr, {});
  return inner && signed(inner);
}

/** Indices that are letters alone. */
function letters(indices: readonly Index[]): readonly string[] | undefined {
  const ids = indices.map(simpleId);
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

/** A factor without indices. */
function scalarFactor(factor: Expr): Word | undefined {
  switch (factor.kind) {
    case 'number':
      return { text: factor.value.toFraction(), level: factor.value.d === 1n ? ATOM : PRODUCT };
    case 'constant':
      return word(factor.name);
    case 'size':
      return word(factor.dimension);
    case 'tensor':
      return factor.indices.length === 0 ? word(factor.name) : undefined;
    case 'power': {
      const [base, exponent] = [scalarView(factor.base), scalarView(factor.exponent)];
      if (!base || !exponent) return undefined;
      const plain = /^([0-9]+|\p{L}\p{M}*)$/u.test(exponent.text);
      const shown = within(base, ATOM);
      const whole = /\^/.test(shown) && !shown.startsWith('(') ? `(${shown})` : shown;
      return word(`${whole}^${plain ? exponent.text : `{${exponent.text}}`}`);
    }
    case 'matrix': {
      const body = view(factor.body, { row: factor.row.id, column: factor.column.id });
      return body && factor.name !== 'inv' ? word(`${factor.name}(${signed(body).text})`) : undefined;
    }
    case 'field':
      return reducedField(factor);
    case 'add':
      return view(factor, {});
    case 'derivative':
      return derivativeWord(factor, []);
    default:
      return entrywiseFactor(factor, {});
  }
}

/** ‖v‖, mean(v), var(v), logsumexp(v) */
function reducedField(factor: FieldFunction): Word | undefined {
  const [row, column, more] = factor.binders;
  if (!row || more || factor.name === 'softmax') return undefined;
  const body = view(factor.body, { row: row.id, ...(column && { column: column.id }) });
  if (!body) return undefined;
  const inside = signed(body).text;
  return word(factor.name === 'norm' && !inside.includes('‖') ? `‖${inside}‖` : `${factor.name}(${inside})`);
}

/** A factor of one index as a vector. */
function vectorFactor(factor: Expr, id: string): Word | undefined {
  if (factor.kind === 'tensor') return tensorWord(factor, [id]) ?? diagonalWord(factor, id);
  if (factor.kind === 'field') {
    const [along] = factor.binders;
    const own = factor.at && simpleId(factor.at) === id && !freeIndices(factor.body).includes(id);
    if (factor.name !== 'softmax' || !along || !own) return undefined;
    const body = view(factor.body, { row: along.id });
    return body && word(`softmax(${signed(body).text})`);
  }
  if (factor.kind === 'derivative') return derivativeWord(factor, [id]);
  return shapedFactor(factor, { row: id });
}

/** A factor of two indices as a matrix with these rows and columns. */
function matrixFactor(factor: Expr, row: string, column: string): Word | undefined {
  switch (factor.kind) {
    case 'tensor': {
      const back = tensorWord(factor, [column, row]);
      return tensorWord(factor, [row, column]) ?? (back && transposed(back));
    }
    case 'delta':
      return letters([factor.left, factor.right]) ? IDENTITY : undefined;
    case 'matrix': {
      const at = factor.at && letters(factor.at);
      const body = view(factor.body, { row: factor.row.id, column: factor.column.id });
      if (factor.name !== 'inv' || !at || !body) return undefined;
      const inverse = word(`inv(${signed(body).text})`);
      return at[0] === row && at[1] === column ? inverse : transposed(inverse);
    }
    case 'field': {
      const [along] = factor.binders;
      const at = factor.at && simpleId(factor.at);
      if (factor.name !== 'softmax' || !along || at === undefined) return undefined;
      const other = at === column ? row : column;
      const bodyIds = freeIndices(factor.body);
      if (bodyIds.includes(at) || !bodyIds.includes(other)) return undefined;
      const body = view(factor.body, { row: other, column: along.id });
      const rows = body && word(`softmax(${signed(body).text})`);
      return at === column ? rows : rows && transposed(rows);
    }
    case 'derivative': {
      const back = derivativeWord(factor, [column, row]);
      return derivativeWord(factor, [row, column]) ?? (back && transposed(back));
    }
    default:
      return shapedFactor(factor, { row, column });
  }
}

/** A tensor's name when its indices are these, in order. */
function tensorWord(ref: TensorRef, ids: readonly string[]): Word | undefined {
  const own = letters(ref.indices);
  const same = own !== undefined && own.length === ids.length && own.every((id, at) => id === ids[at]);
  return same ? word(ref.name) : undefined;
}

/** diag(A) for A_ii */
function diagonalWord(ref: TensorRef, id: string): Word | undefined {
  return tensorWord(ref, [id, id]) && word(`diag(${ref.name})`);
}

/** ∂y/∂x when its indices are these: those of the output, then of the variables. */
function derivativeWord(expr: Derivative, ids: readonly string[]): Word | undefined {
  const own = letters([expr.of, ...expr.by].flatMap((ref) => ref.indices));
  if (!own || own.length !== ids.length || !own.every((id, at) => id === ids[at])) return undefined;
  const order = ['', '', '²'][expr.by.length];
  if (order === undefined) return undefined;
  return {
    text: `∂${order}${expr.of.name}/${expr.by.map((ref) => `∂${ref.name}`).join('')}`,
    level: PRODUCT,
  };
}

/** Sums and entrywise functions of vectors and matrices. */
function shapedFactor(factor: Expr, shape: Shape): Word | undefined {
  switch (factor.kind) {
    case 'add':
      return view(factor, shape);
    case 'power': {
      if (factor.base.kind !== 'constant' || factor.base.name !== 'e') return undefined;
      const exponent = view(factor.exponent, shape);
      return exponent && word(`exp(${signed(exponent).text})`);
    }
    default:
      return entrywiseFactor(factor, shape);
  }
}

/** exp(W x), max(0, x), [x > 0]: entry by entry, scalars beside any shape. */
function entrywiseFactor(factor: Expr, shape: Shape): Word | undefined {
  const ids = [shape.row, shape.column].filter((id) => id !== undefined);
  const part = (expr: Expr): string | undefined => {
    const constant = freeIndices(expr).every((id) => !ids.includes(id));
    const inner = view(expr, constant ? {} : shape);
    return inner && signed(inner).text;
  };
  if (factor.kind === 'call') {
    const args = factor.args.map(part);
    return args.every((arg) => arg !== undefined) ? word(`${factor.name}(${args.join(', ')})`) : undefined;
  }
  if (factor.kind === 'bracket') {
    const [left, right] = [part(factor.left), part(factor.right)];
    return left !== undefined && right !== undefined
      ? word(`[${left} ${factor.relation} ${right}]`)
      : undefined;
  }
  return undefined;
}
