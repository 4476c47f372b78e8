/** Two mistakes at once: one change of the right result and one of the line that meet in the same formula. */
import { type Expr, simpleIndex, substituteIndices } from '../../../formula/index.js';
import type { MistakeId } from '../../diagnosis.js';
import { alike } from '../compare.js';
import { type Finding, finding } from '../finding.js';
import type { Problem } from '../problem.js';
import { pairs } from './arrangement.js';
import { type Edit, edited } from './edits.js';

/** Changes that keep all parts of a formula; of the others one at most is taken, or any two formulas would meet. */
const keeping: ReadonlySet<MistakeId> = new Set([
  'sign-of-term',
  'delta-replaced-by-one',
  'lost-delta',
  'lost-power',
  'constant-factor',
  'transposed',
  'order-reversed',
]);
const removing: ReadonlySet<MistakeId> = new Set([
  'lost-term',
  'lost-factor',
  'extra-factor',
  'elementwise-product',
]);

/** More changes than this of one formula are not tried. */
const MOST = 400;

interface Change {
  readonly before: Expr;
  readonly edit: Edit;
  readonly mistake: MistakeId;
  readonly whole: Expr;
  readonly values: Float64Array;
}

/** A change of the whole formula: its two axes exchanged. */
function* exchanged(problem: Problem, expr: Expr): Generator<{ before: Expr; edit: Edit; whole: Expr }> {
  for (const [i, j] of pairs(problem)) {
    const whole = substituteIndices(
      expr,
      new Map([
        [i, simpleIndex(j)],
        [j, simpleIndex(i)],
      ]),
    );
    const message = (): string => `The indices ${i} and ${j} of the result are exchanged.`;
    const hint = 'Which index belongs to the output and which to the variable?';
    yield { before: expr, whole, edit: { to: whole, mistake: 'transposed', message, hint } };
  }
}

function* everyChange(problem: Problem, expr: Expr): Generator<{ before: Expr; edit: Edit; whole: Expr }> {
  yield* exchanged(problem, expr);
  for (const { site, edit, whole } of edited(expr, problem)) yield { before: site.node, edit, whole };
}

/** The changes of a formula with their values at the first point. */
function changesOf(problem: Problem, expr: Expr, reverse: boolean): readonly Change[] {
  const found: Change[] = [];
  for (const { before, edit, whole } of everyChange(problem, expr)) {
    const mistake = (reverse ? edit.reverse : undefined) ?? edit.mistake;
    if (mistake === 'none' || !(keeping.has(mistake) || removing.has(mistake))) continue;
    const values = problem.values(whole, 0);
    if (values?.every(Number.isFinite)) found.push({ before, edit, mistake, whole, values });
    if (found.length >= MOST) break;
  }
  return found;
}

/** A key that is equal for equal values, but for rounding at the edge of the last digit. */
function keyOf(values: Float64Array): string {
  return Array.from(values.subarray(0, 8), (value) => value.toPrecision(6)).join();
}

/**
 * The two mistakes that together explain the line: (δ_ij − v_j) a → (1 + v_j) a. The right result changed by the first and the
 * line mended of the second are one formula.
 */
export function twoMistakes(problem: Problem): readonly [Finding, Finding] | undefined {
  const ours = new Map<string, Change[]>();
  for (const change of changesOf(problem, problem.right.expr, false)) {
    const key = keyOf(change.values);
    ours.set(key, [...(ours.get(key) ?? []), change]);
  }
  for (const mended of changesOf(problem, problem.line.expr, true)) {
    for (const change of ours.get(keyOf(mended.values)) ?? []) {
      if (removing.has(change.mistake) && removing.has(mended.mistake)) continue;
      const meet = problem.samplers.every((_, at) =>
        alike(problem.values(change.whole, at), problem.values(mended.whole, at)),
      );
      if (!meet) continue;
      const first = findingOf(problem, change.mistake, change.edit, change.before, change.edit.to);
      const second = findingOf(problem, mended.mistake, mended.edit, mended.edit.to, mended.before);
      return first.rank <= second.rank ? [first, second] : [second, first];
    }
  }
  return undefined;
}

function findingOf(
  problem: Problem,
  mistake: MistakeId,
  { message, hint }: Edit,
  right: Expr,
  wrong: Expr,
): Finding {
  const texts = { right: problem.text(right), wrong: problem.text(wrong) };
  const says =
    mistake === 'extra-factor'
      ? `There is a factor too many in ${texts.wrong}.`
      : message(texts.right, texts.wrong);
  return finding(problem, { mistake, ...texts, hint, message: `One of two mistakes: ${lower(says)}` });
}

/** The sentence as part of another; formulas at its beginning keep their letters. */
function lower(sentence: string): string {
  return /^[A-Z][a-z ]/u.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
