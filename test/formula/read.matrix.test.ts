import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  declare,
  FormulaError,
  readDefinition,
  readExpression,
  readLine,
  readQuestion,
  ShapeError,
  toText,
} from '../../src/formula/index.js';

const declarations = declare({
  x: ['n'],
  y: ['n'],
  b: ['m'],
  W: ['m', 'n'],
  A: ['n', 'n'],
  B: ['n', 'n'],
  C: ['n', 'q'],
  D: ['p', 'n'],
  R: ['n', 'n', 'n'],
  c: [],
  λ: [],
});

/** What a text in matrix notation is in index notation. */
function read(text: string): string {
  return toText(readExpression(text, declarations), declarations);
}

function same(spellings: Readonly<Record<string, string>>): void {
  for (const [text, expected] of Object.entries(spellings)) assert.equal(read(text), expected, text);
}

describe('matrix notation is translated to index notation', () => {
  test('products and transposes', () => {
    same({
      'W x': 'Σ_k W_ik x_k',
      'Wᵀ b': 'Σ_k W_ki b_k',
      "W' b": 'Σ_k W_ki b_k',
      'W^T b': 'Σ_k W_ki b_k',
      'W^{\\top} b': 'Σ_k W_ki b_k',
      'xᵀ A y': 'Σ_kl x_k A_kl y_l',
      'xᵀ y': 'Σ_k x_k y_k',
      'x yᵀ': 'x_i y_j',
      'W A x + b': 'Σ_kl W_ik A_kl x_l + b_i',
      'A B': 'Σ_k A_ik B_kj',
      '(A B)ᵀ': 'Σ_k A_jk B_ki',
      '2 A x / c': '(2 Σ_k A_ik x_k) / c',
      '(A + Aᵀ) x': 'Σ_k (A_ik + A_ki) x_k',
      'xᵀ y x': '(Σ_k x_k y_k) x_i',
    });
  });

  test('functions of matrices and vectors', () => {
    same({
      'tr(A)': 'Σ_k A_kk',
      'tr(A B)': 'Σ_kl A_kl B_lk',
      'inv(A)': 'inv(A)_ij',
      'A^{-1}': 'inv(A)_ij',
      'A^{-T}': 'inv(A)_ji',
      'A⁻ᵀ': 'inv(A)_ji',
      'A^2': 'Σ_k A_ik A_kj',
      'A^0': 'δ_ij',
      'det(A) + logdet(A)': 'det(A) + logdet(A)',
      'log det(A)': 'log(det(A))',
      'diag(x)': 'δ_ij x_i',
      'diag(A)': 'A_ii',
      'x ⊙ y': 'x_i y_i',
      '‖x‖': 'norm(x)',
      '‖x − y‖^2': 'norm(x − y)^2',
      '‖A‖_F': 'norm(A)',
      'softmax(W x + b)': 'softmax_k(Σ_l W_kl x_l + b_k)_i',
      'softmax(A)': 'softmax(A)_ij',
      'exp(A x)': 'exp(Σ_k A_ik x_k)',
      'max(0, x)': 'max(0, x_i)',
      '[x > 0]': '[x_i > 0]',
      'inv(Aᵀ A + λ I) x': 'Σ_k inv_lr(Σ_a A_al A_ar + λ δ_lr)_ik x_k',
    });
  });

  test('𝟏 and I take their size from where they stand', () => {
    same({
      '𝟏ᵀ x': 'Σ_k x_k',
      '𝟏 − x': '1 − x_i',
      'x ⊙ (𝟏 − x)': 'x_i (1 − x_i)',
      'A − I': 'A_ij − δ_ij',
    });
    assert.throws(() => read('𝟏 𝟏ᵀ'), /size of 𝟏 or I cannot be told/);
    assert.throws(() => read('ones xᵀ'), /size of 𝟏 or I/);
    assert.throws(() => read('λ I'), /size of 𝟏 or I/);
  });

  test('entries of matrix notation stand in index notation', () => {
    same({
      '(W x)_i + b_i': 'Σ_k W_ik x_k + b_i',
      '(A B)_ij δ_ij': '(Σ_k A_ik B_kj) δ_ij',
      'inv(A)_ki inv(A)_jl': 'inv(A)_ki inv(A)_jl',
      'softmax(x)_i (δ_ij − softmax(x)_j)': 'softmax(x)_i (δ_ij − softmax(x)_j)',
      'A^{-1}_{ij}': 'inv(A)_ij',
    });
    assert.throws(() => read('(W x)_ij'), /takes 2 indices of a vector of m/);
  });

  test('a Kronecker product and vec stand for matrices with stacked columns', () => {
    same({ 'A ⊗ B': 'A_jl B_ik', 'vec(C)': 'C_ij', '(Bᵀ ⊗ A) vec(A)': 'Σ_kl B_kj A_il A_lk' });
  });
});

