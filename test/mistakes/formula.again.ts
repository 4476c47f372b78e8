/** A third lot, written without looking at what the detectors do: the same identities with the table's mistakes in turn. */

import type { Problem, WrongLine } from './formula.problems.js';
import * as known from './formula.problems.js';

const line = (name: string, problem: Problem, text: string, expected: WrongLine['expected']): WrongLine => ({
  name,
  problem,
  line: text,
  expected,
});

const valueGradient: Problem = { ...known.attention, ask: '∂L/∂V_ij' };
const keyGradient: Problem = { ...known.attention, ask: '∂L/∂K_ij' };
const scoreGradient: Problem = { ...known.attention, ask: '∂L/∂S_ij' };
const inputLayer: Problem = {
  given: { W: ['m', 'n'], x: ['n'], b: ['m'], t: ['m'] },
  define: ['z_i = Σ_k W_ik x_k + b_i', 's_i = exp(z_i) / Σ_k exp(z_k)', 'L = -Σ_i t_i log(s_i)'],
  assume: ['Σ_i t_i = 1'],
  ask: '∂L/∂W_ij',
};
const inputOfLayer: Problem = { ...inputLayer, ask: '∂L/∂x_j' };
const biasOfLayer: Problem = { ...inputLayer, ask: '∂L/∂b_j' };
const binary: Problem = {
  given: { X: ['N', 'D'], w: ['D'], y: ['N'] },
  define: [
    'u_a = Σ_d X_ad w_d',
    'p_a = sigmoid(u_a)',
    'L = -Σ_a (y_a log(p_a) + (1 - y_a) log(1 - p_a)) / N',
  ],
  ask: '∂L/∂w_j',
};
const whitened: Problem = {
  given: { A: ['n', 'n'], x: ['n'], m: ['n'] },
  define: ['d_i = x_i - m_i', 'f = Σ_ij d_i A_ij d_j'],
  ask: '∂f/∂x_k',
};
const mahalanobis: Problem = {
  given: { S: ['n', 'n'], d: ['n'] },
  define: ['f = Σ_ij d_i inv(S)_ij d_j'],
  ask: '∂f/∂S_ij',
};
const logBarrier: Problem = {
  given: { A: ['m', 'n'], b: ['m'], x: ['n'] },
  define: ['r_i = b_i - Σ_k A_ik x_k', 'f = -Σ_i log(r_i)'],
  assume: ['r_i > 0'],
  ask: '∂f/∂x_j',
};
const tempered: Problem = {
  given: { z: ['n'], T: [] },
  define: ['Z = Σ_k exp(z_k / T)', 'F = -T log(Z)', 'p_i = exp(z_i / T) / Z'],
  ask: '∂F/∂z_j',
};
const entropy: Problem = {
  given: { x: ['n'] },
  define: ['s_i = exp(x_i) / Σ_k exp(x_k)', 'H = -Σ_i s_i log(s_i)'],
  ask: '∂H/∂x_j',
};
const contrast: Problem = { given: { x: [], y: [] }, define: ['f = (x - y) / (x + y)'], ask: '∂f/∂x' };
const rational: Problem = { given: { x: [], a: [] }, define: ['f = x / (x + a)'], ask: '∂f/∂x' };
const rooted: Problem = { given: { x: [] }, define: ['f = sqrt(1 + x^2)'], ask: '∂f/∂x' };
const recurrent: Problem = {
  given: { U: ['n', 'n'], W: ['n', 'm'], h: ['n'], x: ['m'], g: ['n'] },
  define: ['a_i = Σ_k U_ik h_k + Σ_k W_ik x_k', 'q_i = tanh(a_i)', 'L = Σ_i g_i q_i'],
  ask: '∂L/∂h_j',
};
const kernelTrick: Problem = {
  given: { X: ['N', 'D'], α: ['N'] },
  define: ['K_ab = Σ_d X_ad X_bd', 'f = Σ_ab α_a K_ab α_b'],
  ask: '∂f/∂α_c',
};
const moments: Problem = {
  given: { x: ['n'] },
  define: ['q = Σ_k x_k^2 / n', 'μ = Σ_k x_k / n', 'v = q - μ^2'],
  ask: '∂v/∂x_j',
};
const gates: Problem = {
  given: { a: ['n'], b: ['n'] },
  define: ['y_i = sigmoid(a_i) tanh(b_i)'],
  ask: '∂y_i/∂a_j',
};
const selu: Problem = { given: { x: ['n'] }, define: ['y_i = softplus(x_i)'], ask: '∂y_i/∂x_j' };
const mish: Problem = { given: { x: [] }, define: ['u = softplus(x)', 'y = x tanh(u)'], ask: '∂y/∂x' };
const triple: Problem = {
  given: { A: ['n', 'n'], B: ['n', 'n'], X: ['n', 'n'] },
  define: ['Y_ij = Σ_kl A_ik X_kl B_lj'],
  ask: '∂Y_ij/∂X_kl',
};
const regression: Problem = {
  given: { X: ['N', 'D'], W: ['D', 'K'], Y: ['N', 'K'] },
  define: ['E_ak = Σ_d X_ad W_dk - Y_ak', 'L = Σ_ak E_ak^2 / (2 N)'],
  ask: '∂L/∂W_ij',
};

