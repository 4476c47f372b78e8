/**
 * Mistakes inside a function whose Jacobian is never built: what one cotangent would have given with one step of the chain
 * rule done as people get it wrong, held against what was handed in for that cotangent.
 */
import type { HeldPair, ProbedInside, ProbedStep } from '../../autograd/index.js';
import type { Diagnosis, MistakeId } from '../diagnosis.js';
import { fittedFactor, recognised } from './factor.js';
import { alike, largest, type NumericProblem, shown, shownList } from './problem.js';
import { leastSquares } from './terms.js';
import { word } from './words.js';

type Values = ArrayLike<number>;

/** What the gradient would be with one step done wrong. */
interface Wrong {
  readonly mistake: MistakeId;
  readonly values: Values;
  readonly message: string;
  readonly hint: string;
}

function plus(left: Values, right: Values, factor = 1): Float64Array {
  return Float64Array.from(left, (value, k) => value + factor * (right[k] ?? 0));
}

/** How often a part counts that should count once. */
function countsText(times: number, problem: NumericProblem): string {
  return `counts ${recognised(times, problem) ?? shown(times)} times`;
}

const everyPath = 'Draw every path from the input to the output. Which goes through this value?';

/**
 * hand = truth + (c − 1) · part, for one part of the chain rule's sum: c = 0 is a part that is missing, −1 one of the wrong sign,
 * another number a wrong factor on it. `part` must not be all there is.
 */
function miscounted(
  problem: NumericProblem,
  part: Values,
  name: string,
  whenZero: Pick<Wrong, 'mistake' | 'message' | 'hint'>,
): Wrong[] {
  const { hand, truth, blur } = problem;
  const others = plus(truth.values, part, -1);
  const negligible = (values: Values): boolean => largest(values) <= 4 * blur * largest(truth.values);
  if (negligible(part) || negligible(others)) return [];
  const times = fittedFactor(plus(hand.values, others, -1), part);
  const near = (value: number): boolean => Math.abs(times - value) <= 1e-3;
  if (!Number.isFinite(times) || near(1)) return [];
  const values = plus(others, part, near(0) ? 0 : near(-1) ? -1 : times);
  if (near(0)) return [{ ...whenZero, values }];
  if (near(-1)) {
    return [
      {
        mistake: 'sign-of-term',
        values,
        message: `One summand has the wrong sign: ${name}.`,
        hint: everyPath,
      },
    ];
  }
  return [
    {
      mistake: 'constant-factor',
      values,
      message: `One summand ${countsText(times, problem)}: ${name}. The others are right.`,
      hint: 'Is it a mean taken as a sum, or a factor of the inner derivative that was lost?',
    },
  ];
}

/** A value that depends on the input taken as a constant, or its part miscounted. */
function wholeStep(step: ProbedStep, problem: NumericProblem): Wrong[] {
  const name = `what comes through the result of ${word(step.operation)}`;
  return miscounted(problem, plus(problem.truth.values, step.held(), -1), name, {
    mistake: 'held-constant',
    message: `The result of ${word(step.operation)} was treated as a constant; it depends on the input too.`,
    hint: everyPath,
  });
}

/** One of the paths into an operation missing or miscounted: a part of the product or quotient rule. */
function paths(step: ProbedStep, problem: NumericProblem): Wrong[] {
  if (step.sources.length < 2) return [];
  return step.sources.flatMap((source, k) => {
    const name = `the path through ${['the first', 'the second'][k] ?? 'another'} operand of ${word(step.operation)}`;
    return miscounted(problem, source(), name, {
      mistake: 'lost-term',
      message: `A summand is missing: ${name}.`,
      hint: 'Both operands depend on the input: the rule has one summand for each.',
    });
  });
}

/** Softmax pulled back entry by entry, or with a sum that is not the one of s ⊙ (g − Σ g s). */
function softmaxWrongs({ softmax, held }: ProbedStep): Wrong[] {
  if (softmax === undefined) return [];
  const rest = held();
  const hint = 'Pulling g back through s = softmax(x) gives s ⊙ (g − Σ_k g_k s_k), a sum for each row.';
  return [
    {
      mistake: 'elementwise-product',
      values: plus(
        rest,
        softmax((g, s) => s.sub(s.square()).mul(g)),
      ),
      message:
        'The derivative by the result of softmax was multiplied entry by entry with s (1 − s), the diagonal of its Jacobian. The chain rule is a matrix product: Σ_i g_i J_ij.',
      hint,
    },
    {
      mistake: 'held-constant',
      values: plus(
        rest,
        softmax((g, s) => s.mul(g)),
      ),
      message: 'The normaliser of softmax was treated as a constant: only s ⊙ g is left of s ⊙ (g − Σ g s).',
      hint,
    },
    {
      mistake: 'lost-factor',
      values: plus(
        rest,
        softmax((g, s) => s.mul(g.sub(g.sum(-1, true)))),
      ),
      message: 'In the backward pass of softmax the sum is Σ g; its factor s is missing: Σ g s.',
      hint,
    },
    {
      mistake: 'sign-of-term',
      values: plus(
        rest,
        softmax((g, s) => s.mul(g.add(g.mul(s).sum(-1, true)))),
      ),
      message: 'In the backward pass of softmax the sum has the wrong sign: s ⊙ (g + Σ g s).',
      hint,
    },
  ];
}

