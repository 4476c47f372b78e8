/** Expressions as text of the formula language, with the fewest brackets, which reads back to the same formula. */
import { add, negate, position } from '../build.js';
import { freeIndices, simpleId } from '../indices.js';
import type {
  Bracket,
  Cases,
  Declarations,
  Derivative,
  Divide,
  Expr,
  FieldFunction,
  Index,
  MatrixFunction,
  Multiply,
  Power,
  Ranged,
  Rational,
  TensorRef,
  Total,
} from '../nodes.js';
import { everyNode, exhausted } from '../walk.js';
import { bindLetters, freeLetters, type Letters } from './letters.js';
import { ATOM, endsWith, FACTOR, orderedParts, type Piece, PRODUCT, SUM, totalChain } from './pieces.js';
import { withoutIndices } from './whole.js';

/** Spellings that depend on what is declared. */
interface Signs {
  readonly sum: string;
  readonly product: string;
  readonly delta: boolean;
  readonly euler: boolean;
  /** Whether I is free to stand for the identity. */
  readonly whole: boolean;
}

interface Printer extends Letters {
  readonly signs: Signs;
}

/**
 * The text of an expression. `declarations`, where given, keep names of the scope from being used as index letters.
 *
 * @example toText(readExpression('s_i*(delta_ij-s_j)', declarations)) // 's_i (δ_ij − s_j)'
 */
export function toText(formula: Expr | Ranged, declarations?: Declarations): string {
  const ranged = 'expr' in formula ? formula : undefined;
  const expr = 'expr' in formula ? formula.expr : formula;
  const printer = { ...freeLetters(expr, declarations, ranged), signs: signsFor(expr, declarations) };
  return print(expr, printer).text;
}

function signsFor(expr: Expr, declarations: Declarations | undefined): Signs {
  const names = new Set(declarations?.tensors.keys() ?? []);
  for (const node of everyNode(expr)) if (node.kind === 'tensor') names.add(node.name);
  return {
    sum: names.has('Σ') || names.has('Sigma') ? '∑' : 'Σ',
    product: names.has('Π') || names.has('Pi') ? '∏' : 'Π',
    delta: !names.has('δ') && !names.has('delta'),
    euler: !names.has('e'),
    whole: !names.has('I'),
  };
}

function atom(text: string): Piece {
  return { text, level: ATOM };
}

/** The text of a piece where at least `level` is asked. */
function within(piece: Piece, level: number): string {
  return piece.level < level ? `(${piece.text})` : piece.text;
}

function print(expr: Expr, printer: Printer): Piece {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'constant':
      return atom(expr.name === 'e' && !printer.signs.euler ? 'exp(1)' : expr.name);
    case 'size':
      return atom(expr.dimension);
    case 'position':
      return printPosition(expr.index, printer);
    case 'tensor':
      return atom(printTensor(expr, printer));
    case 'delta':
      return printDelta(expr.left, expr.right, printer);
    case 'bracket':
      return atom(`[${printCondition(expr, printer)}]`);
    case 'add':
      return { text: printSum(expr.terms, printer), level: SUM };
    case 'multiply':
      return printProduct(expr, printer);
    case 'divide':
      return printQuotient(expr, printer);
    case 'negate':
      return { text: `−${within(print(expr.operand, printer), PRODUCT)}`, level: SUM };
    case 'power':
      return printPower(expr, printer);
    case 'call':
      return atom(`${expr.name}(${expr.args.map((arg) => print(arg, printer).text).join(', ')})`);
    case 'total':
      return printTotal(expr, printer);
    case 'cases':
      return printCases(expr, printer);
    case 'derivative':
      return { ...atom(printDerivative(expr, printer)), dot: true };
    case 'matrix':
      return printMatrixFunction(expr, printer);
    case 'field':
      return printFieldFunction(expr, printer);
    default:
      return exhausted(expr);
  }
}

/** Whole numbers are atoms, fractions quotients, negative numbers sums of one term. */
function printNumber(value: Rational): Piece {
  const whole = value.d === 1n;
  const text = whole ? `${value.n}` : `${value.n}/${value.d}`;
  if (value.s < 0n) return { text: `−${text}`, level: SUM };
  return whole ? { ...atom(text), dot: true } : { text, level: PRODUCT };
}

function letterFor(id: string, printer: Letters): string {
  return printer.of.get(id) ?? id;
}

/** `i`, `i+1`, `k−i`, `0`: what stands first has no minus where that can be. */
export function printIndex(index: Index, printer: Letters): string {
  const parts = orderedParts(index);
  const letters = parts.map(
    ({ sign, id }, at) => `${sign < 0 ? '−' : at > 0 ? '+' : ''}${letterFor(id, printer)}`,
  );
  if (parts.length > 0 && index.offset === 0) return letters.join('');
  const offset = `${index.offset < 0 ? '−' : parts.length > 0 ? '+' : ''}${Math.abs(index.offset)}`;
  return `${letters.join('')}${offset}`;
}

