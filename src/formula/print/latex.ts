/** Expressions as LaTeX, in commands that KaTeX and MathJax both know; what is printed reads back as well. */
import { add, negate, position } from '../build.js';
import { simpleId } from '../indices.js';
import type {
  Bracket,
  Call,
  Cases,
  Declarations,
  Derivative,
  Expr,
  FieldFunction,
  Index,
  MatrixFunction,
  Multiply,
  Power,
  Ranged,
  Rational,
  Relation,
  TensorRef,
  Total,
} from '../nodes.js';
import { everyNode, exhausted } from '../walk.js';
import { latexName } from './latex-names.js';
import { bindLetters, freeLetters, type Letters } from './letters.js';
import { ATOM, endsWith, FACTOR, orderedParts, type Piece, PRODUCT, SUM, totalChain } from './pieces.js';
import { TRANSPOSE, withoutIndices } from './whole.js';

interface Printer extends Letters {
  /** Names of tensors in sight, which some signs must not be taken for. */
  readonly names: ReadonlySet<string>;
}

/**
 * The LaTeX of an expression.
 *
 * @example toLatex(readExpression('s_i (δ_ij − s_j)', declarations)) // 's_{i} (\\delta_{ij} - s_{j})'
 */
export function toLatex(formula: Expr | Ranged, declarations?: Declarations): string {
  const ranged = 'expr' in formula ? formula : undefined;
  const expr = 'expr' in formula ? formula.expr : formula;
  const names = new Set(declarations?.tensors.keys() ?? []);
  for (const node of everyNode(expr)) if (node.kind === 'tensor') names.add(node.name);
  return print(expr, { ...freeLetters(expr, declarations, ranged), names }).text;
}

function atom(text: string): Piece {
  return { text, level: ATOM };
}

/** Brackets that grow with what stands in them. */
function brackets(text: string, open = '(', close = ')'): string {
  return /\\(frac|sum|prod|max|begin|left)/.test(text)
    ? `\\left${open} ${text} \\right${close}`
    : `${open}${text}${close}`;
}

function within(piece: Piece, level: number): string {
  return piece.level < level ? brackets(piece.text) : piece.text;
}

