/** Problems stated in the language, and the wrong lines people write for them. */
import {
  type Declarations,
  declare,
  differentiate,
  type Ranged,
  readAssumption,
  readDefinition,
  readLine,
  readQuestion,
  simplify,
} from '../../src/formula/index.js';
import type { MistakeId } from '../../src/mistakes/index.js';

export interface Problem {
  readonly given: Readonly<Record<string, readonly string[]>>;
  readonly define?: readonly string[];
  readonly assume?: readonly string[];
  readonly ask: string;
}

/** A wrong line and what its first diagnosis must be; several where the mistake can be seen in two ways. */
export interface WrongLine {
  readonly name: string;
  readonly problem: Problem;
  readonly line: string;
  readonly expected: MistakeId | readonly MistakeId[];
}

export interface Stated {
  readonly declarations: Declarations;
  readonly asked: {
    readonly of: ReturnType<typeof readQuestion>['of'];
    readonly by: ReturnType<typeof readQuestion>['by'];
  };
  readonly question: Ranged;
  readonly right: Ranged;
}

const known = new Map<Problem, Stated>();

/** A problem read, with its right derivative. */
export function state(problem: Problem): Stated {
  const before = known.get(problem);
  if (before) return before;
  let declarations = declare(problem.given);
  for (const line of problem.define ?? []) declarations = readDefinition(line, declarations).declarations;
  for (const line of problem.assume ?? []) declarations = readAssumption(line, declarations).declarations;
  const { of, by, ranged } = readQuestion(problem.ask, declarations);
  const { result } = differentiate(declarations, of, by);
  const right = { ...ranged, expr: simplify(declarations, result, ranged.ranges).expr };
  const stated = { declarations, asked: { of, by }, question: ranged, right };
  known.set(problem, stated);
  return stated;
}

/** A line of the derivation of a problem. */
export function lineOf({ declarations, question }: Stated, text: string): Ranged {
  const line = readLine(text, declarations, { asked: question });
  if (line.kind !== 'expression') throw new Error(`${text} is no expression`);
  return line.ranged;
}

