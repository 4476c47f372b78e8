/**
 * The layers of the field with their backward passes written by hand, at sizes people really have, and mistakes as they are
 * made in each. `backward` takes the cotangent u (the gradient of the loss by the layer's output) and the layer's inputs, and
 * returns the gradients by each argument.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { type ShapedValues, type TensorFunction, tf } from '../../src/autograd/index.js';
import type { HandBackward, HandValues } from '../../src/check/index.js';

/** A mistake in one of the gradients: what it is called, and of which argument. */
export interface Planted {
  readonly name: string;
  readonly mistake: string;
  /** What the diagnosis must say. */
  readonly says: RegExp;
  readonly backward: HandBackward;
}

export interface Layer {
  readonly name: string;
  readonly of: TensorFunction;
  readonly at: readonly ShapedValues[];
  readonly backward: HandBackward;
  readonly planted: readonly Planted[];
}

/** Numbers of size 1 about 0, the same each time, from a generator of its own (numbers by sin(k) would repeat). */
function numbers(shape: readonly number[], seed: number, scale = 1, centre = 0): ShapedValues {
  let bits = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const next = (): number => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return (bits >>> 0) / 2 ** 32 - 0.5;
  };
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, () => centre + 2 * scale * (next() + next() + next()));
  return { shape, data };
}

/** One of the gradients replaced. */
function instead(
  backward: HandBackward,
  place: number,
  wrong: (...given: Tensor[]) => HandValues,
): HandBackward {
  return (u, ...inputs) =>
    backward(u, ...inputs).map((gradient, k) => (k === place ? wrong(u, ...inputs) : gradient));
}

// ── linear: Y = X W + b ──────────────────────────────────────────────────────

const linearBack: HandBackward = (u: Tensor, x: Tensor, w: Tensor) => [
  tf.matMul(u, w, false, true), // ∂L/∂X = U Wᵀ
  tf.matMul(x, u, true), // ∂L/∂W = Xᵀ U
  tf.sum(u, 0), // ∂L/∂b = Σ_n u_n: the bias was broadcast over the batch
];

export const linear: Layer = {
  name: 'linear, batch 64, 256 → 256',
  of: (x, w, b) => tf.add(tf.matMul(x, w), b),
  at: [numbers([64, 256], 1), numbers([256, 256], 2, 0.06), numbers([256], 3)],
  backward: linearBack,
  planted: [
    {
      name: 'the weights’ gradient transposed',
      mistake: 'transposed',
      says: /By w: .*transpose/u,
      backward: instead(linearBack, 1, (u, x) => tf.matMul(u as Tensor, x as Tensor, true)),
    },
    {
      name: 'the bias’s gradient not summed over the batch',
      mistake: 'missing-contraction',
      says: /By b: .*axis 0/u,
      backward: instead(linearBack, 2, (u) => u as Tensor),
    },
    {
      name: 'the bias’s gradient a mean over the batch',
      mistake: 'constant-factor',
      says: /By b: .*1\/64/u,
      backward: instead(linearBack, 2, (u) => tf.mean(u as Tensor, 0)),
    },
    {
      name: 'W in place of Wᵀ',
      mistake: 'transposed',
      says: /By x: .*transpose/u,
      backward: instead(linearBack, 0, (u, _x, w) => tf.matMul(u as Tensor, w as Tensor)),
    },
  ],
};

// ── softmax with cross-entropy: L_n = −Σ_k t_nk log softmax(x_n)_k ───────────

const crossEntropyBack: HandBackward = (u: Tensor, x: Tensor, t: Tensor) => {
  const weights = tf.expandDims(u, 1);
  const total = tf.sum(t, 1, true);
  return [
    tf.mul(weights, tf.sub(tf.mul(total, tf.softmax(x)), t)), // u_n (s − t), for Σ t = 1
    tf.neg(tf.mul(weights, tf.logSoftmax(x))), // −u_n log s
  ];
};

