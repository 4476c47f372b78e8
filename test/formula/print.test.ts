import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import katex from 'katex';
import {
  add,
  declare,
  divide,
  everyNode,
  latexMatrix,
  multiply,
  negate,
  num,
  outsideNotes,
  position,
  power,
  readExpression,
  sum,
  tensor,
  toLatex,
  toText,
} from '../../src/formula/index.js';
import { comparable, declarations, largestComponent, randomExpression } from './print.expressions.js';

const runs = { numRuns: 300 };

function typeset(latex: string): void {
  katex.renderToString(latex, { throwOnError: true, strict: 'error', displayMode: true });
}

describe('text', () => {
  test('reads back to the same formula (property)', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const expr = randomExpression(gen, fc);
        const text = toText(expr, declarations);
        const read = readExpression(text, declarations);
        assert.deepEqual(comparable(read.expr), comparable(expr), text);
        assert.deepEqual([...read.ranges].sort(), [
          ['i', 'n'],
          ['j', 'n'],
          ['p', 'm'],
        ]);
        const again = toText(read, declarations);
        assert.equal(toText(readExpression(again, declarations), declarations), again);
      }),
      runs,
    );
  });

  test('has no bracket that is not needed', () => {
    const x = tensor('x', 'i');
    const y = tensor('y', 'i');
    const texts = [
      [multiply(add(x, y), x), '(x_i + y_i) x_i'],
      [add(multiply(x, y), negate(x)), 'x_i y_i − x_i'],
      [divide(multiply(x, y), tensor('a')), 'x_i y_i / a'],
      [multiply(divide(x, y), tensor('a')), 'x_i / y_i · a'],
      [divide(x, multiply(y, tensor('a'))), 'x_i / (y_i a)'],
      [multiply(num('1/2'), x), '1/2 x_i'],
      [multiply(x, num('1/2')), 'x_i (1/2)'],
      [multiply(x, num(2)), 'x_i · 2'],
      [power(add(x, num(1)), 2), '(x_i + 1)^2'],
      [power(x, num(-1)), 'x_i^{−1}'],
      [multiply(sum('k', 'n', tensor('x', 'k')), x), '(Σ_k x_k) x_i'],
      [multiply(x, sum('k', 'n', tensor('x', 'k'))), 'x_i Σ_k x_k'],
      [divide(x, sum('k', 'n', tensor('x', 'k'))), 'x_i / Σ_k x_k'],
      [negate(negate(x)), '−(−x_i)'],
      [add(x, add(y, x)), 'x_i + (y_i + x_i)'],
    ] as const;
    for (const [expr, text] of texts) assert.equal(toText(expr), text);
  });

  test('never shows a free letter, a name or another binder for a bound index', () => {
    const x = (id: string) => tensor('x', id);
    assert.equal(toText(multiply(x('k'), sum('k#2', 'n', x('k#2')))), 'x_k Σ_l x_l');
    assert.equal(toText(sum('k', 'n', multiply(x('k'), sum('k#2', 'n', x('k#2'))))), 'Σ_k x_k Σ_l x_l');
    assert.equal(toText(add(sum('k', 'n', x('k')), sum('k#2', 'n', x('k#2')))), 'Σ_k x_k + Σ_k x_k');
    assert.equal(toText(sum('a', 'n', multiply(tensor('a'), x('a')))), 'Σ_k a x_k');
    assert.equal(toText(sum('a', 'n', x('a')), declare({ x: ['n'], a: [] })), 'Σ_k x_k');
    assert.equal(toText(sum('n', 'n', x('n'))), 'Σ_k x_k');
    assert.equal(toText(x('i#2')), 'x_i');
    assert.equal(toText(add(x('i#2'), x('i'))), 'x_k + x_i');
  });

  test('Σ and δ that are declared are not used as signs', () => {
    const own = declare({ Σ: ['n', 'n'], δ: ['n'], x: ['n'] });
    const read = readExpression('∑_k Σ_kk', own);
    assert.equal(toText(read, own), '∑_k Σ_kk');
    const equal = readExpression('[i = j] x_i δ_j', own);
    assert.equal(toText(equal, own), '[i = j] x_i δ_j');
    assert.equal(
      toText({ kind: 'delta', left: { parts: [], offset: 0 }, right: { parts: [], offset: 1 } }, own),
      '[0 = 1]',
    );
  });

  test('a restriction in which the bound letter does not stand alone is brought into that form', () => {
    const where = {
      kind: 'bracket',
      relation: '<',
      left: add(position('i'), num(1)),
      right: position('k'),
    } as const;
    const text = toText({ ...sum('k', 'n', multiply(tensor('x', 'k'), tensor('y', 'i'))), where });
    assert.equal(text, 'Σ_{k<k + k − (i + 1)} x_k y_i');
    assert.equal(toText(readExpression(text, declarations)), text);
  });
});