// ── softmax and cross-entropy ──
export const softmax: Problem = {
  given: { x: ['n'] },
  define: ['s_i = exp(x_i) / Σ_k exp(x_k)'],
  ask: '∂s_i/∂x_j',
};
export const namedSoftmax: Problem = {
  given: { x: ['n'] },
  define: ['Z = Σ_k exp(x_k)', 's_i = exp(x_i) / Z'],
  ask: '∂s_i/∂x_j',
};
export const warmSoftmax: Problem = {
  given: { x: ['n'], τ: [] },
  define: ['s_i = exp(x_i/τ) / Σ_k exp(x_k/τ)'],
  ask: '∂s_i/∂x_j',
};
export const logSoftmax: Problem = {
  given: { x: ['n'] },
  define: ['s_i = exp(x_i) / Σ_k exp(x_k)', 'y_i = log(s_i)'],
  ask: '∂y_i/∂x_j',
};
export const crossEntropy: Problem = {
  given: { x: ['n'], t: ['n'] },
  define: ['s_i = exp(x_i) / Σ_k exp(x_k)', 'L = -Σ_i t_i log(s_i)'],
  ask: '∂L/∂x_j',
};
export const crossEntropyOne: Problem = { ...crossEntropy, assume: ['Σ_i t_i = 1'] };
export const crossEntropyOutput: Problem = {
  given: { s: ['n'], t: ['n'] },
  define: ['L = -Σ_i t_i log(s_i)'],
  ask: '∂L/∂s_i',
};
export const batchCrossEntropy: Problem = {
  given: { Z: ['N', 'n'], T: ['N', 'n'] },
  define: ['S_ai = exp(Z_ai) / Σ_k exp(Z_ak)', 'L = -Σ_ai T_ai log(S_ai) / N'],
  assume: ['Σ_i T_ai = 1'],
  ask: '∂L/∂Z_aj',
};
// ── linear layers ──
export const linearWeights: Problem = {
  given: { X: ['N', 'D'], W: ['D', 'K'], G: ['N', 'K'] },
  define: ['Y_ak = Σ_d X_ad W_dk', 'L = Σ_ak G_ak Y_ak'],
  ask: '∂L/∂W_ij',
};
export const linearInput: Problem = { ...linearWeights, ask: '∂L/∂X_ij' };
export const linearBias: Problem = {
  given: { X: ['N', 'D'], W: ['D', 'K'], b: ['K'], G: ['N', 'K'] },
  define: ['Y_ak = Σ_d X_ad W_dk + b_k', 'L = Σ_ak G_ak Y_ak'],
  ask: '∂L/∂b_j',
};
export const pullback: Problem = {
  given: { A: ['n', 'n'], x: ['n'], g: ['n'] },
  define: ['y_i = Σ_k A_ik x_k', 'L = Σ_i g_i y_i'],
  ask: '∂L/∂x_j',
};
export const pullbackWide: Problem = {
  given: { A: ['m', 'n'], x: ['n'], g: ['m'] },
  define: ['y_i = Σ_k A_ik x_k', 'L = Σ_i g_i y_i'],
  ask: '∂L/∂x_j',
};
export const activated: Problem = {
  given: { A: ['n', 'n'], x: ['n'] },
  define: ['z_i = Σ_k A_ik x_k', 'y_i = tanh(z_i)'],
  ask: '∂y_i/∂x_j',
};
export const sigmoidLayer: Problem = {
  given: { A: ['m', 'n'], x: ['n'] },
  define: ['z_i = Σ_k A_ik x_k', 'y_i = sigmoid(z_i)'],
  ask: '∂y_i/∂x_j',
};
// ── quadratic forms and matrices ──
export const quadratic: Problem = {
  given: { B: ['n', 'n'], x: ['n'] },
  define: ['f = Σ_ij x_i B_ij x_j'],
  ask: '∂f/∂x_k',
};
export const traceXA: Problem = {
  given: { X: ['n', 'n'], A: ['n', 'n'] },
  define: ['f = Σ_ab X_ab A_ba'],
  ask: '∂f/∂X_ij',
};
export const traceSquare: Problem = {
  given: { X: ['n', 'n'] },
  define: ['f = Σ_ab X_ab X_ba'],
  ask: '∂f/∂X_ij',
};
export const inverseOfParameter: Problem = {
  given: { A: ['n', 'n'], B: ['n', 'n'], p: [] },
  define: ['K_ij = A_ij + p B_ij', 'M_ij = inv(K)_ij'],
  ask: '∂M_ij/∂p',
};
export const logDeterminant: Problem = {
  given: { X: ['n', 'n'] },
  define: ['f = logdet(X)'],
  ask: '∂f/∂X_ij',
};
export const sandwichedInverse: Problem = {
  given: { X: ['n', 'n'], a: ['n'], b: ['n'] },
  define: ['f = Σ_ij a_i inv(X)_ij b_j'],
  ask: '∂f/∂X_ij',
};
export const leastSquares: Problem = {
  given: { X: ['N', 'D'], w: ['D'], y: ['N'] },
  define: ['r_a = Σ_d X_ad w_d - y_a', 'L = Σ_a r_a^2'],
  ask: '∂L/∂w_j',
};
export const outerProduct: Problem = {
  given: { X: ['m', 'n'], a: ['m'], b: ['n'] },
  define: ['f = Σ_ij a_i X_ij b_j'],
  ask: '∂f/∂X_ij',
};
export const matrixProduct: Problem = {
  given: { X: ['m', 'n'], A: ['n', 'p'] },
  define: ['Y_ij = Σ_k X_ik A_kj'],
  ask: '∂Y_ij/∂X_kl',
};
export const norm: Problem = {
  given: { x: ['n'] },
  define: ['r = sqrt(Σ_k x_k^2)'],
  ask: '∂r/∂x_j',
};
export const normalised: Problem = {
  given: { x: ['n'] },
  define: ['r = sqrt(Σ_k x_k^2)', 'y_i = x_i / r'],
  ask: '∂y_i/∂x_j',
};
export const ridge: Problem = {
  given: { X: ['N', 'D'], w: ['D'], y: ['N'], λ: [] },
  define: ['r_a = Σ_d X_ad w_d - y_a', 'L = Σ_a r_a^2 + λ Σ_d w_d^2'],
  ask: '∂L/∂w_j',
};
// ── normalisation ──
export const layerNorm: Problem = {
  given: { x: ['n'], h: ['n'], ε: [] },
  define: [
    'μ = Σ_k x_k / n',
    'v = Σ_k (x_k - μ)^2 / n',
    'σ = sqrt(v + ε)',
    'y_i = (x_i - μ) / σ',
    'L = Σ_i h_i y_i',
  ],
  assume: ['ε > 0'],
  ask: '∂L/∂x_j',
};
export const standardised: Problem = {
  given: { x: ['n'], ε: [] },
  define: ['μ = Σ_k x_k / n', 'v = Σ_k (x_k - μ)^2 / n', 'σ = sqrt(v + ε)', 'y_i = (x_i - μ) / σ'],
  assume: ['ε > 0'],
  ask: '∂y_i/∂x_j',
};
// ── attention ──
export const attention: Problem = {
  given: { Q: ['m', 'd'], K: ['l', 'd'], V: ['l', 'p'], G: ['m', 'p'] },
  define: [
    'S_ij = Σ_k Q_ik K_jk / sqrt(d)',
    'P_ij = exp(S_ij) / Σ_k exp(S_ik)',
    'O_ij = Σ_k P_ik V_kj',
    'L = Σ_ij G_ij O_ij',
  ],
  ask: '∂L/∂Q_ij',
};
// ── elementwise functions ──
export const logisticLoss: Problem = {
  given: { z: [], y: [] },
  define: ['p = sigmoid(z)', 'L = -y log(p) - (1 - y) log(1 - p)'],
  ask: '∂L/∂z',
};
export const sigmoid: Problem = { given: { x: ['n'] }, define: ['s_i = sigmoid(x_i)'], ask: '∂s_i/∂x_j' };
export const hyperbolic: Problem = { given: { x: ['n'] }, define: ['y_i = tanh(x_i)'], ask: '∂y_i/∂x_j' };
export const swish: Problem = {
  given: { x: [] },
  define: ['s = sigmoid(x)', 'y = x s'],
  ask: '∂y/∂x',
};
export const cell: Problem = {
  given: { c: ['n'], f: ['n'], i: ['n'], g: ['n'], o: ['n'], u: ['n'], w: ['n'] },
  define: ['z_a = f_a c_a + i_a g_a', 'h_a = o_a tanh(z_a)', 'L = Σ_a u_a h_a + Σ_a w_a z_a'],
  ask: '∂L/∂c_b',
};
export const contrastive: Problem = {
  given: { U: ['N', 'd'], V: ['N', 'd'], τ: [] },
  define: ['S_ij = Σ_k U_ik V_jk / τ', 'P_ij = exp(S_ij) / Σ_k exp(S_ik)', 'L = -Σ_i log(P_ii) / N'],
  ask: '∂L/∂U_ij',
};