function print(expr: Expr, printer: Printer): Piece {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'constant':
      if (expr.name === 'e' && printer.names.has('e')) return atom('\\exp(1)');
      return atom(expr.name === 'e' ? 'e' : '\\pi');
    case 'size':
      return atom(latexName(expr.dimension));
    case 'position':
      return printPosition(expr.index, printer);
    case 'tensor':
      return atom(printTensor(expr, printer));
    case 'delta':
      if (!printer.names.has('δ')) return atom(`\\delta${printIndices([expr.left, expr.right], printer)}`);
      return atom(
        `\\mathbb{1}[${printPosition(expr.left, printer).text} = ${printPosition(expr.right, printer).text}]`,
      );
    case 'bracket':
      return atom(`\\mathbb{1}${brackets(printCondition(expr, printer), '[', ']')}`);
    case 'add':
      return { text: printSum(expr.terms, printer), level: SUM };
    case 'multiply':
      return printProduct(expr, printer);
    case 'divide':
      return fraction(print(expr.numerator, printer).text, print(expr.denominator, printer).text);
    case 'negate':
      return { text: `-${within(print(expr.operand, printer), PRODUCT)}`, level: SUM };
    case 'power':
      return printPower(expr, printer);
    case 'call':
      return printCall(expr, printer);
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

/** A fraction is as tight as a factor, but needs brackets to be a base. */
function fraction(above: string, below: string): Piece {
  return { text: `\\frac{${above}}{${below}}`, level: FACTOR };
}

function printNumber(value: Rational): Piece {
  const positive =
    value.d === 1n ? { ...atom(`${value.n}`), dot: true } : fraction(`${value.n}`, `${value.d}`);
  return value.s < 0n ? { text: `-${positive.text}`, level: SUM } : positive;
}

function letterFor(id: string, printer: Letters): string {
  return latexName(printer.of.get(id) ?? id);
}

function printIndex(index: Index, printer: Letters): string {
  const letters = orderedParts(index).map(
    ({ sign, id }, at) => `${sign < 0 ? '-' : at > 0 ? '+' : ''}${letterFor(id, printer)}`,
  );
  if (letters.length > 0 && index.offset === 0) return letters.join('');
  const offset = `${index.offset < 0 ? '-' : letters.length > 0 ? '+' : ''}${Math.abs(index.offset)}`;
  return `${letters.join('')}${offset}`;
}

/** `_{ij}`, with commas where an index is more than a letter. */
function printIndices(indices: readonly Index[], printer: Letters): string {
  if (indices.length === 0) return '';
  const texts = indices.map((index) => printIndex(index, printer));
  const simple = indices.every(
    (index) => simpleId(index) !== undefined || /^[0-9]$/.test(printIndex(index, printer)),
  );
  const run = texts.reduce(
    (line, text) => (/\\[A-Za-z]+$/.test(line) ? `${line} ${text}` : `${line}${text}`),
    '',
  );
  return `_{${simple && !/[0-9]{2}/.test(run) ? run : texts.join(',')}}`;
}

function printTensor(ref: TensorRef, printer: Letters): string {
  if (ref.name.endsWith(TRANSPOSE)) return `${latexName(ref.name.slice(0, -1))}^{\\top}`;
  return `${latexName(ref.name)}${printIndices(ref.indices, printer)}`;
}

function printPosition(index: Index, printer: Letters): Piece {
  const text = printIndex(index, printer).replace(/(?<=.)[+-]/gu, ' $& ');
  if (index.parts.length === 0) return index.offset < 0 ? { text, level: SUM } : { ...atom(text), dot: true };
  return simpleId(index) === undefined ? { text, level: SUM } : atom(text);
}

const RELATIONS: Readonly<Record<Relation, string>> = {
  '>': '\\gt',
  '≥': '\\ge',
  '<': '\\lt',
  '≤': '\\le',
  '=': '=',
  '≠': '\\ne',
};

function printCondition(condition: Bracket, printer: Printer): string {
  const left = print(condition.left, printer).text;
  return `${left} ${RELATIONS[condition.relation]} ${print(condition.right, printer).text}`;
}

function printSum(terms: readonly Expr[], printer: Printer): string {
  return terms
    .map((term, at) => {
      const piece = print(term, printer);
      const loose =
        term.kind === 'add' || (term.kind === 'position' && piece.level === SUM && piece.text[0] !== '-');
      const text = loose ? brackets(piece.text) : piece.text;
      if (at === 0) return text;
      return text.startsWith('-') ? ` - ${text.slice(1)}` : ` + ${text}`;
    })
    .join('');
}

/** Factors side by side; a dot before numbers and beside derivatives. */
function printProduct(expr: Multiply, printer: Printer): Piece {
  const last = expr.factors.length - 1;
  let text = '';
  let derivativeBefore = false;
  for (const [at, factor] of expr.factors.entries()) {
    const piece = print(factor, printer);
    const open = piece.open === true && !(at === last && factor.kind === 'total');
    const leads = at === 0 && factor.kind === 'number';
    const shown = open ? brackets(piece.text) : leads ? piece.text : within(piece, FACTOR);
    const derivative = factor.kind === 'derivative';
    const numeric = /^([0-9]|\\frac\{[0-9]+\}\{[0-9]+\})/.test(shown);
    if (at > 0) text += numeric || derivative || derivativeBefore ? ' \\cdot ' : ' ';
    text += shown;
    derivativeBefore = derivative;
  }
  const open = expr.factors.at(-1)?.kind === 'total';
  return { text, level: PRODUCT, ...(open && { open }) };
}

function printPower(expr: Power, printer: Printer): Piece {
  const base = print(expr.base, printer);
  const bare = base.level >= ATOM && expr.base.kind !== 'derivative';
  const exponent = print(expr.exponent, printer).text;
  return { text: `${bare ? base.text : brackets(base.text)}^{${exponent}}`, level: FACTOR };
}

const COMMANDS: readonly string[] = ['exp', 'log', 'tanh', 'sin', 'cos', 'max', 'min'];

function printCall(expr: Call, printer: Printer): Piece {
  const args = expr.args.map((arg) => print(arg, printer).text).join(', ');
  if (expr.name === 'sqrt') return atom(`\\sqrt{${args}}`);
  if (expr.name === 'abs') return atom(`\\left| ${args} \\right|`);
  if (expr.name === 'sigmoid' && !printer.names.has('σ')) return atom(`\\sigma${brackets(args)}`);
  return atom(
    `${COMMANDS.includes(expr.name) ? `\\${expr.name}` : `\\mathrm{${expr.name}}`}${brackets(args)}`,
  );
}

const TOTALS: Readonly<Record<Total['operation'], string>> = {
  sum: '\\sum',
  product: '\\prod',
  max: '\\max',
};

function printTotal(expr: Total, printer: Printer): Piece {
  const { binders, body } = totalChain(expr);
  const inner = { ...printer, ...bindLetters(binders, printer) };
  const below = expr.where
    ? printRestriction(expr, expr.where, inner)
    : binders.map(({ id }) => letterFor(id, inner)).join(' ');
  const text = `${TOTALS[expr.operation]}_{${below}} ${within(print(body, inner), PRODUCT)}`;
  return { text, level: PRODUCT, open: true };
}

function printRestriction(expr: Total, where: Bracket, printer: Printer): string {
  const { id } = expr.binder;
  const alone = where.left.kind === 'position' && simpleId(where.left.index) === id;
  const right = alone ? where.right : add(position(id), where.right, negate(where.left));
  const text = print(right, printer).text;
  const limit = where.relation === '=' && /^[0-9]+$/.test(text) ? `(${text})` : text;
  return `${letterFor(id, printer)} ${RELATIONS[where.relation]} ${limit}`;
}

function printCases(expr: Cases, printer: Printer): Piece {
  const branches = expr.branches.map(
    ({ value, condition }) =>
      `${print(value, printer).text} & \\text{if } ${printCondition(condition, printer)}`,
  );
  const rest = expr.otherwise ? [`${print(expr.otherwise, printer).text} & \\text{otherwise}`] : [];
  return atom(`\\begin{cases} ${[...branches, ...rest].join(' \\\\ ')} \\end{cases}`);
}

function printDerivative(expr: Derivative, printer: Printer): string {
  const by = expr.by.map((ref) => `\\partial ${printTensor(ref, printer)}`).join(' \\, ');
  const order = expr.by.length > 1 ? `^{${expr.by.length}}` : '';
  return `\\frac{\\partial${order} ${printTensor(expr.of, printer)}}{${by}}`;
}

/** The argument of a function of whole tensors without indices, where it can be read so. */
function printWhole(body: Expr, ids: readonly string[], printer: Printer): string | undefined {
  const bare = printer.names.has('I') ? undefined : withoutIndices(body, ids);
  return bare && print(bare, printer).text;
}

/** det(X), (X^{-1})_{ij}; of something else than a tensor with its letters. */
function printMatrixFunction(expr: MatrixFunction, printer: Printer): Piece {
  const { row, column, body, name } = expr;
  const at = expr.at ? printIndices(expr.at, printer) : '';
  if (body.kind === 'tensor' && body.indices.length === 2) {
    const straight = endsWith(body, [row.id, column.id]);
    if (straight || endsWith(body, [column.id, row.id])) {
      const matrix = `${latexName(body.name)}${straight ? '' : '^{\\top}'}`;
      if (name === 'inv') return atom(`(${latexName(body.name)}^{${straight ? '-1' : '-\\top'}})${at}`);
      return atom(`${name === 'det' ? '\\det' : '\\mathrm{logdet}'}(${matrix})`);
    }
  }
  const whole = printWhole(body, [row.id, column.id], printer);
  if (whole !== undefined) {
    if (name === 'inv') return atom(`(${brackets(whole)}^{-1})${at}`);
    return atom(`${name === 'det' ? '\\det' : '\\mathrm{logdet}'}${brackets(whole)}`);
  }
  const inner = { ...printer, ...bindLetters([row, column], printer) };
  const letters = `_{${letterFor(row.id, inner)} ${letterFor(column.id, inner)}}`;
  return atom(`\\mathrm{${name}}${letters}${brackets(print(body, inner).text)}${at}`);
}

/** softmax(x)_i, ‖x‖; of something else than a tensor with its letters. */
function printFieldFunction(expr: FieldFunction, printer: Printer): Piece {
  const { name, binders, body } = expr;
  const ids = binders.map(({ id }) => id);
  if (body.kind === 'tensor' && endsWith(body, ids)) {
    const lead = body.indices.slice(0, body.indices.length - ids.length);
    const tensor = latexName(body.name);
    if (name === 'softmax' && expr.at && body.indices.length <= 2) {
      return atom(`\\mathrm{softmax}(${tensor})${printIndices([...lead, expr.at], printer)}`);
    }
    if (name === 'norm' && lead.length === 0 && ids.length <= 2) {
      return atom(`\\left\\lVert ${tensor} \\right\\rVert`);
    }
    if (name !== 'softmax' && lead.length === 0 && ids.length <= 2)
      return atom(`\\mathrm{${name}}(${tensor})`);
  }
  const at = expr.at ? printIndices([expr.at], printer) : '';
  const whole = ids.length <= 2 ? printWhole(body, ids, printer) : undefined;
  if (whole !== undefined && name === 'norm') return atom(`\\left\\lVert ${whole} \\right\\rVert`);
  if (whole !== undefined) return atom(`\\mathrm{${name}}${brackets(whole)}${at}`);
  const inner = { ...printer, ...bindLetters(binders, printer) };
  const letters = ids.map((id) => letterFor(id, inner)).join(' ');
  return atom(`\\mathrm{${name}}_{${letters}}${brackets(print(body, inner).text)}${at}`);
}
