/** Jacobians as operators straight from the calculus: their structure, and that they are what the formula says. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type Formula, given, type Scope, type Values } from '../../src/derivation/index.js';
import { evaluate, fromNested, type Nested } from '../../src/formula/index.js';
import { type Jacobian, LayoutError, NotFiniteError, setDenseLimit } from '../../src/jacobian/index.js';

const sizes: Readonly<Record<string, number>> = { n: 4, m: 3, b: 2, d: 3, q: 2, p: 3, v: 5 };

/** Numbers that repeat themselves from run to run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return (state / 2147483647) * 2 - 1;
  };
}

function tensorOf(shape: readonly number[], next: () => number): Nested {
  const [size, ...rest] = shape;
  return size === undefined ? next() : Array.from({ length: size }, () => tensorOf(rest, next));
}

type Declared = Readonly<Record<string, readonly string[]>>;

function valuesOf(declared: Declared): Record<string, Nested> {
  const next = numbersFrom(7);
  return Object.fromEntries(
    Object.entries(declared).map(([name, dimensions]) => [
      name,
      name === 'ε'
        ? 0.1
        : tensorOf(
            dimensions.map((dimension) => sizes[dimension] ?? 1),
            next,
          ),
    ]),
  );
}

function scopeOf(declared: Declared, definitions: readonly string[]): Scope {
  const scope = given(declared);
  for (const line of definitions) scope.define(line);
  return scope;
}

/** The operator is the formula, evaluated entry by entry. */
function assertIsFormula(operator: Jacobian, formula: Formula, values: Record<string, Nested>): void {
  const arrays = new Map(Object.entries(values).map(([name, value]) => [name, fromNested(value)]));
  const { data } = evaluate(formula.ranged, arrays, formula.declarations);
  const found = operator.toDense().flat();
  assert.equal(found.length, data.length);
  found.forEach((value, k) => {
    assert.ok(Math.abs(value - (data[k] ?? Number.NaN)) < 1e-12, `entry ${k}: ${value}, not ${data[k]}`);
  });
}

const softmax = ['s_i = exp(x_i) / Σ_k exp(x_k)'];
const attention = ['P_ij = exp(Σ_a Q_ia K_ja) / Σ_k exp(Σ_a Q_ia K_ka)', 'O_ia = Σ_j P_ij V_ja'];
const QKV = { Q: ['n', 'd'], K: ['n', 'd'], V: ['n', 'd'] };
const linear = { X: ['b', 'n'], W: ['n', 'm'], c: ['m'] };
const affine = ['Y_ai = Σ_k X_ak W_ki + c_i'];
const layer = ['H_ai = tanh(Σ_k X_ak W_ki + c_i)'];
const convolved = { X: ['n', 'd'], W: ['q', 'd', 'm'], c: ['p'] };

