import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  declare,
  FormulaError,
  IndexError,
  MixedNotationError,
  readExpression,
  toText,
  UnknownNameError,
} from '../../src/formula/index.js';

const declarations = declare({
  x: ['n'],
  y: ['n'],
  s: ['n'],
  t: ['n'],
  w: ['k0'],
  b: ['m'],
  W: ['m', 'n'],
  A: ['n', 'n'],
  B: ['n', 'n'],
  T: ['n', 'n', 'm'],
  a: [],
  c: [],
  L: [],
  ȳ: ['n'],
  Z: [],
  μ: [],
  ε: [],
});

/** What a text is read as, printed. */
function read(text: string): string {
  return toText(readExpression(text, declarations), declarations);
}

function same(spellings: Readonly<Record<string, string>>): void {
  for (const [text, expected] of Object.entries(spellings)) assert.equal(read(text), expected, text);
}

/** A text is refused, at this offset, with a message that has these words. */
function refused(text: string, offset: number, ...words: readonly string[]): void {
  assert.throws(
    () => read(text),
    (error: unknown) => {
      assert.ok(error instanceof FormulaError, `${text}: ${String(error)}`);
      for (const word of words) assert.ok(error.message.includes(word), `${text}: ${error.message}`);
      assert.equal(error.offset, offset, `${text}: ${error.message}`);
      return true;
    },
  );
}

describe('sums, products, factors', () => {
  test('juxtaposition multiplies; / divides by the one factor after it', () => {
    same({
      'a/c μ': 'a / c · μ',
      'a/(c μ)': 'a / (c μ)',
      '1/2 x_i': '1/2 x_i',
      '1/(2 x_i)': '1 / (2 x_i)',
      'a*c': 'a c',
      '-a c - μ': '−a c − μ',
      'a (c + μ)': 'a (c + μ)',
      '2 3 a': '2 · 3 a',
      'a · −c': 'a (−c)',
    });
  });

  test('powers: an exponent is an atom, braces or a signed atom', () => {
    same({
      'a^2': 'a^2',
      'a^{c+1}': 'a^{c + 1}',
      'a^-1': 'a^{−1}',
      'a^1/2': 'a^1 / 2',
      'a^{1/2}': 'a^{1/2}',
      '-a^2': '−a^2',
      '(a^2)^3': '(a^2)^3',
      'e^x_i': 'e^{x_i}',
    });
    refused('a^2^3', 3, 'A power of a power needs brackets', '(x^2)^3');
    refused('a^Σ_k x_k', 2, 'A total is no exponent without brackets');
    refused('a +', 3, 'ends where a factor was expected');
    refused('a + + c', 4, 'Two signs');
  });

  test('numbers: quotients and decimals are exact', () => {
    same({ '0.5 a': '1/2 a', '1/3': '1/3', '0.1 + 0.2': '1/10 + 1/5', '4/2 a': '2 a' });
    refused('2. a', 0, 'does not end in a point');
    refused('a / 0', 4, 'divides by zero');
  });

  test('ab is one name, not a·b', () => {
    assert.throws(() => read('ac'), UnknownNameError);
    refused('ac', 0, 'Did you mean a c?');
  });
});

