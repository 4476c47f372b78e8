/** Wrong lines of the same families, one identity and one mistake at a time. */
import {
  activated,
  attention,
  batchCrossEntropy,
  cell,
  contrastive,
  crossEntropy,
  crossEntropyOne,
  crossEntropyOutput,
  hyperbolic,
  layerNorm,
  linearBias,
  linearInput,
  linearWeights,
  logDeterminant,
  logisticLoss,
  logSoftmax,
  matrixProduct,
  namedSoftmax,
  norm,
  normalised,
  outerProduct,
  type Problem,
  pullback,
  pullbackWide,
  quadratic,
  ridge,
  sandwichedInverse,
  sigmoidLayer,
  softmax,
  standardised,
  swish,
  traceSquare,
  traceXA,
  type WrongLine,
  warmSoftmax,
} from './formula.problems.js';

const dot: Problem = { given: { a: ['n'], x: ['n'] }, define: ['f = Σ_i a_i x_i'], ask: '∂f/∂x_j' };
const trace: Problem = { given: { X: ['n', 'n'] }, define: ['f = Σ_a X_aa'], ask: '∂f/∂X_ij' };
const traceAXB: Problem = {
  given: { A: ['p', 'm'], X: ['m', 'n'], B: ['n', 'p'] },
  define: ['f = Σ_abc A_ab X_bc B_ca'],
  ask: '∂f/∂X_ij',
};
const frobenius: Problem = { given: { X: ['m', 'n'] }, define: ['r = sqrt(Σ_ab X_ab^2)'], ask: '∂r/∂X_ij' };
const hadamard: Problem = {
  given: { A: ['m', 'n'], B: ['m', 'n'], X: ['m', 'n'] },
  define: ['f = Σ_ab A_ab X_ab B_ab'],
  ask: '∂f/∂X_ij',
};
const twice: Problem = {
  given: { X: ['m', 'n'], b: ['n'], c: ['n'] },
  define: ['f = Σ_a (Σ_k X_ak b_k) (Σ_l X_al c_l)'],
  ask: '∂f/∂X_ij',
};
const sandwich: Problem = {
  given: { B: ['n', 'n'], X: ['n', 'm'] },
  define: ['f = Σ_abc X_ac B_ab X_bc'],
  ask: '∂f/∂X_ij',
};
const determinant: Problem = { given: { X: ['n', 'n'] }, define: ['f = det(X)'], ask: '∂f/∂X_ij' };
const logSumExp: Problem = {
  given: { x: ['n'] },
  define: ['Z = Σ_k exp(x_k)', 's_i = exp(x_i) / Z', 'y = log(Z)'],
  ask: '∂y/∂x_j',
};
const meanOf: Problem = { given: { x: ['n'] }, define: ['μ = Σ_k x_k / n'], ask: '∂μ/∂x_j' };
const variance: Problem = {
  given: { x: ['n'] },
  define: ['μ = Σ_k x_k / n', 'v = Σ_k (x_k - μ)^2 / n'],
  ask: '∂v/∂x_j',
};
const meanSquare: Problem = {
  given: { p: ['N'], y: ['N'] },
  define: ['L = Σ_i (p_i - y_i)^2 / N'],
  ask: '∂L/∂p_j',
};
const hinge: Problem = {
  given: { w: ['n'], x: ['n'], y: [] },
  define: ['u = Σ_k w_k x_k', 'L = relu(1 - y u)'],
  ask: '∂L/∂w_j',
};
const logistic: Problem = {
  given: { w: ['n'], X: ['N', 'n'], y: ['N'] },
  define: ['u_a = y_a Σ_k X_ak w_k', 'L = Σ_a log(1 + exp(-u_a))'],
  ask: '∂L/∂w_j',
};
const factorisation: Problem = {
  given: { M: ['m', 'n'], U: ['m', 'k'], V: ['n', 'k'] },
  define: ['R_ij = M_ij - Σ_c U_ic V_jc', 'L = Σ_ij R_ij^2'],
  ask: '∂L/∂U_ab',
};
const rayleigh: Problem = {
  given: { C: ['n', 'n'], w: ['n'] },
  define: ['q = Σ_k w_k^2', 'ρ = Σ_ij w_i C_ij w_j / q'],
  assume: ['C_ij = C_ji'],
  ask: '∂ρ/∂w_j',
};
const preference: Problem = {
  given: { u: [], v: [], β: [] },
  define: ['z = β (u - v)', 'L = -log(sigmoid(z))'],
  ask: '∂L/∂u',
};
const convolution: Problem = {
  given: { w: ['k'], x: ['n'], g: ['m'] },
  define: ['L = Σ_a Σ_i g_i w_a x_{i+a}'],
  ask: '∂L/∂w_b',
};
const twoLayers: Problem = {
  given: { A: ['m', 'n'], B: ['p', 'm'], x: ['n'] },
  define: ['z_i = Σ_k A_ik x_k', 'h_i = tanh(z_i)', 'y_i = Σ_k B_ik h_k'],
  ask: '∂y_i/∂x_j',
};
const square: Problem = {
  given: { A: ['n', 'n'], B: ['n', 'n'], x: ['n'] },
  define: ['h_i = Σ_k B_ik x_k', 'y_i = Σ_k A_ik h_k'],
  ask: '∂y_i/∂x_j',
};
const power: Problem = { given: { x: ['n'] }, define: ['y_i = x_i^3'], ask: '∂y_i/∂x_j' };
const exponential: Problem = { given: { x: [] }, define: ['y = exp(x^2)'], ask: '∂y/∂x' };
const based: Problem = { given: { a: [], x: [] }, define: ['y = a^x'], assume: ['a > 0'], ask: '∂y/∂x' };
const gelu: Problem = {
  given: { x: [] },
  define: ['y = x (1 + erf(x / sqrt(2))) / 2'],
  ask: '∂y/∂x',
};
const rootedMean: Problem = {
  given: { x: ['n'], ε: [] },
  define: ['q = Σ_k x_k^2 / n', 'r = sqrt(q + ε)', 'y_i = x_i / r'],
  assume: ['ε > 0'],
  ask: '∂y_i/∂x_j',
};
const rowMeans: Problem = {
  given: { Y: ['n', 'n'], g: ['n'] },
  define: ['m_i = Σ_k Y_ik / n', 'L = Σ_i g_i exp(m_i)'],
  ask: '∂L/∂g_i',
};
const rowSoftmax: Problem = {
  given: { S: ['n', 'n'], G: ['n', 'n'] },
  define: ['P_ij = exp(S_ij) / Σ_k exp(S_ik)', 'L = Σ_ij G_ij P_ij'],
  ask: '∂L/∂G_ij',
};
const products: Problem = { given: { x: [] }, define: ['y = sin(x) exp(x)'], ask: '∂y/∂x' };
const quotientOf: Problem = { given: { x: [] }, define: ['y = sin(x) / (1 + x^2)'], ask: '∂y/∂x' };
const fractions: Problem = {
  given: { x: ['n'] },
  define: ['T = Σ_k x_k', 'p_i = x_i / T'],
  assume: ['x_i > 0'],
  ask: '∂p_i/∂x_j',
};

