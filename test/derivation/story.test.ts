import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DerivationError, given } from '../../src/derivation/index.js';
import { FormulaError } from '../../src/formula/index.js';

/** Softmax and cross-entropy, as the first story has them. */
function story() {
  const scope = given({ x: ['n'], t: ['n'] });
  scope.define('s_i = exp(x_i) / Σ_k exp(x_k)');
  scope.define('L = −Σ_i t_i log(s_i)');
  return scope;
}

describe('a scope', () => {
  test('differentiates to the shortest form', () => {
    assert.equal(String(story().differentiate('∂s_i/∂x_j')), 's_i (δ_ij − s_j)');
    assert.equal(String(story().differentiate('∂L/∂s_i')), '−t_i / s_i');
    assert.equal(String(story().differentiate('∂L/∂x_j')), 's_j Σ_k t_k − t_j');
  });

  test('uses what is assumed', () => {
    assert.equal(String(story().assume('Σ_i t_i = 1').differentiate('∂L/∂x_j')), 's_j − t_j');
  });

  test('evaluates in float64', () => {
    const scope = story();
    const softmax = scope.evaluate('s_i', { x: [-1, -1, 1] });
    assert.deepEqual(softmax.shape, [3]);
    [0.10650698, 0.10650698, 0.78698604].forEach((expected, at) => {
      assert.ok(Math.abs((softmax.data[at] ?? 0) - expected) < 5e-9);
    });
    assert.ok(
      Math.abs((scope.evaluate('L', { x: [-1, -1, 1], t: [0, 1, 0] }).data[0] ?? 0) - 2.2395447662218846) <
        1e-15,
    );
  });

  test('compares two formulas, with the assumption that made them equal', () => {
    assert.equal(story().equal('s_j Σ_i t_i − t_j', 's_j − t_j').status, 'refuted');
    const verdict = story().assume('Σ_i t_i = 1').equal('s_j Σ_i t_i − t_j', 's_j − t_j');
    assert.equal(verdict.status, 'proved');
    assert.match(verdict.witnesses[0]?.says ?? '', /using Σ_i t_i = 1/);
  });

  test('writes components out: the 4 × 4 matrix of exponentials', () => {
    const jacobian = story().differentiate('∂s_i/∂x_j');
    const closed = jacobian.explicit({ n: 4 });
    assert.deepEqual(closed.shape, [4, 4]);
    assert.equal(String(closed.at(0, 0)), 's_0 (1 − s_0)');
    assert.equal(String(closed.at(0, 1)), '−s_0 s_1');
    const open = jacobian.explicit({ n: 4 }, { unfold: true });
    const Z = 'exp(x_0) + exp(x_1) + exp(x_2) + exp(x_3)';
    assert.equal(String(open.at(0, 0)), `exp(x_0) / (${Z}) − exp(2 x_0) / (${Z})^2`);
    assert.equal(String(open.at(2, 1)), `−exp(x_1 + x_2) / (${Z})^2`);
    assert.match(open.latex, /^\\begin\{bmatrix\}/);
  });
});

