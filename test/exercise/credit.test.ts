/** The rule of credit, by attempts of every kind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Credit, type Derivation, ExerciseError, exercise, tf, type Verdict } from '../../src/index.js';

const points = 4;

function crossEntropy() {
  return exercise({
    name: 'cross-entropy',
    given: { x: ['n'], t: ['n'] },
    define: ['s_i = exp(x_i) / Σ_k exp(x_k)', 'L = −Σ_i t_i log s_i'],
    assume: ['Σ_i t_i = 1'],
    parts: { gradient: { derive: '∂L/∂x_j', points } },
  });
}

/** What the lines earn, and what is said. */
function earned(...lines: readonly string[]): { readonly earned: number; readonly says: string } {
  const task = crossEntropy();
  for (const line of lines) task.part('gradient').step(line);
  const [part] = task.credit().parts;
  assert.ok(part !== undefined);
  return part;
}

describe('credit for a derivation', () => {
  it('all for a last line that is right and free of ∂, with or without lines before it', () => {
    assert.equal(earned('s_j − t_j').earned, points);
    assert.equal(earned('Σ_i ∂L/∂s_i ∂s_i/∂x_j', '−Σ_i t_i (δ_ij − s_j)', 's_j − t_j').earned, points);
  });

  it('all for a right answer after a line that was wrong, which is named', () => {
    const found = earned('t_j − s_j', 's_j − t_j');
    assert.equal(found.earned, points);
    assert.match(found.says, /^Right: proved\. Line 1 is wrong: sign: /);
  });

  it('a quarter for a right beginning, finished or not, then wrong or not', () => {
    assert.equal(earned('Σ_i ∂L/∂s_i ∂s_i/∂x_j').earned, points / 4);
    assert.equal(earned('−Σ_i t_i / s_i ∂s_i/∂x_j').earned, points / 4);
    const found = earned('Σ_i ∂L/∂s_i ∂s_i/∂x_j', 't_j − s_j');
    assert.equal(found.earned, points / 4);
    assert.match(found.says, /^Line 1 is a right beginning\. Line 2 is wrong: sign: /);
  });

  it('no more for the same beginning in other words, however often', () => {
    const same = ['Σ_i ∂L/∂s_i ∂s_i/∂x_j', 'Σ_k ∂L/∂s_k ∂s_k/∂x_j', 'Σ_k ∂s_k/∂x_j ∂L/∂s_k + 0'];
    assert.equal(earned(...same, ...same, ...same).earned, points / 4);
  });

  it('half for a right answer that later lines spoil', () => {
    const found = earned('s_j − t_j', 's_j (1 − t_j)');
    assert.equal(found.earned, points / 2);
    assert.match(found.says, /^Line 1 is right and free of ∂\. Line 2 is wrong: /);
  });

  it('nothing for no line, for a wrong first line, for right lines behind a wrong one that do not end', () => {
    assert.equal(earned().earned, 0);
    assert.equal(earned('t_j − s_j').earned, 0);
    assert.equal(earned('t_j − s_j', 'Σ_i ∂L/∂s_i ∂s_i/∂x_j').earned, 0);
  });

  it('nothing for the question in other words', () => {
    for (const lines of [
      ['∂L/∂x_j'],
      ['∂L/∂x_j + 0', '2 ∂L/∂x_j − ∂L/∂x_j'],
      ['Σ_k δ_jk ∂L/∂x_k'],
      ['let g_j = ∂L/∂x_j', 'g_j'],
      ['let M = 2 L', '∂M/∂x_j / 2'],
      ['let M = −Σ_i t_i log s_i', '∂M/∂x_j'],
      ['let M = Σ_i t_i log s_i', '−∂M/∂x_j'],
      ['let M = L + 1', 'let N = M − 1', '∂N/∂x_j'],
    ]) {
      const found = earned(...lines);
      assert.equal(found.earned, 0, lines.join('; '));
      assert.match(found.says, /no more than the question|undecided/, lines.join('; '));
    }
  });

  it('the derivative of a smaller part behind a name is a beginning', () => {
    assert.equal(earned('let Z = Σ_k exp(x_k)', 'Σ_i t_i (∂Z/∂x_j / Z − δ_ij)').earned, points / 4);
  });

  it('lines that were meant to be wrong neither help nor hurt', () => {
    const task = crossEntropy();
    task.part('gradient').step('s_j − t_j');
    task.part('gradient').step('t_j − s_j', { expect: 'refuted' });
    assert.equal(task.credit().earned, points);
  });

  it('of a second derivative: the first one differentiated is a beginning, the question under a name is not', () => {
    const second = (...lines: readonly string[]): number => {
      const task = exercise({
        name: 'curvature',
        given: { x: ['n'] },
        define: ['F = Σ_i log(1 + exp(x_i))'],
        parts: { hessian: { derive: '∂²F/∂x_i∂x_j', points } },
      });
      for (const line of lines) task.part('hessian').step(line);
      return task.credit().earned;
    };
    assert.equal(second('let g_j = sigmoid(x_j)', '∂g_j/∂x_i'), points / 4);
    assert.equal(second('let g_j = ∂F/∂x_j', '∂g_j/∂x_i'), 0);
    assert.equal(second('∂²F/∂x_j∂x_i'), 0);
    assert.equal(second('δ_ij sigmoid(x_i) (1 − sigmoid(x_i))'), points);
  });
});

