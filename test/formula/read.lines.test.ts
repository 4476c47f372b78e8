import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeclarationError,
  type Declarations,
  declare,
  FormulaError,
  IndexError,
  type Line,
  readAssumption,
  readDefinition,
  readExpression,
  readLine,
  readQuestion,
  registerFunctionName,
  toText,
} from '../../src/formula/index.js';

const given = declare({ x: ['n'], t: ['n'], W: ['m', 'n'], b: ['m'], B: ['n', 'n'], τ: [] });

function define(...lines: readonly string[]): Declarations {
  return lines.reduce((declarations, line) => readDefinition(line, declarations).declarations, given);
}

const softmax = define('s_i = exp(x_i) / Σ_k exp(x_k)', 'L = −Σ_i t_i log(s_i)', 'Z = Σ_k exp(x_k)');

describe('declarations', () => {
  test('names and dimensions are letters followed by letters and digits', () => {
    assert.deepEqual(given.dimensions, ['n', 'm']);
    assert.throws(() => declare({ W_out: ['n'] }), /Indices are no part of a name: Wout/);
    assert.deepEqual([...declare({ 𝑥: ['n'] }).tensors.keys()], ['x']);
    assert.throws(() => declare({ x: ['n'], 𝑥: ['n'] }), /declared twice/);
    assert.throws(() => declare({ '2x': [] }), DeclarationError);
    assert.throws(() => declare({ x: ['1'] }), /cannot name a dimension/);
    assert.throws(() => declare({ n: [], x: ['n'] }), /as a tensor and as a dimension/);
    assert.throws(() => declare({ 'x²': [] }), DeclarationError);
    assert.throws(() => declare({ if: [] }), /word of the language/);
    assert.throws(
      () => declare({ x: 'n' } as unknown as Record<string, string[]>),
      /expected a list of names/,
    );
  });
});

describe('definitions', () => {
  test('take the ranges of their letters from the right side', () => {
    const { tensor } = readDefinition('s_i = exp(x_i) / Σ_k exp(x_k)', given);
    assert.deepEqual([tensor.name, tensor.dimensions, tensor.definition?.indices], ['s', ['n'], ['i']]);
    const swapped = readDefinition('V_ji = W_ij', given).tensor;
    assert.deepEqual(swapped.dimensions, ['n', 'm']);
  });

  test('the name works in later lines; a repeated definition changes nothing, another one is refused', () => {
    assert.equal(toText(readExpression('s_i Z', softmax)), 's_i Z');
    assert.equal(readDefinition('Z = Σ_k exp(x_k)', softmax).declarations, softmax);
    assert.throws(() => readDefinition('Z = 2 Σ_k exp(x_k)', softmax), /Z is defined already/);
    assert.throws(() => readDefinition('x_i = t_i', given), /given, not defined/);
    assert.throws(() => readDefinition('n = 2', given), /name of a dimension/);
    assert.throws(() => readDefinition('exp = τ', given), /function of the language/);
    assert.throws(() => readDefinition('r = r + τ', given), /name r is not known/);
  });

  test('indices of the two sides must agree', () => {
    const refused: Record<string, RegExp> = {
      'r_i = x_j': /j is free on the right but does not stand on the left/,
      'r = x_i': /i is free on the right/,
      'r_i = τ': /i has no range/,
      'r_ii = x_i': /i stands twice on the left/,
      'r_0 = x_0': /its indices are letters/,
      'r_i = x_i W_ij x_j + b_i': /i runs over n .* over m/,
      'r_i = W x': /has indices and the right side is in matrix notation/,
      'r_i x_i': /`=` was expected/,
      'r_n = x_n': /n is the name of a dimension/,
    };
    for (const [text, message] of Object.entries(refused)) {
      assert.throws(() => readDefinition(text, given), message, text);
    }
  });
});