describe('totals', () => {
  test('Σ takes everything up to the next + or −', () => {
    same({
      'Σ_k x_k y_k + c': 'Σ_k x_k y_k + c',
      'Σ_k x_k / y_k': 'Σ_k x_k / y_k',
      '(Σ_k x_k) a': '(Σ_k x_k) a',
      'Σ_k (x_k + a)': 'Σ_k (x_k + a)',
      'Π_k x_k': 'Π_k x_k',
      'max_k x_k': 'max_k x_k',
      'sum_k x_k prod_i y_i': 'Σ_k x_k Π_i y_i',
      '∑_k x_k': 'Σ_k x_k',
    });
  });

  test('after / the total with the factors that carry its letter is the divisor', () => {
    same({ 'exp(x_i) / Σ_k exp(x_k)': 'exp(x_i) / Σ_k exp(x_k)', 'a / Σ_k x_k y_k': 'a / Σ_k x_k y_k' });
    refused('a / Σ_k x_k c', 12, 'It is not clear whether `c`', 'brackets');
    same({ 'a / (Σ_k x_k) c': '(a / Σ_k x_k) c', 'a / (Σ_k x_k c)': 'a / (Σ_k x_k c)' });
  });

  test('restricted totals; limits only for the full range', () => {
    same({
      'Σ_{k≠i} x_k y_i': 'Σ_{k≠i} x_k y_i',
      'Σ_{k<i} A_ik': 'Σ_{k<i} A_ik',
      'Σ_{k ≤ i + 1} A_ik': 'Σ_{k≤i + 1} A_ik',
      'Σ_{k=1}^{n} x_k': 'Σ_k x_k',
      'Σ_{k=1}^n x_k': 'Σ_k x_k',
      'Σ_{k=0}^{n-1} x_k': 'Σ_k x_k',
      'Σ_ij A_ij': 'Σ_ij A_ij',
      'Σ_{i,j} A_ij': 'Σ_ij A_ij',
    });
    refused('Σ_{k=1}^{3} x_k', 2, 'not the full range');
    refused('Σ_{k=2}^{n} x_k', 2, 'not the full range');
    refused('Σ_{k=1}^{q} x_k', 9, 'q is no dimension');
    refused('Σ_{k=1}^{m} x_k', 12, 'k runs over m', 'over n');
    refused('Σ_{k=1} x_k', 2, 'upper limit');
    refused('Σ x_k', 0, 'index that `Σ` runs over is missing');
    refused('Σ_ii A_ii', 1, 'twice', 'Σ_i A_ii');
    refused('Σ_0 x_0', 2, 'runs over a letter');
    refused('min_k x_k', 0, 'max_k');
  });
});

describe('calls', () => {
  test('a name before ( is a call only when it is a function', () => {
    same({
      'a (c + μ)': 'a (c + μ)',
      's_i (δ_ij − s_j)': 's_i (δ_ij − s_j)',
      'exp(x_i)': 'exp(x_i)',
      'max(x_i, 0)': 'max(x_i, 0)',
      'ln(a)': 'log(a)',
      'σ(a)': 'sigmoid(a)',
      'exp (a)': 'exp(a)',
    });
    const declared = declare({ σ: [], x: ['n'] });
    assert.equal(toText(readExpression('σ (x_i + 1)', declared), declared), 'σ (x_i + 1)');
  });

  test('without brackets a function applies to the one factor after it', () => {
    same({ 'log s_i t_i': 'log(s_i) t_i', 'log s_i^2': 'log(s_i^2)', 'exp −a': 'exp(−a)' });
    refused('exp', 0, 'The argument of exp is missing');
    refused('tanh^2(a)', 4, 'tanh(x_i)^2');
  });

  test('the number of arguments is checked', () => {
    refused('max(a)', 0, 'max takes 2 arguments, not 1', 'max(a, b)');
    refused('exp(a, c)', 0, 'exp takes one argument, not 2');
    refused('exp_i(x_i)', 3, 'exp has no index');
  });

  test('functions of the field', () => {
    same({
      'softmax(x)_i': 'softmax(x)_i',
      'logsumexp(x)': 'logsumexp(x)',
      'mean(x) + var(x)': 'mean(x) + var(x)',
      'norm(A)': 'norm(A)',
      'softmax_k(2 x_k)_i': 'softmax(2 x)_i',
      'softmax_k(x_k y_k)_i': 'softmax_k(x_k y_k)_i',
      'norm_ij(A_ij − B_ji)': 'norm(A − Bᵀ)',
      'softmax(A)_ij': 'softmax(A)_ij',
      'softmax(x / a)_i': 'softmax(x / a)_i',
      '(x_i − mean(x)) / sqrt(var(x) + ε)': '(x_i − mean(x)) / sqrt(var(x) + ε)',
    });
    refused('norm(x_i)', 5, 'norm_k(x_k)');
    refused('norm(a)', 5, 'no vector or matrix');
    refused('mean(x)_i', 0, 'scalar');
  });
});

