import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { DeclarationError, FormulaError, NoRuleError } from '../src/formula/index.js';
import { ExtensionError, extend, given, tf, type Verdict } from '../src/index.js';

const swish = {
  value: (x: number) => x / (1 + Math.exp(-x)),
  derivative: 'sigmoid(x) + x sigmoid(x) (1 − sigmoid(x))',
} as const;

const onTensors = { ...swish, tensor: (...[x]: readonly tf.Tensor[]) => tf.mul(x ?? 0, tf.sigmoid(x ?? 0)) };

function witness(verdict: Verdict, name: string): string {
  return verdict.witnesses.find((one) => one.name === name)?.says ?? '';
}

/** A layer with swish: what is asked of it is ∂y_i/∂x_j. */
function layer() {
  const scope = given({ W: ['m', 'n'], x: ['n'] });
  scope.define('z_i = Σ_k W_ik x_k');
  scope.define('y_i = swish(z_i)');
  return scope;
}

const right = '(sigmoid(z_i) + z_i sigmoid(z_i) (1 − sigmoid(z_i))) W_ij';

afterEach(() => extend.reset());

describe('a function of one’s own', () => {
  test('is read, differentiated, evaluated, proved and held against autograd', () => {
    extend.elementwise('swish', onTensors);
    const scope = layer();
    const { verdict } = scope.derive('∂y_i/∂x_j').step(right);
    assert.equal(verdict.status, 'proved');
    assert.match(witness(verdict, 'float64'), /^agrees/);
    assert.match(witness(verdict, 'autograd'), /^agrees/);
    const { data } = scope.evaluate('y_i', { W: [[1, 2]], x: [0.5, -1] });
    assert.ok(Math.abs((data[0] ?? 0) - swish.value(-1.5)) < 1e-15);
    assert.equal(scope.equal('swish(x_j) + 1', '1 + swish(x_j)').status, 'proved');
    assert.equal(scope.equal('swish(−x_j)', '−swish(x_j)').status, 'refuted');
  });

  test('may have a rule that speaks of itself, and second derivatives', () => {
    extend.elementwise('swish', { ...swish, derivative: 'swish(x) + sigmoid(x) (1 − swish(x))' });
    const scope = given({ x: [] });
    scope.define('y = swish(x)');
    const line = '2 sigmoid(x) (1 − sigmoid(x)) + x sigmoid(x) (1 − sigmoid(x)) (1 − 2 sigmoid(x))';
    // swish stands open in the rule's result, so the two are equal as numbers, beyond what can be proved
    assert.equal(scope.derive('∂²y/∂x²').step(line).verdict.status, 'agrees');
  });

  test('without a tensor form leaves autograd without a verdict, by name', () => {
    extend.elementwise('swish', swish);
    const { verdict } = layer().derive('∂y_i/∂x_j').step(right);
    assert.equal(verdict.status, 'proved');
    assert.match(witness(verdict, 'autograd'), /^no verdict: The function swish .*TensorFlow\.js/);
    assert.match(witness(verdict, 'autograd'), /extend\.elementwise\('swish'/);
  });

  test('of two arguments has a derivative for each', () => {
    extend.elementwise('hypot', {
      arguments: ['a', 'b'],
      value: Math.hypot,
      derivative: ['a / sqrt(a^2 + b^2)', 'b / sqrt(a^2 + b^2)'],
    });
    const scope = given({ u: ['n'], v: ['n'] });
    scope.define('L = Σ_i hypot(u_i, v_i^2)');
    const derivation = scope.derive('∂L/∂v_j');
    assert.equal(derivation.step('2 v_j^3 / sqrt(u_j^2 + v_j^4)').verdict.status, 'proved');
    assert.equal(derivation.step('v_j^2 / sqrt(u_j^2 + v_j^4)').verdict.status, 'refuted');
  });

  test('may have its rule as a function that builds the derivative', () => {
    const { multiply, num, power } = extend.build;
    extend.elementwise('cube', { value: (x) => x ** 3, derivative: (x) => multiply(num(3), power(x, 2)) });
    const scope = given({ x: ['n'] });
    scope.define('y_i = cube(x_i)');
    assert.equal(scope.derive('∂y_i/∂x_j').step('3 δ_ij x_i^2').verdict.status, 'proved');
  });

  test('is replaced by registering its name again, and gone after reset', () => {
    extend.elementwise('twice', { value: (x) => 2 * x, derivative: '2' });
    extend.elementwise('twice', { value: (x) => x * x, derivative: '2 x' });
    const scope = given({ x: [] });
    assert.equal(scope.evaluate('twice(x)', { x: 3 }).data[0], 9);
    extend.reset();
    assert.throws(() => scope.evaluate('twice(x)', { x: 3 }), FormulaError);
    assert.throws(() => layer(), FormulaError);
  });
});

describe('what contradicts itself is refused', () => {
  test('a derivative that is not that of the value, and then the function before it stands', () => {
    extend.elementwise('swish', swish);
    assert.throws(
      () => extend.elementwise('swish', { ...swish, derivative: 'sigmoid(x)' }),
      (error: Error) =>
        error instanceof ExtensionError && /differences of the value give/.test(error.message),
    );
    assert.equal(layer().derive('∂y_i/∂x_j').step(right).verdict.status, 'proved');
  });

  test('a tensor form that computes something else', () => {
    const tensor = (...[x]: readonly tf.Tensor[]) => tf.sigmoid(x ?? 0);
    assert.throws(() => extend.elementwise('swish', { ...swish, tensor }), /tensor form of swish/);
    assert.throws(() => layer(), FormulaError);
  });

  test('a function without a value where it is tried, until it is said where it has one', () => {
    const far = { value: (x: number) => Math.log(x - 100), derivative: '1 / (x − 100)' };
    assert.throws(() => extend.elementwise('far', far), /checkedAt/);
    extend.elementwise('far', { ...far, checkedAt: [[101], [250]] });
  });

  test('names that the language has, and numbers of derivatives', () => {
    assert.throws(() => extend.elementwise('exp', swish), DeclarationError);
    assert.throws(() => extend.elementwise('ln', swish), DeclarationError);
    assert.throws(() => extend.elementwise('softmax', swish), DeclarationError);
    assert.throws(() => extend.elementwise('π', swish), ExtensionError);
    assert.throws(() => extend.elementwise('a b', swish), DeclarationError);
    assert.throws(() => extend.elementwise('g', { ...swish, arguments: ['x', 'y'] }), ExtensionError);
    assert.throws(() => extend.elementwise('g', { ...swish, derivative: 'z' }), FormulaError);
  });
});

describe('a function left open', () => {
  const scope = () => {
    extend.generic('f');
    const made = given({ A: ['m', 'n'], x: ['n'], w: ['m'] });
    made.define('y_i = f(Σ_k A_ik x_k)');
    return made;
  };

  test('is differentiated by the chain rule: right for every f', () => {
    const { verdict } = scope().derive('∂y_i/∂x_j').step('f1(Σ_k A_ik x_k) A_ij');
    assert.equal(verdict.status, 'proved');
    assert.match(witness(verdict, 'autograd'), /^agrees/);
  });

  test('refutes what does not hold for every f', () => {
    const judged = (line: string) => scope().derive('∂y_i/∂x_j').step(line).verdict;
    assert.equal(judged('f1(Σ_k A_ik x_k) A_ji').status, 'refuted');
    assert.equal(judged('f1(Σ_k A_ik x_k)').status, 'refuted');
    assert.equal(judged('f2(Σ_k A_ik x_k) A_ij').status, 'refuted');
    assert.equal(judged('f(Σ_k A_ik x_k) A_ij').status, 'refuted');
  });

  test('refutes the transposed matrix also where it is square', () => {
    extend.generic('f');
    const square = given({ A: ['n', 'n'], x: ['n'] });
    square.define('y_i = f(Σ_k A_ik x_k)');
    const { verdict } = square.derive('∂y_i/∂x_j').step('f1(Σ_k A_ik x_k) A_ji');
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.diagnoses[0]?.mistake, 'transposed');
  });

  test('has second derivatives, and no fifth', () => {
    extend.generic('f');
    const one = given({ x: [] });
    one.define('y = f(x^2)');
    assert.equal(one.derive('∂²y/∂x²').step('2 f1(x^2) + 4 x^2 f2(x^2)').verdict.status, 'proved');
    one.define('z = f4(x)');
    assert.throws(() => one.differentiate('∂z/∂x'), /f4 has none/);
  });

  test('two open functions are two functions', () => {
    extend.generic('f');
    extend.generic('g');
    assert.equal(given({ x: [] }).equal('f(x)', 'g(x)').status, 'refuted');
  });
});