const cases: readonly (readonly [
  name: string,
  structure: string,
  declared: Declared,
  definitions: readonly string[],
  asked: string,
])[] = [
  ['softmax', 'diagonal plus rank 1', { x: ['n'] }, softmax, '∂s_i/∂x_j'],
  [
    'cross-entropy, second order',
    'diagonal plus rank 1',
    { x: ['n'], t: ['n'] },
    [...softmax, 'L = −Σ_i t_i log s_i'],
    '∂²L/∂x_i∂x_j',
  ],
  [
    'cross-entropy, gradient',
    'outer product',
    { x: ['n'], t: ['n'] },
    [...softmax, 'L = −Σ_i t_i log s_i'],
    '∂L/∂x_j',
  ],
  [
    'softmax of a batch',
    'diagonal plus rank 1 in each of 2 groups',
    { X: ['b', 'n'] },
    ['S_ai = exp(X_ai) / Σ_k exp(X_ak)'],
    '∂S_ai/∂X_cj',
  ],
  [
    'softmax over the other axis',
    'diagonal plus rank 1 in each of 4 groups',
    { X: ['b', 'n'] },
    ['S_ai = exp(X_ai) / Σ_k exp(X_ki)'],
    '∂S_ai/∂X_cj',
  ],
  [
    'A X B',
    'Kronecker product of dense and dense',
    { X: ['n', 'm'], A: ['b', 'n'], B: ['m', 'p'] },
    ['Y_ij = Σ_kl A_ik X_kl B_lj'],
    '∂Y_ij/∂X_kl',
  ],
  ['a layer by its input', 'Kronecker product of identity and dense', linear, affine, '∂Y_ai/∂X_cj'],
  ['a layer by its weights', 'Kronecker product of dense and identity', linear, affine, '∂Y_ai/∂W_jl'],
  ['a layer by its bias', 'selection', linear, affine, '∂Y_ai/∂c_j'],
  [
    'tanh of a layer by its input',
    'diagonal times Kronecker product of identity and dense',
    linear,
    layer,
    '∂H_ai/∂X_cj',
  ],
  [
    'tanh of a layer by its weights',
    'diagonal times Kronecker product of dense and identity',
    linear,
    layer,
    '∂H_ai/∂W_jl',
  ],
  ['one layer, one example', 'dense', { x: ['n'], W: ['n', 'm'] }, ['h_i = tanh(Σ_k x_k W_ki)'], '∂h_i/∂x_j'],
  [
    'convolution by its input',
    'Toeplitz (2 weights)',
    { x: ['n'], w: ['q'], c: ['p'] },
    ['y_i = c_i + Σ_k w_k x_{i+k}'],
    '∂y_i/∂x_j',
  ],
  [
    'convolution, the kernel turned round',
    'Toeplitz (2 weights)',
    { x: ['n'], w: ['q'], c: ['p'] },
    ['y_i = c_i + Σ_k w_k x_{i−k}'],
    '∂y_i/∂x_j',
  ],
  [
    'convolution by its kernel',
    'dense',
    { x: ['n'], w: ['q'], c: ['p'] },
    ['y_i = c_i + Σ_k w_k x_{i+k}'],
    '∂y_i/∂w_j',
  ],
  [
    'convolution of channels',
    '2 times Kronecker product of Toeplitz (1 weight) and dense',
    convolved,
    ['Y_ij = c_i + Σ_ka W_kaj X_{i+k,a}'],
    '∂Y_io/∂X_jl',
  ],
  [
    'convolution of channels by its kernel',
    'Kronecker product of dense and identity',
    convolved,
    ['Y_ij = c_i + Σ_ka W_kaj X_{i+k,a}'],
    '∂Y_io/∂W_jlt',
  ],
  [
    'LayerNorm',
    'a multiple of the identity plus rank 2',
    { x: ['n'], ε: [] },
    ['μ = Σ_k x_k / n', 'v = Σ_k (x_k − μ)^2 / n', 'y_i = (x_i − μ) / sqrt(v + ε)'],
    '∂y_i/∂x_j',
  ],
  [
    'LayerNorm of a batch',
    'diagonal plus 2 times rank 1 in each of 2 groups',
    { X: ['b', 'n'], ε: [], γ: ['n'] },
    ['μ_a = Σ_k X_ak / n', 'v_a = Σ_k (X_ak − μ_a)^2 / n', 'Y_ai = γ_i (X_ai − μ_a) / sqrt(v_a + ε)'],
    '∂Y_ai/∂X_cj',
  ],
  [
    'BatchNorm',
    'diagonal plus 2 times rank 1 in each of 4 groups',
    { X: ['b', 'n'], ε: [], γ: ['n'] },
    ['μ_i = Σ_a X_ai / b', 'v_i = Σ_a (X_ai − μ_i)^2 / b', 'Y_ai = γ_i (X_ai − μ_i) / sqrt(v_i + ε)'],
    '∂Y_ai/∂X_cj',
  ],
  [
    'attention by its queries',
    'block diagonal (4 blocks, dense) plus rank 1 in each of 4 groups',
    QKV,
    attention,
    '∂O_ia/∂Q_jb',
  ],
  ['attention by its keys', 'dense', QKV, attention, '∂O_ia/∂K_jb'],
  ['attention by its values', 'Kronecker product of dense and identity', QKV, attention, '∂O_ia/∂V_jb'],
  [
    'a sum without its own',
    'a multiple of the identity plus rank 1',
    { x: ['n'] },
    ['y_i = Σ_{k≠i} x_k'],
    '∂y_i/∂x_j',
  ],
  ['a masked sum', 'dense', { x: ['n'], W: ['n', 'n'] }, ['y_i = Σ_{k<i} W_ik x_k'], '∂y_i/∂x_j'],
  ['relu by cases', 'diagonal', { x: ['n'] }, ['y_i = {x_i if x_i > 0; 0 otherwise}'], '∂y_i/∂x_j'],
  ['transpose', 'permutation', { X: ['n', 'n'] }, ['Y_ij = X_ji'], '∂Y_ij/∂X_kl'],
  [
    'X X',
    'Kronecker product of dense and identity plus Kronecker product of identity and dense',
    { X: ['n', 'n'] },
    ['Y_ij = Σ_k X_ik X_kj'],
    '∂Y_ij/∂X_kl',
  ],
  ['inverse', 'Kronecker product of dense and dense', { X: ['n', 'n'] }, ['Y_ij = inv(X)_ij'], '∂Y_ij/∂X_kl'],
  ['running sum', 'rank 1 plus running sum', { x: ['n'] }, ['y_i = Σ_{k≤i} x_k'], '∂y_i/∂x_j'],
  ['running sum of what was before', 'running sum', { x: ['n'] }, ['y_i = Σ_{k<i} x_k'], '∂y_i/∂x_j'],
  ['first differences', 'Toeplitz (2 weights)', { x: ['n'] }, ['y_i = x_i − x_{i−1}'], '∂y_i/∂x_j'],
  [
    'convolution of channels, the kernel turned round',
    '2 times Kronecker product of Toeplitz (1 weight) and dense',
    convolved,
    ['Y_ij = c_i + Σ_ka W_kaj X_{i−k,a}'],
    '∂Y_io/∂X_jl',
  ],
  [
    'second differences',
    'Toeplitz (3 weights)',
    { x: ['n'] },
    ['y_i = x_{i+1} − 2 x_i + x_{i−1}'],
    '∂y_i/∂x_j',
  ],
  ['trace', 'outer product', { A: ['n', 'n'] }, ['y = Σ_i A_ii'], '∂y/∂A_ij'],
  ['outer product', '2 times scaled selection', { x: ['n'] }, ['Y_ij = x_i x_j'], '∂Y_ij/∂x_k'],
  ['diag(x)', 'scaled selection', { x: ['n'] }, ['Y_ij = δ_ij x_i'], '∂Y_ij/∂x_k'],
  [
    'embedding',
    'Kronecker product of dense and identity',
    { E: ['v', 'd'], T: ['m', 'v'] },
    ['Y_ai = Σ_w T_aw E_wi'],
    '∂Y_ai/∂E_kl',
  ],
  ['a cube of what couples', 'diagonal plus rank 3', { x: ['n'] }, ['y_i = Σ_k (x_i − x_k)^3'], '∂y_i/∂x_j'],
];

