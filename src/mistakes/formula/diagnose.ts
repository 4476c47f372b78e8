/** From a wrong line to the likeliest mistakes. */
import { add, type Expr, HandgradError } from '../../formula/index.js';
import type { Diagnosis } from '../diagnosis.js';
import { diagonalOnly, lostDelta, missingContraction, summed, transposed } from './detectors/arrangement.js';
import { needsAssumption } from './detectors/assumption.js';
import { coefficientOf, coefficientsOf } from './detectors/coefficients.js';
import { editsOf, repairs } from './detectors/edits.js';
import { heldConstant } from './detectors/held-constant.js';
import { shape, unrelated } from './detectors/last.js';
import { leftFor, quotientOf } from './detectors/quotients.js';
import { transposesLost } from './detectors/transposes.js';
import { constantFactor, sign } from './detectors/whole.js';
import { wrongRule } from './detectors/wrong-rule.js';
import { type Detector, type Finding, finding, isMinusOne, withoutSign } from './finding.js';
import { linksOf, rawOf } from './forms.js';
import { Problem, type ProblemInput } from './problem.js';
import { rankOf } from './rank.js';
import { isLinear, sitesOf } from './sites.js';
import { termsOf } from './terms.js';
import type { WrongRule } from './wrong-rules.js';

/** What concerns the whole result. */
const onTheWhole: readonly Detector[] = [
  sign,
  constantFactor,
  summed,
  lostDelta,
  diagonalOnly,
  transposed,
  missingContraction,
  needsAssumption,
];

/**
 * The detectors for one problem, in stages: each is only begun where those before it found nothing exact, or nothing so
 * specific that the next could not do better.
 */
function* stages(
  problem: Problem,
  also: Additions,
): Generator<{ readonly detectors: Iterable<Detector>; readonly enough: number }> {
  const { expr } = problem.right;
  const terms = termsOf(expr);
  const raw = rawOf(problem);
  const rules =
    raw === undefined ? [] : [heldConstant(raw), wrongRule(raw, also.wrongRules), linearTerms(raw.expr)];
  const before = problem.previous === undefined ? [] : aroundForm(problem.previous.expr);
  const first = [
    ...onTheWhole,
    ...(also.detectors ?? []),
    ...aroundForm(expr),
    coefficientsOf(terms),
    repairs,
    ...before,
    ...rules,
  ];
  yield { detectors: first, enough: rankOf('extra-factor') + 1 };
  yield { detectors: alongLinks(problem), enough: rankOf('lost-power') };
  yield {
    detectors: [quotientOf(expr, problem.rights, problem.lines, '', 0)],
    enough: rankOf('extra-factor') + 5,
  };
  yield { detectors: inTerms(problem, terms), enough: rankOf('index-clash') + 5 };
  if (raw !== undefined) yield { detectors: [editsOf(raw.expr)], enough: rankOf('unrelated') };
}

/** The chain rule through each name between. */
function* alongLinks(problem: Problem): Generator<Detector> {
  for (const link of linksOf(problem)) {
    yield coefficientsOf([link.direct, link.through]);
    yield* aroundForm(link.whole);
    yield coefficientsOf(termsOf(link.whole), 0.3);
  }
}

/** Single terms of the right result, the others being right. */
function* inTerms(problem: Problem, terms: readonly Expr[]): Generator<Detector> {
  if (terms.length < 2 || terms.length > 6) return;
  for (const term of terms) {
    const left = leftFor(problem, term);
    if (left !== undefined)
      yield quotientOf(term, left.values, left.wanted, ` in the term ${problem.text(term)}`, 6);
  }
  yield editsOf(add(...terms));
}

/** The changes of one form of the right result. */
function* aroundForm(form: Expr): Generator<Detector> {
  yield transposesLost(form);
  yield editsOf(form);
  yield linearTerms(form);
}

