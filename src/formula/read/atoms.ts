/** Atoms: numbers, symbols, δ, calls, brackets, cases, derivatives, groups. */
import type { Cursor } from './cursor.js';
import { parseDerivative, startsFractionOfDerivatives } from './derivatives.js';
import { argumentCount, functionName, takesWhole } from './functions.js';
import { declaredTensor } from './names.js';
import { parseCondition, parseFactor, parseSum } from './parse.js';
import { parseIndices } from './parse-indices.js';
import type { IndicesSyntax, Syntax, TotalSyntax } from './syntax.js';
import { parseTotal } from './totals.js';

const EXAMPLE = 'For example: s_i (δ_ij − s_j)';
const TOTALS: Readonly<Record<string, TotalSyntax['operation']>> = {
  Σ: 'sum',
  '∑': 'sum',
  sum: 'sum',
  Π: 'product',
  '∏': 'product',
  prod: 'product',
  max: 'max',
};

/** Words that end a formula rather than stand in it, unless they are declared. */
const ENDING: readonly string[] = ['if', 'otherwise', 'for', 'when', 'else'];

/** Whether the next token can begin an atom. */
export function startsAtom(cursor: Cursor): boolean {
  const token = cursor.next;
  switch (token.kind) {
    case 'number':
      return true;
    case 'name':
      return !ENDING.includes(token.text) || cursor.isDeclared(token.text);
    case 'command':
      return ['frac', 'sqrt', 'begin'].includes(token.text);
    case 'sign':
      if (token.text === '‖') return !cursor.insideNorm;
      return ['(', '[', '{', '|(', '∂', '∑', '∏', '𝟏', '𝟙'].includes(token.text);
    default:
      return false;
  }
}

/** The operation of the total that the next tokens begin, if they do. */
function totalOperation(cursor: Cursor): TotalSyntax['operation'] | undefined {
  const token = cursor.next;
  if (token.kind === 'sign') return token.text === '∑' || token.text === '∏' ? TOTALS[token.text] : undefined;
  if (token.kind !== 'name' || !Object.hasOwn(TOTALS, token.text) || cursor.isDeclared(token.text))
    return undefined;
  const indexed = cursor.ahead(1).kind === 'sign' && cursor.ahead(1).text === '_';
  return indexed || token.text === 'Σ' || token.text === 'Π' ? TOTALS[token.text] : undefined;
}

export function startsTotal(cursor: Cursor): boolean {
  return totalOperation(cursor) !== undefined;
}

/** atom = number | symbol | delta | call | bracket | cases | total | derivative | '(' sum ')' */
export function parseAtom(cursor: Cursor): Syntax {
  const token = cursor.next;
  const operation = totalOperation(cursor);
  if (operation) return parseTotal(cursor, operation);
  switch (token.kind) {
    case 'number':
      cursor.take();
      return { kind: 'number', text: token.text, start: token.start, end: token.end };
    case 'name':
      return parseNamed(cursor);
    case 'command':
      return parseCommand(cursor);
    case 'sign':
      return parseSigned(cursor);
    default:
      return refuseAtom(cursor);
  }
}

function refuseAtom(cursor: Cursor): never {
  const token = cursor.next;
  if (token.kind === 'end') {
    cursor.refuse(token, 'The formula ends where a factor was expected.', EXAMPLE);
  }
  const remedy =
    token.text === '|'
      ? 'The absolute value is abs(x_i), a norm ‖x‖.'
      : `Expected a number, a name or a bracket. ${EXAMPLE}`;
  cursor.refuse(token, `\`${cursor.shown(token)}\` stands where a factor was expected.`, remedy);
}

