/** What the LaTeX commands of the language mean. */
import { ACCENTS, GREEK_COMMANDS } from './spelling.js';

export type CommandMeaning =
  /** Sets space or style only. */
  | { readonly kind: 'space' }
  /** One token, the same as its plain spelling. */
  | { readonly kind: 'token'; readonly as: 'name' | 'sign' | 'command'; readonly text: string }
  /** A letter, which an unbraced `_` or `^` takes whole. */
  | { readonly kind: 'letter'; readonly text: string }
  /** `\left`, `\right`, `\big`: the bracket after it counts. */
  | { readonly kind: 'skip-size'; readonly closes: boolean }
  /** Sets its argument in a font: the argument is one name. */
  | { readonly kind: 'text' }
  | { readonly kind: 'accent' }
  | { readonly kind: 'environment' }
  /** Takes this many arguments, each in braces or one token. */
  | { readonly kind: 'arguments'; readonly command: 'frac' | 'sqrt'; readonly count: number };

const SPACES = [
  ',',
  ';',
  ':',
  '!',
  ' ',
  '\n',
  'quad',
  'qquad',
  'thinspace',
  'limits',
  'nolimits',
  'displaystyle',
];
const MORE_SPACES = ['textstyle', 'space', 'enspace', 'nobreak'];

const SIZES = ['left', 'right', 'middle', 'big', 'Big', 'bigg', 'Bigg', 'bigl', 'bigr', 'Bigl', 'Bigr'];
const MORE_SIZES = ['biggl', 'biggr', 'Biggl', 'Biggr'];

const FONTS = ['mathrm', 'operatorname', 'text', 'textrm', 'mathbf', 'boldsymbol', 'bm', 'mathit', 'mathsf'];
const MORE_FONTS = ['mathbb', 'mathds', 'mathbbm', 'mathcal', 'textbf', 'textit', 'mathtt'];

const SIGN_COMMANDS: Readonly<Record<string, string>> = {
  '{': '{',
  '}': '}',
  lbrace: '{',
  rbrace: '}',
  lbrack: '[',
  rbrack: ']',
  '|': '‖',
  Vert: '‖',
  lVert: '‖',
  rVert: '‖',
  vert: '|',
  lvert: '|(',
  rvert: '|)',
  cdot: '·',
  times: '·',
  ast: '·',
  div: '/',
  partial: '∂',
  sum: '∑',
  prod: '∏',
  odot: '⊙',
  circ: '⊙',
  otimes: '⊗',
  top: 'ᵀ',
  intercal: 'ᵀ',
  prime: "'",
  lt: '<',
  gt: '>',
  le: '≤',
  leq: '≤',
  leqslant: '≤',
  ge: '≥',
  geq: '≥',
  geqslant: '≥',
  ne: '≠',
  neq: '≠',
  '&': '&',
};

const NAME_COMMANDS: Readonly<Record<string, string>> = {
  exp: 'exp',
  log: 'log',
  ln: 'log',
  tanh: 'tanh',
  sin: 'sin',
  cos: 'cos',
  max: 'max',
  min: 'min',
  det: 'det',
  tr: 'tr',
  Tr: 'tr',
  ell: 'ℓ',
};

const MEANINGS: ReadonlyMap<string, CommandMeaning> = new Map<string, CommandMeaning>([
  ...[...SPACES, ...MORE_SPACES].map((word): [string, CommandMeaning] => [word, { kind: 'space' }]),
  ...[...SIZES, ...MORE_SIZES].map((word): [string, CommandMeaning] => [
    word,
    { kind: 'skip-size', closes: /r(ight)?$/.test(word) },
  ]),
  ...[...FONTS, ...MORE_FONTS].map((word): [string, CommandMeaning] => [word, { kind: 'text' }]),
  ...[...ACCENTS.keys()].map((word): [string, CommandMeaning] => [word, { kind: 'accent' }]),
  ...[...GREEK_COMMANDS].map(([word, text]): [string, CommandMeaning] => [word, { kind: 'letter', text }]),
  ...Object.entries(SIGN_COMMANDS).map(([word, text]): [string, CommandMeaning] => [
    word,
    { kind: 'token', as: 'sign', text },
  ]),
  ...Object.entries(NAME_COMMANDS).map(([word, text]): [string, CommandMeaning] => [
    word,
    { kind: 'token', as: 'name', text },
  ]),
  ['sqrt', { kind: 'arguments', command: 'sqrt', count: 1 }],
  ['\\', { kind: 'token', as: 'command', text: 'row' }],
  ['frac', { kind: 'arguments', command: 'frac', count: 2 }],
  ['dfrac', { kind: 'arguments', command: 'frac', count: 2 }],
  ['tfrac', { kind: 'arguments', command: 'frac', count: 2 }],
  ['begin', { kind: 'environment' }],
  ['end', { kind: 'environment' }],
]);

/** What a command means, given without its backslash; undefined when it is not known. */
export function commandMeaning(word: string): CommandMeaning | undefined {
  return MEANINGS.get(word);
}
