/** Where the parser stands in the tokens, what it may ask of them, and how it refuses. */
import { TooLargeError } from '../errors.js';
import type { Declarations } from '../nodes.js';
import { FormulaError, type Place } from './errors.js';
import { DEEPEST } from './limits.js';
import { declaredTensor } from './names.js';
import type { Token, Tokens } from './tokens.js';

export class Cursor {
  readonly text: string;
  readonly latex: boolean;
  /** Whether a ‖ closes a norm here rather than opening one. */
  insideNorm = false;
  private readonly tokens: readonly Token[];
  private readonly last: Token;
  private at = 0;
  private depth = 0;

  constructor(
    { text, tokens, latex }: Tokens,
    readonly declarations: Declarations,
  ) {
    this.text = text;
    this.latex = latex;
    this.tokens = tokens;
    this.last = { kind: 'end', text: '', start: text.length, end: text.length };
  }

  get next(): Token {
    return this.tokens[this.at] ?? this.last;
  }

  /** The token `distance` places after the next one. */
  ahead(distance: number): Token {
    return this.tokens[this.at + distance] ?? this.last;
  }

  /** Where the token before the next one ends. */
  get end(): number {
    return this.tokens[this.at - 1]?.end ?? 0;
  }

  take(): Token {
    const token = this.next;
    this.at++;
    return token;
  }

  /** Whether the next token is this sign. */
  is(sign: string): boolean {
    return this.next.kind === 'sign' && this.next.text === sign;
  }

  isCommand(command: string): boolean {
    return this.next.kind === 'command' && this.next.text === command;
  }

  isName(name: string): boolean {
    return this.next.kind === 'name' && this.next.text === name;
  }

  /** Takes the sign if it is next. */
  takes(sign: string): boolean {
    const found = this.is(sign);
    if (found) this.at++;
    return found;
  }

  /** Takes the sign that must be next; `opened` is the bracket it closes. */
  expect(sign: string, remedy: string, opened?: Place): Token {
    if (this.is(sign)) return this.take();
    const found = this.next;
    const after = opened ? `, to close \`${this.shown(opened)}\`` : '';
    if (found.kind === 'end')
      this.refuse(found, `The formula ends where \`${sign}\` was expected${after}.`, remedy);
    this.refuse(found, `\`${this.shown(found)}\` stands where \`${sign}\` was expected${after}.`, remedy);
  }

  /** Refuses whatever stands after the end of what was read. */
  expectEnd(): void {
    const found = this.next;
    if (found.kind === 'end') return;
    const shown = this.shown(found);
    this.refuse(found, `\`${shown}\` has no meaning here.`, afterwards(found));
  }

  isDeclared(name: string): boolean {
    return declaredTensor(name, this.declarations) !== undefined;
  }

  /** Reads something that may contain itself; what is too deep is refused. */
  deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) {
      throw new TooLargeError(
        `more than ${DEEPEST} brackets, totals and functions stand in one another at character ${this.next.start}: define the inner parts by name.`,
      );
    }
    const result = read();
    this.depth--;
    return result;
  }

  shown(place: Place): string {
    const shown = this.text.slice(place.start, place.end);
    return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
  }

  /** From a place to the token that was taken last. */
  since(start: number): Place {
    return { start, end: Math.max(this.end, start) };
  }

  refuse(place: Place, says: string, remedy: string): never {
    throw new FormulaError(this.text, place, says, remedy);
  }
}

function afterwards(found: Token): string {
  switch (found.text) {
    case '=':
      return "Expected the end. A new name is introduced with let: 'let r_i = x_i − μ'; a comparison stands in brackets: [i = j].";
    case '_':
      return 'Expected the end or a sign. Indices stand together after one name: W_ij or W_{i,j}; two factors apart: x_i y_j';
    case ',':
      return 'Expected the end or a sign. Indices with commas need braces: W_{i,j}';
    case ')':
    case ']':
    case '}':
      return `Expected the end or a sign: nothing is open that \`${found.text}\` closes.`;
    case '^':
      return 'Expected the end or a sign. A power of a power needs brackets: (x^2)^3';
    case '<':
    case '>':
    case '≤':
    case '≥':
    case '≠':
      return 'Expected the end or a sign. A condition stands in brackets: [x_i > 0] is 1 where it holds, 0 elsewhere.';
    case '|':
      return 'The absolute value is abs(x_i), a norm ‖x‖.';
    default:
      return 'Expected the end or a sign, for example: s_i (δ_ij − s_j)';
  }
}