/** An atom that begins with a sign. */
function parseSigned(cursor: Cursor): Syntax {
  const { text, start } = cursor.next;
  switch (text) {
    case '(':
      return parseGroup(cursor);
    case '[':
      return parseBracket(cursor);
    case '{':
      return parseCases(cursor);
    case '∂':
      return parseDerivative(cursor);
    case '|(':
      return parseAbsolute(cursor);
    case '‖':
      return cursor.insideNorm ? refuseAtom(cursor) : parseNorm(cursor);
    case '𝟏':
    case '𝟙': {
      cursor.take();
      if (cursor.is('[')) return parseBracket(cursor);
      return { kind: 'ones', ...cursor.since(start) };
    }
    default:
      return refuseAtom(cursor);
  }
}

/** '(' sum ')' */
function parseGroup(cursor: Cursor): Syntax {
  const opened = cursor.take();
  const body = inside(cursor, () => parseSum(cursor));
  cursor.expect(')', EXAMPLE, opened);
  return { kind: 'group', body, ...cursor.since(opened.start) };
}

/** \left| sum \right|, the absolute value */
function parseAbsolute(cursor: Cursor): Syntax {
  const opened = cursor.take();
  const body = inside(cursor, () => parseSum(cursor));
  cursor.expect('|)', 'For example: \\left| x_i \\right|', opened);
  return { kind: 'call', name: 'abs', args: [body], ...cursor.since(opened.start) };
}

/** Reads what stands in brackets: a ‖ in them opens a norm of its own. */
function inside<T>(cursor: Cursor, read: () => T): T {
  const outer = cursor.insideNorm;
  cursor.insideNorm = false;
  const result = cursor.deeper(read);
  cursor.insideNorm = outer;
  return result;
}

/** bracket = '[' condition ']' */
function parseBracket(cursor: Cursor): Syntax {
  const opened = cursor.take();
  const condition = inside(cursor, () => parseCondition(cursor));
  cursor.expect(']', 'For example: [k ≤ i], [x_i > 0]', opened);
  return { kind: 'bracket', condition, ...cursor.since(opened.start) };
}

/** ‖ sum ‖, with a 2 or F below it: the 2-norm, over a matrix the Frobenius norm. */
function parseNorm(cursor: Cursor): Syntax {
  const opened = cursor.take();
  const outer = cursor.insideNorm;
  cursor.insideNorm = true;
  const body = cursor.deeper(() => parseSum(cursor));
  cursor.insideNorm = outer;
  cursor.expect('‖', 'For example: ‖x‖^2', opened);
  if (cursor.is('_')) {
    const { start } = cursor.next;
    const { list } = parseIndices(cursor);
    const [index, more] = list;
    const [part] = index?.parts ?? [];
    if (more || !(index && (part ? part.letter === 'F' && index.offset === 0 : index.offset === 2))) {
      cursor.refuse(
        cursor.since(start),
        'Only the 2-norm and the Frobenius norm are known.',
        'Another norm is written out: (Σ_i abs(x_i)^p)^{1/p}',
      );
    }
  }
  return { kind: 'call', name: 'norm', args: [body], ...cursor.since(opened.start) };
}

/** cases = '{' sum 'if' condition (';' sum 'if' condition)* [';' sum 'otherwise'] '}'; in LaTeX braces also group. */
function parseCases(cursor: Cursor): Syntax {
  const opened = cursor.take();
  const branches: { value: Syntax; condition: ReturnType<typeof parseCondition> }[] = [];
  let otherwise: Syntax | undefined;
  let grouped: Syntax | undefined;
  inside(cursor, () => {
    do {
      const value = parseSum(cursor);
      if (cursor.isName('otherwise')) {
        cursor.take();
        otherwise = value;
        break;
      }
      if (cursor.latex && branches.length === 0 && cursor.is('}')) {
        grouped = value;
        break;
      }
      if (!cursor.isName('if')) {
        cursor.refuse(
          cursor.next.kind === 'end' ? opened : cursor.next,
          '`if` and a condition were expected in these cases.',
          'For example: { s_i (1 − s_i) if i = j; −s_i s_j if i ≠ j }. Braces do not group: use ( ).',
        );
      }
      cursor.take();
      branches.push({ value, condition: parseCondition(cursor) });
    } while (cursor.takes(';'));
  });
  cursor.expect('}', 'Cases are separated by `;`: { x_i if x_i > 0; 0 otherwise }', opened);
  if (grouped) return { kind: 'group', body: grouped, ...cursor.since(opened.start) };
  return casesOf(cursor, branches, otherwise, opened);
}