const line = (name: string, problem: Problem, text: string, expected: WrongLine['expected']): WrongLine => ({
  name,
  problem,
  line: text,
  expected,
});

export const families: readonly WrongLine[] = [
  // ── the whole result negated ──
  line('softplus loss negated', logistic, 'Σ_a y_a X_aj exp(-u_a) / (1 + exp(-u_a))', 'sign'),
  line('cross-entropy at the output negated', crossEntropyOutput, 't_i / s_i', 'sign'),
  line('t − s', crossEntropyOne, 't_j - s_j', 'sign'),
  line('y − p', logisticLoss, 'y - p', 'sign'),
  line('inverse without its minus', sandwichedInverse, 'Σ_kl inv(X)_ki a_k b_l inv(X)_jl', 'sign'),
  line('factorisation negated', factorisation, '2 Σ_j R_aj V_jb', 'sign'),
  line('DPO negated', preference, 'β (1 - sigmoid(z))', 'sign'),
  line('hinge negated', hinge, 'y x_j [1 - y u > 0]', 'sign'),
  // ── one term's sign ──
  line('softmax with +', softmax, 's_i (δ_ij + s_j)', 'sign-of-term'),
  line('log-softmax with +', logSoftmax, 'δ_ij + s_j', 'sign-of-term'),
  line('normalise with +', normalised, '(δ_ij + y_i y_j) / r', 'sign-of-term'),
  line('tanh with +', hyperbolic, 'δ_ij (1 + y_i^2)', 'sign-of-term'),
  line('layer norm, last sign', layerNorm, '(h_j - Σ_k h_k / n + y_j Σ_k h_k y_k / n) / σ', 'sign-of-term'),
  line('cross-entropy with +', crossEntropy, 's_j Σ_k t_k + t_j', 'sign-of-term'),
  line('ridge with −', ridge, '2 Σ_a X_aj r_a - 2 λ w_j', 'sign-of-term'),
  line('quotient rule with +', quotientOf, '(cos(x) (1 + x^2) + 2 x sin(x)) / (1 + x^2)^2', 'sign-of-term'),
  line(
    'attention with +',
    attention,
    'Σ_k P_ik (Σ_c G_ic V_kc + Σ_b P_ib Σ_c G_ic V_bc) K_kj / sqrt(d)',
    'sign-of-term',
  ),
  // ── numbers and sizes ──
  line('x^T B x halved', quadratic, '1/2 Σ_j (B_kj + B_jk) x_j', 'constant-factor'),
  line('trace of a square, 2 lost', traceSquare, 'X_ji', 'constant-factor'),
  line('mean as a sum', meanOf, '1', 'constant-factor'),
  line('variance without 1/n', variance, '2 (x_j - μ)', 'constant-factor'),
  line('variance with 1/(n−1)', variance, '2 (x_j - μ) / (n - 1)', 'constant-factor'),
  line('MSE, 2 lost', meanSquare, '(p_j - y_j) / N', 'constant-factor'),
  line('MSE, mean lost', meanSquare, '2 (p_j - y_j)', 'constant-factor'),
  line('2 too many in a norm', norm, '2 x_j / r', 'constant-factor'),
  line('cubed, 3 lost', power, 'δ_ij x_i^2', 'constant-factor'),
  line('1/N lost in InfoNCE', contrastive, 'Σ_k (P_ik - δ_ik) V_kj / τ', 'constant-factor'),
  line('4 for 2', factorisation, '-4 Σ_j R_aj V_jb', 'constant-factor'),
  line('ridge, 2 lost in one term', ridge, '2 Σ_a X_aj r_a + λ w_j', 'constant-factor'),
  // ── factors at hand ──
  line('1/τ lost', warmSoftmax, 's_i (δ_ij - s_j)', 'lost-factor'),
  line('1/r lost', norm, 'x_j', 'lost-factor'),
  line('1/r lost in a Jacobian', normalised, 'δ_ij - y_i y_j', 'lost-factor'),
  line('1/σ lost', layerNorm, 'h_j - Σ_k h_k / n - y_j Σ_k h_k y_k / n', 'lost-factor'),
  line('1/Z lost', logSumExp, 'exp(x_j)', 'lost-factor'),
  line('inner derivative lost', sigmoidLayer, 'y_i (1 - y_i)', 'lost-factor'),
  line('activation derivative lost', activated, 'A_ij', 'lost-factor'),
  line('β lost', preference, '-(1 - sigmoid(z))', 'lost-factor'),
  line('y lost in the hinge', hinge, '-x_j [1 - y u > 0]', 'lost-factor'),
  line('f lost in the cell', cell, 'w_b + o_b u_b (1 - tanh(z_b)^2)', 'lost-factor'),
  line('2x of exp(x²) lost', exponential, 'exp(x^2)', ['lost-factor']),
  line('log a lost', based, 'a^x', 'lost-factor'),
  line('activation derivative twice', activated, '(1 - y_i^2)^2 A_ij', 'extra-factor'),
  line('s_j once too many', logSoftmax, 's_i (δ_ij - s_j)', ['extra-factor', 'lost-factor']),
  line('1/r twice', norm, 'x_j / r^2', ['extra-factor', 'lost-power']),
  line('λ once too many', ridge, 'λ (2 Σ_a X_aj r_a + 2 λ w_j)', 'extra-factor'),
  line('1/s kept', crossEntropyOne, '(s_j - t_j) / s_j', 'extra-factor'),
  line('σ′ on a linear output', linearBias, 'Σ_a G_aj b_j (1 - b_j)', 'extra-factor'),
  line('det lost', determinant, 'inv(X)_ji', 'lost-factor'),
  // ── summands ──
  line('product rule, first part only', products, 'cos(x) exp(x)', 'lost-term'),
  line('quotient rule, first part only', quotientOf, 'cos(x) / (1 + x^2)', ['lost-term', 'held-constant']),
  line('GELU without its second part', gelu, '(1 + erf(x / sqrt(2))) / 2', 'lost-term'),
  line('x^T B x, one side', quadratic, 'Σ_j B_kj x_j', 'lost-term'),
  line('bᵀXᵀXc, one part', twice, 'b_j Σ_l X_il c_l', 'lost-term'),
  line('tr(XᵀBX), one part', sandwich, 'Σ_b B_ib X_bj', 'lost-term'),
  line('ridge without its penalty', ridge, '2 Σ_a X_aj r_a', 'lost-term'),
  line('SiLU, only σ', swish, 's', 'lost-term'),
  line('normalise without the norm’s change', normalised, 'δ_ij / r', ['held-constant', 'lost-term']),
  line('log-softmax without the normaliser', logSoftmax, 'δ_ij', ['held-constant', 'lost-term']),
  line('fractions, total held', fractions, 'δ_ij / T', ['held-constant', 'lost-term']),
  line('Z held constant', namedSoftmax, 'δ_ij s_i', ['held-constant']),
  line('mean held constant', standardised, '(δ_ij - y_i y_j / n) / σ', ['held-constant', 'lost-term']),
  line('variance held constant', standardised, '(δ_ij - 1/n) / σ', ['held-constant']),
  line('norm held constant in the Rayleigh quotient', rayleigh, '2 Σ_i C_ji w_i / q', ['held-constant']),
  line('RMS held constant', rootedMean, 'δ_ij / r', ['held-constant']),
  line('layer norm, σ held constant', layerNorm, '(h_j - Σ_k h_k / n) / σ', ['held-constant']),
  line('attention, normaliser held constant', attention, 'Σ_k P_ik (Σ_c G_ic V_kc) K_kj / sqrt(d)', [
    'held-constant',
  ]),
  // ── exponents ──
  line('1 − y', hyperbolic, 'δ_ij (1 - y_i)', 'lost-power'),
  line('1 − tanh', activated, '(1 - y_i) A_ij', 'lost-power'),
  line('x² for x³', power, '3 δ_ij x_i^3', 'lost-power'),
  line('denominator not squared', quotientOf, '(cos(x) (1 + x^2) - 2 x sin(x)) / (1 + x^2)', 'lost-power'),
  line('r² for r³', normalised, 'δ_ij / r - x_i x_j / r^2', 'lost-power'),
  line('power rule on an exponential', based, 'x a^(x - 1)', 'lost-power'),
  line('x_i² / n without its square', rootedMean, '(δ_ij - y_i y_j / n) / r^2', [
    'extra-factor',
    'lost-power',
  ]),
  // ── δ ──
  line('sigmoid layer without δ', hyperbolic, '1 - y_i^2', 'lost-delta'),
  line('cubes without δ', power, '3 x_i^2', 'lost-delta'),
  line('trace without δ', trace, '1', 'lost-delta'),
  line('matrix product without δ', matrixProduct, 'A_lj', 'lost-delta'),
  line('normalise, δ as 1', normalised, '(1 - y_i y_j) / r', 'delta-replaced-by-one'),
  line('log-softmax, δ as 1', logSoftmax, '1 - s_j', 'delta-replaced-by-one'),
  line('standardise, δ as 1', standardised, '(1 - 1/n - y_i y_j / n) / σ', 'delta-replaced-by-one'),
  line('InfoNCE, δ as 1', contrastive, 'Σ_k (P_ik - 1) V_kj / (N τ)', 'delta-replaced-by-one'),
  line('normalise, the diagonal', normalised, 'δ_ij (1 - y_i^2) / r', 'diagonal-only'),
  line('standardise, the diagonal', standardised, '(1 - 1/n - y_i^2 / n) / σ', 'diagonal-only'),
  line('two matrices, the diagonal', square, 'δ_ij Σ_k A_ik B_ki', 'diagonal-only'),
  // ── sums of rows ──
  line('log-softmax summed', logSoftmax, '1 - n s_j', 'summed'),
  line('sigmoid layer summed', sigmoidLayer, 'y_i (1 - y_i) Σ_k A_ik', 'summed'),
  line('normalise summed', normalised, '(1 - y_i Σ_k y_k) / r', 'summed'),
  line('weights summed over the inputs', linearWeights, 'Σ_d Σ_a X_ad G_aj', 'summed'),
  // ── matrix products ──
  line('pullback entry by entry', pullback, 'g_j A_jj', 'elementwise-product'),
  line('two matrices entry by entry', square, 'A_ij B_ij', 'elementwise-product'),
  line('cross-entropy entry by entry', crossEntropyOne, '-t_j / s_j · s_j (1 - s_j)', 'elementwise-product'),
  line('InfoNCE entry by entry', contrastive, '(P_ij - δ_ij) V_ij / (N τ)', ['elementwise-product', 'shape']),
  line('pullback without its sum', pullback, 'g_i A_ij', 'missing-contraction'),
  line('pullback without its sum, wide', pullbackWide, 'g_i A_ij', 'missing-contraction'),
  line('weights without the sum over the batch', linearWeights, 'X_ai G_aj', 'missing-contraction'),
  line('two layers without the sum', twoLayers, 'B_ik (1 - h_k^2) A_kj', 'missing-contraction'),
  line('input gradient by W', linearInput, 'Σ_k G_ik W_kj', 'transposed'),
  line('tr(AXB), transposed', traceAXB, 'Σ_a B_ia A_aj', 'transposed'),
  line('outer product the other way', outerProduct, 'b_i a_j', 'transposed'),
  line('Jacobian transposed', sigmoidLayer, 'y_j (1 - y_j) A_ji', 'transposed'),
  line('tr(X²), transposed', traceSquare, '2 X_ij', 'transposed'),
  line('det X X⁻¹', determinant, 'f inv(X)_ij', 'transposed'),
  line('weights, X for Xᵀ', linearWeights, 'Σ_a X_ia G_aj', 'transposed'),
  line('two matrices, B A', square, 'Σ_k B_ik A_kj', 'order-reversed'),
  line('softmax Jacobian of a matrix on the wrong side', activated, 'A_ij (1 - y_j^2)', 'order-reversed'),
  // ── one index for another ──
  line('log-softmax, i for j', logSoftmax, 'δ_ij - s_i', ['index-clash', 'transposed']),
  line('warm softmax, i for j', warmSoftmax, 's_i (δ_ij - s_i) / τ', 'index-clash'),
  line('normalise, i for j', normalised, '(δ_ij - y_i y_i) / r', 'index-clash'),
  line('standardise, j for i', standardised, '(δ_ij - 1/n - y_j y_j / n) / σ', 'index-clash'),
  line('x^T B x, k for j', quadratic, 'Σ_j (B_kj + B_jk) x_k', 'index-clash'),
  // ── axes ──
  line('row means over columns', rowMeans, 'exp(Σ_k Y_ki / n)', 'wrong-axis'),
  line('row softmax over columns', rowSoftmax, 'exp(S_ij) / Σ_k exp(S_kj)', 'wrong-axis'),
  line(
    'bias summed over the wrong axis',
    { ...linearBias, given: { X: ['N', 'D'], W: ['D', 'N'], b: ['N'], G: ['N', 'N'] } },
    'Σ_a G_ja',
    'wrong-axis',
  ),
  // ── assumptions ──
  line('tr(XᵀBX) as 2BX', sandwich, '2 Σ_b B_ib X_bj', 'needs-assumption'),
  line(
    'batch, rows not known to sum to 1',
    { ...batchCrossEntropy, assume: [] },
    '(S_aj - T_aj) / N',
    'needs-assumption',
  ),
  line(
    'Rayleigh quotient of an unsymmetric C',
    { ...rayleigh, assume: [] },
    '2 (Σ_i C_ji w_i - ρ w_j) / q',
    'needs-assumption',
  ),
  // ── activations ──
  line('σ′ at the output', sigmoidLayer, 'sigmoid(y_i) (1 - sigmoid(y_i)) A_ij', 'derivative-at-output'),
  line('product as a product of derivatives', products, 'cos(x) exp(x) + 0', [
    'lost-term',
    'product-of-derivatives',
  ]),
  line('log det negated', logDeterminant, '-inv(X)_ji', 'sign'),
  line('trace of a product, A doubled', traceXA, '2 A_ji', 'constant-factor'),
  line('dot product squared', dot, 'a_j x_j', 'extra-factor'),
  line('Frobenius norm, root lost', frobenius, 'X_ij', 'lost-factor'),
  line('Hadamard, B lost', hadamard, 'A_ij', 'lost-factor'),
  line('convolution by the wrong letter', convolution, 'Σ_i g_i x_{i-b}', ['index-clash', 'unrelated']),
];