describe('an exercise', () => {
  const both = () =>
    exercise({
      name: 'square',
      given: { x: ['n'] },
      define: ['y_i = x_i^2'],
      parts: {
        formula: { derive: '∂y_i/∂x_j', points: 2 },
        numbers: { check: { of: (x) => tf.square(x), at: [1, 2, 3] }, points: 1 },
        code: { check: { kind: 'vjp', of: (x) => tf.square(x), at: [1, 2, 3] }, points: 3 },
      },
    });

  it('adds up its parts; of one part, that one’s', () => {
    const task = both();
    assert.deepEqual([task.credit().earned, task.credit().possible], [0, 6]);
    task.part('formula').step('2 δ_ij x_j');
    task.answer('numbers', [
      [2, 0, 0],
      [0, 4, 0],
      [0, 0, 6],
    ]);
    task.answer('code', (cotangent: tf.Tensor, x: tf.Tensor) => tf.mul(cotangent, tf.mul(2, x)));
    assert.deepEqual([task.credit().earned, task.credit().possible], [6, 6]);
    assert.deepEqual([task.credit('numbers').earned, task.credit('numbers').possible], [1, 1]);
    task.require();
    assert.equal(task.fresh().credit().earned, 0);
  });

  it('names the mistake in numbers and in code; an answer that cannot be read takes the one before away', () => {
    const task = both();
    task.answer('numbers', [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ]);
    task.answer('code', (cotangent: tf.Tensor, x: tf.Tensor) => tf.mul(cotangent, x));
    const mistakes = task.credit().parts.map(({ mistake }) => mistake);
    assert.deepEqual(mistakes, [undefined, 'constant-factor', 'constant-factor']);
    assert.throws(() => task.answer('numbers', 'twice x' as never));
    assert.match(task.credit('numbers').parts[0]?.says ?? '', /^No answer yet/);
  });

  it('require throws and names the mistake; of a part that is right it does not', () => {
    const task = both();
    task.part('formula').step('2 x_j');
    assert.throws(() => task.require('formula'), {
      name: 'ExerciseError',
      message: /formula: 0 of 2 points.*lost-delta/,
    });
    task.part('formula').step('2 δ_ij x_j');
    task.require('formula');
    assert.throws(() => task.require(), {
      name: 'ExerciseError',
      message: /numbers: 0 of 1 points\. No answer yet/,
    });
  });

  it('credit and require announce no verdict again', () => {
    const host = globalThis as { [channel]?: Set<(verdict: Verdict) => void> };
    const task = both();
    let announced = 0;
    const count = () => {
      announced += 1;
    };
    host[channel]?.add(count);
    task.part('formula').step('2 δ_ij x_j');
    task.credit();
    task.require('formula');
    host[channel]?.delete(count);
    assert.equal(announced, 1);
  });

  it('refuses what is no part, what the part does not ask for, and statements that cannot be graded', () => {
    const task = both() as unknown as {
      part(name: string): Derivation;
      answer(name: string, hand: unknown): Verdict;
      credit(name: string): Credit;
    };
    assert.throws(() => task.part('jacobian'), /no part jacobian.*formula, numbers, code/);
    assert.throws(() => task.credit('toString'), ExerciseError);
    assert.throws(() => task.part('numbers'), /task\.answer\('numbers'/);
    assert.throws(() => task.answer('formula', [1]), /task\.part\('formula'\)\.step/);
    const stated = (points: number) => () =>
      exercise({
        name: 'e',
        given: { x: [] },
        define: ['y = x^2'],
        parts: { a: { derive: '∂y/∂x', points } },
      });
    for (const points of [0, -1, Number.NaN]) assert.throws(stated(points), /expected a number above 0/);
    assert.throws(() => exercise({ name: 'e', parts: {} }), /has no parts/);
  });

  it('the compiler knows which parts there are, and what each asks for', () => {
    const misused = (task: ReturnType<typeof both>): void => {
      task.part('formula');
      task.answer('numbers', [1]);
      task.credit('code');
      // @ts-expect-error: no such part
      task.credit('jacobian');
      // @ts-expect-error: asks for numbers
      task.part('numbers');
      // @ts-expect-error: asks for a derivation
      task.answer('formula', [1]);
    };
    assert.throws(() => misused(both()), ExerciseError);
  });

  it('gives hints up to its level', () => {
    const derivation = crossEntropy().part('gradient');
    assert.match(derivation.hint(2).text, /chain rule/);
    assert.throws(() => derivation.hint(3), /hints up to level 2/);
  });

  it('does not hang on huge answers: each ends with a verdict or an error, and earns nothing', () => {
    const huge = [
      'x_j + '.repeat(900).concat('x_j'),
      '('.repeat(5000),
      'Σ_k '.repeat(9).concat('x_k'),
      `x_j${' x_j'.repeat(400)}`,
    ];
    for (const line of huge) {
      const task = crossEntropy();
      try {
        task.part('gradient').step(line);
      } catch (error) {
        assert.ok(error instanceof Error && error.message.length < 2000);
      }
      assert.equal(task.credit().earned, 0);
    }
  });
});

const channel = Symbol.for('handgrad.verdicts');

describe('what a credit shows', () => {
  it('is text and a plain table', () => {
    const credit = crossEntropy().credit();
    assert.ok(credit instanceof Credit);
    assert.equal(String(credit), 'cross-entropy: 0 of 4 points\n  gradient: 0 of 4: No line yet.');
    const shown = (credit as unknown as { [key: symbol]: () => Record<string, string> })[
      Symbol.for('Jupyter.display')
    ]?.();
    assert.match(
      shown?.['text/html'] ?? '',
      /<td[^>]*>gradient<\/td><td[^>]*>0 of 4<\/td><td[^>]*>No line yet\.<\/td>/,
    );
    assert.match(shown?.['text/plain'] ?? '', /gradient {2}0 of 4 {2}No line yet\./);
  });

  it('an exercise shows what is given and asked, typeset, and escapes what it was named', () => {
    const task = exercise({
      name: '<b>square</b>',
      given: { x: ['n'], W: ['m', 'n'], c: [] },
      define: ['y_i = c x_i^2'],
      parts: {
        '<i>': { derive: '∂y_i/∂x_j', assume: ['c > 0'], points: 2 },
        code: { check: { kind: 'vjp', of: (x) => tf.square(x), at: [1] }, points: 1 },
      },
    });
    const bundle = (task as unknown as { [key: symbol]: () => Record<string, string> })[
      Symbol.for('Jupyter.display')
    ]?.();
    assert.equal(
      bundle?.['text/plain'],
      'given x (n), W (m × n), c\ndefine y_i = c x_i^2\n<b>square</b>\n  <i>   2  ∂y_i/∂x_j, assuming c > 0\n  code  1  vjp, held against autograd',
    );
    const html = bundle?.['text/html'] ?? '';
    assert.match(
      html,
      /\$\\displaystyle \\frac\{\\partial y_\{i\}\}\{\\partial x_\{j\}\}\$, assuming c &gt; 0/,
    );
    assert.match(html, /&lt;b&gt;square/);
    assert.doesNotMatch(html, /<b>|<i>/);
  });
});
