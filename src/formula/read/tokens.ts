/** Text, Unicode and LaTeX into one sequence of tokens. Time is linear in the length of the text. */
import { TooLargeError } from '../errors.js';
import { FormulaError, type Place } from './errors.js';
import { type CommandMeaning, commandMeaning } from './latex.js';
import { LONGEST_NAME, LONGEST_TEXT, MOST_DIGITS } from './limits.js';
import { ACCENTS, DOUBLE_SIGNS, LOOKALIKES, SIGNS, SUBSCRIPTS, SUPERSCRIPTS } from './spelling.js';

export interface Token extends Place {
  /**
   * - `name`, `number`: as in the grammar
   * - `indices`: the letters and digits directly after an unbraced `_`
   * - `sign`: everything of one character; its spellings are normalised (`−`, `·`, `≥` …)
   * - `command`: a LaTeX command with a structure of its own: `frac`, `sqrt`, `begin`, `end`, `row`
   * - `end`: after the last token
   */
  readonly kind: 'name' | 'number' | 'indices' | 'sign' | 'command' | 'end';
  readonly text: string;
  /** Whether this is the single character that LaTeX takes after `^`, `_` or `\frac` without braces. */
  readonly single?: boolean;
}

export interface Tokens {
  /** The text in Unicode's composed form: offsets refer to it. */
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly latex: boolean;
}

const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;
const DIGIT = /[0-9]/;
const SPACE = /[\s\u200b-\u200d\u2060-\u2064\ufeff]/;

/** Whether a character is a letter of a name: signs that Unicode counts as letters (`ᵀ`, `ᵢ`, `ⁿ`) are none. */
function isLetter(character: string): boolean {
  return (
    LETTER.test(character) &&
    !SIGNS.has(character) &&
    !SUBSCRIPTS.has(character) &&
    !SUPERSCRIPTS.has(character)
  );
}

/** A letter without the style it is set in: 𝑥 and 𝐱 are x. */
function plainLetter(character: string): string {
  const styled = /[\u{1d400}-\u{1d7cb}]/u.test(character) ? character.normalize('NFKC') : character;
  return LOOKALIKES.get(styled) ?? styled;
}

/** The tokens of a text; what is no token is refused with its place. */
export function tokenize(given: string): Tokens {
  if (typeof given !== 'string') {
    throw new TypeError(`a formula is a string such as 's_i = exp(x_i)', not ${typeof given}`);
  }
  if (given.length > LONGEST_TEXT) {
    throw new TooLargeError(
      `a formula of ${given.length} characters is too long to read: at most ${LONGEST_TEXT}. Define parts of it by name.`,
    );
  }
  const text = given.normalize('NFC');
  return new Tokenizer(text).run();
}

class Tokenizer {
  private readonly tokens: Token[] = [];
  private at = 0;
  private readonly latex: boolean;

  constructor(private readonly text: string) {
    this.latex = text.includes('\\');
  }

  run(): Tokens {
    while (this.at < this.text.length) this.step();
    this.push('end', '', this.at);
    return { text: this.text, tokens: this.tokens, latex: this.latex };
  }

  /** One token, or a run of spaces. */
  private step(): void {
    const character = this.character();
    if (SPACE.test(character)) this.at += character.length;
    else if (character === '\\') this.command();
    else if (this.singleIsNext() && (isLetter(character) || DIGIT.test(character))) this.single(character);
    else if (DIGIT.test(character)) this.number();
    else if (isLetter(character)) this.name();
    else if (character === '√') this.root();
    else if (SUPERSCRIPTS.has(character)) this.raised('^', SUPERSCRIPTS);
    else if (SUBSCRIPTS.has(character)) this.raised('_', SUBSCRIPTS);
    else this.anySign(character);
  }

  private anySign(character: string): void {
    const start = this.at;
    const two = this.text.slice(start, start + 2);
    if (two === '**') {
      this.refuse(
        { start, end: start + 2 },
        '`**` is not a sign of the language.',
        'A power is written x^2.',
      );
    }
    const double = DOUBLE_SIGNS.get(two);
    const sign = double ?? SIGNS.get(character);
    if (sign === undefined) this.refuseCharacter(character);
    this.sign(sign, double === undefined ? character.length : 2);
    if (sign === '_' && !this.latex) this.indices();
  }

  private refuseCharacter(character: string): never {
    const shown = /\p{Cs}/u.test(character) ? 'half of a surrogate pair' : character;
    this.refuse(
      { start: this.at, end: this.at + character.length },
      `\`${shown}\` is not a sign of the language.`,
      character === '$'
        ? 'Formulas are written without the dollar signs: s_i = \\frac{e^{x_i}}{Z}.'
        : 'Expected names, numbers, brackets and signs, for example: s_i (δ_ij − s_j)',
    );
  }

  private character(): string {
    return String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
  }

  private push(kind: Token['kind'], text: string, start: number, end = this.at): void {
    this.tokens.push({ kind, text, start, end });
  }

