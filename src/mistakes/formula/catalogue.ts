/** The catalogue: which detectors look at a line, in which order, and in which forms of the right result. */
import { add, type Expr } from '../../formula/index.js';
import type { Diagnosis } from '../diagnosis.js';
import {
  diagonalOnly,
  kroneckerReversed,
  lostDelta,
  missingContraction,
  summed,
  transposed,
} from './detectors/arrangement.js';
import { needsAssumption } from './detectors/assumption.js';
import { coefficientsOf, linearTerms } from './detectors/coefficients.js';
import { editsOf, repairs } from './detectors/edits.js';
import { heldConstant } from './detectors/held-constant.js';
import { insertedFactor } from './detectors/inserted.js';
import { elementwiseThrough, jacobianLost } from './detectors/links.js';
import { meansOverOtherAxis } from './detectors/other-axis.js';
import { leftFor, quotientOf } from './detectors/quotients.js';
import { transposesLost } from './detectors/transposes.js';
import { constantFactor, sign } from './detectors/whole.js';
import { wrongRule } from './detectors/wrong-rule.js';
import type { Detector } from './finding.js';
import { linksOf, rawOf, unfoldedOnce } from './forms.js';
import type { Problem } from './problem.js';
import { rankOf } from './rank.js';
import { termsOf } from './terms.js';
import type { WrongRule } from './wrong-rules.js';

/** Mistakes known from outside: looked for beside those of the catalogue. */
export interface Additions {
  readonly wrongRules?: readonly WrongRule[];
  readonly detectors?: readonly Detector[];
}

/** What concerns the whole result. */
const onTheWhole: readonly Detector[] = [
  sign,
  constantFactor,
  summed,
  lostDelta,
  diagonalOnly,
  transposed,
  kroneckerReversed,
  missingContraction,
  meansOverOtherAxis,
  needsAssumption,
];

/** Detectors that are run together. */
export interface Stage {
  readonly detectors: Iterable<Detector>;
  /** The rank below which an exact explanation makes later stages needless. */
  readonly enough: number;
}

/**
 * The detectors for one problem, in stages: each is only begun where those before it found nothing exact, or nothing so
 * specific that the next could not do better.
 */
export function* stages(problem: Problem, also: Additions): Generator<Stage> {
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
  yield { detectors: inOtherForms(problem), enough: rankOf('lost-power') };
  yield {
    detectors: [quotientOf(expr, problem.rights, problem.lines, '', 0)],
    enough: rankOf('extra-factor') + 5,
  };
  yield { detectors: inTerms(problem, terms), enough: rankOf('index-clash') + 5 };
  if (raw !== undefined) yield { detectors: [editsOf(raw.expr, 1.2)], enough: rankOf('index-clash') + 5 };
  yield { detectors: [insertedFactor], enough: rankOf('unrelated') };
}

/** The result with its names unfolded, and the chain rule through each name between. */
function* inOtherForms(problem: Problem): Generator<Detector> {
  const unfolded = unfoldedOnce(problem, problem.right.expr);
  if (unfolded !== problem.right.expr) {
    yield* aroundForm(unfolded, 0.6);
    yield coefficientsOf(termsOf(unfolded), 0.3);
  }
  for (const link of linksOf(problem)) {
    yield coefficientsOf([link.direct, link.through]);
    yield* aroundForm(link.whole, 0.6);
    yield coefficientsOf(termsOf(link.whole), 0.3);
    yield jacobianLost(link);
  }
}

/** What tells a mistake that was found better: by the names that the derivation goes through. */
export function inNames(problem: Problem, { mistake }: Diagnosis): readonly Detector[] {
  return mistake === 'elementwise-product' ? linksOf(problem).map(elementwiseThrough) : [];
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

/** The changes of one form of the right result; a form further from how it reads is a weaker witness. */
function* aroundForm(form: Expr, later = 0): Generator<Detector> {
  yield transposesLost(form);
  yield editsOf(form, later);
  yield linearTerms(form);
}
