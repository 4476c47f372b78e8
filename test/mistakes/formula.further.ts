/** More of the same, written in other ways: functions of the field, matrix notation, formulas without names. */
import type { Problem, WrongLine } from './formula.problems.js';

const field: Problem = {
  given: { z: ['n'], t: ['n'] },
  define: ['L = -Σ_i t_i log(softmax(z)_i)'],
  ask: '∂L/∂z_j',
};
const fieldSoftmax: Problem = { given: { z: ['n'] }, define: ['y_i = softmax(z)_i'], ask: '∂y_i/∂z_j' };
const fieldLse: Problem = { given: { z: ['n'] }, define: ['y = logsumexp(z)'], ask: '∂y/∂z_j' };
const fieldNorm: Problem = { given: { x: ['n'] }, define: ['y = norm(x)'], ask: '∂y/∂x_j' };
const fieldVar: Problem = { given: { x: ['n'] }, define: ['y = var(x)'], ask: '∂y/∂x_j' };
const centred: Problem = { given: { x: ['n'] }, define: ['y_i = x_i - mean(x)'], ask: '∂y_i/∂x_j' };
const explicitSoftmax: Problem = {
  given: { x: ['n'] },
  define: ['s_i = exp(x_i) / Σ_k exp(x_k)'],
  ask: '∂s_i/∂x_j',
};
const matrixForm: Problem = { given: { B: ['n', 'n'], x: ['n'] }, define: ["f = x' B x"], ask: '∂f/∂x_k' };
const matrixLinear: Problem = {
  given: { A: ['m', 'n'], x: ['n'], y: ['m'] },
  define: ["f = y' A x"],
  ask: '∂f/∂A_ij',
};
const residual: Problem = {
  given: { X: ['N', 'D'], w: ['D'], y: ['N'] },
  define: ['L = 1/2 Σ_a (Σ_d X_ad w_d - y_a)^2'],
  ask: '∂L/∂w_j',
};
const klSoftmax: Problem = {
  given: { p: ['n'], z: ['n'] },
  define: ['s_i = exp(z_i) / Σ_k exp(z_k)', 'L = Σ_i p_i (log(p_i) - log(s_i))'],
  assume: ['Σ_i p_i = 1', 'p_i > 0'],
  ask: '∂L/∂z_j',
};
const focal: Problem = {
  given: { z: [], γ: [] },
  define: ['p = sigmoid(z)', 'L = -(1 - p)^γ log(p)'],
  ask: '∂L/∂z',
};
const gaussian: Problem = {
  given: { r: ['n'], s: ['n'] },
  define: ['L = Σ_i log(s_i) + 1/2 Σ_i r_i^2 / s_i^2'],
  assume: ['s_i > 0'],
  ask: '∂L/∂s_j',
};
const lp: Problem = {
  given: { x: ['n'], p: [] },
  define: ['S = Σ_k x_k^p', 'y = S^(1/p)'],
  assume: ['x_i > 0', 'p > 1'],
  ask: '∂y/∂x_j',
};
const cosine: Problem = {
  given: { a: ['n'], b: ['n'] },
  define: ['u = sqrt(Σ_k a_k^2)', 'v = sqrt(Σ_k b_k^2)', 'c = Σ_k a_k b_k / (u v)'],
  ask: '∂c/∂a_j',
};
const mlp: Problem = {
  given: { W: ['m', 'n'], V: ['p', 'm'], x: ['n'], g: ['p'] },
  define: ['z_i = Σ_k W_ik x_k', 'h_i = sigmoid(z_i)', 'y_i = Σ_k V_ik h_k', 'L = Σ_i g_i y_i'],
  ask: '∂L/∂W_ij',
};
const bilinear: Problem = {
  given: { A: ['m', 'n'], x: ['m'], y: ['n'] },
  define: ['f = Σ_ij x_i A_ij y_j'],
  ask: '∂f/∂x_k',
};
const hessian: Problem = {
  given: { B: ['n', 'n'], x: ['n'] },
  define: ['f = Σ_ij x_i B_ij x_j'],
  ask: '∂²f/∂x_k∂x_l',
};
const elementwise: Problem = {
  given: { x: ['n'], a: ['n'] },
  define: ['y_i = a_i exp(-x_i^2)'],
  ask: '∂y_i/∂x_j',
};
const gatedUnit: Problem = {
  given: { x: [], w: [], v: [] },
  define: ['a = w x', 'g = sigmoid(v x)', 'y = a g'],
  ask: '∂y/∂x',
};
const decay: Problem = {
  given: { x: ['n'], c: ['n'], s: [] },
  define: ['K = exp(-Σ_k (x_k - c_k)^2 / (2 s^2))'],
  ask: '∂K/∂x_j',
};
const batchNorm: Problem = {
  given: { X: ['N', 'D'], G: ['N', 'D'], γ: ['D'], ε: [] },
  define: [
    'μ_d = Σ_a X_ad / N',
    'v_d = Σ_a (X_ad - μ_d)^2 / N',
    'σ_d = sqrt(v_d + ε)',
    'H_ad = (X_ad - μ_d) / σ_d',
    'L = Σ_ad G_ad γ_d H_ad',
  ],
  assume: ['ε > 0'],
  ask: '∂L/∂γ_j',
};
const huber: Problem = {
  given: { p: ['n'], y: ['n'] },
  define: ['L = Σ_i sqrt(1 + (p_i - y_i)^2)'],
  ask: '∂L/∂p_j',
};
const product3: Problem = {
  given: { a: [], b: [], x: [] },
  define: ['y = x^2 exp(a x) sin(b x)'],
  ask: '∂y/∂x',
};
const chained: Problem = {
  given: { x: ['n'], W: ['m', 'n'] },
  define: ['z_i = Σ_k W_ik x_k', 's_i = exp(z_i) / Σ_k exp(z_k)'],
  ask: '∂s_i/∂x_j',
};
const trAX2: Problem = {
  given: { A: ['n', 'n'], B: ['n', 'n'], X: ['n', 'n'] },
  define: ['f = Σ_abcd A_ab X_bc B_cd X_da'],
  ask: '∂f/∂X_ij',
};
const gaussNll: Problem = {
  given: { S: ['n', 'n'], r: ['n'] },
  define: ['f = 1/2 logdet(S) + 1/2 Σ_ij r_i inv(S)_ij r_j'],
  assume: ['S_ij = S_ji'],
  ask: '∂f/∂S_ij',
};
const maskedMf: Problem = {
  given: { M: ['m', 'n'], Ω: ['m', 'n'], U: ['m', 'k'], V: ['n', 'k'] },
  define: ['R_ij = M_ij - Σ_c U_ic V_jc', 'L = Σ_ij Ω_ij R_ij^2'],
  ask: '∂L/∂U_ab',
};