describe('assumptions', () => {
  test('compare two sums', () => {
    const read = (text: string) => {
      const { left, relation, right, ranges, text: own } = readAssumption(text, softmax).assumption;
      assert.equal(own, text);
      return [toText(left), relation, toText(right), [...ranges.keys()].join('')];
    };
    assert.deepEqual(read('Σ_i t_i = 1'), ['Σ_i t_i', '=', '1', '']);
    assert.deepEqual(read('s_i > 0'), ['s_i', '>', '0', 'i']);
    assert.deepEqual(read('B_ij = B_ji'), ['B_ij', '=', 'B_ji', 'ij']);
    assert.deepEqual(read('B = Bᵀ'), ['B_ij', '=', 'B_ji', 'ij']);
    assert.deepEqual(read('0 < x_i'), ['x_i', '>', '0', 'i']);
    assert.deepEqual(read('τ ≠ 0'), ['τ', '≠', '0', '']);
    assert.deepEqual(read('W 𝟏 = b'), ['Σ_k W_ik', '=', 'b_i', 'i']);
    assert.equal(readAssumption('τ > 0', given).declarations.assumptions.length, 1);
  });

  test('one comparison, indices on both sides', () => {
    assert.throws(() => readAssumption('τ', given), /compares two sums/);
    assert.throws(() => readAssumption('0 < τ < 1', given), /Assume twice/);
    assert.throws(() => readAssumption('x_i > t_j', given), /j is free on the right/);
    assert.throws(() => readAssumption('x = B', given), /a vector of n and a matrix of n × n/);
  });
});

describe('questions', () => {
  test('name a derivative; the output’s indices come first', () => {
    const ask = (text: string) => {
      const { ranged } = readQuestion(text, softmax);
      return [toText(ranged), ranged.free.join('')];
    };
    assert.deepEqual(ask('∂s_i/∂x_j'), ['∂s_i/∂x_j', 'ij']);
    for (const spelling of [
      'd s_i / d x_j',
      'ds_i/dx_j',
      '\\frac{\\partial s_i}{\\partial x_j}',
      '\\frac{ds_i}{dx_j}',
      '\\frac{\\mathrm{d} s_i}{\\mathrm{d} x_j}',
    ]) {
      assert.deepEqual(ask(spelling), ['∂s_i/∂x_j', 'ij'], spelling);
    }
    assert.deepEqual(ask('∂²L/∂x_i∂x_j'), ['∂²L/∂x_i∂x_j', 'ij']);
    assert.deepEqual(ask('d²L/dx_i dx_j'), ['∂²L/∂x_i∂x_j', 'ij']);
    assert.deepEqual(ask('∂s/∂x'), ['∂s_i/∂x_j', 'ij']);
    assert.deepEqual(ask('∂L/∂W'), ['∂L/∂W_ij', 'ij']);
    assert.deepEqual(ask('∂s_0/∂x_1'), ['∂s_0/∂x_1', '']);
  });

  test('what is no derivative of known names is refused', () => {
    const named = declare({ ds: ['n'], dx: ['n'], x: ['n'] });
    assert.throws(() => readQuestion('ds_i/dx_j', named), /Expected `∂`/);
    assert.throws(() => readQuestion('L', softmax), /A derivative was expected/);
    assert.throws(() => readQuestion('∂s/∂x_j', softmax), /one or the other/);
    assert.throws(() => readQuestion('∂q_i/∂x_j', softmax), /name q is not known/);
    assert.throws(() => readQuestion('∂L/∂x_j = 2', softmax), /no right side/);
    assert.throws(() => readLine('d s_i / d x_j', softmax), FormulaError);
  });
});