describe('a derivative is an operator', () => {
  for (const [name, structure, declared, definitions, asked] of cases) {
    it(`${name}: ${structure}`, () => {
      const scope = scopeOf(declared, definitions);
      const values = valuesOf(declared);
      const formula = scope.differentiate(asked);
      const operator = scope.jacobian(asked, values);
      assert.equal(operator.structure, structure, String(formula));
      assertIsFormula(operator, formula, values);
    });
  }

  it('its axes are the dimensions', () => {
    const scope = scopeOf(linear, affine);
    const operator = scope.jacobian('∂Y_ai/∂X_cj', valuesOf(linear));
    assert.deepEqual(operator.outputAxes, [
      { name: 'b', size: 2 },
      { name: 'm', size: 3 },
    ]);
    assert.deepEqual(operator.inputAxes, [
      { name: 'b', size: 2 },
      { name: 'n', size: 4 },
    ]);
  });

  it('and chains by them: ∂L/∂H after ∂H/∂X', () => {
    const scope = scopeOf(linear, [...layer, 'L = Σ_ai H_ai^3']);
    const values = valuesOf(linear);
    const composed = scope.jacobian('∂L/∂H_ai', values);
    const whole = scope.jacobian('∂L/∂X_cj', values);
    const chained = composed.times(scope.jacobian('∂H_ai/∂X_cj', values)).toDense().flat();
    whole
      .toDense()
      .flat()
      .forEach((value, k) => {
        assert.ok(Math.abs(value - (chained[k] ?? Number.NaN)) < 1e-12);
      });
  });

  it('so is a line of a derivation, with what is left to work out in it', () => {
    const scope = scopeOf({ x: ['n'], t: ['n'] }, [...softmax, 'L = −Σ_i t_i log s_i']);
    const values = { x: [0.1, -1, 2], t: [0.2, 0.5, 0.3] };
    const derivation = scope.derive('∂L/∂x_j');
    const chained = derivation.step('Σ_i ∂L/∂s_i ∂s_i/∂x_j').line.operator(values);
    const worked = derivation.step('s_j Σ_i t_i − t_j').line.operator(values);
    assert.deepEqual([worked.rows, worked.columns], [1, 3]);
    worked
      .toDense()
      .flat()
      .forEach((value, k) => {
        assert.ok(Math.abs(value - (chained.toDense().flat()[k] ?? Number.NaN)) < 1e-12);
      });
    const wrong = derivation.step('s_j − t_i', { expect: 'refuted' }).line;
    assert.throws(() => wrong.operator(values), LayoutError);
  });

  it('two thin factors stay two', () => {
    const scope = scopeOf({ x: ['n'], U: ['n', 'q'], W: ['q', 'n'] }, ['y_i = Σ_ak U_ia W_ak x_k']);
    const n = 300;
    const at = (rows: number, columns: number) =>
      Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => Math.sin(i + 2 * j)));
    const operator = scope.jacobian('∂y_i/∂x_j', {
      U: at(n, 2),
      W: at(2, n),
      x: new Array<number>(n).fill(1),
    });
    assert.equal(operator.structure, 'dense times dense');
  });

  it('softmax at n = 100,000 holds n numbers, and its rows sum to 0', () => {
    const n = 100_000;
    const x = { data: Float64Array.from({ length: n }, (_, k) => Math.sin(k)), shape: [n] };
    const J = scopeOf({ x: ['n'] }, softmax).jacobian('∂s_i/∂x_j', { x });
    assert.equal(J.structure, 'diagonal plus rank 1');
    assert.ok(J.cost <= 3 * n);
    assert.ok(J.apply(new Float64Array(n).fill(1)).every((value) => Math.abs(value) < 1e-18));
  });
});

