import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  HandgradError,
  readAssumption,
  readDefinition,
  readExpression,
  readLine,
  readQuestion,
  TooLargeError,
  toText,
} from '../../src/formula/index.js';
import { declarations, randomExpression } from './print.expressions.js';

const readers = [readExpression, readDefinition, readAssumption, readQuestion, readLine];

/** A text is read, or refused with an error of the library's own. */
function survives(text: string): void {
  for (const read of readers) {
    try {
      read(text, declarations);
    } catch (error) {
      assert.ok(error instanceof HandgradError, `${JSON.stringify(text)}: ${String(error)}`);
      assert.ok(error.message.length < 2000, `the message for ${JSON.stringify(text)} is too long`);
    }
  }
}

const PIECES = [
  ..."xyAWabcτL ijkpn0129_^{}()[]+−-*/·=<>≤≠;,∂ΣΠδ‖⊙⊗ᵀ'²ᵢ𝟏𝟙σ|&$%\\.é\u0302\ud800 ",
  ...[
    'Σ_k ',
    'Σ_{k≠i}',
    'δ_ij',
    'max_k',
    'exp(',
    'softmax(',
    'inv(',
    ')_ij',
    'if',
    'otherwise',
    'let ',
    'x_i',
    'A_ij',
  ],
  ...[
    '\\frac{',
    '}{',
    '\\sum_{k}',
    '\\left(',
    '\\right)',
    '\\begin{cases}',
    '\\end{cases}',
    '\\\\',
    '\\mathrm{',
    '\\mu',
  ],
  ...[
    '∂L/∂x_i',
    '∂²',
    ' = ',
    'diag(',
    'tr(',
    'vec(',
    'det_ij(',
    'norm',
    '^T',
    '^{-1}',
    '_{i+1,j}',
    '_{12,}',
    '1/2 ',
  ],
];

describe('no input hangs or crashes the reader', () => {
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), survives), { numRuns: 700 });
  });

  test('pieces of the language in any order', () => {
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((list) => list.join(''));
    fc.assert(fc.property(pieces, survives), { numRuns: 2500 });
  });

  test('formulas with a character changed, dropped or doubled', () => {
    fc.assert(
      fc.property(fc.gen(), fc.nat(), fc.constantFrom(...PIECES), (gen, place, piece) => {
        const text = toText(randomExpression(gen, fc), declarations);
        const at = place % text.length;
        survives(text.slice(0, at) + piece + text.slice(at));
        survives(text.slice(0, at) + text.slice(at + 1));
        survives(text.slice(0, at) + piece + text.slice(at + 1));
      }),
      { numRuns: 150 },
    );
  });

  test('deep nesting and great length are refused or read', () => {
    const many = 6000;
    const hard = [
      '('.repeat(many),
      `${'('.repeat(many)}a${')'.repeat(many)}`,
      `${'('.repeat(90)}a${')'.repeat(90)}`,
      '['.repeat(many),
      '{'.repeat(many),
      '‖'.repeat(many),
      'log '.repeat(4000),
      `${'exp('.repeat(4000)}a`,
      'Σ_k '.repeat(4000),
      '−'.repeat(many),
      `a${"'".repeat(many)}`,
      `A${'ᵀ'.repeat(many)}`,
      'a^'.repeat(many),
      'e^{'.repeat(5000),
      'a/'.repeat(many),
      `a${' a'.repeat(9000)}`,
      `a${' + a'.repeat(4500)}`,
      `a${' / a'.repeat(4500)}`,
      `A${' A'.repeat(9000)}`,
      `A${' ⊗ A'.repeat(4500)}`,
      `A${' ⊙ A'.repeat(4500)}`,
      `A${' + A'.repeat(4500)}`,
      '((((A^{32})^{32})^{32})^{32})^{32}',
      `${'x_i '.repeat(4900)}`,
      `x_{${'i,'.repeat(9000)}}`,
      `Σ_{${Array.from({ length: 9000 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join(',')}} a`,
      `x_{${'i+'.repeat(9000)}}`,
      `${'9'.repeat(15_000)}`,
      `${'9'.repeat(390)} a`,
      `0.${'0'.repeat(390)}1`,
      'δ_{i,j+1} '.repeat(1900),
      '\\frac{'.repeat(3000),
      `${'\\frac12'.repeat(2500)}`,
      '\\left('.repeat(3000),
      '\\begin{cases}'.repeat(1400),
      'x_i ; '.repeat(3000),
      'a'.repeat(20_000),
      'ab'.repeat(10_000),
      '∂'.repeat(20_000),
      '\u0302'.repeat(20_000),
      '‖x‖ '.repeat(5000),
      'softmax('.repeat(2500),
    ];
    for (const text of hard) survives(text);
    assert.throws(() => readExpression('a'.repeat(20_001), declarations), TooLargeError);
    assert.throws(() => readExpression('('.repeat(6000), declarations), TooLargeError);
    assert.equal(toText(readExpression(`${'('.repeat(90)}a${')'.repeat(90)}`, declarations)), 'a');
  });

  test('what is no string is refused', () => {
    for (const value of [undefined, null, 3, {}, ['a']]) {
      assert.throws(() => readExpression(value as unknown as string, declarations), TypeError);
    }
  });
});