describe('indices', () => {
  test('one letter or digit is one index', () => {
    same({
      W_ij: 'W_ij',
      'W_{ij}': 'W_ij',
      'W_{i,j}': 'W_ij',
      x_0: 'x_0',
      'W_{0,0}': 'W_{0,0}',
      'x_{12,}': 'x_{12,}',
      'W_{i,12}': 'W_{i,12}',
      'xᵢ y₀': 'x_i y_0',
      'W_{\\nu j}': 'W_νj',
      'W_{nu,j}': 'W_νj',
      'A_{pi}': 'A_pi',
    });
    refused('x_12', 2, 'ambiguous', 'x_{12,}');
    refused('x_{12}', 3, 'ambiguous');
    refused('x_{}', 2, 'An index is missing');
    refused('W_out', 0, 'Wout', 'W_ij');
    refused('x_iy_j', 4, 'x_i y_j');
    refused('x_i,j', 3, 'braces');
    refused('a_i', 0, 'a is a scalar', 'no indices');
    refused('W_i', 0, '2 indices, 1 given');
  });

  test('index arithmetic reads 0 outside the range, and says so', () => {
    const shifted = readExpression('Σ_k w_k x_{i+k} y_i', declarations);
    assert.equal(toText(shifted), 'Σ_k w_k x_{i+k} y_i');
    assert.deepEqual(shifted.notes, ['`x_{i+k}` reads 0 where its index leaves the range.']);
    same({
      'x_{i−1} + x_i': 'x_{i−1} + x_i',
      'A_{i,j+1} A_ij': 'A_{i,j+1} A_ij',
      'x_{k-i} x_i y_k': 'x_{k−i} x_i y_k',
    });
    refused('Σ_k w_k x_{i+k}', 11, 'The index i has no range');
    refused('A_{ij+1}', 3, 'commas');
  });

  test('an index letter alone is its number; an index is no dimension and no scalar', () => {
    same({ 'i x_i': 'i x_i', 'Σ_k [k ≤ i] A_ik': 'Σ_k [k ≤ i] A_ik', 'Σ_k x_k / n': 'Σ_k x_k / n' });
    refused('x_n', 2, 'n is the name of a dimension');
    refused('x_a', 2, 'a is a declared scalar');
    refused('n_i', 0, 'n is the name of a dimension and has no indices');
  });

  test('δ makes both its indices run over one dimension', () => {
    const { ranges } = readExpression('δ_ij x_i', declarations);
    assert.deepEqual([...ranges].sort(), [
      ['i', 'n'],
      ['j', 'n'],
    ]);
    same({ 'delta_ij x_i': 'δ_ij x_i', 'δ_{i,j+1} A_ij': 'δ_{i,j+1} A_ij' });
    refused('δ_i x_i', 0, 'two indices, not 1');
    refused('δ_ij', 2, 'The index i has no range');
    refused('δ_ij W_ij', 5, 'over m', 'over n');
  });

  test('one letter over two dimensions is refused', () => {
    assert.throws(() => read('W_ij x_i'), IndexError);
    refused('W_ij x_i', 5, 'The index i runs over m in `W_ij` and over n in `x_i`');
  });
});

describe('bound letters', () => {
  test('a bound letter lives in its body only', () => {
    same({ 's_j Σ_i t_i s_i': 's_j Σ_i t_i s_i', 's_i Σ_j t_j': 's_i Σ_j t_j' });
    const twice = readExpression('exp(x_i) / Σ_i exp(x_i)', declarations);
    assert.equal(toText(twice), 'exp(x_i) / Σ_k exp(x_k)');
    assert.equal(twice.notes.length, 1);
    assert.match(twice.notes[0] ?? '', /i is used twice/);
  });

  test('Σ_i in the body of another Σ_i is refused', () => {
    refused('Σ_i x_i Σ_i y_i', 10, 'i is bound already');
  });

  test('siblings may share a letter, and have ids of their own', () => {
    same({ '(Σ_k x_k) / Σ_k y_k': '(Σ_k x_k) / Σ_k y_k', '(Σ_k x_k) Σ_k y_k': '(Σ_k x_k) Σ_k y_k' });
  });
});