export const crossEntropy: Layer = {
  name: 'softmax with cross-entropy, batch 2, vocabulary 128,000',
  of: (x, t) => tf.neg(tf.sum(tf.mul(t, tf.logSoftmax(x)), 1)),
  at: [numbers([2, 128_000], 1, 2), { ...numbers([2, 128_000], 2, 5e-6, 8e-6) }],
  backward: crossEntropyBack,
  planted: [
    {
      name: 's − t for targets that do not sum to 1',
      mistake: 'needs-assumption',
      says: /By x: .*Σ t = 1/u,
      backward: instead(crossEntropyBack, 0, (u, x, t) =>
        tf.mul(tf.expandDims(u as Tensor, 1), tf.sub(tf.softmax(x as Tensor), t as Tensor)),
      ),
    },
    {
      name: 't − s',
      mistake: 'sign',
      says: /By x: .*opposite sign/u,
      backward: instead(crossEntropyBack, 0, (...given) =>
        tf.neg(crossEntropyBack(...(given as [Tensor]))[0] as Tensor),
      ),
    },
    {
      name: 'only −t: the normaliser held constant',
      mistake: 'held-constant',
      says: /By x: /u,
      backward: instead(crossEntropyBack, 0, (u, _x, t) =>
        tf.neg(tf.mul(tf.expandDims(u as Tensor, 1), t as Tensor)),
      ),
    },
  ],
};

// ── LayerNorm: y = γ x̂ + β, x̂ = (x − μ) / √(var + ε), over the last axis ────

/** r [h − mean(h) − x̂ mean(h x̂)], with h = γ u. */
function normBack(h: Tensor, x: Tensor, axis: number): Tensor {
  const { mean, variance } = tf.moments(x, axis, true);
  const r = tf.rsqrt(tf.add(variance, 1e-5));
  const normal = tf.mul(tf.sub(x, mean), r);
  const correction = tf.mul(normal, tf.mean(tf.mul(h, normal), axis, true));
  return tf.mul(r, tf.sub(tf.sub(h, tf.mean(h, axis, true)), correction));
}

function norm(axis: number): TensorFunction {
  return (x, gamma, beta) => {
    const { mean, variance } = tf.moments(x, axis, true);
    return tf.add(tf.mul(gamma, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)))), beta);
  };
}