/** `_ij`, `_{i+1,j}`, `_{12,}`: without braces where each index is one letter or digit. */
export function printIndices(indices: readonly Index[], printer: Letters): string {
  const texts = indices.map((index) => printIndex(index, printer));
  const [only, more] = texts;
  if (only === undefined) return '';
  const run = texts.join('');
  if (texts.every((text) => /^(\p{L}\p{M}*|[0-9])$/u.test(text)) && !/[0-9]{2}/.test(run)) return `_${run}`;
  return more === undefined && /^[0-9]+$/.test(only) ? `_{${only},}` : `_{${texts.join(',')}}`;
}

export function printTensor(ref: TensorRef, printer: Letters): string {
  return `${ref.name}${printIndices(ref.indices, printer)}`;
}

function printPosition(index: Index, printer: Letters): Piece {
  if (index.parts.length === 0) {
    return index.offset < 0
      ? { text: `−${-index.offset}`, level: SUM }
      : { ...atom(`${index.offset}`), dot: true };
  }
  const text = printIndex(index, printer).replace(/(?<=.)[+−]/gu, ' $& ');
  return simpleId(index) === undefined ? { text, level: SUM } : atom(text);
}

function printDelta(left: Index, right: Index, printer: Printer): Piece {
  if (printer.signs.delta) return atom(`δ${printIndices([left, right], printer)}`);
  return atom(`[${printPosition(left, printer).text} = ${printPosition(right, printer).text}]`);
}

function printCondition(condition: Bracket, printer: Printer): string {
  return `${print(condition.left, printer).text} ${condition.relation} ${print(condition.right, printer).text}`;
}

/** Terms joined by their signs. */
function printSum(terms: readonly Expr[], printer: Printer): string {
  return terms
    .map((term, at) => {
      const text =
        term.kind === 'add'
          ? `(${print(term, printer).text})`
          : withoutDoubleSign(term, print(term, printer));
      const minus = text.startsWith('−');
      if (at === 0) return text;
      return minus ? ` − ${text.slice(1)}` : ` + ${text}`;
    })
    .join('');
}

/** A term that begins with a minus is a difference; any other sum needs brackets. */
function withoutDoubleSign(term: Expr, piece: Piece): string {
  if (piece.level >= PRODUCT || piece.text.startsWith('−')) return piece.text;
  return term.kind === 'position' ? `(${piece.text})` : piece.text;
}

/** Factors side by side; a dot where that could be misread. */
function printProduct(expr: Multiply, printer: Printer): Piece {
  const last = expr.factors.length - 1;
  let text = '';
  let before: Piece | undefined;
  let open = false;
  for (const [at, factor] of expr.factors.entries()) {
    const piece = print(factor, printer);
    const shown = factorText(factor, piece, at === 0, at === last);
    const bare = shown === piece.text;
    const dot = before?.dot === true || (piece.dot === true && bare);
    if (at > 0)
      text += dot && (isDerivative(factor) || /^[0-9]/.test(shown) || dotAfter(before)) ? ' · ' : ' ';
    text += shown;
    open = at === last && bare && piece.open === true;
    before = bare ? { ...piece, dot: isDerivative(factor) || factor.kind === 'divide' } : atom(shown);
  }
  return { text, level: PRODUCT, ...(open && { open }) };
}

function isDerivative(expr: Expr): boolean {
  return expr.kind === 'derivative';
}

function dotAfter(before: Piece | undefined): boolean {
  return before?.dot === true;
}

/** A factor: the first may be a quotient or carry a number's sign, the last may be a total. */
function factorText(factor: Expr, piece: Piece, first: boolean, last: boolean): string {
  if (piece.open) return last && factor.kind === 'total' ? piece.text : `(${piece.text})`;
  if (piece.level >= FACTOR) return piece.text;
  const leads = first && (factor.kind === 'number' || factor.kind === 'divide');
  return leads ? piece.text : `(${piece.text})`;
}

/** numerator / the one factor after it; a total is the divisor when all behind it carries its letter. */
function printQuotient(expr: Divide, printer: Printer): Piece {
  const above = print(expr.numerator, printer);
  const signedNumber = expr.numerator.kind === 'number';
  const top = above.open || (above.level < PRODUCT && !signedNumber) ? `(${above.text})` : above.text;
  const below = print(expr.denominator, printer);
  if (expr.denominator.kind === 'total' && endsInLetter(expr.denominator)) {
    return { text: `${top} / ${below.text}`, level: PRODUCT, open: true };
  }
  return { text: `${top} / ${within(below, FACTOR)}`, level: PRODUCT };
}

/** Whether the last factor that a total takes carries its letter, so that it is clear that it belongs to a divisor. */
function endsInLetter(expr: Total): boolean {
  const ids = new Set<string>();
  let body: Expr = expr;
  while (body.kind === 'total' && body.operation === expr.operation && (body === expr || !body.where)) {
    ids.add(body.binder.id);
    body = body.body;
  }
  const last =
    body.kind === 'multiply' ? body.factors.at(-1) : body.kind === 'divide' ? body.denominator : undefined;
  if (last === undefined) return body.kind !== 'number';
  return freeIndices(last).some((id) => ids.has(id));
}