  private sign(sign: string, length: number): void {
    this.at += length;
    this.push('sign', sign, this.at - length);
  }

  /** In LaTeX an unbraced `_` or `^` takes one token. */
  private singleIsNext(): boolean {
    const last = this.tokens.at(-1);
    return this.latex && last?.kind === 'sign' && (last.text === '_' || last.text === '^');
  }

  private single(character: string): void {
    const start = this.at;
    this.at += character.length;
    const kind = this.tokens.at(-1)?.text === '_' ? 'indices' : DIGIT.test(character) ? 'number' : 'name';
    const text = plainLetter(character);
    this.tokens.push({ kind, text, start, end: this.at, single: true });
  }

  /** digits ['.' digits] */
  private number(): void {
    const start = this.at;
    while (DIGIT.test(this.text[this.at] ?? '')) this.at++;
    if (this.text[this.at] === '.') {
      if (!DIGIT.test(this.text[this.at + 1] ?? '')) {
        this.refuse({ start, end: this.at + 1 }, 'A number does not end in a point.', 'Write 2 or 2.0.');
      }
      this.at++;
      while (DIGIT.test(this.text[this.at] ?? '')) this.at++;
    }
    if (this.at - start > MOST_DIGITS) {
      throw new TooLargeError(
        `a number of ${this.at - start} digits is too long to read: at most ${MOST_DIGITS}.`,
      );
    }
    this.refuseExponent(start);
    this.push('number', this.text.slice(start, this.at), start);
  }

  /** `1e-5` could be 0.00001 or e − 5: neither is taken in silence. */
  private refuseExponent(start: number): void {
    const exponent = /^[eE][+\-−–]?[0-9]+/u.exec(this.text.slice(this.at, this.at + 20))?.[0];
    if (exponent === undefined) return;
    const [number, end] = [this.text.slice(start, this.at), this.at + exponent.length];
    const power = exponent.slice(1).replace(/^\+/, '').replace(/^[-–]/, '−');
    this.refuse(
      { start, end },
      `\`${number}${exponent}\` can be read in two ways.`,
      `Write the number as ${number} · 10^${power.startsWith('−') ? `(${power})` : power} or as a decimal; a product with e, apart: ${number} e.`,
    );
  }

  /** letter (letter | digit)*, with the combining marks of letters such as x̂ */
  private name(): void {
    const start = this.at;
    const name = this.letters();
    if (name.length > LONGEST_NAME) {
      throw new TooLargeError(
        `a name of ${name.length} letters (at character ${start}) is too long: at most ${LONGEST_NAME}.`,
      );
    }
    this.push('name', name, start);
  }

  /** √ is the function sqrt. */
  private root(): void {
    this.at++;
    this.push('name', 'sqrt', this.at - 1);
  }

  /** The letters and digits directly after an unbraced `_`: one index each. */
  private indices(): void {
    const start = this.at;
    const run = this.letters();
    if (run !== '') this.push('indices', run, start);
  }

  private letters(): string {
    let run = '';
    while (this.at < this.text.length) {
      const character = this.character();
      const belongs = isLetter(character) || DIGIT.test(character) || (run !== '' && MARK.test(character));
      if (!belongs) break;
      run += plainLetter(character);
      this.at += character.length;
    }
    return run;
  }

  /** A run of superscript or subscript signs, as `^{…}` or `_{…}`. */
  private raised(opening: '^' | '_', meanings: ReadonlyMap<string, string>): void {
    const start = this.at;
    let inside = '';
    while (this.at < this.text.length) {
      const character = this.character();
      // A⁻ᵀ is the transpose of the inverse
      const meaning = character === 'ᵀ' && inside === '−' ? 'ᵀ' : meanings.get(character);
      if (meaning === undefined) break;
      inside += meaning;
      this.at += character.length;
    }
    this.push('sign', opening, start);
    this.push('sign', '{', start);
    for (const part of inside.match(/[0-9]+|[+−=ᵀ]|[^0-9+−=ᵀ]+/gu) ?? []) {
      this.push(/[0-9]/.test(part) ? 'number' : /[+−=ᵀ]/.test(part) ? 'sign' : 'name', part, start);
    }
    this.push('sign', '}', start);
  }

  /** A LaTeX command: `\name` or `\` and one character. */
  private command(): void {
    const start = this.at;
    const word = /^\\([A-Za-z]+|.)?/su.exec(this.text.slice(start, start + 40))?.[1] ?? '';
    this.at += 1 + word.length;
    const meaning = commandMeaning(word);
    if (!meaning) {
      this.refuse(
        { start, end: this.at },
        `The LaTeX command \`\\${word}\` is not known here.`,
        'Known are \\frac, \\sqrt, \\sum, \\prod, \\max, \\exp, \\log, \\ln, \\delta, \\partial, \\cdot, \\left( \\right), Greek letters and \\mathrm{…}, for example: \\frac{e^{x_i}}{\\sum_{k} e^{x_k}}',
      );
    }
    this.follow(meaning, word, start);
  }