function casesOf(
  cursor: Cursor,
  branches: { value: Syntax; condition: ReturnType<typeof parseCondition> }[],
  otherwise: Syntax | undefined,
  opened: { start: number; end: number },
): Syntax {
  if (branches.length === 0) {
    cursor.refuse(opened, 'Cases need a condition.', 'For example: { x_i if x_i > 0; 0 otherwise }');
  }
  return { kind: 'cases', branches, ...(otherwise && { otherwise }), ...cursor.since(opened.start) };
}

/** \begin{cases} sum & condition \\ … \end{cases}; `if` before the condition may stand or not. */
function parseLatexCases(cursor: Cursor): Syntax {
  const opened = cursor.take();
  const example = '\\begin{cases} x_i & x_i > 0 \\\\ 0 & \\text{otherwise} \\end{cases}';
  const branches: { value: Syntax; condition: ReturnType<typeof parseCondition> }[] = [];
  let otherwise: Syntax | undefined;
  inside(cursor, () => {
    while (!cursor.isCommand('end')) {
      const value = parseSum(cursor);
      cursor.takes(',');
      cursor.expect('&', `For example: ${example}`);
      if (cursor.isName('if') || cursor.isName('for') || cursor.isName('when')) cursor.take();
      if (cursor.isName('otherwise') || cursor.isName('else')) {
        cursor.take();
        otherwise = value;
        if (cursor.isCommand('row')) cursor.take();
        break;
      }
      branches.push({ value, condition: parseCondition(cursor) });
      if (!cursor.isCommand('row')) break;
      cursor.take();
    }
  });
  if (!cursor.isCommand('end')) {
    cursor.refuse(
      cursor.next.kind === 'end' ? opened : cursor.next,
      'The cases opened here are not ended.',
      `For example: ${example}`,
    );
  }
  cursor.take();
  return casesOf(cursor, branches, otherwise, opened);
}

/** \frac{a}{b}, \sqrt{a}, \begin{cases} */
function parseCommand(cursor: Cursor): Syntax {
  const token = cursor.next;
  switch (token.text) {
    case 'frac': {
      if (startsFractionOfDerivatives(cursor)) return parseDerivative(cursor);
      cursor.take();
      const numerator = parseArgument(cursor, '\\frac{a}{b}');
      const denominator = parseArgument(cursor, '\\frac{a}{b}');
      const rest = [{ sign: '/' as const, factor: denominator }];
      const place = cursor.since(token.start);
      return { kind: 'group', body: { kind: 'product', first: numerator, rest, ...place }, ...place };
    }
    case 'sqrt': {
      cursor.take();
      if (cursor.is('[')) {
        cursor.refuse(cursor.next, 'Only the square root is known.', 'Another root is a power: x^{1/3}');
      }
      const body = parseArgument(cursor, '\\sqrt{x}');
      return { kind: 'call', name: 'sqrt', args: [body], ...cursor.since(token.start) };
    }
    case 'begin':
      return parseLatexCases(cursor);
    default:
      return refuseAtom(cursor);
  }
}

/** '{' sum '}', or the single token that LaTeX takes without braces. */
function parseArgument(cursor: Cursor, example: string): Syntax {
  const { start } = cursor.next;
  if (cursor.next.single) {
    const { kind, text } = cursor.take();
    const place = cursor.since(start);
    return kind === 'number' ? { kind: 'number', text, ...place } : { kind: 'symbol', name: text, ...place };
  }
  const opened = cursor.expect('{', `For example: ${example}`);
  const body = inside(cursor, () => parseSum(cursor));
  cursor.expect('}', `For example: ${example}`, opened);
  return { kind: 'group', body, ...cursor.since(start) };
}

