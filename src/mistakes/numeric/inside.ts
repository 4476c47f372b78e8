/**
 * Mistakes inside the function: the chain rule is worked again at every value between input and output, each time with
 * one step done as people get it wrong, and the result held against what was handed in.
 */
import { type Intermediate, reducing, type JacobianTable as Table } from '../../autograd/index.js';
import type { Diagnosis, MistakeId } from '../diagnosis.js';
import { alike, largest, type NumericProblem, shownList } from './problem.js';
import { word } from './words.js';

/** What the derivative would be with one step done wrong. */
interface Wrong {
  readonly mistake: MistakeId;
  readonly values: ArrayLike<number>;
  readonly message: string;
  readonly hint: string;
}

const entry = (table: Table, row: number, column: number): number =>
  table.values[row * table.shape[1] + column] ?? 0;

function tableOf(rows: number, columns: number, at: (row: number, column: number) => number): Table {
  const values = Float64Array.from({ length: rows * columns }, (_, k) =>
    at(Math.floor(k / columns), k % columns),
  );
  return { values, shape: [rows, columns] };
}

function product(left: Table, right: Table): Table {
  return tableOf(left.shape[0], right.shape[1], (i, j) => {
    let sum = 0;
    for (let k = 0; k < left.shape[1]; k += 1) sum += entry(left, i, k) * entry(right, k, j);
    return sum;
  });
}

const transpose = (table: Table): Table =>
  tableOf(table.shape[1], table.shape[0], (i, j) => entry(table, j, i));
const diagonalOf = (table: Table): Table =>
  tableOf(...table.shape, (i, j) => (i === j ? entry(table, i, j) : 0));
const isSquare = ({ shape }: Table): boolean => shape[0] === shape[1];
const isDiagonal = (table: Table): boolean =>
  isSquare(table) && alike(diagonalOf(table).values, table.values, 1e-6);
const isSymmetric = (table: Table): boolean =>
  isSquare(table) && alike(transpose(table).values, table.values, 1e-6);
const sameSize = (left: Table, right: Table): boolean => left.shape.join() === right.shape.join();

function plus(left: ArrayLike<number>, right: ArrayLike<number>, factor = 1): number[] {
  return Array.from(left, (value, k) => value + factor * (right[k] ?? 0));
}

/** Σ_i g_i J_ij → g_j J_jj: only the diagonal of one step's Jacobian was used. */
function elementwise({ operation, outer, inner, sources }: Intermediate, rest: ArrayLike<number>): Wrong[] {
  const wrong = (values: ArrayLike<number>): Wrong => ({
    mistake: 'elementwise-product',
    values: plus(rest, values),
    message: `The derivative by the result of ${word(operation)} was multiplied entry by entry with the diagonal of its Jacobian. The chain rule is a matrix product: Σ_i g_i J_ij.`,
    hint: 'Through which outputs does one input act? The entries off the diagonal count too.',
  });
  const whole =
    isSquare(inner) && !isDiagonal(inner) ? [wrong(product(outer, diagonalOf(inner)).values)] : [];
  const steps = sources.flatMap((source) =>
    isSquare(source.local) && !isDiagonal(source.local)
      ? [wrong(product(product(outer, diagonalOf(source.local)), source.inner).values)]
      : [],
  );
  const both = sameSize(outer, inner) && isSquare(inner) && !isDiagonal(outer) && !isDiagonal(inner);
  const entries = both ? [wrong(outer.values.map((value, k) => value * (inner.values[k] ?? 0)))] : [];
  return [...whole, ...steps, ...entries];
}

/** A B → B A: the two sides of a value multiplied in the other order. */
function reversed({ operation, outer, inner }: Intermediate, rest: ArrayLike<number>): Wrong[] {
  if (!sameSize(outer, inner) || !isSquare(inner) || outer.shape[0] < 2) return [];
  return [
    {
      mistake: 'order-reversed',
      values: plus(rest, product(inner, outer).values),
      message: `The Jacobians on the two sides of the result of ${word(operation)} were multiplied in the wrong order.`,
      hint: 'The outermost function’s Jacobian stands on the left.',
    },
  ];
}

