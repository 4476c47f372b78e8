import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Expr, readExpression } from '../../src/formula/index.js';
import { diagnose, type WrongRule } from '../../src/mistakes/index.js';
import * as problems from './formula.problems.js';
import { lineOf, type Problem, state } from './formula.problems.js';

function mistakesIn(problem: Problem, line: string): string[] {
  const stated = state(problem);
  return diagnose({ ...stated, line: lineOf(stated, line) }).diagnoses.map(({ mistake }) => mistake);
}

describe('two mistakes at once', () => {
  const pairs: readonly (readonly [Problem, string, readonly string[]])[] = [
    [problems.softmax, '-s_i (1 - s_j)', ['delta-replaced-by-one', 'sign']],
    [problems.normalised, '2 (1 - y_i y_j) / r', ['delta-replaced-by-one', 'constant-factor']],
    [problems.softmax, 's_i (1 + s_j)', ['delta-replaced-by-one', 'sign-of-term']],
    [problems.sigmoidLayer, 'A_ji y_j (1 + y_j)', ['transposed', 'sign-of-term']],
    [problems.warmSoftmax, 's_i (δ_ij + s_j)', ['sign-of-term', 'lost-factor']],
    [problems.leastSquares, '-Σ_a X_aj r_a', ['constant-factor', 'sign']],
    [problems.layerNorm, '(h_j + Σ_k h_k / n) / σ', ['lost-term', 'sign-of-term']],
  ];
  for (const [problem, line, expected] of pairs) {
    it(`${line}: ${expected.join(' and ')}`, () => {
      assert.deepEqual(mistakesIn(problem, line).toSorted(), [...expected].sort());
    });
  }

  it('are not made up for a line that has nothing to do with the result', () => {
    assert.deepEqual(mistakesIn(problems.softmax, 's_i sin(x_j)'), ['unrelated']);
    assert.deepEqual(mistakesIn(problems.quadratic, 'x_k^3'), ['unrelated']);
  });
});

describe('several causes of one formula', () => {
  it('are all named', () => {
    const named = mistakesIn(problems.quadratic, '2 Σ_j B_kj x_j');
    assert.equal(named[0], 'needs-assumption');
    assert.ok(named.includes('transposed'), named.join());
  });
});

describe('formulas without a question', () => {
  it('are compared as they are', () => {
    const { declarations } = state(problems.softmax);
    const [right, line] = ['s_i x_j - x_i', 's_i x_j + x_i'].map((text) =>
      readExpression(text, declarations),
    );
    assert.ok(right && line);
    assert.equal(diagnose({ declarations, right, line }).diagnoses[0]?.mistake, 'sign-of-term');
  });
});

describe('what is not claimed', () => {
  it('a transposition where the result is symmetric', () => {
    assert.deepEqual(mistakesIn(problems.softmax, 's_j (δ_ij - s_i)'), []);
    assert.ok(!mistakesIn(problems.softmax, '2 s_j (δ_ij - s_i)').includes('transposed'));
  });
  it('symmetry where the matrix is not square', () => {
    const named = mistakesIn(problems.pullbackWide, 'Σ_i A_ji g_i');
    assert.ok(!named.includes('needs-assumption'), named.join());
  });
});

describe('a Kronecker product', () => {
  it('of rows stacked in place of columns', () => {
    const product: Problem = {
      given: { A: ['n', 'n'], B: ['n', 'n'], X: ['n', 'n'] },
      define: ['Y = A X B'],
      ask: '∂Y_ij/∂X_kl',
    };
    assert.deepEqual(mistakesIn(product, "B' ⊗ A"), []);
    assert.equal(mistakesIn(product, "A ⊗ B'")[0], 'order-reversed');
  });
});

describe('the first story', () => {
  it('is told by the names it goes through', () => {
    const stated = state(problems.crossEntropyOne);
    const [first] = diagnose({ ...stated, line: lineOf(stated, '-t_j (1 - s_j)') }).diagnoses;
    assert.equal(
      first?.message,
      'You took ∂L/∂s_j · ∂s_j/∂x_j entry by entry; the chain rule is a matrix product, Σ_i ∂L/∂s_i · ∂s_i/∂x_j.',
    );
  });
});

describe('a wrong rule of one’s own', () => {
  /** sin′ = −cos */
  const negatedSine: WrongRule = function* ({ before, after }) {
    if (before.kind !== 'call' || before.name !== 'sin') return;
    const to: Expr = { kind: 'negate', operand: after };
    yield {
      to,
      mistake: 'sign-of-term',
      later: -50,
      message: 'sin′ is cos, not −cos.',
      hint: 'Where does sin rise?',
    };
  };
  it('is looked for too', () => {
    const problem: Problem = { given: { x: [] }, define: ['y = x sin(x)'], ask: '∂y/∂x' };
    const stated = state(problem);
    const line = lineOf(stated, 'sin(x) - x cos(x)');
    const [first] = diagnose({ ...stated, line }, { wrongRules: [negatedSine] }).diagnoses;
    assert.equal(first?.message, 'sin′ is cos, not −cos.');
  });
});