describe('lines', () => {
  const jacobian = readQuestion('∂s_i/∂x_j', softmax).ranged;
  const gradient = readQuestion('∂L/∂x_j', softmax).ranged;

  function expression(text: string, asked = jacobian, declarations = softmax): Line & { kind: 'expression' } {
    const line = readLine(text, declarations, { asked });
    if (line.kind !== 'expression') assert.fail(line.kind);
    return line;
  }

  test('an expression, or the derivative that was asked for and an expression', () => {
    for (const text of ['s_i (δ_ij − s_j)', '∂s_i/∂x_j = s_i (δ_ij − s_j)', '∂s_p/∂x_q = s_p (δ_pq − s_q)']) {
      const { ranged, problems } = expression(text);
      assert.equal(toText(ranged), 's_i (δ_ij − s_j)', text);
      assert.deepEqual([ranged.free, problems], [['i', 'j'], []]);
    }
    assert.equal(toText(expression('∂s_j/∂x_i = s_j t_i').ranged), 's_i t_j');
    assert.equal(toText(expression('diag(s) − s sᵀ').ranged), 'δ_ij s_i − s_i s_j');
  });

  test('another derivative is a sub-result; let introduces a name', () => {
    const line = readLine('∂Z/∂x_j = exp(x_j)', softmax, { asked: jacobian });
    assert.ok(line.kind === 'sub-result');
    assert.deepEqual(
      [toText(line.derivative), toText(line.ranged), line.ranged.free],
      ['∂Z/∂x_j', 'exp(x_j)', ['j']],
    );
    const named = readLine('let r_i = x_i − t_i', softmax, { asked: jacobian });
    assert.ok(named.kind === 'let');
    assert.equal(named.tensor.name, 'r');
    assert.ok(named.declarations.tensors.has('r'));
    assert.throws(() => readLine('r_i = x_i', softmax, { asked: jacobian }), /introduced with let: 'let r_i/);
  });

  test('conflicts of indices are problems of the line, not errors', () => {
    const problems = (text: string, asked = gradient) =>
      expression(text, asked).problems.map(({ kind, index }) => `${kind} ${index ?? ''}`.trim());
    assert.deepEqual(problems('s_j − t_j'), []);
    assert.deepEqual(problems('s_k − t_k'), ['free-index k']);
    assert.deepEqual(problems('−t_i / s_i · s_i (δ_ij − s_j)'), ['free-index i']);
    assert.deepEqual(problems('W_ji b_i'), ['two-ranges j', 'two-ranges i', 'free-index i']);
    assert.deepEqual(problems('Σ_k 1'), ['no-range k']);
    assert.deepEqual(problems('s ⊙ (𝟏 − s)', jacobian), ['shape']);
    assert.deepEqual(problems('s tᵀ'), ['shape', 'free-index i']);
    assert.deepEqual(problems('Wᵀ x'), ['two-ranges']);
    assert.deepEqual(problems('0'), []);
  });

  test('the message of a problem names the letter and both dimensions', () => {
    const [problem] = expression('Σ_i W_ij s_i', gradient).problems;
    assert.match(problem?.message ?? '', /i runs over m in `W_ij` and over n in `s_i`/);
  });

  test('only text that cannot be read throws', () => {
    assert.throws(() => readLine('s_i (δ_ij − s_j', softmax, { asked: jacobian }), FormulaError);
    assert.throws(() => readLine('q_i', softmax, { asked: jacobian }), FormulaError);
    assert.throws(() => readExpression('Σ_i W_ij x_i', softmax), IndexError);
  });

  test('an index used twice is noted', () => {
    const { notes, ranged } = expression('s_j − t_j Σ_j s_j', gradient);
    assert.equal(toText(ranged), 's_j − t_j Σ_k s_k');
    assert.match(notes[0] ?? '', /j is used twice/);
  });

  test('a row vector is read as the entries of a gradient, with a note', () => {
    const { notes, problems } = expression('sᵀ − tᵀ', gradient);
    assert.match(notes[0] ?? '', /row vector/);
    assert.deepEqual(problems, []);
  });
});

test('functions of one’s own are read once they are registered', () => {
  registerFunctionName('swish', 1);
  assert.equal(toText(readExpression('swish(x_i)', given)), 'swish(x_i)');
  assert.throws(() => registerFunctionName('exp', 2), DeclarationError);
  assert.throws(() => registerFunctionName('a b', 1), DeclarationError);
});