function printPower(expr: Power, printer: Printer): Piece {
  const base = print(expr.base, printer);
  const text = base.level < ATOM || expr.base.kind === 'derivative' ? `(${base.text})` : base.text;
  const exponent = print(expr.exponent, printer);
  const plain = /^([0-9]+|\p{L}\p{M}*)$/u.test(exponent.text);
  return { text: `${text}^${plain ? exponent.text : `{${exponent.text}}`}`, level: FACTOR };
}

function printTotal(expr: Total, printer: Printer): Piece {
  const sign =
    expr.operation === 'sum'
      ? printer.signs.sum
      : expr.operation === 'product'
        ? printer.signs.product
        : 'max';
  const { binders, body } = totalChain(expr);
  const inner = { ...printer, ...bindLetters(binders, printer) };
  const letters = binders.map(({ id }) => letterFor(id, inner));
  const below = expr.where ? `{${printRestriction(expr, expr.where, inner)}}` : letters.join('');
  return { text: `${sign}_${below} ${within(print(body, inner), PRODUCT)}`, level: PRODUCT, open: true };
}

/** `k≠i`: the bound letter first. A condition in which it does not stand alone is brought into that form. */
function printRestriction(expr: Total, where: Bracket, printer: Printer): string {
  const { id } = expr.binder;
  const alone = where.left.kind === 'position' && simpleId(where.left.index) === id;
  const right = alone ? where.right : add(position(id), where.right, negate(where.left));
  const text = print(right, printer).text;
  const limit = where.relation === '=' && /^[0-9]+$/.test(text) ? `(${text})` : text;
  return `${letterFor(id, printer)}${where.relation}${limit}`;
}

function printCases(expr: Cases, printer: Printer): Piece {
  const branches = expr.branches.map(
    ({ value, condition }) => `${print(value, printer).text} if ${printCondition(condition, printer)}`,
  );
  const rest = expr.otherwise ? [`${print(expr.otherwise, printer).text} otherwise`] : [];
  return atom(`{ ${[...branches, ...rest].join('; ')} }`);
}

const RAISED = ['', '', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** ∂s_i/∂x_j, ∂²L/∂x_i∂x_j */
function printDerivative(expr: Derivative, printer: Printer): string {
  const by = expr.by.map((ref) => `∂${printTensor(ref, printer)}`).join('');
  return `∂${RAISED[expr.by.length] ?? ''}${printTensor(expr.of, printer)}/${by}`;
}

/** The argument of a function of whole tensors without indices, where it can be read so. */
function printWhole(body: Expr, ids: readonly string[], printer: Printer): string | undefined {
  const bare = printer.signs.whole ? withoutIndices(body, ids) : undefined;
  return bare && print(bare, printer).text;
}

/** det(X), inv(X)_ij; of something else than a tensor with its letters: det_ij(A_ij − δ_ij). */
function printMatrixFunction(expr: MatrixFunction, printer: Printer): Piece {
  const at = expr.at ? printIndices(expr.at, printer) : '';
  const { row, column, body } = expr;
  if (body.kind === 'tensor' && body.indices.length === 2) {
    if (endsWith(body, [row.id, column.id])) return atom(`${expr.name}(${body.name})${at}`);
  }
  const whole = printWhole(body, [row.id, column.id], printer);
  if (whole !== undefined) return atom(`${expr.name}(${whole})${at}`);
  const inner = { ...printer, ...bindLetters([row, column], printer) };
  const letters = `_${letterFor(row.id, inner)}${letterFor(column.id, inner)}`;
  return atom(`${expr.name}${letters}(${print(body, inner).text})${at}`);
}

/** softmax(x)_i, norm(X); along the rows of a matrix softmax(Z)_ij; of anything else softmax_k(2 x_k)_i. */
function printFieldFunction(expr: FieldFunction, printer: Printer): Piece {
  const { name, binders, body } = expr;
  const ids = binders.map(({ id }) => id);
  if (body.kind === 'tensor' && endsWith(body, ids)) {
    const lead = body.indices.slice(0, body.indices.length - ids.length);
    if (name === 'softmax' && expr.at && body.indices.length <= 2) {
      return atom(`softmax(${body.name})${printIndices([...lead, expr.at], printer)}`);
    }
    if (name !== 'softmax' && lead.length === 0 && ids.length <= 2) return atom(`${name}(${body.name})`);
  }
  const at = expr.at ? printIndices([expr.at], printer) : '';
  const whole = ids.length <= 2 ? printWhole(body, ids, printer) : undefined;
  if (whole !== undefined) return atom(`${name}(${whole})${at}`);
  const inner = { ...printer, ...bindLetters(binders, printer) };
  const letters = ids.map((id) => letterFor(id, inner)).join('');
  return atom(`${name}_${letters}(${print(body, inner).text})${at}`);
}
