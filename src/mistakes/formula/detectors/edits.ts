/** One change at one place of a formula: in a form of the right result it gives the line, or in the line it gives the right result. */
import type { Expr } from '../../../formula/index.js';
import type { MistakeId } from '../../diagnosis.js';
import { type Detector, explained, repaired } from '../finding.js';
import type { Problem } from '../problem.js';
import { type Site, sitesOf } from '../sites.js';
import { collapsedTotal, exchangedSlots, movedVector, otherAxis } from './contractions.js';
import { changedPower, lostFactor } from './factors.js';
import { deltaAsOne, exchangedIndices, otherIndex } from './indices.js';
import { lostFunction, otherName, turnedOffset } from './replaced.js';
import { lostTerm, turnedTerm } from './signs.js';

/** What stands in a place instead, and what that is. */
export interface Edit {
  readonly to: Expr;
  readonly mistake: MistakeId;
  /** What the change undone is, where it is not the same: a factor lost is, the other way about, one too many. */
  readonly reverse?: MistakeId | 'none';
  readonly later?: number;
  /** What is said of the right piece and the wrong one. */
  readonly message: (right: string, wrong: string) => string;
  readonly hint: string;
}

export type EditRule = (site: Site, problem: Problem) => Iterable<Edit>;

const rules: readonly EditRule[] = [
  turnedTerm,
  lostTerm,
  lostFactor,
  changedPower,
  deltaAsOne,
  collapsedTotal,
  exchangedSlots,
  movedVector,
  otherAxis,
  exchangedIndices,
  otherIndex,
  lostFunction,
  otherName,
  turnedOffset,
];

/** Every change of a formula by one rule at one place. */
export function* edited(expr: Expr, problem: Problem): Generator<{ site: Site; edit: Edit; whole: Expr }> {
  for (const site of sitesOf(expr, problem.scope))
    for (const rule of rules)
      for (const edit of rule(site, problem)) yield { site, edit, whole: site.put(edit.to) };
}

/** Changes of one form of the right result that give the line. */
export function editsOf(form: Expr, further = 0): Detector {
  return function* (problem) {
    // a line that is 0 is met by every change that happens to give 0
    if (problem.lineIsZero) return;
    for (const { site, edit, whole } of edited(form, problem)) {
      yield* explained(problem, whole, () => {
        const { right, wrong } = piecesOf(problem, site, edit.to);
        const { mistake, hint } = edit;
        const later = (edit.later ?? 0) + further;
        return { mistake, hint, later, right, wrong, message: edit.message(right, wrong) };
      });
    }
  };
}

/** Changes of the line that give the right result. */
export const repairs: Detector = function* (problem) {
  for (const { site, edit, whole } of edited(problem.line.expr, problem)) {
    const mistake = edit.reverse ?? edit.mistake;
    if (mistake === 'none') continue;
    yield* repaired(problem, whole, () => {
      const [wrong, right] = [problem.text(site.node), problem.text(edit.to)];
      const message = mistake === edit.mistake ? edit.message(right, wrong) : reversed(mistake, right, wrong);
      return { mistake, hint: edit.hint, later: edit.later ?? 0, wrong, right, message };
    });
  }
};

/** Characters of a piece that need no simplifying. */
const readAtOnce = 24;

/** What differs, as text; the whole lines where a piece would be longer than they are. */
function piecesOf(
  problem: Problem,
  { node, scope }: Site,
  wrong: Expr,
): { readonly right: string; readonly wrong: string } {
  const shown = (expr: Expr): string => {
    const text = problem.text(expr);
    return text.length > readAtOnce ? problem.readable(expr, scope) : text;
  };
  const pieces = { right: shown(node), wrong: shown(wrong) };
  const whole = { right: problem.text(problem.right.expr), wrong: problem.text(problem.line.expr) };
  return pieces.right.length + pieces.wrong.length > whole.right.length + whole.wrong.length ? whole : pieces;
}

function reversed(mistake: MistakeId, right: string, wrong: string): string {
  if (mistake === 'extra-factor')
    return `There is a factor too many: you wrote ${wrong}, the rules give ${right} here.`;
  if (mistake === 'extra-term')
    return `There is a term too many: you wrote ${wrong}, the rules give ${right} here.`;
  return `You wrote ${wrong}; the rules give ${right} here.`;
}