describe('conditions, cases, derivatives', () => {
  test('Iverson brackets and cases', () => {
    same({
      '[x_i>=0]': '[x_i ≥ 0]',
      '[i != j] A_ij': '[i ≠ j] A_ij',
      '{ s_i (1 − s_i) if i = j; −s_i s_j if i ≠ j }': '{ s_i (1 − s_i) if i = j; −s_i s_j if i ≠ j }',
      '{ x_i if x_i > 0; 0 otherwise }': '{ x_i if x_i > 0; 0 otherwise }',
    });
    refused('[x_i]', 4, 'No comparison');
    refused('{ x_i }', 6, '`if`');
    refused('{ x_i if x_i > 0', 16, 'to close `{`');
    refused('[0 < x_i < 1]', 9, 'one comparison');
  });

  test('a derivative is one atom, never a quotient', () => {
    same({
      'Σ_i ∂L/∂s_i · ∂s_i/∂x_j': 'Σ_i ∂L/∂s_i · ∂s_i/∂x_j',
      '∂²L/∂x_i∂x_j': '∂²L/∂x_i∂x_j',
      '∂^2 L / ∂x_i ∂x_j': '∂²L/∂x_i∂x_j',
      '∂²L/∂x_i^2': '∂²L/∂x_i∂x_i',
    });
    refused('∂L', 2, '`/` was expected');
    refused('∂²L/∂x_i', 4, 'order is 2');
    refused('∂/∂x_j x_j', 1, 'A name was expected');
    refused('∂(a x_i)/∂x_j', 1, 'Give the expression a name first');
  });
});

describe('names', () => {
  test('Greek letters may be spelled; a declared name wins', () => {
    same({ 'mu + eps': 'μ + ε', 'x_i + pi': 'x_i + π', 'epsilon a': 'ε a' });
    const own = declare({ pi: [], e: [], Σ: ['n', 'n'], δ: ['n'], sum: ['n'] });
    const text = (t: string) => toText(readExpression(t, own), own);
    assert.equal(text('pi e'), 'pi e');
    assert.equal(text('∑_k Σ_kk'), '∑_k Σ_kk');
    assert.equal(text('δ_i sum_i'), 'δ_i sum_i');
  });

  test('an unknown name is refused with the likeliest reading', () => {
    refused('sW_ij', 0, 'the name sW is not known', 'Did you mean s W_ij?');
    refused('epx(x_i)', 0, 'Did you mean exp?');
    refused('2 q', 2, 'the name q is not known');
    refused('r_i', 0, "given({ r: ['n'] })");
    refused('r_out', 0, 'rout');
    refused('dL / 2', 0, 'written with ∂');
    refused('δ x_i', 0, 'δ_ij');
    same({ '𝑥_𝑖 𝐀_𝑖𝑗': 'x_i A_ij' });
    refused('tan(a)', 0, 'sin(x) / cos(x)');
  });

  test('spellings of signs', () => {
    same({
      'a - c': 'a − c',
      'a – c': 'a − c',
      'a * c': 'a c',
      'a ⋅ c': 'a c',
      'a × c': 'a c',
      'x_i²': 'x_i^2',
      'a⁻¹': 'a^{−1}',
      '‖x‖²': 'norm(x)^2',
      '√a √(a c)': 'sqrt(a) sqrt(a c)',
      '‖x‖₂²': 'norm(x)^2',
      'Σₖ₌₁ⁿ xₖ': 'Σ_k x_k',
    });
    refused('a $ c', 2, 'dollar');
    refused('a ** 2', 2, 'x^2');
    refused('|a|', 0, 'abs(x_i)');
    refused('(a + c', 6, 'to close `(`');
    refused('a)', 1, 'nothing is open');
    refused("x'_i", 1, 'never part of a name');
    refused('', 0, 'ends where a factor was expected');
    refused("x_i'", 3, 'no primes');
  });

  test('an error shows the text with a caret under the place', () => {
    try {
      read('s_i + foo_j');
      assert.fail('was read');
    } catch (error) {
      assert.ok(error instanceof FormulaError);
      assert.match(error.message, /\n {2}s_i \+ foo_j\n {8}\^\^\^\^\^\n/);
    }
  });
});