const line = (name: string, problem: Problem, text: string, expected: WrongLine['expected']): WrongLine => ({
  name,
  problem,
  line: text,
  expected,
});

export const further: readonly WrongLine[] = [
  line('field CE, elementwise', field, '-t_j (1 - softmax(z)_j)', 'elementwise-product'),
  line('field CE, Σ t = 1', field, 'softmax(z)_j - t_j', 'needs-assumption'),
  line('field CE, sign', field, 't_j - softmax(z)_j Σ_k t_k', 'sign'),
  line('field CE, lost', field, '-t_j', ['held-constant', 'lost-term']),
  line('field softmax, diagonal', fieldSoftmax, 'softmax(z)_i (1 - softmax(z)_i)', 'diagonal-only'),
  line('field softmax, δ lost', fieldSoftmax, 'softmax(z)_i (1 - softmax(z)_j)', 'delta-replaced-by-one'),
  line('field softmax, + ', fieldSoftmax, 'y_i (δ_ij + y_j)', 'sign-of-term'),
  line('field softmax, of log', fieldSoftmax, 'δ_ij - y_j', 'lost-factor'),
  line('lse unnormalised', fieldLse, 'exp(z_j)', 'lost-factor'),
  line('lse over n', fieldLse, 'softmax(z)_j / n', 'constant-factor'),
  line('norm, unscaled', fieldNorm, 'x_j', 'lost-factor'),
  line('norm, 2', fieldNorm, '2 x_j / norm(x)', 'constant-factor'),
  line('norm squared below', fieldNorm, 'x_j / norm(x)^2', ['extra-factor', 'lost-power']),
  line('var, 2 lost', fieldVar, '(x_j - mean(x)) / n', 'constant-factor'),
  line('var, mean lost', fieldVar, '2 x_j / n', ['lost-term']),
  line('var, sign', fieldVar, '2 (mean(x) - x_j) / n', 'sign'),
  line('centred, mean held constant', centred, 'δ_ij', ['held-constant', 'lost-term']),
  line('centred, sum for mean', centred, 'δ_ij - 1', 'constant-factor'),
  line('centred, δ as 1', centred, '1 - 1/n', ['delta-replaced-by-one', 'diagonal-only']),
  line(
    'explicit exponentials, sign',
    explicitSoftmax,
    'exp(x_i) exp(x_j) / (Σ_k exp(x_k))^2 - δ_ij exp(x_i) / Σ_k exp(x_k)',
    'sign',
  ),
  line(
    'explicit exponentials, square lost',
    explicitSoftmax,
    'δ_ij exp(x_i) / Σ_k exp(x_k) - exp(x_i) exp(x_j) / Σ_k exp(x_k)',
    ['lost-power', 'lost-factor'],
  ),
  line(
    'explicit exponentials, + ',
    explicitSoftmax,
    'δ_ij exp(x_i) / Σ_k exp(x_k) + exp(x_i) exp(x_j) / (Σ_k exp(x_k))^2',
    'sign-of-term',
  ),
  line('explicit exponentials, first term only', explicitSoftmax, 'δ_ij exp(x_i) / Σ_k exp(x_k)', [
    'held-constant',
    'lost-term',
  ]),
  line(
    'explicit exponentials, δ lost',
    explicitSoftmax,
    'exp(x_i) / Σ_k exp(x_k) - exp(x_i) exp(x_j) / (Σ_k exp(x_k))^2',
    'delta-replaced-by-one',
  ),
  line('matrix form, 2 B x', matrixForm, '2 B x', 'needs-assumption'),
  line('matrix form, B x', matrixForm, 'B x', 'lost-term'),
  line('matrix form, minus', matrixForm, "(B - B') x", 'sign-of-term'),
  line('outer product transposed', matrixLinear, "x y'", ['transposed', 'shape']),
  line('residual, transposed', residual, 'Σ_a X_ja (Σ_d X_ad w_d - y_a)', 'transposed'),
  line('residual, 2', residual, '2 Σ_a X_aj (Σ_d X_ad w_d - y_a)', 'constant-factor'),
  line('residual, y lost', residual, 'Σ_a X_aj Σ_d X_ad w_d', 'lost-term'),
  line('residual, y with +', residual, 'Σ_a X_aj (Σ_d X_ad w_d + y_a)', 'sign-of-term'),
  line('residual, inner derivative lost', residual, 'Σ_a (Σ_d X_ad w_d - y_a)', ['lost-factor', 'shape']),
  line('residual, no sum', residual, 'X_aj (Σ_d X_ad w_d - y_a)', 'missing-contraction'),
  line('KL, elementwise', klSoftmax, '-p_j (1 - s_j)', 'elementwise-product'),
  line('KL, negated', klSoftmax, 'p_j - s_j', 'sign'),
  line('KL, times s', klSoftmax, 's_j (s_j - p_j)', 'extra-factor'),
  line('focal, product rule half', focal, '-(1 - p)^(γ + 1)', 'lost-term'),
  line('focal, γ lost', focal, 'p (1 - p)^γ log(p) - (1 - p)^(γ + 1)', ['lost-factor']),
  line('gaussian, power', gaussian, '1/s_j - r_j^2 / s_j^2', ['lost-power', 'lost-factor']),
  line('gaussian, sign', gaussian, '1/s_j + r_j^2 / s_j^3', 'sign-of-term'),
  line('gaussian, first term lost', gaussian, '-r_j^2 / s_j^3', 'lost-term'),
  line('gaussian, 1/s lost', gaussian, '1 - r_j^2 / s_j^3', ['lost-factor']),
  line('lp, outer lost', lp, 'x_j^(p - 1)', ['lost-factor']),
  line('lp, p kept', lp, 'p x_j^(p - 1) S^(1/p - 1)', ['extra-factor', 'lost-factor']),
  line('lp, exponent', lp, 'x_j^p S^(1/p - 1)', ['lost-power', 'extra-factor']),
  line('cosine, norm held constant', cosine, 'b_j / (u v)', ['held-constant', 'lost-term']),
  line('cosine, 1/v lost', cosine, 'b_j / u - c a_j / u^2', ['lost-factor', 'lost-term']),
  line('cosine, sign', cosine, 'b_j / (u v) + c a_j / u^2', 'sign-of-term'),
  line('cosine, power', cosine, 'b_j / (u v) - c a_j / u', ['lost-power', 'lost-factor']),
  line('mlp, activation derivative lost', mlp, 'Σ_k g_k V_ki x_j', 'lost-factor'),
  line('mlp, x lost', mlp, 'Σ_k g_k V_ki h_i (1 - h_i)', 'lost-factor'),
  line('mlp, V transposed', mlp, 'Σ_k g_k V_ik h_i (1 - h_i) x_j', 'transposed'),
  line('mlp, h for 1 − h', mlp, 'Σ_k g_k V_ki h_i x_j', 'lost-factor'),
  line('mlp, + ', mlp, 'Σ_k g_k V_ki h_i (1 + h_i) x_j', 'sign-of-term'),
  line('mlp, at z', mlp, 'Σ_k g_k V_ki sigmoid(h_i) (1 - sigmoid(h_i)) x_j', 'derivative-at-output'),
  line('mlp, no sum', mlp, 'g_k V_ki h_i (1 - h_i) x_j', 'missing-contraction'),
  line('mlp, squared', mlp, 'Σ_k g_k V_ki (h_i (1 - h_i))^2 x_j', ['extra-factor', 'lost-power']),
  line('bilinear, transposed', bilinear, 'Σ_j A_jk y_j', 'transposed'),
  line('bilinear, no sum', bilinear, 'A_kj y_j', 'missing-contraction'),
  line('hessian, 2 B', hessian, '2 B_kl', 'needs-assumption'),
  line('hessian, B', hessian, 'B_kl', 'lost-term'),
  line('elementwise, 2 lost', elementwise, '-δ_ij x_i y_i', 'constant-factor'),
  line('elementwise, x lost', elementwise, '-2 δ_ij y_i', 'lost-factor'),
  line('elementwise, a lost', elementwise, '-2 δ_ij x_i exp(-x_i^2)', 'lost-factor'),
  line('elementwise, δ lost', elementwise, '-2 x_i y_i', 'lost-delta'),
  line('elementwise, inner lost', elementwise, 'δ_ij y_i', ['lost-factor']),
  line('elementwise, sign', elementwise, '2 δ_ij x_i y_i', 'sign'),
  line('gated, second part lost', gatedUnit, 'w g', 'lost-term'),
  line('gated, v lost', gatedUnit, 'w g + a g (1 - g)', 'lost-factor'),
  line('gated, g′', gatedUnit, 'w g + a v (1 - g)', 'lost-factor'),
  line('gated, product', gatedUnit, 'w v g (1 - g)', 'product-of-derivatives'),
  line('kernel, 1/s² lost', decay, '-(x_j - c_j) K', 'lost-factor'),
  line('kernel, inner lost', decay, 'K', 'lost-factor'),
  line('kernel, K lost', decay, '-(x_j - c_j) / s^2', 'lost-factor'),
  line('kernel, 2', decay, '-2 (x_j - c_j) K / s^2', 'constant-factor'),
  line('kernel, sign', decay, '(x_j - c_j) K / s^2', 'sign'),
  line('kernel, s for s²', decay, '-(x_j - c_j) K / s', 'lost-power'),
  line('γ, not summed', batchNorm, 'G_aj H_aj', 'missing-contraction'),
  line('γ, summed over features', batchNorm, 'Σ_d G_ad H_ad', ['wrong-axis', 'shape', 'missing-contraction']),
  line('γ, mean', batchNorm, 'Σ_a G_aj H_aj / N', 'constant-factor'),
  line('γ, not normalised', batchNorm, 'Σ_a G_aj X_aj', ['unrelated', 'lost-term', 'lost-factor']),
  line('huber, inner lost', huber, '1 / sqrt(1 + (p_j - y_j)^2)', 'lost-factor'),
  line('huber, 2', huber, '2 (p_j - y_j) / sqrt(1 + (p_j - y_j)^2)', 'constant-factor'),
  line('huber, root', huber, '(p_j - y_j) / (1 + (p_j - y_j)^2)', ['lost-power', 'extra-factor']),
  line('three factors, one part', product3, '2 x exp(a x) sin(b x) + a x^2 exp(a x) sin(b x)', 'lost-term'),
  line(
    'three factors, a lost',
    product3,
    '2 x exp(a x) sin(b x) + x^2 exp(a x) sin(b x) + b x^2 exp(a x) cos(b x)',
    'lost-factor',
  ),
  line(
    'three factors, sign',
    product3,
    '2 x exp(a x) sin(b x) + a x^2 exp(a x) sin(b x) - b x^2 exp(a x) cos(b x)',
    'sign-of-term',
  ),
  line('chained softmax, W lost', chained, 's_i (δ_ij - s_j)', ['lost-factor', 'shape']),
  line('chained softmax, elementwise', chained, 's_i (1 - s_i) W_ij', 'elementwise-product'),
  line('chained softmax, W transposed', chained, 's_i (W_ji - Σ_k s_k W_jk)', 'transposed'),
  line('chained softmax, s lost', chained, 'W_ij - Σ_k s_k W_kj', 'lost-factor'),
  line('chained softmax, sum without s', chained, 's_i (W_ij - Σ_k W_kj)', 'lost-factor'),
  line('chained softmax, + ', chained, 's_i (W_ij + Σ_k s_k W_kj)', 'sign-of-term'),
  line('chained softmax, normaliser held', chained, 's_i W_ij', ['held-constant', 'lost-term']),
  line('tr(AXBX), without transposes', trAX2, 'Σ_cd B_ic X_cd A_dj + Σ_cd A_ic X_cd B_dj', 'transposed'),
  line('tr(AXBX), one part', trAX2, 'Σ_cd A_ci X_dc B_jd', ['lost-term', 'transposed', 'unrelated']),
  line(
    'Gauss NLL, first sign',
    gaussNll,
    '-1/2 inv(S)_ij - 1/2 Σ_ab inv(S)_ia r_a r_b inv(S)_bj',
    'sign-of-term',
  ),
  line('Gauss NLL, 1/2 lost', gaussNll, 'inv(S)_ij - Σ_ab inv(S)_ia r_a r_b inv(S)_bj', 'constant-factor'),
  line('Gauss NLL, one inverse lost', gaussNll, '1/2 inv(S)_ij - 1/2 Σ_a inv(S)_ia r_a r_j', 'lost-factor'),
  line('masked, mask lost', maskedMf, '-2 Σ_j R_aj V_jb', 'lost-factor'),
  line('masked, 2 lost', maskedMf, '-Σ_j Ω_aj R_aj V_jb', 'constant-factor'),
  line('masked, mask twice', maskedMf, '-2 Σ_j Ω_aj^2 R_aj V_jb', [
    'needs-assumption',
    'extra-factor',
    'lost-power',
  ]),
  line('two mistakes: sign and 2', residual, '-2 Σ_a X_aj (Σ_d X_ad w_d - y_a)', ['sign', 'constant-factor']),
  line('two mistakes: δ and sign', fieldSoftmax, '-y_i (1 - y_j)', ['delta-replaced-by-one', 'sign']),
];
