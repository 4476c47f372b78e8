/**
 * Mistakes inside a function whose Jacobian is never built: what one cotangent would have given with one step of the chain
 * rule done as people get it wrong, held against what was handed in for that cotangent.
 */
import type { HeldPair, ProbedInside, ProbedStep } from '../../autograd/index.js';
import type { Diagnosis, MistakeId } from '../diagnosis.js';
import { countsText, everyPath, miscounted, plus, type Values, type Wrong } from './miscounted.js';
import { normaliserWrongs } from './normaliser.js';
import { alike, largest, type NumericProblem, shownList } from './problem.js';
import { leastSquares } from './terms.js';
import { word } from './words.js';

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
    name === 'product'
      ? 'The other factor of a product is missing.'
      : `The derivative of ${name} is missing from the chain.`,
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
  const [one, other] = operations.map(word);
  const names = one === other ? [`the first ${one}`, `the second ${other}`] : [`the ${one}`, `the ${other}`];
  if (near(counts[0], 0) && near(counts[1], 0)) {
    return [
      {
        mistake: 'held-constant',
        values,
        message: `The results of ${one} and ${other} were treated as constants; both depend on the input.`,
        hint: 'What happens to the mean and the normaliser when one input moves? Each adds a term.',
      },
    ];
  }
  const wrong = names.flatMap((name, k) =>
    near(counts[k], 1) ? [] : [`what comes through ${name} ${countsText(counts[k] ?? 0, problem)}`],
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
    ...steps.map((step) => () => normaliserWrongs(step, problem)),
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