describe('LaTeX', () => {
  test('is another spelling of the same tokens', () => {
    same({
      '\\frac{e^{x_i}}{\\sum_{k} e^{x_k}}': 'e^{x_i} / Σ_k e^{x_k}',
      '\\dfrac{1}{2} x_i': '1/2 x_i',
      '\\frac12 x_i': '1/2 x_i',
      '\\exp(x_i) + \\log a': 'exp(x_i) + log(a)',
      '\\ln s_i': 'log(s_i)',
      '\\log \\frac{a}{c}': 'log(a / c)',
      '\\sqrt{\\mu + \\varepsilon}': 'sqrt(μ + ε)',
      '\\sum_{k=1}^{n} x_k \\prod_{j} y_j': 'Σ_k x_k Π_j y_j',
      '\\delta_{ij} x_i': 'δ_ij x_i',
      '\\left( x_i - \\mu \\right)^2': '(x_i − μ)^2',
      'a \\cdot c \\times \\mu': 'a c μ',
      '\\mathbb{1}[x_i > 0]': '[x_i > 0]',
      '\\mathrm{softmax}(x)_i': 'softmax(x)_i',
      '\\operatorname{relu}(x_i)': 'relu(x_i)',
      '\\frac{\\partial L}{\\partial s_i}': '∂L/∂s_i',
      '\\partial s_i / \\partial x_j': '∂s_i/∂x_j',
      '\\frac{\\partial^2 L}{\\partial x_i \\partial x_j}': '∂²L/∂x_i∂x_j',
      '\\begin{cases} x_i & \\text{if } x_i > 0 \\\\ 0 & \\text{otherwise} \\end{cases}':
        '{ x_i if x_i > 0; 0 otherwise }',
      '\\max_{k} x_k': 'max_k x_k',
      '\\lVert x \\rVert_2^2': 'norm(x)^2',
      'x_i \\, y_j': 'x_i y_j',
      '\\sqrt a + \\sqrt2': 'sqrt(a) + sqrt(2)',
      '\\exp{x_i} \\log{a}': 'exp(x_i) log(a)',
      '\\bar{y}_i': 'ȳ_i',
    });
  });

  test('an unbraced _ takes one token', () => {
    same({ 'x_iy_j \\,': 'x_i y_j', '\\mu x_\\nu': 'μ x_ν', 'a^2c \\cdot \\mu': 'a^2 c μ' });
    refused('\\mu W_ij', 4, 'unbraced _', 'W_{ij}');
    refused('\\mu a^12', 6, 'x^{10}');
  });

  test('unknown commands are refused by name', () => {
    refused('\\foo{a}', 0, '`\\foo`', '\\frac');
    refused('\\sqrt[3]{a}', 5, 'x^{1/3}');
  });

  test('accents are part of a name', () => {
    const own = declare({ x̂: ['n'], ȳ: ['n'] });
    assert.equal(toText(readExpression('\\hat{x}_i \\bar{y}_i', own), own), 'x̂_i ȳ_i');
  });
});

describe('the two notations', () => {
  test('mixing them is refused with the remedy', () => {
    assert.throws(() => read('W x_i'), MixedNotationError);
    refused('W x_i', 2, '`W` is matrix notation', '`x_i` index notation', '(W x)_i');
    refused('Σ_i x', 4, 'matrix notation');
  });
});

describe('numbers with an exponent', () => {
  test('are refused where e could be the number of Euler, with both ways to write what was meant', () => {
    for (const text of ['a + 1e-5', 'a + 1e5', 'a + 2.5E+3', 'a + 1e−5'])
      assert.throws(() => readExpression(text, declarations), /can be read in two ways[\s\S]*10\^/u, text);
    for (const text of ['2e + a', '2 e − 5', '2e^a', '2e a'])
      assert.doesNotThrow(() => readExpression(text, declarations), text);
  });
});