describe('what no structure fits', () => {
  afterEach(() => setDenseLimit());

  const masked = scopeOf({ x: ['n'] }, ['y_i = Σ_{k≠i} 1 / (x_i − x_k)']);

  it('a part that is infinite where the whole is not is a table', () => {
    const operator = masked.jacobian('∂y_i/∂x_j', { x: [1, 2, 4] });
    assert.equal(operator.structure, 'dense');
    assert.ok(Math.abs((operator.toDense()[0]?.[0] ?? 0) + 10 / 9) < 1e-12);
  });

  it('an entry that is infinite is refused', () => {
    assert.throws(() => masked.jacobian('∂y_i/∂x_j', { x: [1, 1, 4] }), NotFiniteError);
  });

  it('beyond the limit it is evaluated at each product, and says so', () => {
    const declared = { x: ['n'] };
    const scope = scopeOf(declared, ['y_i = Σ_k tanh(x_i x_k)']);
    const values = valuesOf(declared);
    const table = scope.jacobian('∂y_i/∂x_j', values).toDense();
    setDenseLimit(100);
    const operator = scope.jacobian('∂y_i/∂x_j', values);
    assert.match(operator.structure, /evaluated from its formula/u);
    const v = [1, -2, 0.5, 3];
    const [forward, backward] = [operator.scale(-4).scale(-0.5).apply(v), operator.transpose().apply(v)];
    for (let i = 0; i < 4; i += 1) {
      const row = v.reduce((sum, value, j) => sum + value * (table[i]?.[j] ?? 0), 0);
      const column = v.reduce((sum, value, j) => sum + value * (table[j]?.[i] ?? 0), 0);
      assert.ok(Math.abs((forward[i] ?? 0) - 2 * row) < 1e-12);
      assert.ok(Math.abs((backward[i] ?? 0) - column) < 1e-12);
    }
  });

  it('every one of the cases above is the same without a table', () => {
    for (const [name, , declared, definitions, asked] of cases) {
      const scope = scopeOf(declared, definitions);
      const values = valuesOf(declared);
      const table = scope.jacobian(asked, values).toDense();
      setDenseLimit(64);
      const operator = scope.jacobian(asked, values);
      const [v, u] = [operator.columns, operator.rows].map((n) =>
        Float64Array.from({ length: n }, (_, k) => Math.sin(k + 1)),
      );
      assert.ok(v !== undefined && u !== undefined);
      const [forward, backward] = [operator.apply(v), operator.applyTransposed(u)];
      setDenseLimit();
      const near = (found: number | undefined, wanted: number): void =>
        assert.ok(Math.abs((found ?? Number.NaN) - wanted) < 1e-12, `${name}, ${operator.structure}`);
      table.forEach((row, i) => {
        near(
          forward[i],
          row.reduce((sum, value, k) => sum + value * (v[k] ?? 0), 0),
        );
      });
      table[0]?.forEach((_, k) => {
        near(
          backward[k],
          table.reduce((sum, row, i) => sum + (row[k] ?? 0) * (u[i] ?? 0), 0),
        );
      });
    }
  });
});