test('a formula with index arithmetic says that outside the range it reads 0', () => {
  const notes = outsideNotes(readExpression('Σ_k x_{i+k} y_k A_ij', declarations));
  assert.deepEqual(notes, ['x_{i+k} is 0 where its index is outside the range']);
  assert.deepEqual(outsideNotes(readExpression('x_i x_0', declarations)), []);
});

describe('explicit matrices in LaTeX', () => {
  test('have tall fractions and room between rows; large ones are elided', () => {
    const small = latexMatrix([
      ['\\frac{a}{b}', '0'],
      ['0', 'c'],
    ]);
    assert.equal(small, '\\begin{bmatrix} \\dfrac{a}{b} & 0 \\\\[6pt] 0 & c \\end{bmatrix}');
    typeset(small);
    const wide = Array.from({ length: 12 }, (_, r) => Array.from({ length: 20 }, (_, c) => `${r}{,}${c}`));
    const elided = latexMatrix(wide, { most: 5 });
    typeset(elided);
    const rows = elided.split('\\\\[6pt]');
    assert.equal(rows.length, 5);
    assert.match(rows[0] ?? '', /0{,}0 & 0{,}1 & 0{,}2 & \\cdots & 0{,}19/);
    assert.match(rows[3] ?? '', /\\vdots & \\vdots & \\vdots & \\ddots & \\vdots/);
    assert.match(rows[4] ?? '', /11{,}0/);
  });
});

describe('LaTeX', () => {
  test('is typeset by KaTeX without complaint, and reads back (property)', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const expr = randomExpression(gen, fc);
        const latex = toLatex(expr, declarations);
        typeset(latex);
        // components of several digits are set without the comma that reading asks for
        fc.pre(largestComponent(expr, everyNode) < 10);
        const read = readExpression(latex, declarations);
        assert.deepEqual(comparable(read.expr), comparable(expr), latex);
      }),
      runs,
    );
  });

  test('any name can be typeset and read again', () => {
    for (const name of ['x1', 'μ1', 'Σ2', 'αβ', 'ж', 'ȳ', 'x̂', 'Ȳ', 'ℓ', 'loss', 'mu', 'Ω', 'ο', 'Α']) {
      const own = declare({ [name]: ['n'] });
      const latex = toLatex(tensor(name, 'i'));
      // letters that LaTeX has no command for are set all the same
      katex.renderToString(latex, { throwOnError: true, strict: 'ignore' });
      assert.equal(toText(readExpression(`${latex} \\,`, own)), `${name}_i`, latex);
    }
  });

  test('as the field writes it', () => {
    const own = declare({
      s: ['n'],
      x: ['n'],
      W: ['m', 'n'],
      μ: [],
      loss: [],
      X: ['n', 'n'],
      x̂: ['n'],
      ε: [],
    });
    const spellings: Record<string, string> = {
      's_i (δ_ij − s_j)': 's_{i} (\\delta_{ij} - s_{j})',
      'exp(x_i) / Σ_k exp(x_k)': '\\frac{\\exp(x_{i})}{\\sum_{k} \\exp(x_{k})}',
      '1/2 (x_i − μ)^2': '\\frac{1}{2} (x_{i} - \\mu)^{2}',
      'softmax(x)_i': '\\mathrm{softmax}(x)_{i}',
      'sigmoid(x_i)': '\\sigma(x_{i})',
      '{ x_i if x_i > 0; 0 otherwise }':
        '\\begin{cases} x_{i} & \\text{if } x_{i} \\gt 0 \\\\ 0 & \\text{otherwise} \\end{cases}',
      '[x_i > 0] loss': '\\mathbb{1}[x_{i} \\gt 0] \\mathrm{loss}',
      'Σ_{k≠i} x_k s_i': '\\sum_{k \\ne i} x_{k} s_{i}',
      'inv(X)_ij': '(X^{-1})_{ij}',
      'x̂_i / sqrt(ε)': '\\frac{\\hat{x}_{i}}{\\sqrt{\\varepsilon}}',
      '∂loss/∂x_i · ∂s_i/∂x_j':
        '\\frac{\\partial \\mathrm{loss}}{\\partial x_{i}} \\cdot \\frac{\\partial s_{i}}{\\partial x_{j}}',
      '2 x_i · 3': '2 x_{i} \\cdot 3',
      'abs(x_i)': '\\left| x_{i} \\right|',
    };
    for (const [text, latex] of Object.entries(spellings)) {
      assert.equal(toLatex(readExpression(text, own), own), latex);
      typeset(latex);
      assert.equal(toText(readExpression(latex, own), own), text, latex);
    }
  });
});
