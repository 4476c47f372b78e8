/** Exercises of different kinds, each with its solution and with wrong answers as people give them. */
import { exercise, type Statement, tf } from '../../src/index.js';
import { type AnyExercise, plant, type WrongAnswer } from './planted.js';

/** A solution: lines by part. */
function solve(task: AnyExercise, lines: Readonly<Record<string, readonly string[]>>): AnyExercise {
  const solved = task.fresh();
  for (const [part, texts] of Object.entries(lines)) for (const text of texts) solved.part(part).step(text);
  return solved;
}

/** An exercise that has a solution in lines, and wrong answers. */
function planted(
  statement: Statement,
  solution: Readonly<Record<string, readonly string[]>>,
  wrong: readonly WrongAnswer[],
): void {
  const task: AnyExercise = exercise(statement);
  plant(statement.name, { task, solved: solve(task, solution), wrong });
}

planted(
  {
    name: 'softmax Jacobian',
    given: { x: ['n'] },
    define: ['s_i = exp(x_i) / Σ_k exp(x_k)'],
    parts: { jacobian: { derive: '∂s_i/∂x_j', points: 4 } },
  },
  { jacobian: ['exp(x_i) δ_ij / Σ_k exp(x_k) − exp(x_i) exp(x_j) / (Σ_k exp(x_k))^2', 's_i (δ_ij − s_j)'] },
  [
    { part: 'jacobian', lines: ['s_i (1 − s_j)'], mistake: 'delta-replaced-by-one' },
    { part: 'jacobian', lines: ['δ_ij s_i (1 − s_i)'], mistake: 'diagonal-only' },
    { part: 'jacobian', lines: ['s_i (s_j − δ_ij)'], mistake: 'sign' },
    { part: 'jacobian', lines: ['s_i (δ_ij + s_j)'], mistake: 'sign-of-term' },
    { part: 'jacobian', lines: ['exp(x_i) δ_ij / Σ_k exp(x_k)'], mistake: 'held-constant' },
    { part: 'jacobian', lines: ['δ_ij − s_j'], mistake: 'lost-factor' },
    {
      part: 'jacobian',
      lines: ['s_i (δ_ij − s_j)', 's_i − s_i s_j'],
      mistake: 'delta-replaced-by-one',
      earns: 2,
    },
  ],
);

planted(
  {
    name: 'layer norm',
    given: { x: ['n'], ε: [] },
    define: ['μ = Σ_k x_k / n', 'v = Σ_k (x_k − μ)^2 / n', 'r = sqrt(v + ε)', 'y_i = (x_i − μ) / r'],
    assume: ['ε > 0'],
    parts: { jacobian: { derive: '∂y_i/∂x_j', points: 4 } },
  },
  { jacobian: ['(δ_ij − 1/n) / r − (x_i − μ) / r^2 ∂r/∂x_j', '(δ_ij − 1/n − y_i y_j / n) / r'] },
  [
    { part: 'jacobian', lines: ['δ_ij / r'], mistake: 'held-constant' },
    { part: 'jacobian', lines: ['(δ_ij − 1/n + y_i y_j / n) / r'], mistake: 'sign-of-term' },
    { part: 'jacobian', lines: ['(δ_ij − 1/n − y_i y_j) / r'], mistake: 'constant-factor' },
    { part: 'jacobian', lines: ['δ_ij − 1/n − y_i y_j / n'], mistake: 'lost-factor' },
    { part: 'jacobian', lines: ['(δ_ij − 1/n − y_i^2 / n) / r'], mistake: 'index-clash' },
    {
      part: 'jacobian',
      lines: ['(δ_ij − 1/n) / r − (x_i − μ) / r^2 ∂r/∂x_j', '(δ_ij − 1/n − y_i y_j / n) / r^2'],
      mistake: 'extra-factor',
      earns: 1,
    },
  ],
);

planted(
  {
    name: 'linear layer',
    given: { X: ['N', 'd'], W: ['h', 'd'], b: ['h'], G: ['N', 'h'] },
    define: ['Y_ai = Σ_j X_aj W_ij + b_i', 'L = Σ_ai G_ai Y_ai'],
    parts: {
      weights: { derive: '∂L/∂W_kl', points: 2 },
      bias: { derive: '∂L/∂b_k', points: 1 },
      input: { derive: '∂L/∂X_cl', points: 2 },
    },
  },
  {
    weights: ['Σ_a ∂L/∂Y_ak X_al', 'Σ_a G_ak X_al'],
    bias: ['Σ_a G_ak'],
    input: ['Σ_i G_ci W_il'],
  },
  [
    { part: 'weights', lines: ['Σ_a G_al X_ak'], mistake: 'transposed' },
    { part: 'weights', lines: ['Σ_a X_al'], mistake: 'lost-factor' },
    { part: 'bias', lines: ['G_ak'], mistake: 'missing-contraction' },
    { part: 'bias', lines: ['Σ_ak G_ak'], mistake: 'lost-delta' },
    { part: 'input', lines: ['−Σ_i G_ci W_il'], mistake: 'sign' },
    {
      part: 'weights',
      lines: ['Σ_a ∂L/∂Y_ak X_al', '2 Σ_a G_ak X_al'],
      mistake: 'constant-factor',
      earns: 0.5,
    },
  ],
);