const normal = (x: Tensor, axis: number): Tensor => {
  const { mean, variance } = tf.moments(x, axis, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
};

function normBackward(axis: number): HandBackward {
  return (u: Tensor, x: Tensor, gamma: Tensor) => [
    normBack(tf.mul(u, gamma), x, axis),
    tf.sum(tf.mul(u, normal(x, axis)), 0), // ∂L/∂γ = Σ_n u x̂
    tf.sum(u, 0),
  ];
}

/** The mistakes of a norm over `axis`, which has `n` entries. */
function plantedInNorm(axis: number, n: number): Planted[] {
  const back = normBackward(axis);
  const wrong = (made: (h: Tensor, x: Tensor, r: Tensor, hat: Tensor) => Tensor): HandBackward =>
    instead(back, 0, (u, x, gamma) => {
      const r = tf.rsqrt(tf.add(tf.moments(x as Tensor, axis, true).variance, 1e-5));
      return made(tf.mul(u as Tensor, gamma as Tensor), x as Tensor, r, normal(x as Tensor, axis));
    });
  return [
    {
      name: 'mean and variance held constant',
      mistake: 'held-constant',
      says: /By x: The results of mean and mean/u,
      backward: wrong((h, _x, r) => tf.mul(r, h)),
    },
    {
      name: 'the mean’s path lost',
      mistake: 'held-constant',
      says: /By x: The result of mean/u,
      backward: wrong((h, _x, r, hat) =>
        tf.mul(r, tf.sub(h, tf.mul(hat, tf.mean(tf.mul(h, hat), axis, true)))),
      ),
    },
    {
      name: 'sums in place of means',
      mistake: 'constant-factor',
      says: new RegExp(`By x: .*${n}`, 'u'),
      backward: wrong((h, _x, r, hat) =>
        tf.mul(r, tf.sub(tf.sub(h, tf.sum(h, axis, true)), tf.mul(hat, tf.sum(tf.mul(h, hat), axis, true)))),
      ),
    },
    {
      name: 'γ’s gradient without x̂',
      mistake: 'lost-factor',
      says: /By gamma: The other factor of a product is missing/u,
      backward: instead(back, 1, (u) => tf.sum(u as Tensor, 0)),
    },
  ];
}

export const layerNorm: Layer = {
  name: 'LayerNorm, batch 64, 768 features',
  of: norm(-1),
  at: [numbers([64, 768], 1), numbers([768], 2, 0.3, 1), numbers([768], 3)],
  backward: normBackward(-1),
  planted: plantedInNorm(-1, 768),
};

export const batchNorm: Layer = {
  name: 'BatchNorm, batch 128, 256 features',
  of: norm(0),
  at: [numbers([128, 256], 1), numbers([256], 2, 0.3, 1), numbers([256], 3)],
  backward: normBackward(0),
  planted: plantedInNorm(0, 128),
};

// ── attention: O = P V, P = softmax(Q Kᵀ / √d), 16 heads ─────────────────────

const width = 64;

/** What pulls the cotangent of P back through softmax. */
type SoftmaxBack = (g: Tensor, p: Tensor) => Tensor;
const softmaxBack: SoftmaxBack = (g, p) => tf.mul(p, tf.sub(g, tf.sum(tf.mul(g, p), -1, true)));

function attentionBackward(pull: SoftmaxBack, scale = Math.sqrt(width)): HandBackward {
  return (u: Tensor, q: Tensor, k: Tensor, v: Tensor) => {
    const p = tf.softmax(tf.div(tf.matMul(q, k, false, true), Math.sqrt(width)));
    const scores = tf.div(pull(tf.matMul(u, v, false, true), p), scale);
    return [tf.matMul(scores, k), tf.matMul(scores, q, true), tf.matMul(p, u, true)];
  };
}

export const attention: Layer = {
  name: 'attention, 16 heads, 96 tokens, width 64',
  of: (q, k, v) => tf.matMul(tf.softmax(tf.div(tf.matMul(q, k, false, true), Math.sqrt(width))), v),
  at: [numbers([16, 96, width], 1), numbers([16, 96, width], 2), numbers([16, 96, width], 3)],
  backward: attentionBackward(softmaxBack),
  planted: [
    {
      name: 'softmax pulled back entry by entry',
      mistake: 'elementwise-product',
      says: /By q: .*softmax.*By k: .*softmax/su,
      backward: attentionBackward((g, p) => tf.mul(g, tf.mul(p, tf.sub(1, p)))),
    },
    {
      name: 'Σ g in place of Σ g p',
      mistake: 'lost-factor',
      says: /By q: .*factor s is missing/u,
      backward: attentionBackward((g, p) => tf.mul(p, tf.sub(g, tf.sum(g, -1, true)))),
    },
    {
      name: '1/√d lost',
      mistake: 'constant-factor',
      says: /By q: Every entry is (?:√64|8) times/u,
      backward: attentionBackward(softmaxBack, 1),
    },
    {
      name: 'P in place of Pᵀ',
      mistake: 'transposed',
      says: /By v: .*transpose/u,
      backward: instead(attentionBackward(softmaxBack), 2, (u, q, k) =>
        tf.matMul(
          tf.softmax(tf.div(tf.matMul(q as Tensor, k as Tensor, false, true), Math.sqrt(width))),
          u as Tensor,
        ),
      ),
    },
    {
      name: 'one head’s gradient by Q lost',
      mistake: 'lost-term',
      says: /By q: 614\d of 98304 entries are 0 .* at \[5, 0 … 95, 0 … 63\]/u,
      backward: instead(attentionBackward(softmaxBack), 0, (...given) => {
        const [dq] = attentionBackward(softmaxBack)(...(given as [Tensor]));
        const kept = numbersOfHeads(16, 5);
        return tf.mul(dq as Tensor, tf.tensor3d(kept, [16, 1, 1]));
      }),
    },
  ],
};

/** 1 for each head, 0 for one of them. */
function numbersOfHeads(count: number, lost: number): number[] {
  return Array.from({ length: count }, (_, head) => (head === lost ? 0 : 1));
}

// ── conv1d: y_nt = Σ_k x_n,t+k W_k, 'valid', 5 taps ──────────────────────────

const taps = 5;
const steps = 128;

const convolutionBack: HandBackward = (u: Tensor, x: Tensor, w: Tensor) => {
  const tap = (k: number): Tensor => tf.squeeze(tf.slice(w, [k, 0, 0], [1, -1, -1]), [0]);
  const seen = (k: number): Tensor => tf.slice(x, [0, k, 0], [-1, steps - taps + 1, -1]);
  const all = Array.from({ length: taps }, (_, k) => k);
  const rows = (t: Tensor): Tensor => tf.reshape(t, [-1, t.shape.at(-1) ?? 1]);
  return [
    // Each output step t gives u_t W_kᵀ back to the step t + k it was made from.
    tf.addN(
      all.map((k) => {
        const part = tf.reshape(tf.matMul(rows(u), tap(k), false, true), [8, steps - taps + 1, 32]);
        return tf.pad(part, [
          [0, 0],
          [k, taps - 1 - k],
          [0, 0],
        ]);
      }),
    ),
    tf.stack(all.map((k) => tf.matMul(rows(seen(k)), rows(u), true))), // ∂L/∂W_k = Σ_nt x_t+kᵀ u_t
  ];
};

export const convolution: Layer = {
  name: 'conv1d, batch 8, 128 steps, 32 → 48 channels, 5 taps',
  of: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'valid'),
  at: [numbers([8, steps, 32], 1), numbers([taps, 32, 48], 2, 0.1)],
  backward: convolutionBack,
  planted: [
    {
      name: 'the taps in reverse',
      mistake: 'unrelated',
      says: /By w: /u,
      backward: instead(convolutionBack, 1, (...given) =>
        tf.reverse(convolutionBack(...(given as [Tensor]))[1] as Tensor, 0),
      ),
    },
    {
      name: 'the last tap lost',
      mistake: 'lost-term',
      says: /By w: 1536 of 7680 entries are 0 .* at \[4, 0 … 31, 0 … 47\]/u,
      backward: instead(convolutionBack, 1, (...given) => {
        const all = convolutionBack(...(given as [Tensor]))[1] as Tensor;
        return tf.pad(tf.slice(all, [0, 0, 0], [taps - 1, -1, -1]), [
          [0, 1],
          [0, 0],
          [0, 0],
        ]);
      }),
    },
  ],
};

