/** The line as a sum of the right result's terms with other coefficients. */
import { add, type Expr, num } from '../../../formula/index.js';
import { alike } from '../compare.js';
import { type Detector, finding, isMinusOne, type Says } from '../finding.js';
import { leastSquares } from '../least-squares.js';
import type { Problem } from '../problem.js';
import { isLinear, sitesOf } from '../sites.js';

/** What a coefficient other than 1 says about its term. */
function saysOf(problem: Problem, term: Expr, coefficient: Expr, later: number): Says {
  const text = problem.readable(term);
  const shared = { right: text, later };
  if (coefficient.kind === 'number' && coefficient.value.equals(0)) {
    return {
      ...shared,
      mistake: 'lost-term',
      wrong: problem.text(problem.line.expr),
      message: `The summand ${text} is missing.`,
      hint: 'Through how many places does the variable enter? Each path, and each part of a product rule, gives a summand.',
    };
  }
  const wrong = problem.text({ kind: 'multiply', factors: [coefficient, term] });
  if (isMinusOne(coefficient)) {
    return {
      ...shared,
      mistake: 'sign-of-term',
      wrong: problem.text({ kind: 'negate', operand: term }),
      message: `The summand ${text} has the opposite sign.`,
      hint: 'Which rule gives this summand, and with which sign does it enter?',
    };
  }
  return {
    ...shared,
    mistake: 'constant-factor',
    // of one term, behind what concerns the whole
    later: later + 50.6,
    wrong,
    message: `The summand ${text} counts ${problem.text(coefficient)} times.`,
    hint: 'Is it a sum or a mean, and how often does this summand occur?',
  };
}

/** line = Σ c_k term_k: c_k = 0 is a lost term, −1 a turned sign, any other number a wrong factor. All are named. */
export function coefficientsOf(terms: readonly Expr[], later = 0): Detector {
  return function* (problem) {
    if (terms.length < 2) return;
    const perPoint = problem.lines.map((line, at) => {
      const values = terms.map((term) => problem.values(term, at));
      const known = values.flatMap((v) => (v === undefined ? [] : [v]));
      return known.length === terms.length ? leastSquares(known, line) : undefined;
    });
    const coefficients: Expr[] = [];
    for (const at of terms.keys()) {
      const values = perPoint.map((list) => list?.[at] ?? Number.NaN);
      const zero = values.every((value) => Math.abs(value) < 1e-8);
      const known = zero ? num(0) : problem.recognise(values);
      if (known === undefined) return;
      coefficients.push(known);
    }
    const isOne = (c: Expr): boolean => c.kind === 'number' && c.value.equals(1);
    if (coefficients.every((c) => c.kind === 'number' && c.value.equals(0))) return;
    const wrong = coefficients.filter((c) => !isOne(c)).length;
    if (wrong === 0) return;
    // every term off, each by its own number, says nothing
    if (wrong === terms.length && terms.length > 2) return;
    const one = wrong === terms.length ? 6 : 0;
    for (const [at, coefficient] of coefficients.entries()) {
      const term = terms[at];
      if (term === undefined || isOne(coefficient)) continue;
      yield finding(problem, saysOf(problem, term, coefficient, later + one + (wrong > 1 ? 0.2 : 0)));
    }
  };
}

/** line = right + (c − 1) · part, for one part that enters the right result linearly. */
function coefficientOf(part: Expr, without: Expr, later = 0): Detector {
  return function* (problem) {
    const values = problem.lines.map((line, at) => {
      const rest = problem.values(without, at);
      const right = problem.rights[at];
      if (rest === undefined || right === undefined) return Number.NaN;
      return ratioOf(line, rest, right);
    });
    if (values.some((value) => !Number.isFinite(value))) return;
    const zero = values.every((value) => Math.abs(value) < 1e-8);
    const coefficient = zero ? num(0) : problem.recognise(values);
    if (coefficient === undefined) return;
    yield finding(problem, saysOf(problem, part, coefficient, later));
  };
}

/** The c with line − rest = c (right − rest), or NaN. */
function ratioOf(line: Float64Array, rest: Float64Array, right: Float64Array): number {
  const part = right.map((value, at) => value - (rest[at] ?? Number.NaN));
  const rest2 = line.map((value, at) => value - (rest[at] ?? Number.NaN));
  const dot = part.reduce((sum, value, at) => sum + value * (rest2[at] ?? 0), 0);
  const square = part.reduce((sum, value) => sum + value * value, 0);
  const c = dot / square;
  const fitted = part.map((value, at) => c * value + (rest[at] ?? Number.NaN));
  return alike(fitted, line) ? c : Number.NaN;
}

/** Every term that enters linearly, with another coefficient. */
export function linearTerms(form: Expr): Detector {
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