  private follow(meaning: CommandMeaning, word: string, start: number): void {
    switch (meaning.kind) {
      case 'space':
        return;
      case 'token':
        this.push(meaning.as, meaning.text, start);
        return;
      case 'letter': {
        const indexed = this.singleIsNext() && this.tokens.at(-1)?.text === '_';
        this.tokens.push({
          kind: indexed ? 'indices' : 'name',
          text: meaning.text,
          start,
          end: this.at,
          single: true,
        });
        return;
      }
      case 'skip-size':
        this.skipSize(meaning.closes, start);
        return;
      case 'text':
        this.textArgument(start);
        return;
      case 'accent':
        this.accent(word, start);
        return;
      case 'environment':
        this.environment(word, start);
        return;
      case 'arguments':
        this.push('command', meaning.command, start);
        for (let n = 0; n < meaning.count; n++) this.unbraced();
    }
  }

  /** `\left.` and `\right.` set no sign; `\left|` and `\right|` say which bar they are. */
  private skipSize(closes: boolean, start: number): void {
    this.spaces();
    const next = this.text[this.at];
    if (next !== '.' && next !== '|') return;
    this.at++;
    if (next === '|') this.push('sign', closes ? '|)' : '|(', start);
  }

  private spaces(): void {
    while (SPACE.test(this.text[this.at] ?? '')) this.at++;
  }

  /** An argument of `\frac` or `\sqrt` without braces is one character: `\frac12`. */
  private unbraced(): void {
    this.spaces();
    const character = this.at < this.text.length ? this.character() : '';
    if (!DIGIT.test(character) && !isLetter(character)) return;
    const start = this.at;
    this.at += character.length;
    const kind = DIGIT.test(character) ? 'number' : 'name';
    this.tokens.push({ kind, text: character, start, end: this.at, single: true });
  }

  /** The argument of `\mathrm{softmax}`, `\text{if }`, `\mathbf{1}`: one name. */
  private textArgument(start: number): void {
    const argument = this.argument(start).replace(/\\([A-Za-z]+)\s*/g, (command, name: string) => {
      const meaning = commandMeaning(name);
      return meaning?.kind === 'letter' ? meaning.text : command;
    });
    const ones: Record<string, string> = { '1': '𝟏', '𝟙': '𝟙' };
    const one = ones[argument];
    if (one !== undefined) {
      const double = /^\\(mathbb|mathds|bm|mathbbm)/.test(this.text.slice(start, start + 8));
      this.push('sign', double ? '𝟙' : one, start);
      return;
    }
    const letters = [...argument];
    const isName =
      letters.length > 0 &&
      letters.every((c, at) => isLetter(c) || (at > 0 && (DIGIT.test(c) || MARK.test(c))));
    if (!isName) {
      this.refuse(
        { start, end: this.at },
        `\`${this.text.slice(start, this.at)}\` holds no name.`,
        'Expected one name in the braces, for example: \\mathrm{softmax}(x)_i',
      );
    }
    const indexed = this.singleIsNext() && this.tokens.at(-1)?.text === '_';
    this.push(indexed ? 'indices' : 'name', letters.map(plainLetter).join(''), start);
  }

  /** `{…}` without braces inside, or one character. */
  private argument(start: number): string {
    this.spaces();
    if (this.text[this.at] !== '{') {
      const character = this.at < this.text.length ? this.character() : '';
      this.at += character.length;
      return character;
    }
    const close = this.text.indexOf('}', this.at);
    if (close < 0) {
      this.refuse({ start, end: this.at + 1 }, 'The brace opened here is not closed.', 'Expected `}`.');
    }
    const inside = this.text.slice(this.at + 1, close).trim();
    this.at = close + 1;
    return inside;
  }

  /** `\hat{x}` is the name x̂. */
  private accent(word: string, start: number): void {
    const argument = this.argument(start);
    const plain = argument.startsWith('\\') ? commandMeaning(argument.slice(1)) : undefined;
    const letter = plain?.kind === 'letter' ? plain.text : argument;
    if (![...letter].every(isLetter) || letter === '') {
      this.refuse(
        { start, end: this.at },
        `\`\\${word}\` stands over a name only.`,
        'For example: \\hat{x}_i, \\bar{y}',
      );
    }
    this.push('name', `${letter}${ACCENTS.get(word) ?? ''}`.normalize('NFC'), start);
  }

  /** `\begin{cases}` and `\end{cases}`. */
  private environment(word: string, start: number): void {
    const name = this.argument(start);
    if (!/^(d|r)?cases$/.test(name)) {
      this.refuse(
        { start, end: this.at },
        `The environment \`${name}\` is not known here.`,
        'Known is cases: \\begin{cases} a & i = j \\\\ b & \\text{otherwise} \\end{cases}',
      );
    }
    this.push('command', word, start);
  }

  private refuse(place: Place, says: string, remedy: string): never {
    throw new FormulaError(this.text, place, says, remedy);
  }
}