planted(
  {
    name: 'binary cross-entropy',
    given: { z: ['n'], t: ['n'] },
    define: ['p_i = sigmoid(z_i)', 'L = −Σ_i (t_i log(p_i) + (1 − t_i) log(1 − p_i)) / n'],
    parts: { gradient: { derive: '∂L/∂z_j', points: 4 } },
  },
  { gradient: ['∂L/∂p_j ∂p_j/∂z_j', '(p_j − t_j) / n'] },
  [
    { part: 'gradient', lines: ['p_j − t_j'], mistake: 'constant-factor' },
    { part: 'gradient', lines: ['(t_j − p_j) / n'], mistake: 'sign' },
    { part: 'gradient', lines: ['(p_j + t_j) / n'], mistake: 'sign-of-term' },
    { part: 'gradient', lines: ['−t_j (1 − p_j) / n'], mistake: 'lost-term' },
    { part: 'gradient', lines: ['(p_j − t_j) p_j (1 − p_j) / n'], mistake: 'extra-factor' },
    { part: 'gradient', lines: ['(p_i − t_i) / n'], mistake: 'index-clash' },
    {
      part: 'gradient',
      lines: ['∂L/∂p_j ∂p_j/∂z_j', '(p_j − t_j) / n', 'p_j (1 − t_j) / n'],
      mistake: 'lost-term',
      earns: 2,
    },
  ],
);

planted(
  {
    name: 'Hessian of log-sum-exp',
    given: { x: ['n'] },
    define: ['F = log(Σ_k exp(x_k))'],
    parts: { hessian: { derive: '∂²F/∂x_i∂x_j', points: 4 } },
  },
  { hessian: ['let s_i = softmax(x)_i', '∂s_i/∂x_j', 's_i (δ_ij − s_j)'] },
  [
    { part: 'hessian', lines: ['softmax(x)_i'], mistake: 'lost-factor' },
    { part: 'hessian', lines: ['−softmax(x)_i softmax(x)_j'], mistake: 'lost-term' },
    { part: 'hessian', lines: ['softmax(x)_i (1 − softmax(x)_j)'], mistake: 'delta-replaced-by-one' },
    { part: 'hessian', lines: ['softmax(x)_i (softmax(x)_j − δ_ij)'], mistake: 'sign' },
    { part: 'hessian', lines: ['2 softmax(x)_i (δ_ij − softmax(x)_j)'], mistake: 'constant-factor' },
    {
      part: 'hessian',
      lines: ['let s_i = softmax(x)_i', '∂s_i/∂x_j', 's_i (1 − s_i)'],
      mistake: 'diagonal-only',
      earns: 1,
    },
  ],
);

const numbers = exercise({
  name: 'softmax in numbers and in code',
  parts: {
    jacobian: { check: { of: (x) => tf.softmax(x), at: [0.5, -0.25, 1] }, points: 2 },
    backward: { check: { kind: 'vjp', of: (x) => tf.softmax(x), at: [0.5, -0.25, 1] }, points: 2 },
  },
});
const inNumbers = numbers.fresh();
inNumbers.answer('jacobian', (x: tf.Tensor) => {
  const s = tf.softmax(x).flatten();
  return tf.sub(tf.diag(s), tf.outerProduct(s, s));
});
inNumbers.answer('backward', (g: tf.Tensor, x: tf.Tensor) => {
  const s = tf.softmax(x);
  return tf.mul(s, tf.sub(g, tf.sum(tf.mul(g, s))));
});
plant('softmax in numbers and in code', {
  task: numbers,
  solved: inNumbers,
  wrong: [
    {
      part: 'jacobian',
      answer: '(x) => tf.mul(tf.softmax(x), tf.sub(1, tf.softmax(x)))',
      mistake: 'diagonal-only',
    },
    {
      part: 'jacobian',
      answer: '(x) => tf.sub(tf.outerProduct(tf.softmax(x), tf.softmax(x)), tf.diag(tf.softmax(x)))',
      mistake: 'sign',
    },
    { part: 'jacobian', answer: '[[1, 2], [3, 4]]', mistake: 'shape' },
    {
      part: 'backward',
      answer: '(g, x) => tf.mul(2, tf.mul(tf.softmax(x), tf.sub(g, tf.sum(tf.mul(g, tf.softmax(x))))))',
      mistake: 'constant-factor',
    },
    { part: 'backward', answer: '(g, x) => tf.cos(g)', mistake: 'unrelated' },
  ],
});