/** Every term that enters linearly, with another coefficient. */
function linearTerms(form: Expr): Detector {
  return function* (problem) {
    for (const site of sitesOf(form, problem.scope)) {
      const { node } = site;
      if (node.kind !== 'add' || !isLinear(site)) continue;
      for (const [at, term] of node.terms.entries()) {
        const without = site.put(add(...node.terms.filter((_, other) => other !== at)));
        yield* coefficientOf(term, without)(problem);
      }
    }
  };
}

/** Mistakes known from outside: looked for beside those of the catalogue. */
export interface Additions {
  readonly wrongRules?: readonly WrongRule[];
  readonly detectors?: readonly Detector[];
}

/** What a detector finds; where a candidate cannot be computed it finds nothing more. */
function tried(detector: Detector, problem: Problem): readonly Finding[] {
  const found: Finding[] = [];
  try {
    for (const each of detector(problem)) found.push(each);
  } catch (error) {
    if (!(error instanceof HandgradError)) throw error;
  }
  return found;
}

/** The problem, or why its two formulas cannot be computed. */
function problemOf(input: ProblemInput): Problem | { readonly none: string } {
  try {
    return Problem.of(input);
  } catch (error) {
    if (error instanceof HandgradError) return { none: error.message };
    throw error;
  }
}

/** How many diagnoses are given at most. */
const MOST = 4;

/**
 * The mistakes that explain a wrong line, likeliest first: the most specific one that explains it exactly, then others that
 * give the same formula; two mistakes at once where no single one does; `unrelated` with the nearest formula where nothing
 * fits. None for a line that is right.
 *
 * @example diagnose({ declarations, asked, right, line }).diagnoses[0].mistake // 'lost-delta'
 */
export function diagnose(
  input: ProblemInput,
  also: Additions = {},
): { readonly diagnoses: readonly Diagnosis[] } {
  const problem = problemOf(input);
  if ('none' in problem) return { diagnoses: [notCompared(problem.none)] };
  if (problem.isRight) return { diagnoses: [] };
  const found: Finding[] = [];
  for (const { detectors, enough } of stages(problem, also)) {
    for (const detector of detectors) found.push(...tried(detector, problem));
    if (found.some(({ factor, rank }) => factor === undefined && rank < enough)) break;
  }
  const exact = found.filter(({ factor }) => factor === undefined);
  const chosen = ranked(exact);
  if (chosen.length > 0) return { diagnoses: chosen.slice(0, MOST) };
  const [double] = found.toSorted((a, b) => a.rank - b.rank);
  if (double?.factor !== undefined)
    return { diagnoses: [double.diagnosis, secondOf(problem, double.factor)] };
  const shapes = [...shape(problem)].map(({ diagnosis }) => diagnosis);
  return {
    diagnoses: shapes.length > 0 ? shapes : [...unrelated(problem)].map(({ diagnosis }) => diagnosis),
  };
}

/** The findings in order, each mistake once. */
function ranked(findings: readonly Finding[]): Diagnosis[] {
  const seen = new Set<string>();
  return findings
    .toSorted((a, b) => a.rank - b.rank)
    .filter(({ diagnosis: { mistake } }) => !seen.has(mistake) && seen.add(mistake))
    .map(({ diagnosis }) => diagnosis);
}

/** The number that the line is off by besides another mistake. */
function secondOf(problem: Problem, factor: NonNullable<Finding['factor']>): Diagnosis {
  if (isMinusOne(factor)) {
    const says = {
      mistake: 'sign',
      message: 'Besides, the whole result has the opposite sign.',
      hint: 'Where was a minus lost or added?',
    } as const;
    return finding(problem, says).diagnosis;
  }
  const also = withoutSign(factor).negative ? ', sign included' : '';
  const says = {
    mistake: 'constant-factor',
    message: `Besides, the line is off by the factor ${problem.text(factor)}${also}.`,
    hint: 'Which number does a rule bring down here, and was it used once?',
  } as const;
  return finding(problem, says).diagnosis;
}

function notCompared(reason: string): Diagnosis {
  return {
    mistake: 'unrelated',
    message: `The line could not be held against the right result at any point: ${reason}.`,
    wrong: '',
    right: '',
    hint: 'Which values does your formula allow: is something divided by zero, or the logarithm of a negative number taken?',
  };
}