describe('a formula that is no derivative', () => {
  const scope = given({ s: ['n'], t: ['n'] });
  const formula = scope.define('M_ij = s_i δ_ij').formula;
  const values: Values = { s: [1, 2, 3], t: [0, 1, 0] };

  it('is told which indices are rows', () => {
    assert.equal(formula.operator(values, ['i']).structure, 'diagonal');
    assert.throws(
      () => formula.operator(values),
      /Which of the indices \(i, j\).*formula\.operator\(values, \['i'\]\)/u,
    );
    assert.throws(() => formula.operator(values, ['k']), LayoutError);
  });

  it('with brackets that compare indices, in each of their forms', () => {
    const declared = { x: ['n'] };
    const at = valuesOf(declared);
    for (const condition of [
      'i > j',
      'i ≥ j',
      'i < j',
      'i ≤ j',
      'j > i',
      'j ≥ i',
      'j < i',
      'j ≤ i',
      'i ≥ j + 1',
      'i < j + 2',
    ]) {
      const { formula } = given(declared).define(`M_ij = x_i x_j [${condition}]`);
      const found = formula.operator(at, ['i']);
      assert.equal(found.structure, 'diagonal times running sum times diagonal', condition);
      assertIsFormula(found, formula, at);
    }
  });

  it('with Σ over δ and over what has no such letter', () => {
    const declared = { A: ['n', 'n'], x: ['n'], z: ['n'] };
    const summed = given(declared);
    const picked = summed.define('M_ij = Σ_k δ_ik A_kj').formula;
    const counted = summed.define('N_ij = Σ_k (x_i x_j + z_k δ_ij)').formula;
    const at = valuesOf(declared);
    assertIsFormula(picked.operator(at, ['i']), picked, at);
    assert.equal(counted.operator(at, ['i']).structure, 'a multiple of the identity plus rank 1');
    assertIsFormula(counted.operator(at, ['i']), counted, at);
    const beside = summed.define('B_ij = x_i [i ≠ j]').formula;
    assert.equal(beside.operator(at, ['i']).structure, 'diagonal plus rank 1');
    assertIsFormula(beside.operator(at, ['i']), beside, at);
  });

  it('a letter for an output and an input is refused', () => {
    assert.throws(() => scopeOf({ x: ['n'] }, softmax).jacobian('∂s_i/∂x_i', { x: [1, 2] }), LayoutError);
  });
});
