import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  add,
  call,
  declare,
  delta,
  divide,
  type Expr,
  evaluate,
  fieldFunction,
  freeIndices,
  matrixFunction,
  multiply,
  type NDArray,
  negate,
  num,
  power,
  type Ranged,
  readDefinition,
  readExpression,
  readLine,
  readQuestion,
  sum,
  tensor,
  toMatrix,
} from '../../src/formula/index.js';

const declarations = declare({
  x: ['n'],
  s: ['n'],
  t: ['n'],
  b: ['m'],
  y: ['N'],
  w: ['n'],
  W: ['m', 'n'],
  X: ['N', 'n'],
  A: ['n', 'n'],
  B: ['n', 'n'],
  C: ['n', 'q'],
  D: ['p', 'n'],
  λ: [],
  L: [],
});

function shown(text: string): string | undefined {
  return toMatrix(readExpression(text, declarations), declarations);
}

describe('a result that is one is shown in matrix notation', () => {
  test('from index notation', () => {
    const results: Record<string, string> = {
      's_i (δ_ij − s_j)': 'diag(s) − s sᵀ',
      'δ_ij − s_j': 'I − 𝟏 sᵀ',
      'Σ_k (B_ik + B_ki) x_k': '(B + Bᵀ) x',
      'Σ_k X_ki (Σ_j X_kj w_j − y_k) ': 'Xᵀ (X w − y)',
      's_i Σ_k t_k − t_i': '(𝟏ᵀ t) s − t',
      'x_i s_j': 'x sᵀ',
      'x_i / norm(x)': 'x / ‖x‖',
      '1/norm(x) (δ_ij − x_i x_j / norm(x)^2)': '(I − x xᵀ / ‖x‖^2) / ‖x‖',
      'Σ_ij A_ij B_ji': 'tr(A B)',
      'Σ_k A_kk': 'tr(A)',
      'A_ii x_i': 'diag(A) ⊙ x',
      'Σ_k A_ik s_k B_kj': 'A diag(s) B',
      'Σ_ij x_i A_ij s_j': 'xᵀ A s',
      'Σ_kl inv(A)_ik x_k x_l inv(A)_lj': 'inv(A) x xᵀ inv(A)',
      'det(A) inv(A)_ji x_j / x_j': 'undefined',
      '[x_i > 0] s_i': '[x > 0] ⊙ s',
      'exp(x_i) / Σ_k exp(x_k)': 'exp(x) / (𝟏ᵀ exp(x))',
      'softmax(x)_i − t_i': 'softmax(x) − t',
      'A_ij^2': 'A ⊙ A',
      'Σ_k x_k^2': 'xᵀ x',
      'x_i / Σ_k s_k^2': 'x / (sᵀ s)',
      'Σ_{k≠i} A_ik': 'undefined',
      'x_{i−1} + x_i': 'undefined',
      'A_ij x_k': 'undefined',
      λ: 'undefined',
      'Σ_k ∂s_k/∂x_i · ∂L/∂s_k': '(∂s/∂x)ᵀ ∂L/∂s',
    };
    for (const [text, expected] of Object.entries(results)) assert.equal(`${shown(text)}`, expected, text);
  });

  test('what was typed in it comes back as it was', () => {
    for (const text of [
      'W x + b',
      'Xᵀ (X w − y)',
      '2 Xᵀ (X w − y) + 2 λ w',
      '(A + Aᵀ) x',
      'xᵀ A x',
      'tr(Aᵀ B)',
      'logdet(Aᵀ A)',
      'tr(Aᵀ (B ⊙ A))',
      'Aᵀ ⊗ B',
      '‖X w − y‖^2',
      's ⊙ (𝟏 − s)',
      'max(0, W x + b)',
      'softmax(X Xᵀ / λ) X',
      'Wᵀ b xᵀ',
      '−inv(A)ᵀ',
    ]) {
      assert.equal(shown(text), text);
    }
  });

  test('a derivative of a matrix by a matrix is a Kronecker product, for vec', () => {
    const own = readDefinition('Y = D A C', declarations).declarations;
    const asked = readQuestion('∂Y_ij/∂A_kl', own).ranged;
    const kronecker = (text: string) => {
      const line = readLine(text, own, { asked });
      if (line.kind !== 'expression') assert.fail(line.kind);
      return toMatrix(line.ranged, own);
    };
    assert.equal(kronecker('D_ik C_lj'), 'Cᵀ ⊗ D');
    assert.equal(kronecker('Cᵀ ⊗ D'), 'Cᵀ ⊗ D');
    assert.equal(kronecker('−2 D_ik C_lj'), '−2 (Cᵀ ⊗ D)');
    assert.equal(kronecker('D_il C_kj'), undefined);
  });

  test('a scope in which a word of matrix notation is a name has no such view', () => {
    const own = declare({ I: ['n', 'n'], x: ['n'] });
    assert.equal(toMatrix(readExpression('I x', own), own), undefined);
  });
});