/** gᵀJ → (J g)ᵀ, A B → A Bᵀ: one step’s Jacobian taken transposed. */
function turned({ operation, outer, sources, inner }: Intermediate, rest: ArrayLike<number>): Wrong[] {
  const wrong = (values: ArrayLike<number>): Wrong => ({
    mistake: 'transposed',
    values: plus(rest, values),
    message: `The Jacobian of ${word(operation)} was used where its transpose belongs.`,
    hint: 'Pulling a gradient g back through y = A x gives Aᵀ g: write the indices and see which are summed.',
  });
  const whole =
    isSquare(inner) && !isSymmetric(inner) ? [wrong(product(outer, transpose(inner)).values)] : [];
  return [
    ...whole,
    ...sources.flatMap((source) =>
      isSquare(source.local) && !isSymmetric(source.local)
        ? [wrong(product(product(outer, transpose(source.local)), source.inner).values)]
        : [],
    ),
  ];
}

/** A value that depends on the input taken as a constant: its part of the derivative is missing. */
function held({ operation, outer, inner }: Intermediate, truth: ArrayLike<number>): Wrong[] {
  return [
    {
      mistake: 'held-constant',
      values: plus(truth, product(outer, inner).values, -1),
      message: `The result of ${word(operation)} was treated as a constant; it depends on the input too.`,
      hint: 'Draw every path from the input to the output. Which goes through this value?',
    },
  ];
}

/** One of the paths into an operation missing, or with the wrong sign: a part of the product or quotient rule. */
function paths({ operation, outer, sources }: Intermediate, truth: ArrayLike<number>): Wrong[] {
  if (sources.length < 2) return [];
  return sources.flatMap(({ local, inner }, k): Wrong[] => {
    const part = product(product(outer, local), inner).values;
    const which = `the path through ${['the first', 'the second'][k] ?? 'another'} operand of ${word(operation)}`;
    const hint = 'Both operands depend on the input: the rule has one summand for each.';
    return [
      {
        mistake: 'lost-term',
        values: plus(truth, part, -1),
        message: `A summand is missing: ${which}.`,
        hint,
      },
      {
        mistake: 'sign-of-term',
        values: plus(truth, part, -2),
        message: `One summand has the wrong sign: ${which}.`,
        hint,
      },
    ];
  });
}

/** The derivative of one operation left out, or counted twice. */
function factors(
  { operation, outer, inner: whole, sources }: Intermediate,
  rest: ArrayLike<number>,
): Wrong[] {
  const again = product(product(outer, whole), diagonalOf(whole)).values;
  const onTop: Wrong[] = isSquare(whole)
    ? [
        {
          mistake: 'extra-factor',
          values: plus(rest, again),
          message: `The right result was multiplied once more, entry by entry, by the derivative of ${word(operation)}.`,
          hint: 'Was that derivative already contained in what you started from?',
        },
      ]
    : [];
  return [...onTop, ...ownFactors({ operation, outer, inner: whole, sources }, rest)];
}

function ownFactors({ operation, outer, sources }: Intermediate, rest: ArrayLike<number>): Wrong[] {
  const [source] = sources;
  if (source === undefined || sources.length > 1 || !isSquare(source.local) || source.local.shape[0] < 2)
    return [];
  const { local, inner } = source;
  return [
    {
      mistake: 'lost-factor',
      values: plus(rest, product(outer, inner).values),
      message: `The derivative of ${word(operation)} is missing from the chain.`,
      hint: 'Name the functions from the outside in; each one contributes its derivative.',
    },
    {
      mistake: 'extra-factor',
      values: plus(rest, product(product(outer, product(local, local)), inner).values),
      message: `The derivative of ${word(operation)} was multiplied in twice.`,
      hint: 'Was it already contained in what you started from?',
    },
  ];
}

