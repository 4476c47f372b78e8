/** Softmax and log-softmax pulled back wrongly, wherever they stand in a function. */
import type { Normaliser, ProbedStep } from '../../autograd/index.js';
import { miscounted, plus, type Values, type Wrong } from './miscounted.js';
import { largest, type NumericProblem, shown } from './problem.js';

const hints = {
  softmax: 'Pulling g back through s = softmax(x) gives s ⊙ (g − Σ_k g_k s_k), a sum for each row.',
  'log-softmax': 'Pulling g back through log softmax(x) gives g − s Σ_k g_k, a sum for each row.',
} as const;

/** The summand that comes from the normaliser: −s Σ g s, or −s Σ g. */
function ofNormaliser({ kind, replaced }: Normaliser): Float32Array {
  return replaced((g, s) => (kind === 'softmax' ? g.mul(s) : g).sum(-1, true).mul(s).neg());
}

/** The Jacobian's diagonal in place of the Jacobian, or a factor of the sum missing. */
function forms({ kind, replaced }: Normaliser, rest: Values): Wrong[] {
  const hint = hints[kind];
  const diagonal: Wrong = {
    mistake: 'elementwise-product',
    values: plus(
      rest,
      replaced((g, s) => (kind === 'softmax' ? s.sub(s.square()) : s.neg().add(1)).mul(g)),
    ),
    message: `The derivative by the result of ${kind} was multiplied entry by entry with ${kind === 'softmax' ? 's (1 − s)' : '1 − s'}, the diagonal of its Jacobian. The chain rule is a matrix product: Σ_i g_i J_ij.`,
    hint,
  };
  if (kind === 'log-softmax') return [diagonal];
  return [
    diagonal,
    {
      mistake: 'lost-factor',
      values: plus(
        rest,
        replaced((g, s) => s.mul(g.sub(g.sum(-1, true)))),
      ),
      message: 'In the backward pass of softmax the sum is Σ g; its factor s is missing: Σ g s.',
      hint,
    },
  ];
}

/**
 * The normaliser's summand multiplied by a number of its own in each row: s − t for cross-entropy, which is right only for
 * targets that sum to 1.
 */
function assumed({ kind, row }: Normaliser, part: Values, problem: NumericProblem): Wrong[] {
  if (row === undefined || part.length === row) return [];
  const { hand, truth } = problem;
  const others = plus(truth.values, part, -1);
  const counts = Array.from({ length: part.length / row }, (_, r) => {
    let [product, square] = [0, 0];
    for (let k = r * row; k < (r + 1) * row; k += 1) {
      product += ((hand.values[k] ?? 0) - (others[k] ?? 0)) * (part[k] ?? 0);
      square += (part[k] ?? 0) ** 2;
    }
    return product / square;
  });
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (!counts.every(Number.isFinite) || size < 1e-2 || most - least <= 1e-3 * size) return [];
  const first = counts.slice(0, 3).map(shown).join(', ');
  return [
    {
      mistake: 'needs-assumption',
      values: Float64Array.from(
        others,
        (value, k) => value + (counts[Math.floor(k / row)] ?? 0) * (part[k] ?? 0),
      ),
      message:
        `Right only if the normaliser of ${kind} is weighted with 1 in every row; in each row its summand here counts a number of ` +
        `times of its own (${first}, …). For cross-entropy: s − t takes Σ t = 1 for granted, which does not hold here; else it is s Σ t − t.`,
      hint: 'What do the targets of a row sum to?',
    },
  ];
}

/** What people make of the backward pass of a softmax or log-softmax. */
export function normaliserWrongs({ normaliser, held }: ProbedStep, problem: NumericProblem): Wrong[] {
  if (normaliser === undefined) return [];
  const { kind } = normaliser;
  const part = ofNormaliser(normaliser);
  const { truth, blur } = problem;
  if (largest(part) <= 4 * blur * largest(truth.values)) return forms(normaliser, held());
  const counted = [
    ...assumed(normaliser, part, problem),
    ...miscounted(problem, part, `what comes from the normaliser of ${kind}`, {
      mistake: 'held-constant',
      message: `The normaliser of ${kind} was treated as a constant; it depends on every input of its row.`,
      hint: hints[kind],
    }),
  ];
  // Over many classes 1 − s is 1 but for rounding; then the normaliser is what is missing.
  return kind === 'softmax'
    ? [...forms(normaliser, held()), ...counted]
    : [...counted, ...forms(normaliser, held())];
}