/** The mistakes people were seen to make. */
export const seen: readonly WrongLine[] = [
  {
    name: 'row sums of the softmax Jacobian',
    problem: softmax,
    line: 'Σ_k s_i (δ_ik - s_k)',
    expected: 'summed',
  },
  { name: 'row sums, as a number', problem: softmax, line: '0', expected: 'summed' },
  { name: 'softmax without its diagonal term', problem: softmax, line: '-s_i s_j', expected: 'lost-term' },
  { name: 'quotient rule the wrong way round', problem: softmax, line: 's_i (s_j - δ_ij)', expected: 'sign' },
  { name: 'δ taken as 1', problem: softmax, line: 's_i (1 - s_j)', expected: 'delta-replaced-by-one' },
  { name: 'log-softmax for softmax', problem: softmax, line: 'δ_ij - s_j', expected: 'lost-factor' },
  { name: 'only the diagonal', problem: softmax, line: 's_i (1 - s_i)', expected: 'diagonal-only' },
  {
    name: 'the diagonal as a matrix',
    problem: softmax,
    line: 'δ_ij s_i (1 - s_i)',
    expected: 'diagonal-only',
  },
  {
    name: 'a bound index for a free one',
    problem: softmax,
    line: 's_i (δ_ij - s_i)',
    expected: 'index-clash',
  },
  {
    name: '−t/s times the diagonal',
    problem: crossEntropy,
    line: '-t_j (1 - s_j)',
    expected: 'elementwise-product',
  },
  {
    name: 'elementwise where Σ t = 1',
    problem: crossEntropyOne,
    line: '-t_j (1 - s_j)',
    expected: 'elementwise-product',
  },
  {
    name: 'the Jacobian broadcast, no contraction',
    problem: crossEntropyOne,
    line: '-t_j / s_j · s_i (δ_ij - s_j)',
    expected: 'missing-contraction',
  },
  {
    name: 'a chain rule without its Σ',
    problem: crossEntropyOne,
    line: '-t_i / s_i · s_i (δ_ij - s_j)',
    expected: 'missing-contraction',
  },
  { name: '1/s lost', problem: crossEntropyOne, line: '-Σ_i t_i s_i (δ_ij - s_j)', expected: 'lost-factor' },
  {
    name: 'softmax once more',
    problem: crossEntropyOne,
    line: '(s_j - t_j) s_j (1 - s_j)',
    expected: 'extra-factor',
  },
  {
    name: 'a mean over classes',
    problem: crossEntropyOne,
    line: '(s_j - t_j) / n',
    expected: 'constant-factor',
  },
  { name: 'the normaliser held constant', problem: crossEntropyOne, line: '-t_j', expected: 'held-constant' },
  { name: 'Σ t = 1 not assumed', problem: crossEntropy, line: 's_j - t_j', expected: 'needs-assumption' },
  {
    name: '1/N of the batch missing',
    problem: batchCrossEntropy,
    line: 'S_aj - T_aj',
    expected: 'constant-factor',
  },
  { name: 'weights transposed', problem: linearWeights, line: 'Σ_a G_ai X_aj', expected: 'transposed' },
  {
    name: 'bias not summed over the batch',
    problem: linearBias,
    line: 'G_aj',
    expected: 'missing-contraction',
  },
  { name: 'A for Aᵀ', problem: pullback, line: 'Σ_i A_ji g_i', expected: 'transposed' },
  {
    name: 'A for Aᵀ, where it does not fit',
    problem: pullbackWide,
    line: 'Σ_i A_ji g_i',
    expected: 'transposed',
  },
  {
    name: 'diag on the wrong side',
    problem: activated,
    line: 'A_ij (1 - y_j^2)',
    expected: 'order-reversed',
  },
  {
    name: 'f′ at the output',
    problem: activated,
    line: '(1 - tanh(y_i)^2) A_ij',
    expected: 'derivative-at-output',
  },
  { name: '2 B x', problem: quadratic, line: '2 Σ_j B_kj x_j', expected: 'needs-assumption' },
  { name: 'tr(X A)', problem: traceXA, line: 'A_ij', expected: 'transposed' },
  {
    name: 'an inverse that commutes',
    problem: inverseOfParameter,
    line: '-Σ_ab M_ia M_ab B_bj',
    expected: 'order-reversed',
  },
  {
    name: 'log det without the transpose',
    problem: logDeterminant,
    line: 'inv(X)_ij',
    expected: 'transposed',
  },
  {
    name: 'aᵀ X⁻¹ b without transposes',
    problem: sandwichedInverse,
    line: '-Σ_kl inv(X)_ik a_k b_l inv(X)_lj',
    expected: 'transposed',
  },
  { name: 'factor 2 lost', problem: leastSquares, line: 'Σ_a X_aj r_a', expected: 'constant-factor' },
  { name: 'μ and σ held constant', problem: layerNorm, line: 'h_j / σ', expected: 'held-constant' },
  {
    name: 'the path through μ lost',
    problem: layerNorm,
    line: '(h_j - y_j Σ_k h_k y_k / n) / σ',
    expected: ['held-constant', 'lost-term'],
  },
  {
    name: 'sums for means',
    problem: layerNorm,
    line: '(h_j - Σ_k h_k - y_j Σ_k h_k y_k) / σ',
    expected: 'constant-factor',
  },
  {
    name: 'only the entry’s own partial',
    problem: layerNorm,
    line: 'h_j (1 - 1/n - y_j^2 / n) / σ',
    expected: 'elementwise-product',
  },
  {
    name: 'softmax backward elementwise in attention',
    problem: attention,
    line: 'Σ_k P_ik (1 - P_ik) (Σ_c G_ic V_kc) K_kj / sqrt(d)',
    expected: 'elementwise-product',
  },
  {
    name: '1/√d lost',
    problem: attention,
    line: 'Σ_k P_ik (Σ_c G_ic V_kc - Σ_b P_ib Σ_c G_ic V_bc) K_kj',
    expected: 'constant-factor',
  },
  {
    name: 'row sums without P',
    problem: attention,
    line: 'Σ_k P_ik (Σ_c G_ic V_kc - Σ_b Σ_c G_ic V_bc) K_kj / sqrt(d)',
    expected: 'lost-factor',
  },
  { name: 'σ′ counted twice', problem: logisticLoss, line: '(p - y) p (1 - p)', expected: 'extra-factor' },
  { name: 'σ (1 + σ)', problem: sigmoid, line: 'δ_ij s_i (1 + s_i)', expected: 'sign-of-term' },
  { name: 'product rule lost in SiLU', problem: swish, line: 'x s (1 - s)', expected: 'lost-term' },
  { name: 'one path into the cell', problem: cell, line: 'w_b f_b', expected: 'lost-term' },
  {
    name: '1/τ lost in InfoNCE',
    problem: contrastive,
    line: 'Σ_k (P_ik - δ_ik) V_kj / N',
    expected: 'lost-factor',
  },
];