/** Σ_i g_i J_ij → g_i J_ij: the sum of the chain rule not taken, so that one index is left over. */
function uncontracted({ operation, outer, inner }: Intermediate): Wrong[] {
  if (outer.shape[0] !== 1 || inner.shape[0] < 2) return [];
  return [
    {
      mistake: 'missing-contraction',
      values: tableOf(...inner.shape, (i, j) => entry(outer, 0, i) * entry(inner, i, j)).values,
      message: `The Σ of the chain rule over the result of ${word(operation)} is missing; an index is left over.`,
      hint: 'Which index stands twice in the product? It is summed over.',
    },
  ];
}

/** Everything that could have gone wrong at one value, most specific first. */
function wrongsAt(value: Intermediate, truth: ArrayLike<number>, blur: number): Wrong[] {
  const through = product(value.outer, value.inner).values;
  const remaining = plus(truth, through, -1);
  const besides = largest(remaining) > blur * largest(truth);
  const rest = besides ? remaining : remaining.map(() => 0);
  // What leaves nothing of the way through this value is the same as holding it constant, and is called that.
  const changed = [
    ...elementwise(value, rest),
    ...reversed(value, rest),
    ...turned(value, rest),
    ...factors(value, rest),
  ].filter(({ values }) => !alike(values, rest, 4 * blur));
  return [
    ...changed,
    ...paths(value, truth),
    ...(besides ? held(value, truth) : []),
    ...(besides ? [] : uncontracted(value)),
  ];
}

/**
 * What went wrong inside the function: the mistakes that give exactly what was handed in, one of each kind, most specific
 * first. What gives the right result too, or 0, is not claimed.
 */
export function insideTheFunction({ hand, truth, blur, context }: NumericProblem): Diagnosis[] {
  const rank: readonly MistakeId[] = [
    'elementwise-product',
    'order-reversed',
    'transposed',
    'missing-contraction',
    'lost-term',
    'sign-of-term',
    'lost-factor',
    'extra-factor',
    'held-constant',
  ];
  const found = new Map<MistakeId, Diagnosis>();
  let heldBy = '';
  for (const value of context?.intermediates?.() ?? []) {
    for (const { mistake, values, message, hint } of wrongsAt(value, truth.values, blur)) {
      const named = found.get(mistake);
      const better = mistake === 'held-constant' && reducing.has(value.operation) && !reducing.has(heldBy);
      if (
        (named !== undefined && !better) ||
        values.length !== hand.values.length ||
        !alike(values, hand.values, 4 * blur)
      )
        continue;
      if (largest(values) === 0 || alike(values, truth.values, 4 * blur)) continue;
      if (mistake === 'held-constant') heldBy = value.operation;
      found.set(mistake, {
        mistake,
        message,
        wrong: shownList(hand.values),
        right: shownList(truth.values),
        hint,
      });
    }
  }
  const order = (mistake: MistakeId): number =>
    mistake === 'held-constant' && reducing.has(heldBy) ? -1 : rank.indexOf(mistake);
  return [...found.values()].sort((a, b) => order(a.mistake) - order(b.mistake));
}

/** Two values held constant at once: mean and variance of a norm, taken for numbers that do not move. */
export function heldConstantTogether({ hand, truth, blur, context }: NumericProblem): Diagnosis[] {
  for (const { operations, jacobian } of context?.heldTogether?.() ?? []) {
    const { values } = jacobian;
    if (
      !alike(values, hand.values, 4 * blur) ||
      largest(values) === 0 ||
      alike(values, truth.values, 4 * blur)
    )
      continue;
    return [
      {
        mistake: 'held-constant',
        message: `The results of ${operations.map(word).join(' and ')} were treated as constants; both depend on the input.`,
        wrong: shownList(hand.values),
        right: shownList(truth.values),
        hint: 'What happens to the mean and the normaliser when one input moves? Each adds a term.',
      },
    ];
  }
  return [];
}