export const again: readonly WrongLine[] = [
  line('V: P for Pᵀ', valueGradient, 'Σ_a P_ia G_aj', 'transposed'),
  line('V: no sum', valueGradient, 'P_ai G_aj', 'missing-contraction'),
  line('V: over l', valueGradient, 'Σ_a P_ai G_aj / sqrt(d)', 'constant-factor'),
  line('V: negated', valueGradient, '-Σ_a P_ai G_aj', 'sign'),
  line('scores: no normaliser', scoreGradient, 'P_ij Σ_c G_ic V_jc', ['held-constant', 'lost-term']),
  line('scores: 1 − P', scoreGradient, 'P_ij (1 - P_ij) Σ_c G_ic V_jc', 'elementwise-product'),
  line('scores: + ', scoreGradient, 'P_ij (Σ_c G_ic V_jc + Σ_k P_ik Σ_c G_ic V_kc)', 'sign-of-term'),
  line('scores: P lost', scoreGradient, 'Σ_c G_ic V_jc - Σ_k P_ik Σ_c G_ic V_kc', 'lost-factor'),
  line('scores: P lost inside', scoreGradient, 'P_ij (Σ_c G_ic V_jc - Σ_k Σ_c G_ic V_kc)', 'lost-factor'),
  line('scores: over the other axis', scoreGradient, 'P_ij (Σ_c G_ic V_jc - Σ_k P_kj Σ_c G_kc V_jc)', [
    'wrong-axis',
    'transposed',
    'index-clash',
  ]),
  line(
    'K: 1/√d lost',
    keyGradient,
    'Σ_a P_ai (Σ_c G_ac V_ic - Σ_k P_ak Σ_c G_ac V_kc) Q_aj',
    'constant-factor',
  ),
  line(
    'K: d for √d',
    keyGradient,
    'Σ_a P_ai (Σ_c G_ac V_ic - Σ_k P_ak Σ_c G_ac V_kc) Q_aj / d',
    'constant-factor',
  ),
  line('layer: x lost', inputLayer, 's_i - t_i', ['lost-factor']),
  line('layer: transposed', inputLayer, '(s_j - t_j) x_i', 'transposed'),
  line('layer: negated', inputLayer, '(t_i - s_i) x_j', 'sign'),
  line('layer: elementwise', inputLayer, '-t_i (1 - s_i) x_j', 'elementwise-product'),
  line('layer: normaliser held', inputLayer, '-t_i x_j', ['held-constant', 'lost-term']),
  line('layer: s − t as product', inputLayer, '(s_i + t_i) x_j', 'sign-of-term'),
  line('layer: W for Wᵀ', inputOfLayer, 'Σ_i W_ji (s_i - t_i)', 'transposed'),
  line('layer: no sum', inputOfLayer, 'W_ij (s_i - t_i)', 'missing-contraction'),
  line('layer: s′ once more', biasOfLayer, 's_j (1 - s_j) (s_j - t_j)', 'extra-factor'),
  line('layer: 1/s lost', biasOfLayer, '-Σ_i t_i s_i (δ_ij - s_j)', 'lost-factor'),
  line('BCE: mean lost', binary, 'Σ_a (p_a - y_a) X_aj', 'constant-factor'),
  line('BCE: σ′ kept', binary, 'Σ_a (p_a - y_a) p_a (1 - p_a) X_aj / N', 'extra-factor'),
  line('BCE: X lost', binary, 'Σ_a (p_a - y_a) / N', 'lost-factor'),
  line('BCE: no sum', binary, '(p_a - y_a) X_aj / N', 'missing-contraction'),
  line('BCE: negated', binary, 'Σ_a (y_a - p_a) X_aj / N', 'sign'),
  line('BCE: y lost', binary, 'Σ_a p_a X_aj / N', 'lost-term'),
  line('BCE: transposed', binary, 'Σ_a (p_a - y_a) X_ja / N', 'transposed'),
  line('whitened: 2 A d', whitened, '2 Σ_j A_kj d_j', 'needs-assumption'),
  line('whitened: A d', whitened, 'Σ_j A_kj d_j', 'lost-term'),
  line('whitened: − ', whitened, 'Σ_j (A_kj - A_jk) d_j', 'sign-of-term'),
  line('whitened: x for d', whitened, 'Σ_j (A_kj + A_jk) x_j', ['lost-term', 'needs-assumption']),
  line('Mahalanobis: no minus', mahalanobis, 'Σ_kl inv(S)_ki d_k d_l inv(S)_jl', 'sign'),
  line('Mahalanobis: no transposes', mahalanobis, '-Σ_kl inv(S)_ik d_k d_l inv(S)_lj', 'transposed'),
  line('Mahalanobis: one inverse', mahalanobis, '-Σ_k inv(S)_ki d_k d_j', 'lost-factor'),
  line('barrier: sign', logBarrier, '-Σ_i A_ij / r_i', 'sign'),
  line('barrier: 1/r lost', logBarrier, 'Σ_i A_ij', 'lost-factor'),
  line('barrier: A lost', logBarrier, 'Σ_i 1 / r_i', ['lost-factor']),
  line('barrier: squared', logBarrier, 'Σ_i A_ij / r_i^2', ['lost-power', 'extra-factor']),
  line('free energy: sign', tempered, 'p_j', 'sign'),
  line('free energy: T kept', tempered, '-T p_j', ['extra-factor', 'lost-factor']),
  line('free energy: 1/T kept', tempered, '-p_j / T', ['extra-factor', 'lost-factor']),
  line('free energy: Z lost', tempered, '-exp(z_j / T)', 'lost-factor'),
  line('entropy: sign', entropy, 's_j (log(s_j) + H)', 'sign'),
  line('entropy: H lost', entropy, '-s_j log(s_j)', 'lost-term'),
  line('entropy: elementwise', entropy, '-s_j (1 - s_j) (log(s_j) + 1)', 'elementwise-product'),
  line('contrast: denominator not squared', contrast, '2 y / (x + y)', ['lost-power']),
  line('contrast: sign', contrast, '-2 y / (x + y)^2', 'sign'),
  line('contrast: 2 lost', contrast, 'y / (x + y)^2', 'constant-factor'),
  line('contrast: x for y', contrast, '2 x / (x + y)^2', [
    'sign-of-term',
    'lost-factor',
    'extra-factor',
    'unrelated',
  ]),
  line('rational: denominator not squared', rational, 'a / (x + a)', 'lost-power'),
  line('rational: x for a', rational, '1 / (x + a)', ['held-constant', 'lost-term', 'lost-factor']),
  line('rational: a lost', rational, '1 / (x + a)^2', 'lost-factor'),
  line('root: x lost', rooted, '1 / sqrt(1 + x^2)', 'lost-factor'),
  line('root: 2', rooted, '2 x / sqrt(1 + x^2)', 'constant-factor'),
  line('root: 1/2', rooted, '1 / (2 sqrt(1 + x^2))', 'lost-factor'),
  line('recurrent: tanh′ lost', recurrent, 'Σ_i g_i U_ij', 'lost-factor'),
  line('recurrent: U for Uᵀ', recurrent, 'Σ_i g_i (1 - q_i^2) U_ji', 'transposed'),
  line('recurrent: 1 − q', recurrent, 'Σ_i g_i (1 - q_i) U_ij', 'lost-power'),
  line('recurrent: 1 + q²', recurrent, 'Σ_i g_i (1 + q_i^2) U_ij', 'sign-of-term'),
  line('recurrent: U lost', recurrent, 'g_j (1 - q_j^2)', ['lost-factor', 'elementwise-product']),
  line('recurrent: elementwise', recurrent, 'g_j (1 - q_j^2) U_jj', 'elementwise-product'),
  line('recurrent: at the output', recurrent, 'Σ_i g_i (1 - tanh(q_i)^2) U_ij', 'derivative-at-output'),
  line('recurrent: diag on the wrong side', recurrent, '(1 - q_j^2) Σ_i g_i U_ij', [
    'order-reversed',
    'index-clash',
  ]),
  line('kernel: 2 lost', kernelTrick, 'Σ_b K_cb α_b', 'constant-factor'),
  line('kernel: no sum', kernelTrick, '2 K_cb α_b', 'missing-contraction'),
  line('moments: μ lost', moments, '2 x_j / n', ['lost-term', 'held-constant']),
  line('moments: power', moments, '2 x_j / n - 2 μ^2 / n', 'lost-power'),
  line('moments: 1/n lost in one term', moments, '2 x_j / n - 2 μ', 'constant-factor'),
  line('gates: δ lost', gates, 'sigmoid(a_i) (1 - sigmoid(a_i)) tanh(b_i)', 'lost-delta'),
  line('gates: tanh lost', gates, 'δ_ij sigmoid(a_i) (1 - sigmoid(a_i))', 'lost-factor'),
  line('gates: both changed', gates, 'δ_ij sigmoid(a_i) (1 - sigmoid(a_i)) (1 - tanh(b_i)^2)', [
    'extra-factor',
    'lost-power',
    'unrelated',
    'lost-factor',
  ]),
  line('gates: other derivative', gates, 'δ_ij (1 - sigmoid(a_i)) tanh(b_i)', 'lost-factor'),
  line('softplus: σ′', selu, 'δ_ij sigmoid(x_i) (1 - sigmoid(x_i))', 'extra-factor'),
  line('softplus: summed', selu, 'sigmoid(x_i)', ['lost-delta', 'summed']),
  line('mish: product half', mish, 'tanh(u)', 'lost-term'),
  line('mish: σ lost', mish, 'tanh(u) + x (1 - tanh(u)^2)', 'lost-factor'),
  line('mish: power', mish, 'tanh(u) + x (1 - tanh(u)) sigmoid(x)', 'lost-power'),
  line('mish: sign', mish, 'tanh(u) - x (1 - tanh(u)^2) sigmoid(x)', 'sign-of-term'),
  line('triple: B for Bᵀ', triple, 'A_ik B_jl', 'transposed'),
  line('triple: exchanged', triple, 'B_ik A_lj', 'order-reversed'),
  line('regression: mean lost', regression, 'Σ_a X_ai E_aj', 'constant-factor'),
  line('regression: transposed', regression, 'Σ_a E_ai X_aj / N', 'transposed'),
  line('regression: Y with +', regression, 'Σ_a X_ai (Σ_d X_ad W_dj + Y_aj) / N', 'sign-of-term'),
  line('regression: Y lost', regression, 'Σ_a X_ai Σ_d X_ad W_dj / N', 'lost-term'),
  line('regression: W’s index', regression, 'Σ_a X_aj E_ai / N', 'transposed'),
  line('regression: both means', regression, 'Σ_a X_ai E_aj / N^2', 'constant-factor'),
  line('regression: −2', regression, '-2 Σ_a X_ai E_aj / N', ['sign', 'constant-factor']),
  line(
    'softmax: explicit, i for j',
    known.softmax,
    'δ_ij exp(x_i) / Σ_k exp(x_k) - exp(x_i)^2 / (Σ_k exp(x_k))^2',
    'index-clash',
  ),
  line(
    'softmax: explicit, sum of squares',
    known.softmax,
    'δ_ij exp(x_i) / Σ_k exp(x_k) - exp(x_i) exp(x_j) / Σ_k exp(x_k)^2',
    ['lost-power', 'unrelated', 'lost-factor'],
  ),
  line('softmax: sigmoid’s derivative', known.softmax, 's_i (1 - s_i) δ_ij', 'diagonal-only'),
  line('softmax: column', known.softmax, 's_j (1 - s_j)', 'diagonal-only'),
  line('CE: softmax instead of s − t', known.crossEntropyOne, 's_j', 'lost-term'),
  line('CE: times t', known.crossEntropyOne, 't_j (s_j - 1)', 'elementwise-product'),
  line('CE: 1/s kept in the wrong place', known.crossEntropyOne, '-t_j / s_j', [
    'unrelated',
    'lost-term',
    'lost-factor',
  ]),
  line(
    'layer norm: mean of h twice',
    known.layerNorm,
    '(h_j - 2 Σ_k h_k / n - y_j Σ_k h_k y_k / n) / σ',
    'constant-factor',
  ),
  line('layer norm: y lost', known.layerNorm, '(h_j - Σ_k h_k / n - Σ_k h_k y_k / n) / σ', 'lost-factor'),
  line(
    'layer norm: y lost inside',
    known.layerNorm,
    '(h_j - Σ_k h_k / n - y_j Σ_k h_k / n) / σ',
    'lost-factor',
  ),
  line('layer norm: x for y', known.layerNorm, '(h_j - Σ_k h_k / n - x_j Σ_k h_k y_k / n) / σ', [
    'unrelated',
    'lost-term',
    'lost-factor',
    'needs-assumption',
  ]),
  line('layer norm: σ² for σ', known.layerNorm, '(h_j - Σ_k h_k / n - y_j Σ_k h_k y_k / n) / σ^2', [
    'extra-factor',
    'lost-power',
  ]),
  line(
    'layer norm: σ forgotten below the second',
    known.layerNorm,
    '(h_j - Σ_k h_k / n) / σ - y_j Σ_k h_k y_k / n',
    ['lost-factor', 'lost-power'],
  ),
];