describe('mistakes of one’s own', () => {
  const gate = {
    function: 'swish',
    derivative: 'sigmoid(x)',
    mistake: 'lost-term',
    message: 'The gate of swish was held constant.',
    hint: 'Does sigmoid(x) move with x?',
  } as const;

  test('a wrong derivative is named where it was used', () => {
    extend.elementwise('swish', swish);
    extend.wrongRule('gate', gate);
    const { verdict } = layer().derive('∂y_i/∂x_j').step('sigmoid(z_i) W_ij');
    assert.equal(verdict.status, 'refuted');
    assert.equal(verdict.diagnoses[0]?.message, gate.message);
    assert.equal(verdict.diagnoses[0]?.mistake, 'lost-term');
  });

  test('of a function of the language as well, and of a bare argument', () => {
    const message = 'The square of tanh′ was lost.';
    extend.wrongRule('tanh', { ...gate, function: 'tanh', derivative: '1 − tanh(x)', message });
    const scope = given({ x: [] });
    scope.define('y = tanh(x)');
    const { verdict } = scope.derive('∂y/∂x').step('1 − tanh(x)');
    assert.equal(verdict.diagnoses[0]?.message, message);
  });

  test('a wrong rule in general makes something else of a step', () => {
    const { multiply, num } = extend.build;
    extend.wrongRule('seven', function* ({ after, rule }) {
      if (rule === 'quotient rule')
        yield {
          to: multiply(num(7), after),
          mistake: 'extra-factor',
          message: 'Seven times.',
          hint: 'Why?',
          later: -60,
        };
    });
    const scope = given({ x: ['n'] });
    scope.define('r_i = x_i / (1 + x_i^2)');
    const { diagnoses } = scope.derive('∂r_i/∂x_j').step('7 δ_ij (1 − x_i^2) / (1 + x_i^2)^2').verdict;
    assert.equal(diagnoses[0]?.message, 'Seven times.');
  });

  test('a detector’s candidate is believed only where it is the line', () => {
    const message = 'x was counted from the other end.';
    extend.detector('other end', function* ({ right: text }) {
      yield { formula: `${text} + 1`, mistake: 'extra-term', message, hint: 'Where does x begin?' };
      yield { formula: 'x_j + x_j^2', mistake: 'extra-term', message: 'never', hint: 'never' };
    });
    const scope = given({ x: ['n'] });
    scope.define('L = Σ_i x_i^2');
    const first = scope.derive('∂L/∂x_j').step('2 x_j + 1').verdict.diagnoses[0];
    assert.equal(first?.message, message);
    const other = scope.derive('∂L/∂x_j').step('x_j').verdict.diagnoses;
    assert.ok(other.every((one) => one.message !== message && one.message !== 'never'));
    extend.reset();
    const after = scope.derive('∂L/∂x_j').step('2 x_j + 1').verdict.diagnoses;
    assert.ok(after.every((one) => one.message !== message));
  });
});

test('a function that nobody registered has no derivative: it is not taken as zero', () => {
  extend.elementwise('swish', swish);
  const scope = layer();
  extend.reset();
  assert.throws(() => scope.differentiate('∂y_i/∂x_j'), NoRuleError);
});
