import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  agree,
  agreeWithDifferences,
  bracket,
  type Declarations,
  declare,
  derivative,
  differentiate,
  type Expr,
  NoRuleError,
  num,
  prove,
  type Ranged,
  readDefinition,
  readLine,
  readQuestion,
  resolveDerivatives,
  simplify,
  tensor,
  toText,
  total,
} from '../../src/formula/index.js';
import { expression, world } from './random-expressions.js';

/** The world with F_ijc defined as the expression. */
function withF(body: Expr): Declarations {
  const F = { name: 'F', dimensions: ['n', 'n', 'm'], definition: { indices: ['i', 'j', 'c'], body } };
  return { ...world, tensors: new Map([...world.tensors, ['F', F]]) };
}

const F = tensor('F', 'i', 'j', 'c');
const ranges = new Map([
  ['i', 'n'],
  ['j', 'n'],
  ['c', 'm'],
  ['l', 'n'],
]);
const free = ['i', 'j', 'c', 'l'];
const ranged = (expr: Expr): Ranged => ({ expr, free, ranges });

function derivativeOf(body: Expr): Expr {
  return resolveDerivatives(withF(body), derivative(F, tensor('x', 'l')));
}

describe('random formulas', () => {
  for (const [flavour, runs] of [
    ['rational', 40],
    ['everything', 60],
  ] as const) {
    test(`${flavour}: the derivative agrees with differences of the definition`, () => {
      let told = 0;
      fc.assert(
        fc.property(expression(flavour, 2), (body) => {
          const declarations = withF(body);
          const question = { of: F, by: [tensor('x', 'l')] };
          const result = agreeWithDifferences(ranged(derivativeOf(body)), question, declarations, {
            count: 1,
          });
          if ('none' in result) return;
          told += 1;
          assert.ok(result.agrees, `${toText(body)}: ${result.note} ${JSON.stringify(result.worst)}`);
        }),
        { numRuns: runs, seed: 3 },
      );
      assert.ok(told > runs / 2, `only ${told} of ${runs} could be told`);
    });
  }

  test('linear: (f + 3 g)′ = f′ + 3 g′', () => {
    fc.assert(
      fc.property(expression('rational', 2), expression('rational', 2), (f, g) => {
        const whole = derivativeOf({
          kind: 'add',
          terms: [f, { kind: 'multiply', factors: [tensor('a'), g] }],
        });
        const parts: Expr = {
          kind: 'add',
          terms: [derivativeOf(f), { kind: 'multiply', factors: [tensor('a'), derivativeOf(g)] }],
        };
        assert.ok(prove(world, whole, parts, ranges));
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test('product rule: (f g)′ = f′ g + f g′', () => {
    fc.assert(
      fc.property(expression('everything', 2), expression('everything', 2), (f, g) => {
        const whole = derivativeOf({ kind: 'multiply', factors: [f, g] });
        const times = (a: Expr, b: Expr): Expr => ({ kind: 'multiply', factors: [a, b] });
        const parts: Expr = { kind: 'add', terms: [times(derivativeOf(f), g), times(f, derivativeOf(g))] };
        const both = agree(ranged(whole), ranged(parts), world, { count: 1 });
        assert.ok('none' in both || both.agrees);
      }),
      { numRuns: 30, seed: 9 },
    );
  });
});

/** What each rule gives, in the readable form. */
const rules: readonly (readonly [
  rule: string,
  given: Record<string, readonly string[]>,
  define: readonly string[],
  ask: string,
  answer: string,
])[] = [
  ['variable', { x: ['n'] }, ['y_i = x_i'], '∂y_i/∂x_j', 'δ_ij'],
  ['a matrix entry', { X: ['m', 'n'] }, ['Y_ij = X_ij'], '∂Y_ij/∂X_pq', 'δ_ip δ_jq'],
  ['quotient', { a: [], b: [] }, ['y = a / b'], '∂y/∂b', '−a / b^2'],
  ['power', { a: [] }, ['y = a^5'], '∂y/∂a', '5 a^4'],
  ['a rational power', { a: [] }, ['y = a^{1/3}'], '∂y/∂a', '1/3 a^{−2/3}'],
  ['a symbolic power', { a: [], p: [] }, ['y = a^p'], '∂y/∂a', 'p a^{p − 1}'],
  ['an exponential', { a: [], p: [] }, ['y = a^p'], '∂y/∂p', 'a^p log(a)'],
  ['exp', { a: [] }, ['y = exp(3 a)'], '∂y/∂a', '3 exp(3 a)'],
  ['e to a power', { a: [] }, ['y = e^{3 a}'], '∂y/∂a', '3 exp(3 a)'],
  ['log', { a: [] }, ['y = log(a)'], '∂y/∂a', '1/a'],
  ['sqrt', { a: [] }, ['y = sqrt(a)'], '∂y/∂a', '1/(2 sqrt(a))'],
  ['tanh', { a: [] }, ['y = tanh(a)'], '∂y/∂a', '1 − tanh(a)^2'],
  ['sigmoid', { a: [] }, ['y = sigmoid(a)'], '∂y/∂a', 'sigmoid(a) (1 − sigmoid(a))'],
  ['relu', { a: [] }, ['y = relu(a)'], '∂y/∂a', '[a > 0]'],
  ['softplus', { a: [] }, ['y = softplus(a)'], '∂y/∂a', 'sigmoid(a)'],
  ['erf', { a: [] }, ['y = erf(a)'], '∂y/∂a', '2 exp(−a^2) / sqrt(π)'],
  ['sin', { a: [] }, ['y = sin(a)'], '∂y/∂a', 'cos(a)'],
  ['cos', { a: [] }, ['y = cos(a)'], '∂y/∂a', '−sin(a)'],
  ['abs', { a: [] }, ['y = abs(a)'], '∂y/∂a', 'sign(a)'],
  ['sign', { a: [] }, ['y = a sign(a)'], '∂y/∂a', 'sign(a)'],
  ['max', { a: [], b: [] }, ['y = max(a, b)'], '∂y/∂a', '[a > b]'],
  ['min', { a: [], b: [] }, ['y = min(a, b)'], '∂y/∂b', '[b < a]'],
  ['a restricted sum', { x: ['n'] }, ['y_i = Σ_{k≠i} x_k^2'], '∂y_i/∂x_j', '2 x_j (1 − δ_ij)'],
  ['a restricted product', { x: ['n'] }, ['y_i = Π_{k<i} x_k'], '∂y_i/∂x_j', '[j < i] y_i / x_j'],
  ['a product over an index', { x: ['n'] }, ['y = Π_k x_k'], '∂y/∂x_j', 'Π_{k≠j} x_k'],
  [
    'cases',
    { x: ['n'] },
    ['y_i = { x_i^2 if x_i > 0; 3 x_i otherwise }'],
    '∂y_i/∂x_j',
    'δ_ij { 2 x_i if x_i > 0; 3 otherwise }',
  ],
  ['Toeplitz', { x: ['n'], w: ['k'], g: ['m'] }, ['y_i = g_i Σ_p w_p x_{i+p}'], '∂y_i/∂w_q', 'g_i x_{i+q}'],
  [
    'softmax of a matrix product',
    { A: ['m', 'n'], x: ['n'] },
    ['z_i = Σ_k A_ik x_k', 's_i = softmax(z)_i'],
    '∂s_i/∂x_j',
    's_i (A_ij − Σ_k s_k A_kj)',
  ],
  ['norm', { x: ['n'] }, ['y = norm(x)'], '∂y/∂x_j', 'x_j / y'],
  ['variance', { x: ['n'] }, ['y = var(x)'], '∂y/∂x_j', '2/n (x_j − mean(x))'],
  [
    'second derivative of logsumexp',
    { x: ['n'] },
    ['L = logsumexp(x)', 's_i = softmax(x)_i'],
    '∂²L/∂x_i∂x_j',
    's_i (δ_ij − s_j)',
  ],
  [
    'second derivative of a quadratic form',
    { x: ['n'], B: ['n', 'n'] },
    ['L = Σ_ij x_i B_ij x_j'],
    '∂²L/∂x_p∂x_q',
    'B_pq + B_qp',
  ],
  [
    'by a defined intermediate',
    { x: ['n'], t: ['n'] },
    ['s_i = softmax(x)_i', 'L = −Σ_i t_i log(s_i)'],
    '∂L/∂s_j',
    '−t_j / s_j',
  ],
  [
    'second derivative of logdet',
    { X: ['n', 'n'] },
    ['L = logdet(X)'],
    '∂²L/∂X_ij∂X_kl',
    '−inv(X)_jk inv(X)_li',
  ],
  [
    'second derivative of a product',
    { x: ['n'] },
    ['L = Π_k x_k'],
    '∂²L/∂x_i∂x_j',
    '(1 − δ_ij) L / (x_i x_j)',
  ],
  ['second derivative of a product of exponentials', { x: ['n'] }, ['L = Π_k exp(x_k)'], '∂²L/∂x_i∂x_j', 'L'],
  ['a maximum of equals', { x: [] }, ['y = max(x, x)'], '∂y/∂x', '1'],
  [
    'absolute differences, which vanish on the diagonal',
    { x: ['n'] },
    ['L = Σ_i Σ_j abs(x_i − x_j)'],
    '∂L/∂x_k',
    '2 Σ_{l≠k} sign(x_k − x_l)',
  ],
  ['by a component', { x: ['n'] }, ['L = Σ_k x_k^3'], '∂L/∂x_0', '3 x_0^2'],
];

describe('rules', () => {
  for (const [rule, given, define, ask, answer] of rules) {
    test(rule, () => {
      let declarations = declare(given);
      for (const line of define) declarations = readDefinition(line, declarations).declarations;
      const question = readQuestion(ask, declarations);
      const truth = resolveDerivatives(declarations, question.ranged.expr);
      const line = readLine(answer, declarations, { asked: question.ranged });
      assert.ok(line.kind === 'expression' && line.problems.length === 0);
      const short = simplify(declarations, truth, question.ranged.ranges).expr;
      assert.ok(
        prove(declarations, truth, line.ranged.expr, question.ranged.ranges),
        `${toText({ ...question.ranged, expr: short })} is not ${answer}`,
      );
      const numbers = agreeWithDifferences({ ...question.ranged, expr: truth }, question, declarations, {
        count: 2,
      });
      assert.ok('none' in numbers || numbers.agrees, JSON.stringify(numbers));
    });
  }

  test('what no rule covers throws, by name', () => {
    const f: Expr = { kind: 'call', name: 'mystery', args: [tensor('x', 'i')] };
    assert.throws(
      () => derivativeOf(f),
      (error) => error instanceof NoRuleError && /mystery/.test(error.message),
    );
  });

  test('a derivative inside a definition is worked out first', () => {
    let declarations = declare({ x: ['n'] });
    for (const line of ['L = Σ_k x_k^3', 'g_i = ∂L/∂x_i', 'h_i = 2 g_i'])
      declarations = readDefinition(line, declarations).declarations;
    const { ranged: asked } = readQuestion('∂h_i/∂x_j', declarations);
    const line = readLine('12 δ_ij x_i', declarations, { asked });
    assert.ok(line.kind === 'expression');
    const truth = resolveDerivatives(declarations, asked.expr);
    assert.ok(prove(declarations, truth, line.ranged.expr, asked.ranges), toText(truth));
  });

  test('a range that depends on the variable is refused', () => {
    const where = bracket(tensor('x', 'k'), '>', num(0));
    assert.throws(() => derivativeOf(total('sum', { id: 'k', dimension: 'n' }, num(1), where)), NoRuleError);
    assert.throws(
      () =>
        derivativeOf(
          total('sum', { id: 'k', dimension: 'n' }, num(1), bracket(num(0), '<', tensor('x', 'k'))),
        ),
      NoRuleError,
    );
  });

  test('every step is recorded, with its rule, before and after', () => {
    let declarations = declare({ x: ['n'] });
    declarations = readDefinition('s_i = exp(x_i) / Σ_k exp(x_k)', declarations).declarations;
    const { trace, result } = differentiate(declarations, tensor('s', 'i'), [tensor('x', 'j')]);
    const named = trace.map((step) => step.rule);
    for (const rule of [
      'definition',
      'quotient rule',
      'chain rule',
      'derivative of a total',
      'variable',
    ] as const)
      assert.ok(named.includes(rule), rule);
    assert.equal(trace.at(-1)?.after, result);
  });
});