describe('the view means what the formula means', () => {
  const square = declare({ x: ['n'], s: ['n'], A: ['n', 'n'], B: ['n', 'n'], λ: [] });
  const values = new Map<string, NDArray>([
    ['x', array([0.3, -0.7, 1.1])],
    ['s', array([1.4, 0.2, -0.5])],
    ['A', matrix([1.2, 0.3, -0.4, 0.5, 1.9, 0.1, -0.2, 0.7, 2.3])],
    ['B', matrix([0.4, -1.1, 0.6, 0.8, 0.9, -0.3, 1.5, 0.2, 0.7])],
    ['λ', { shape: [], data: Float64Array.from([1.7]) }],
  ]);

  function array(data: readonly number[]): NDArray {
    return { shape: [3], data: Float64Array.from(data) };
  }
  function matrix(data: readonly number[]): NDArray {
    return { shape: [3, 3], data: Float64Array.from(data) };
  }

  test('for random products and sums (property)', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (gen, twoFree) => {
        const free = twoFree ? ['i', 'j'] : ['i'];
        const draw = (n: number) => gen(fc.nat, { max: n - 1 });
        const anchor = twoFree ? tensor('B', 'i', 'j') : tensor('s', 'i');
        const expr = add(randomTerm(draw, free, 2), anchor);
        const ranged: Ranged = { expr, free, ranges: new Map(free.map((id) => [id, 'n'])) };
        const text = toMatrix(ranged, square);
        if (text === undefined) return;
        seen++;
        const line = readLine(text, square, { asked: ranged });
        if (line.kind !== 'expression') assert.fail(line.kind);
        assert.deepEqual(line.problems, [], text);
        const read = line.ranged;
        const [mine, its] = [evaluate(ranged, values, square), evaluate(read, values, square)];
        assert.deepEqual(its.shape, mine.shape, text);
        for (const [at, value] of mine.data.entries()) {
          const other = its.data[at] ?? Number.NaN;
          const close = Math.abs(value - other) <= 1e-9 * (1 + Math.abs(value));
          assert.ok(close || (Number.isNaN(value) && Number.isNaN(other)), `${text}: ${value} and ${other}`);
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(seen > 200, `only ${seen} of the random expressions had a view`);
  });

  let binders = 0;

  function randomTerm(draw: (n: number) => number, ids: readonly string[], depth: number): Expr {
    const id = () => ids[draw(ids.length)] ?? 'i';
    const summed = Array.from({ length: draw(3) }, () => `k#${++binders}`);
    const all = [...ids, ...summed, ...summed];
    const any = () => all[draw(all.length)] ?? 'i';
    const factors = Array.from({ length: 1 + draw(4) }, (): Expr => {
      switch (draw(depth > 0 ? 13 : 6)) {
        case 0:
          return tensor('x', any());
        case 1:
          return tensor('s', any());
        case 2:
          return tensor('A', any(), any());
        case 3:
          return tensor('B', any(), any());
        case 4:
          return delta(any(), id());
        case 5:
          return draw(2) ? tensor('λ') : num(`${draw(5) - 2}/${1 + draw(2)}`);
        case 6:
          return add(randomTerm(draw, all, depth - 1), randomTerm(draw, all, depth - 1));
        case 7:
          return call('tanh', randomTerm(draw, all, depth - 1));
        case 8:
          return negate(tensor('x', any()));
        case 9:
          return divide(tensor('s', any()), fieldFunction('norm', [binder('r')], tensor('x', 'r')));
        case 10:
          return matrixFunction('inv', binder('r'), binder('c'), tensor('A', 'r', 'c'), [any(), any()]);
        case 11:
          return power(tensor('x', any()), 2);
        default:
          return fieldFunction('softmax', [binder('r')], tensor('A', any(), 'r'), any());
      }
    });
    const bound = summed.reduceRight(
      (body, k) => {
        // an index that nothing carries would have no range
        const anchored = freeIndices(body).includes(k) ? body : multiply(body, tensor('s', k));
        return sum(k, 'n', anchored);
      },
      multiply(...factors),
    );
    return bound;
  }

  function binder(letter: string): { id: string; dimension: string } {
    return { id: letter, dimension: 'n' };
  }
});
