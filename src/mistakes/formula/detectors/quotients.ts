/** The line divided by the right result, recognised among the expressions at hand. */
import { call, divide, type Expr, num, power } from '../../../formula/index.js';
import type { MistakeId } from '../../diagnosis.js';
import { type AtHand, atHand } from '../at-hand.js';
import { type Detector, type Finding, finding } from '../finding.js';
import type { Problem, Values } from '../problem.js';
import { rankOf } from '../rank.js';
import { presence } from '../terms.js';

interface Candidate {
  readonly expr: Expr;
  readonly exponent: number;
  readonly values: Values;
}

const exponents = [1, -1, 2, -2, 0.5, -0.5, 3, -3];

/** Entries at which a candidate is tried before all of it is: up to two at each of the first points. */
function trials(
  ofValues: Values,
  wanted: Values,
): readonly { point: number; entry: number; quotient: number }[] {
  return [0, 1].flatMap((point) => {
    const [of, target] = [ofValues[point], wanted[point]];
    if (of === undefined || target === undefined) return [];
    const order = Array.from(of.keys())
      .filter((entry) => (of[entry] ?? 0) !== 0 && (target[entry] ?? 0) !== 0)
      .sort((a, b) => Math.abs(of[b] ?? 0) - Math.abs(of[a] ?? 0));
    return order.slice(0, 2).map((entry) => ({
      point,
      entry,
      quotient: (target[entry] ?? Number.NaN) / (of[entry] ?? Number.NaN),
    }));
  });
}

/** Whether a factor may be the quotient: at one point the entries must agree on the number that is left. */
function mayBe(tried: ReturnType<typeof trials>, value: (point: number, entry: number) => number): boolean {
  const numbers = new Map<number, number>();
  for (const { point, entry, quotient } of tried) {
    const number = quotient / value(point, entry);
    const before = numbers.get(point);
    if (!Number.isFinite(number)) return false;
    if (before !== undefined && !(Math.abs(number - before) <= 1e-7 * Math.abs(before))) return false;
    numbers.set(point, number);
  }
  return tried.length > 0;
}

/** wanted = c · of · factor at every point, with c a number made of numbers and sizes. */
function factorBetween(
  problem: Problem,
  of: Values,
  wanted: Values,
  factor: Values,
): { number?: Expr } | undefined {
  const product = (at: number): Float64Array | undefined =>
    of[at]?.map((x, k) => x * (factor[at]?.[k] ?? Number.NaN));
  const match = problem.match(product, wanted);
  return match && (match.factor === undefined ? {} : { number: match.factor });
}

/**
 * x_j / r → x_j: the line is the right formula times an expression at hand (or two). What is divided out was lost, what is
 * multiplied is one too many; where the formula has the base to a higher power, an exponent is wrong.
 */
export function quotientOf(
  of: Expr,
  ofValues: Values,
  wanted: Values,
  part: string,
  later: number,
): Detector {
  return function* (problem) {
    const tried = trials(ofValues, wanted);
    const all = atHand(problem);
    const fitting = all.flatMap((item) =>
      exponents.flatMap((exponent): Candidate[] => {
        if (!mayBe(tried, (point, entry) => (item.values[point]?.[entry] ?? Number.NaN) ** exponent))
          return [];
        return [{ expr: item.expr, exponent, values: item.values.map((v) => v.map((x) => x ** exponent)) }];
      }),
    );
    const single = fitting.flatMap((candidate): Finding[] => {
      const match = factorBetween(problem, ofValues, wanted, candidate.values);
      return match === undefined ? [] : [factorFinding(problem, of, candidate, match.number, part, later)];
    });
    // all of them are the same number written in other ways: the plainest is named
    const [plainest] = single.toSorted(
      (a, b) => a.rank - rankOf(a.diagnosis.mistake) - (b.rank - rankOf(b.diagnosis.mistake)),
    );
    if (plainest !== undefined) {
      yield plainest;
      return;
    }
    yield* pairsOf(problem, all, tried, of, ofValues, wanted, part, later + 20);
  };
}