/** An atom that begins with a name: a symbol, δ or a call. */
function parseNamed(cursor: Cursor): Syntax {
  const token = cursor.take();
  const declared = declaredTensor(token.text, cursor.declarations);
  if (!declared) {
    if (cursor.is('_') && (token.text === 'δ' || token.text === 'delta'))
      return parseDelta(cursor, token.start);
    if (ENDING.includes(token.text)) {
      cursor.refuse(token, `\`${token.text}\` stands where a factor was expected.`, EXAMPLE);
    }
    const name = functionName(token.text);
    if (name !== undefined) return parseCall(cursor, name, token);
  }
  const indices = cursor.is('_') ? parseIndices(cursor, declared?.dimensions.length) : undefined;
  return { kind: 'symbol', name: token.text, ...(indices && { indices }), ...cursor.since(token.start) };
}

/** delta = 'δ_' index index */
function parseDelta(cursor: Cursor, start: number): Syntax {
  const { list } = parseIndices(cursor, 2);
  const [left, right, more] = list;
  if (!left || !right || more) {
    cursor.refuse(
      cursor.since(start),
      `The Kronecker delta has two indices, not ${list.length}.`,
      'For example: δ_ij, δ_{i,j+1}, δ_{i0}',
    );
  }
  return { kind: 'delta', left, right, ...cursor.since(start) };
}

/**
 * call = function '(' sum (',' sum)* ')'; without brackets a function applies to the one factor after it. A function of
 * whole tensors may name the letters it runs over: softmax_k(x_k)_i.
 */
function parseCall(cursor: Cursor, name: string, token: { start: number; end: number }): Syntax {
  const over = cursor.is('_') ? parseOver(cursor, name, token) : undefined;
  if (cursor.is('^')) {
    cursor.refuse(
      cursor.next,
      `A function has no power of its own.`,
      'Write the power of its value: tanh(x_i)^2',
    );
  }
  const args: Syntax[] = [];
  if (cursor.is('(')) {
    const opened = cursor.take();
    inside(cursor, () => {
      do args.push(parseSum(cursor));
      while (cursor.takes(','));
    });
    cursor.expect(')', `For example: ${exampleCall(name)}`, opened);
  } else if (startsAtom(cursor) || cursor.is('−')) {
    args.push(cursor.deeper(() => parseFactor(cursor)));
  } else {
    cursor.refuse(token, `The argument of ${name} is missing.`, `For example: ${exampleCall(name)}`);
  }
  const expected = argumentCount(name);
  if (args.length !== expected) {
    cursor.refuse(
      cursor.since(token.start),
      `${name} takes ${expected === 1 ? 'one argument' : `${expected} arguments`}, not ${args.length}.`,
      name === 'max'
        ? 'For example: max(a, b); over an index: max_k x_k'
        : `For example: ${exampleCall(name)}`,
    );
  }
  return { kind: 'call', name, args, ...(over && { over }), ...cursor.since(token.start) };
}

function parseOver(cursor: Cursor, name: string, token: { start: number; end: number }): IndicesSyntax {
  const over = parseIndices(cursor);
  if (name === 'min') {
    cursor.refuse(token, 'There is no min over an index.', 'Write −max_k (−x_k).');
  }
  if (!takesWhole(name) || ['tr', 'diag', 'vec'].includes(name)) {
    cursor.refuse(over, `${name} has no index.`, `For example: ${exampleCall(name)}`);
  }
  return over;
}

function exampleCall(name: string): string {
  if (argumentCount(name) === 2) return `${name}(a, b)`;
  if (['inv', 'det', 'logdet', 'tr'].includes(name)) return `${name}(X)`;
  if (name === 'softmax') return 'softmax(x)_i';
  return takesWhole(name) ? `${name}(x)` : `${name}(x_i)`;
}
