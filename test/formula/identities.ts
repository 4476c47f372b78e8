import assert from 'node:assert/strict';
import {
  declare,
  type Ranged,
  readAssumption,
  readDefinition,
  readLine,
  readQuestion,
} from '../../src/formula/index.js';

/**
 * Derivatives of the field, stated in the formula language: what is given, what is asked, and the derivative as textbooks
 * give it. Gradients have the shape of the variable, Jacobians the output's index first.
 */
export interface Identity {
  readonly id: string;
  readonly given: Readonly<Record<string, readonly string[]>>;
  readonly define: readonly string[];
  readonly assume?: readonly string[];
  readonly ask: string;
  readonly answer: string;
}

const n = ['n'];
const nn = ['n', 'n'];

export const identities: readonly Identity[] = [
  // linear and quadratic
  { id: 'V1 aᵀx', given: { a: n, x: n }, define: ['L = Σ_i a_i x_i'], ask: '∂L/∂x_j', answer: 'a_j' },
  {
    id: 'V3 xᵀBx',
    given: { B: nn, x: n },
    define: ['L = Σ_i Σ_k x_i B_ik x_k'],
    ask: '∂L/∂x_j',
    answer: 'Σ_k (B_jk + B_kj) x_k',
  },
  {
    id: 'V3 xᵀBx, matrix notation',
    given: { B: nn, x: n },
    define: ['L = xᵀ B x'],
    ask: '∂L/∂x',
    answer: '(B + Bᵀ) x',
  },
  {
    id: 'V5 least squares',
    given: { X: ['m', 'n'], w: n, y: ['m'] },
    define: ['L = 1/2 Σ_a (Σ_k X_ak w_k − y_a)^2'],
    ask: '∂L/∂w_j',
    answer: 'Σ_a X_aj (Σ_k X_ak w_k − y_a)',
  },
  {
    id: 'V5 least squares, matrix notation',
    given: { X: ['m', 'n'], w: n, y: ['m'] },
    define: ['L = 1/2 ‖X w − y‖^2'],
    ask: '∂L/∂w',
    answer: 'Xᵀ (X w − y)',
  },
  {
    id: 'V11 Mahalanobis in Σ',
    given: { S: nn, x: n, μ: n },
    define: ['L = Σ_ij (x_i − μ_i) inv(S)_ij (x_j − μ_j)'],
    assume: ['S_ij = S_ji'],
    ask: '∂L/∂S_ab',
    answer: '−(Σ_i inv(S)_ai (x_i − μ_i)) (Σ_j (x_j − μ_j) inv(S)_jb)',
  },
  // norms
  {
    id: 'V7 x/‖x‖',
    given: { x: n },
    define: ['r = norm(x)', 'y_i = x_i / r'],
    ask: '∂y_i/∂x_j',
    answer: '1/r (δ_ij − x_i x_j / r^2)',
  },
  {
    id: 'V9 p-norm',
    given: { x: n, p: [] },
    define: ['L = (Σ_k abs(x_k)^p)^{1/p}'],
    assume: ['p > 1'],
    ask: '∂L/∂x_j',
    answer: 'x_j abs(x_j)^{p − 2} / L^{p − 1}',
  },
  // matrices
  {
    id: 'M1 aᵀXb',
    given: { a: ['m'], X: ['m', 'n'], b: n },
    define: ['L = Σ_ij a_i X_ij b_j'],
    ask: '∂L/∂X_pq',
    answer: 'a_p b_q',
  },
  {
    id: 'M3 bᵀXᵀXc',
    given: { X: ['m', 'n'], b: n, c: n },
    define: ['L = Σ_aij b_i X_ai X_aj c_j'],
    ask: '∂L/∂X_pq',
    answer: 'Σ_k X_pk (b_k c_q + c_k b_q)',
  },
  {
    id: 'M5 (Xb+c)ᵀD(Xb+c)',
    given: { X: ['m', 'n'], b: n, c: ['m'], D: ['m', 'm'] },
    define: ['r_i = Σ_k X_ik b_k + c_i', 'L = Σ_ij r_i D_ij r_j'],
    ask: '∂L/∂X_pq',
    answer: 'Σ_i (D_pi + D_ip) r_i b_q',
  },
  {
    id: 'M7 XA',
    given: { X: ['m', 'k'], A: ['k', 'n'] },
    define: ['Y_ij = Σ_a X_ia A_aj'],
    ask: '∂Y_ij/∂X_pq',
    answer: 'δ_ip A_qj',
  },
  {
    id: 'M9 AXB',
    given: { A: ['m', 'p'], X: ['p', 'q'], B: ['q', 'n'] },
    define: ['Y_ij = Σ_ab A_ia X_ab B_bj'],
    ask: '∂Y_ij/∂X_uv',
    answer: 'A_iu B_vj',
  },
  {
    id: 'M11 inverse',
    given: { X: nn },
    define: ['Y_kl = inv(X)_kl'],
    ask: '∂Y_kl/∂X_ij',
    answer: '−inv(X)_ki inv(X)_jl',
  },
  // traces
  { id: 'T1 tr X', given: { X: nn }, define: ['L = Σ_i Σ_j δ_ij X_ij'], ask: '∂L/∂X_pq', answer: 'δ_pq' },
  {
    id: 'T3 tr AXB',
    given: { A: ['n', 'p'], X: ['p', 'q'], B: ['q', 'n'] },
    define: ['L = Σ_iab A_ia X_ab B_bi'],
    ask: '∂L/∂X_uv',
    answer: 'Σ_i A_iu B_vi',
  },
  { id: 'T5 tr X²', given: { X: nn }, define: ['L = tr(X X)'], ask: '∂L/∂X', answer: '2 Xᵀ' },
  {
    id: 'T7 tr XᵀBX',
    given: { X: ['n', 'm'], B: nn },
    define: ['L = tr(Xᵀ B X)'],
    ask: '∂L/∂X',
    answer: '(B + Bᵀ) X',
  },
  {
    id: 'T9 tr AXBX',
    given: { A: nn, X: nn, B: nn },
    define: ['L = tr(A X B X)'],
    ask: '∂L/∂X',
    answer: 'Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ',
  },
  {
    id: 'T11 Frobenius norm',
    given: { X: ['m', 'n'] },
    define: ['L = sqrt(Σ_ij X_ij^2)'],
    ask: '∂L/∂X_pq',
    answer: 'X_pq / L',
  },
  { id: 'T13 tr X³', given: { X: nn }, define: ['L = tr(X X X)'], ask: '∂L/∂X', answer: '3 (X X)ᵀ' },
  { id: 'T13 tr X⁴', given: { X: nn }, define: ['L = tr(X^4)'], ask: '∂L/∂X', answer: '4 (X^3)ᵀ' },
  {
    id: 'T15 tr Aᵀ(X⊙B)',
    given: { A: ['m', 'n'], X: ['m', 'n'], B: ['m', 'n'] },
    define: ['L = tr(Aᵀ (X ⊙ B))'],
    ask: '∂L/∂X',
    answer: 'A ⊙ B',
  },
  // determinants
  { id: 'D1 det X', given: { X: nn }, define: ['L = det(X)'], ask: '∂L/∂X_ij', answer: 'det(X) inv(X)_ji' },
  {
    id: 'D3 det AXB',
    given: { A: nn, X: nn, B: nn },
    define: ['L = det(A X B)'],
    ask: '∂L/∂X',
    answer: 'det(A X B) inv(X)ᵀ',
  },
  {
    id: 'D5 log det XᵀX',
    given: { X: ['m', 'n'] },
    define: ['L = logdet(Xᵀ X)'],
    ask: '∂L/∂X',
    answer: '2 X inv(Xᵀ X)',
  },
  // softmax
  {
    id: 'S1 softmax',
    given: { z: n },
    define: ['s_i = exp(z_i) / Σ_k exp(z_k)'],
    ask: '∂s_i/∂z_j',
    answer: 's_i (δ_ij − s_j)',
  },
  {
    id: 'S3 softmax with temperature',
    given: { z: n, τ: [] },
    define: ['s_i = exp(z_i / τ) / Σ_k exp(z_k / τ)'],
    ask: '∂s_i/∂z_j',
    answer: '1/τ (δ_ij s_i − s_i s_j)',
  },
  {
    id: 'S5 logsumexp',
    given: { z: n },
    define: ['L = log(Σ_k exp(z_k))'],
    ask: '∂L/∂z_j',
    answer: 'softmax(z)_j',
  },
  {
    id: 'S7 log-softmax',
    given: { z: n },
    define: ['s_i = softmax(z)_i', 'l_i = log(s_i)'],
    ask: '∂l_i/∂z_j',
    answer: 'δ_ij − s_j',
  },
  {
    id: 'S9 cross-entropy, any t',
    given: { z: n, t: n },
    define: ['s_i = softmax(z)_i', 'L = −Σ_i t_i log(s_i)'],
    ask: '∂L/∂z_j',
    answer: 's_j Σ_i t_i − t_j',
  },
  {
    id: 'S9 cross-entropy, Σt = 1',
    given: { z: n, t: n },
    define: ['s_i = softmax(z)_i', 'L = −Σ_i t_i log(s_i)'],
    assume: ['Σ_i t_i = 1'],
    ask: '∂L/∂z_j',
    answer: 's_j − t_j',
  },
  {
    id: 'S11 batch cross-entropy',
    given: { Z: ['N', 'n'], T: ['N', 'n'] },
    define: ['S_ai = exp(Z_ai) / Σ_k exp(Z_ak)', 'L = −1/N Σ_ai T_ai log(S_ai)'],
    assume: ['Σ_i T_ai = 1'],
    ask: '∂L/∂Z_bj',
    answer: '1/N (S_bj − T_bj)',
  },
  {
    id: 'S13 KL(p‖softmax)',
    given: { z: n, p: n },
    define: ['s_i = softmax(z)_i', 'L = Σ_i p_i (log(p_i) − log(s_i))'],
    assume: ['Σ_i p_i = 1'],
    ask: '∂L/∂z_j',
    answer: 's_j − p_j',
  },
  {
    id: 'S15 focal loss',
    given: { z: n, γ: [] },
    define: ['s_i = softmax(z)_i', 'F_c = −(1 − s_c)^γ log(s_c)'],
    ask: '∂F_c/∂z_j',
    answer: '(γ s_c (1 − s_c)^{γ − 1} log(s_c) − (1 − s_c)^γ) (δ_cj − s_j)',
  },
  // elementwise
  {
    id: 'E1 sigmoid',
    given: { x: n },
    define: ['y_i = sigmoid(x_i)'],
    ask: '∂y_i/∂x_j',
    answer: 'δ_ij y_i (1 − y_i)',
  },
  {
    id: 'E3 softplus',
    given: { x: n },
    define: ['y_i = log(1 + exp(x_i))'],
    ask: '∂y_i/∂x_j',
    answer: 'δ_ij sigmoid(x_i)',
  },
  {
    id: 'E5 GELU',
    given: { x: n },
    define: ['y_i = x_i (1 + erf(x_i / sqrt(2))) / 2'],
    ask: '∂y_i/∂x_j',
    answer: 'δ_ij (1/2 (1 + erf(x_i / sqrt(2))) + x_i exp(−x_i^2 / 2) / sqrt(2 π))',
  },
  { id: 'E7 ReLU', given: { x: n }, define: ['y_i = relu(x_i)'], ask: '∂y_i/∂x_j', answer: 'δ_ij [x_i > 0]' },
  {
    id: 'E9 tanh(Ax)',
    given: { A: ['m', 'n'], x: n },
    define: ['z_i = Σ_k A_ik x_k', 'y_i = tanh(z_i)'],
    ask: '∂y_i/∂x_j',
    answer: '(1 − y_i^2) A_ij',
  },
  // losses
  {
    id: 'L1 mean squared error',
    given: { p: n, y: n },
    define: ['L = 1/n Σ_i (p_i − y_i)^2'],
    ask: '∂L/∂p_j',
    answer: '2/n (p_j − y_j)',
  },
  {
    id: 'L3 BCE with logits',
    given: { z: [], y: [] },
    define: ['p = sigmoid(z)', 'L = −y log(p) − (1 − y) log(1 − p)'],
    ask: '∂L/∂z',
    answer: 'p − y',
  },
  {
    id: 'L5 hinge',
    given: { w: n, x: n, y: [] },
    define: ['L = max(0, 1 − y Σ_k w_k x_k)'],
    ask: '∂L/∂w_j',
    answer: '−y x_j [1 − y Σ_k w_k x_k > 0]',
  },
  {
    id: 'L7 logistic',
    given: { w: ['d'], X: ['N', 'd'], y: ['N'] },
    define: ['L = Σ_a log(1 + exp(−y_a Σ_k w_k X_ak))'],
    ask: '∂L/∂w_j',
    answer: '−Σ_a y_a sigmoid(−y_a Σ_k w_k X_ak) X_aj',
  },
  {
    id: 'L9 KL of Gaussians',
    given: { P: nn, Q: nn, u: n, v: n },
    define: ['L = 1/2 (tr(inv(Q) P) + (v − u)ᵀ inv(Q) (v − u) + logdet(Q) − logdet(P))'],
    assume: ['P_ij = P_ji', 'Q_ij = Q_ji'],
    ask: '∂L/∂P',
    answer: '1/2 (inv(Q) − inv(P))',
  },
  {
    id: 'L11 Gaussian NLL',
    given: { S: nn, r: n },
    define: ['L = 1/2 logdet(S) + 1/2 Σ_ij r_i inv(S)_ij r_j'],
    assume: ['S_ij = S_ji'],
    ask: '∂L/∂S_ab',
    answer: '1/2 (inv(S)_ab − Σ_ij inv(S)_ai r_i r_j inv(S)_jb)',
  },
  {
    id: 'L13 InfoNCE',
    given: { U: ['N', 'd'], V: ['N', 'd'], τ: [] },
    define: ['P_ij = exp(Σ_a U_ia V_ja / τ) / Σ_k exp(Σ_a U_ia V_ka / τ)', 'L = −1/N Σ_i log(P_ii)'],
    ask: '∂L/∂V_jb',
    answer: '1/(N τ) Σ_i (P_ij − δ_ij) U_ib',
  },
  // layers
  {
    id: 'Y1 linear, X',
    given: { X: ['N', 'd'], W: ['d', 'h'], b: ['h'], G: ['N', 'h'] },
    define: ['Y_ac = Σ_k X_ak W_kc + b_c', 'L = Σ_ac G_ac Y_ac'],
    ask: '∂L/∂X_ij',
    answer: 'Σ_c G_ic W_jc',
  },
  {
    id: 'Y3 linear, b',
    given: { X: ['N', 'd'], W: ['d', 'h'], b: ['h'], G: ['N', 'h'] },
    define: ['Y_ac = Σ_k X_ak W_kc + b_c', 'L = Σ_ac G_ac Y_ac'],
    ask: '∂L/∂b_j',
    answer: 'Σ_a G_aj',
  },
  {
    id: 'Y5 LayerNorm, γ',
    given: { h: ['N', 'd'], γ: ['d'], β: ['d'], G: ['N', 'd'] },
    define: ['y_ai = γ_i h_ai + β_i', 'L = Σ_ai G_ai y_ai'],
    ask: '∂L/∂γ_j',
    answer: 'Σ_a G_aj h_aj',
  },
  {
    id: 'Y7 normalise',
    given: { x: n },
    define: ['μ = mean(x)', 'v = 1/n Σ_k (x_k − μ)^2', 'r = sqrt(v)', 'h_i = (x_i − μ) / r'],
    ask: '∂h_i/∂x_j',
    answer: '1/r (δ_ij − 1/n − 1/n h_i h_j)',
  },
  { id: 'Y9 mean', given: { x: n }, define: ['μ = mean(x)'], ask: '∂μ/∂x_j', answer: '1/n' },
  {
    id: 'Y11 attention, V',
    given: { Q: ['n', 'd'], K: ['m', 'd'], V: ['m', 'v'], G: ['n', 'v'] },
    define: [
      'S_ij = Σ_a Q_ia K_ja / sqrt(d)',
      'P_ij = exp(S_ij) / Σ_k exp(S_ik)',
      'O_ic = Σ_j P_ij V_jc',
      'L = Σ_ic G_ic O_ic',
    ],
    ask: '∂L/∂V_jc',
    answer: 'Σ_i P_ij G_ic',
  },
  {
    id: 'Y13 attention, K',
    given: { Q: ['n', 'd'], K: ['m', 'd'], V: ['m', 'v'], G: ['n', 'v'] },
    define: [
      'S_ij = Σ_a Q_ia K_ja / sqrt(d)',
      'P_ij = exp(S_ij) / Σ_k exp(S_ik)',
      'O_ic = Σ_j P_ij V_jc',
      'L = Σ_ic G_ic O_ic',
      'D_ij = Σ_c G_ic V_jc',
    ],
    ask: '∂L/∂K_jb',
    answer: '1/sqrt(d) Σ_i P_ij (D_ij − Σ_l P_il D_il) Q_ib',
  },
  {
    id: 'Y15 conv1d',
    given: { w: ['k'], x: n, g: ['m'] },
    define: ['y_i = Σ_a w_a x_{i+a} + 0 g_i', 'L = Σ_i g_i y_i'],
    ask: '∂L/∂x_j',
    answer: 'Σ_a w_a g_{j−a}',
  },
  { id: 'Y17 max', given: { x: n }, define: ['M = max_k x_k'], ask: '∂M/∂x_j', answer: '[x_j = max_k x_k]' },
  {
    id: 'Y19 LSTM cell',
    given: { c: n, f: n, i: n, g: n, o: n, u: n, h: n },
    define: ['C_a = f_a c_a + i_a g_a', 'H_a = o_a tanh(C_a)', 'L = Σ_a (u_a C_a + h_a H_a)'],
    ask: '∂L/∂c_j',
    answer: '(u_j + h_j o_j (1 − tanh(C_j)^2)) f_j',
  },
  // models
  {
    id: 'P1 matrix factorisation',
    given: { M: ['m', 'n'], U: ['m', 'r'], V: ['n', 'r'] },
    define: ['L = Σ_ij (M_ij − Σ_a U_ia V_ja)^2'],
    ask: '∂L/∂U_ib',
    answer: '−2 Σ_j (M_ij − Σ_a U_ia V_ja) V_jb',
  },
  {
    id: 'P3 masked factorisation',
    given: { M: ['m', 'n'], U: ['m', 'r'], V: ['n', 'r'], Ω: ['m', 'n'] },
    define: ['L = Σ_ij (Ω_ij (M_ij − Σ_a U_ia V_ja))^2'],
    assume: ['Ω_ij^2 = Ω_ij'],
    ask: '∂L/∂U_ib',
    answer: '−2 Σ_j Ω_ij (M_ij − Σ_a U_ia V_ja) V_jb',
  },
  {
    id: 'P5 Rayleigh quotient',
    given: { w: n, C: nn },
    define: ['ρ = Σ_ij w_i C_ij w_j / Σ_k w_k^2'],
    assume: ['C_ij = C_ji'],
    ask: '∂ρ/∂w_j',
    answer: '2 (Σ_i C_ji w_i − ρ w_j) / Σ_k w_k^2',
  },
  {
    id: 'P7 ridge',
    given: { X: ['N', 'd'], w: ['d'], y: ['N'], λ: [] },
    define: ['L = ‖X w − y‖^2 + λ ‖w‖^2'],
    ask: '∂L/∂w',
    answer: '2 Xᵀ (X w − y) + 2 λ w',
  },
  {
    id: 'P9 DPO',
    given: { a: [], b: [], β: [] },
    define: ['L = −log(sigmoid(β (a − b)))'],
    ask: '∂L/∂a',
    answer: '−β sigmoid(−β (a − b))',
  },
];

/** The identity read: what it is stated in, what is asked, and the listed answer. */
export function stated(identity: Identity) {
  let declarations = declare(identity.given);
  for (const line of identity.define) declarations = readDefinition(line, declarations).declarations;
  for (const line of identity.assume ?? []) declarations = readAssumption(line, declarations).declarations;
  const question = readQuestion(identity.ask, declarations);
  const line = readLine(identity.answer, declarations, { asked: question.ranged });
  assert.ok(line.kind === 'expression');
  return { declarations, question, answer: line.ranged satisfies Ranged };
}