/** The derivative of one operation left out, counted twice, or transposed. */
function ownDerivative({ operation, lost, twice, turned, held }: ProbedStep): Wrong[] {
  const name = word(operation);
  const found: Wrong[] = [];
  const add = (mistake: MistakeId, share: ProbedStep['lost'], message: string, hint: string): void => {
    if (share !== undefined) found.push({ mistake, values: plus(held(), share()), message, hint });
  };
  add(
    'lost-factor',
    lost,
    `The derivative of ${name} is missing from the chain.`,
    'Name the functions from the outside in; each one contributes its derivative.',
  );
  add(
    'extra-factor',
    twice,
    `The derivative of ${name} was multiplied in twice.`,
    'Was it already contained in what you started from?',
  );
  add(
    'transposed',
    turned,
    `The Jacobian of ${name} was used where its transpose belongs.`,
    'Pulling a gradient g back through y = A x gives Aᵀ g: write the indices and see which are summed.',
  );
  return found;
}

/** Two means, sums or largest values held constant at once, or both miscounted: a mean and a variance. */
function together({ operations, both, first, second }: HeldPair, problem: NumericProblem): Wrong[] {
  const { hand, truth, blur } = problem;
  const base = both();
  const bySecond = plus(first(), base, -1);
  const byFirst = plus(second(), base, -1);
  const cross = plus(plus(plus(truth.values, base, -1), byFirst, -1), bySecond, -1);
  const size = 4 * blur * largest(truth.values);
  if (largest(byFirst) <= size || largest(bySecond) <= size) return [];
  const terms = [byFirst, bySecond, ...(largest(cross) > size ? [cross] : [])];
  const target = plus(hand.values, base, -1);
  const counts = leastSquares(
    terms.map((values) => ({ values })),
    target,
  );
  if (counts === undefined) return [];
  const near = (count: number | undefined, value: number): boolean => Math.abs((count ?? 0) - value) <= 1e-3;
  const values = terms.reduce<Values>((sum, term, k) => plus(sum, term, counts[k]), base);
  const names = operations.map(word);
  if (near(counts[0], 0) && near(counts[1], 0)) {
    return [
      {
        mistake: 'held-constant',
        values,
        message: `The results of ${names.join(' and ')} were treated as constants; both depend on the input.`,
        hint: 'What happens to the mean and the normaliser when one input moves? Each adds a term.',
      },
    ];
  }
  const wrong = names.flatMap((name, k) =>
    near(counts[k], 1)
      ? []
      : [`what comes through the result of ${name} ${countsText(counts[k] ?? 0, problem)}`],
  );
  return [
    {
      mistake: 'constant-factor',
      values,
      message: `Summands are miscounted: ${wrong.join('; ')}. The rest is right.`,
      hint: 'Is it a mean taken as a sum: a 1/n that was lost?',
    },
  ];
}

/**
 * What went wrong inside the function, from one cotangent: the first mistake that gives exactly what was handed in. What gives
 * the right result too, or 0, is not claimed.
 */
export function insideByProbe(problem: NumericProblem, { steps, pairs }: ProbedInside): Diagnosis[] {
  const { hand, truth, blur } = problem;
  const looks: readonly (() => Wrong[])[] = [
    ...steps.map((step) => () => softmaxWrongs(step)),
    ...steps.map((step) => () => wholeStep(step, problem)),
    ...pairs.map((pair) => () => together(pair, problem)),
    ...steps.map((step) => () => [...paths(step, problem), ...ownDerivative(step)]),
  ];
  for (const look of looks) {
    for (const { mistake, values, message, hint } of attempted(look)) {
      const fits = values.length === hand.values.length && alike(values, hand.values, 4 * blur);
      if (!fits || largest(values) === 0 || alike(values, truth.values, 4 * blur)) continue;
      return [{ mistake, message, wrong: shownList(hand.values), right: shownList(truth.values), hint }];
    }
  }
  return [];
}

/** A look that fails (an operation that cannot be differentiated twice) finds nothing; it must not hide a verdict. */
function attempted(look: () => Wrong[]): Wrong[] {
  try {
    return look();
  } catch {
    return [];
  }
}