function factorFinding(
  problem: Problem,
  of: Expr,
  { expr, exponent }: Candidate,
  number: Expr | undefined,
  part: string,
  later: number,
): Finding {
  const same = (left: Expr, right: Expr): boolean => problem.sameAtOnePoint(left, right);
  const present = presence(same, of, expr);
  const written = presence(same, problem.line.expr, expr);
  const magnitude = Math.abs(exponent);
  const text = problem.text(powerOf(expr, magnitude));
  const mistake: MistakeId =
    present * exponent < 0 && Math.abs(present) >= magnitude
      ? Math.abs(present) > magnitude
        ? 'lost-power'
        : 'lost-factor'
      : written * exponent > 0
        ? 'extra-factor'
        : 'lost-factor';
  const inverse = exponent > 0 === (mistake !== 'extra-factor');
  const factor = inverse ? problem.text(divide(num(1), powerOf(expr, magnitude))) : text;
  const messages: Partial<Record<MistakeId, string>> = {
    'lost-power': `The exponent of ${problem.text(expr)} is not right${part}.`,
    'lost-factor': `The factor ${factor} is missing${part}.`,
    'extra-factor': `There is a factor ${factor} too many${part}.`,
  };
  // an expression of several nodes, or a high power, is a weaker explanation than a name
  const rarity = (expr.kind === 'tensor' ? 0 : 0.1) + (magnitude === 1 ? 0 : 0.2);
  return finding(
    problem,
    {
      mistake,
      message: messages[mistake] ?? '',
      later: later + rarity + (present === 0 && mistake === 'lost-factor' ? 0.3 : 0),
      hint:
        mistake === 'extra-factor'
          ? `Which rule would bring ${factor} here, and was it used already?`
          : `Which rule gives ${factor}: the inner derivative of a chain rule, a quotient, the 1/u of a logarithm?`,
    },
    number,
  );
}

function powerOf(expr: Expr, exponent: number): Expr {
  if (exponent === 1) return expr;
  return exponent === 0.5 ? call('sqrt', expr) : power(expr, num(exponent));
}

/** Two factors at once, each to the power 1 or −1. */
function* pairsOf(
  problem: Problem,
  all: readonly AtHand[],
  tried: ReturnType<typeof trials>,
  of: Expr,
  ofValues: Values,
  wanted: Values,
  part: string,
  later: number,
): Generator<Finding> {
  // a number alone says nothing about two factors
  if (tried.length < 3) return;
  for (const [at, left] of all.entries()) {
    for (const right of all.slice(at + 1)) {
      for (const [a, b] of signs) {
        const value = (point: number, entry: number): number =>
          (left.values[point]?.[entry] ?? Number.NaN) ** a *
          (right.values[point]?.[entry] ?? Number.NaN) ** b;
        if (!mayBe(tried, value)) continue;
        const product = wanted.map((target, point) => target.map((_, entry) => value(point, entry)));
        const match = factorBetween(problem, ofValues, wanted, product);
        if (match === undefined) continue;
        const factors = [
          { expr: left.expr, exponent: a, values: left.values },
          { expr: right.expr, exponent: b, values: right.values },
        ];
        const pair = factors.map((factor) => factorFinding(problem, of, factor, match.number, part, later));
        // one lost and another added would explain anything by anything
        if (pair[0]?.diagnosis.mistake !== pair[1]?.diagnosis.mistake) continue;
        for (const factor of factors) yield factorFinding(problem, of, factor, match.number, part, later);
        return;
      }
    }
  }
}

const signs = [
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;

/** What is left of the line when all other terms are right: the values that one term would have to have. */
export function leftFor(problem: Problem, term: Expr): { values: Values; wanted: Values } | undefined {
  const values = problem.samplers.flatMap((_, at) => problem.values(term, at) ?? []);
  if (values.length < problem.samplers.length) return undefined;
  const wanted = problem.lines.map((line, at) =>
    line.map((x, k) => x - (problem.rights[at]?.[k] ?? Number.NaN) + (values[at]?.[k] ?? Number.NaN)),
  );
  return { values, wanted };
}