describe('a derivation', () => {
  /** One letter then stands for indices of several ranges, bound in one place and free in another. */
  test('letters of the question and of the sums in the definitions do not meet, whichever are chosen', () => {
    const attention = () => {
      const scope = given({ Q: ['m', 'd'], K: ['n', 'd'], V: ['n', 'e'], G: ['m', 'e'] });
      scope.define('S_ij = 1/sqrt(d) Σ_k Q_ik K_jk');
      scope.define('P_ij = exp(S_ij) / Σ_l exp(S_il)');
      scope.define('O_ic = Σ_j P_ij V_jc');
      scope.define('L = Σ_ic G_ic O_ic');
      return scope;
    };
    for (const [a, b, i, j] of ['ikjl', 'acij', 'kilj', 'jlik', 'cfab', 'lkci']) {
      const derivation = attention().derive(`∂L/∂Q_${a}${b}`);
      const chain = derivation.step(`Σ_${i}${j} ∂L/∂S_${i}${j} ∂S_${i}${j}/∂Q_${a}${b}`);
      assert.equal(chain.verdict.status, 'proved', `${a}${b}${i}${j}`);
      const result = derivation.step(`1/sqrt(d) Σ_${j} ∂L/∂S_${a}${j} K_${j}${b}`);
      assert.deepEqual([result.follows.status, result.verdict.status], ['proved', 'proved'], `${a}${b}`);
    }
  });

  test('judges every line twice: as the derivative, and as following from the line before', () => {
    const d = story().derive('∂L/∂x_j');
    const lines = [
      d.step('Σ_i ∂L/∂s_i ∂s_i/∂x_j', { because: 'chain rule' }),
      d.step('Σ_i (−t_i/s_i) s_i (δ_ij − s_j)'),
      d.step('s_j Σ_i t_i − t_j'),
    ];
    assert.deepEqual(
      lines.map((s) => s.verdict.status),
      ['proved', 'proved', 'proved'],
    );
    assert.deepEqual(
      lines.map((s) => s.follows.status),
      ['proved', 'proved', 'proved'],
    );
    assert.deepEqual(
      lines.map((s) => s.rule),
      ['chain rule', 'derivatives put in', 'δ contraction'],
    );
    assert.equal(d.verdict.status, 'proved');
    assert.equal(d.firstWrong, undefined);
    for (const name of ['symbolic', 'float64', 'autograd']) {
      assert.ok(
        lines[2]?.verdict.witnesses.some((w) => w.name === name && w.finds === 'for'),
        name,
      );
    }
  });

  test('is open while its last line holds a derivative', () => {
    const d = story().derive('∂L/∂x_j');
    d.step('Σ_i ∂L/∂s_i ∂s_i/∂x_j');
    assert.equal(d.verdict.status, 'undecided');
  });

  test('finds the line where it went wrong, and what follows from it', () => {
    const d = story().derive('∂L/∂x_j');
    d.step('Σ_i ∂L/∂s_i ∂s_i/∂x_j');
    const wrong = d.step('−t_j (1 − s_j)');
    const after = d.step('t_j s_j − t_j');
    assert.equal(wrong.verdict.status, 'refuted');
    assert.equal(wrong.follows.status, 'refuted');
    assert.equal(after.verdict.status, 'refuted');
    assert.equal(after.follows.status, 'proved');
    assert.match(after.follows.witnesses[0]?.says ?? '', /line 2, which is wrong/);
    assert.equal(d.firstWrong, 1);
    assert.equal(d.verdict.status, 'refuted');
  });

  test('shows the smallest numbers that give a wrong line away', () => {
    const { counterexample } = story().derive('∂L/∂x_j').step('−t_j (1 − s_j)').verdict;
    assert.ok(counterexample);
    assert.equal(counterexample.indices.length, 1);
    assert.notEqual(counterexample.yours, counterexample.right);
    assert.equal((counterexample.values.x as number[]).length, 2);
  });

  test('a mistake that was meant to be does not count against it', () => {
    const d = story().derive('∂L/∂x_j');
    const meant = d.step('−t_j (1 − s_j)', { expect: 'refuted' });
    assert.equal(meant.verdict.expected, 'refuted');
    d.step('s_j Σ_i t_i − t_j');
    assert.equal(d.firstWrong, undefined);
    assert.equal(d.verdict.status, 'proved');
  });

  test('takes names and sub-results on the way', () => {
    const d = given({ x: ['n'] });
    d.define('s_i = exp(x_i) / Σ_k exp(x_k)');
    const derivation = d.derive('∂s_i/∂x_j');
    assert.equal(derivation.step('let Z = Σ_k exp(x_k)').kind, 'let');
    const part = derivation.step('∂Z/∂x_j = exp(x_j)');
    assert.equal(part.kind, 'sub-result');
    assert.equal(part.verdict.status, 'proved');
    assert.equal(derivation.step('∂Z/∂x_j = exp(x_j)^2').verdict.status, 'refuted');
    assert.equal(derivation.step('(δ_ij exp(x_i) Z − exp(x_i) ∂Z/∂x_j) / Z^2').verdict.status, 'proved');
    assert.equal(derivation.step('s_i (δ_ij − s_j)').verdict.status, 'proved');
    assert.equal(derivation.verdict.status, 'proved');
  });

  test('a line may state the derivative it is about, in its own letters', () => {
    const d = given({ x: ['n'] });
    d.define('s_i = softmax(x)_i');
    assert.equal(d.derive('∂s_i/∂x_j').step('∂s_a/∂x_b = s_a (δ_ab − s_b)').verdict.status, 'proved');
  });

  test('indices that do not fit refute a line; they do not throw', () => {
    const d = story().derive('∂L/∂x_j');
    assert.equal(d.step('s_i (δ_ij − s_j)').verdict.status, 'refuted');
    const next = d.step('s_j Σ_i t_i − t_j');
    assert.equal(next.verdict.status, 'proved');
    assert.equal(next.follows.status, 'undecided');
  });

  test('a letter over two dimensions refutes a line, and the next one is judged all the same', () => {
    const scope = given({ X: ['N', 'd'], W: ['d', 'h'], G: ['N', 'h'] });
    scope.define('L = Σ_ac G_ac Σ_k X_ak W_kc');
    const d = scope.derive('∂L/∂W_ij');
    const wrong = d.step('Σ_a X_ia G_aj').verdict;
    assert.equal(wrong.status, 'refuted');
    assert.equal(wrong.diagnoses[0]?.mistake, 'transposed');
    assert.equal(d.step('Σ_a X_ai G_aj').verdict.status, 'proved');
  });

  test('text that cannot be read throws, and nothing is added', () => {
    const d = story().derive('∂L/∂x_j');
    assert.throws(() => d.step('s_j − − − ('), FormulaError);
    assert.equal(d.steps.length, 0);
  });

  test('a definition may hold a derivative', () => {
    const scope = given({ x: ['n'] });
    scope.define('L = Σ_k x_k^3');
    scope.define('g_i = ∂L/∂x_i');
    assert.equal(scope.derive('∂g_i/∂x_j').step('6 x_i δ_ij').verdict.status, 'proved');
  });

  test('undo takes back the last line and what it defined', () => {
    const d = story().derive('∂s_i/∂x_j');
    d.step('let Z = Σ_k exp(x_k)');
    d.undo();
    assert.throws(() => d.step('exp(x_i) / Z'), FormulaError);
    assert.throws(() => d.undo(), DerivationError);
  });

  test('hints lead to the answer, one line at a time', () => {
    const d = story().derive('∂L/∂x_j');
    assert.match(d.hint(1).text, /chain rule/);
    for (let guard = 0; guard < 10; guard += 1) {
      const { text } = d.hint(3);
      if (!text.startsWith('Next: ')) break;
      assert.equal(d.step(text.slice(text.lastIndexOf(': ') + 2)).verdict.status, 'proved');
    }
    assert.equal(d.verdict.status, 'proved');
  });

  test('is worked by the machine, every line proved', () => {
    for (const ask of ['∂s_i/∂x_j', '∂L/∂x_j', '∂L/∂s_i', '∂²L/∂x_i∂x_j']) {
      const worked = story().worked(ask);
      assert.ok(worked.steps.length > 0, ask);
      assert.ok(
        worked.steps.every((s) => s.verdict.status === 'proved' && s.because !== undefined),
        ask,
      );
      assert.equal(worked.verdict.status, 'proved', ask);
    }
  });

  test('prints for a paper', () => {
    const latex = story().worked('∂L/∂x_j').latex();
    assert.match(latex, /^\\begin\{aligned\}/);
    assert.match(latex, /\\frac\{\\partial L\}\{\\partial x_\{j\}\} &= /);
    assert.match(latex, /\\text\{chain rule\}/);
  });
});