describe('shapes that do not meet', () => {
  test('are refused, each with its remedy', () => {
    const refused: Record<string, RegExp> = {
      'x y': /xᵀ y \(a number\), x yᵀ \(a matrix\) or x ⊙ y/,
      '1 − x': /a scalar and a vector of n.*𝟏/s,
      'x + A': /a vector of n and a matrix of n × n/,
      'A xᵀ': /multiplies a matrix of n × n with a row vector of n/,
      'W b': /n \(of `W`\) meets m \(of `b`\)/,
      'W + A': /meets/,
      'x / y': /only scalars divide/,
      'x^2': /x ⊙ x/,
      '1ᵀ x': /𝟏ᵀ t/,
      'A^c': /whole number/,
      'A^{100}': /whole number/,
      'W^2': /meets/,
      'inv(W)': /meets/,
      'det(x)': /square matrix/,
      'R x': /matrix notation has vectors and matrices only/,
      'c ⊙ x': /same shape/,
      'tr(c)': /no vector or matrix/,
      'A ⊗ c': /Kronecker/,
      'ones + Q': /name Q is not known/,
    };
    for (const [text, message] of Object.entries(refused)) {
      assert.throws(() => read(text), message, text);
      assert.throws(() => read(text), FormulaError);
    }
    assert.throws(() => read('x y'), ShapeError);
  });
});

describe('definitions and lines in matrix notation', () => {
  test('a definition has no indices; its name has the axes of the result', () => {
    const { tensor } = readDefinition('h = W x + b', declarations);
    assert.deepEqual([tensor.dimensions, tensor.definition?.indices], [['m'], ['i']]);
    assert.deepEqual(readDefinition('P = W A', declarations).tensor.dimensions, ['m', 'n']);
    assert.deepEqual(readDefinition('Q = xᵀ A x', declarations).tensor.dimensions, []);
  });

  test('a Kronecker product is the derivative of vec by vec: Bᵀ ⊗ A for A X B', () => {
    const own = readDefinition('Y = D A C', declarations).declarations;
    const asked = readQuestion('∂Y_ij/∂A_kl', own).ranged;
    const line = readLine('Cᵀ ⊗ D', own, { asked });
    assert.ok(line.kind === 'expression');
    assert.deepEqual(line.problems, []);
    assert.equal(toText(line.ranged), 'C_lj D_ik');
  });

  test('derivatives stand in matrix notation as well', () => {
    const own = readDefinition(
      'L = ‖W x − b‖^2',
      readDefinition('h = W x', declarations).declarations,
    ).declarations;
    const text = (line: string) => toText(readExpression(line, own));
    assert.equal(text('(∂h/∂x)ᵀ ∂L/∂h'), 'Σ_k ∂h_k/∂x_i · ∂L/∂h_k');
    assert.equal(text('∂L/∂W x'), 'Σ_k ∂L/∂W_ik · x_k');
  });
});