// ── embedding: y_n = E_(k_n), a vocabulary of 128,000 ────────────────────────

const vocabulary = 128_000;
const tokens = Int32Array.from({ length: 512 }, (_, n) => (n % 7 === 0 ? 17 : (n * 7919) % vocabulary));

/** Adds each token's cotangent to its row: tokens that occur again add up. */
const embeddingBack: HandBackward = (u: Tensor, _table: Tensor, ids: Tensor) => {
  const gradient = new Float32Array(vocabulary * 8);
  const [weights, rows] = [u.dataSync(), ids.dataSync()];
  rows.forEach((row, n) => {
    for (let j = 0; j < 8; j += 1)
      gradient[row * 8 + j] = (gradient[row * 8 + j] ?? 0) + (weights[n * 8 + j] ?? 0);
  });
  return [{ data: gradient, shape: [vocabulary, 8] }];
};

export const embedding: Layer = {
  name: 'embedding, vocabulary 128,000, width 8, 512 tokens',
  of: (table, ids) => tf.gather(table, ids as tf.Tensor1D),
  at: [numbers([vocabulary, 8], 1), { data: tokens, shape: [tokens.length] }],
  backward: embeddingBack,
  planted: [
    {
      name: 'a token that occurs again written over, not added',
      mistake: 'lost-term',
      says: /./u,
      backward: (u: Tensor, _table: Tensor, ids: Tensor) => {
        const gradient = new Float32Array(vocabulary * 8);
        const [weights, rows] = [u.dataSync(), ids.dataSync()];
        rows.forEach((row, n) => {
          for (let j = 0; j < 8; j += 1) gradient[row * 8 + j] = weights[n * 8 + j] ?? 0;
        });
        return [{ data: gradient, shape: [vocabulary, 8] }];
      },
    },
  ],
};

export const layers: readonly Layer[] = [
  linear,
  crossEntropy,
  layerNorm,
  batchNorm,
  attention,
  convolution,
  embedding,
];
