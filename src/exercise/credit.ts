/** What an attempt is worth. */
import type { Status, Verdict } from '../check/index.js';
import type { Derivation, Step } from '../derivation/index.js';
import type { MistakeId } from '../mistakes/index.js';
import { isBegun, isFinished } from './progress.js';

/** What one part is worth so far, and why. */
export interface PartCredit {
  readonly name: string;
  readonly earned: number;
  readonly points: number;
  /** One or two sentences: what is right, where it goes wrong, by which mistake. */
  readonly says: string;
  /** How the answer was judged; undefined where there is none yet. */
  readonly status?: Status;
  /** The likeliest mistake, where there is one. */
  readonly mistake?: MistakeId;
}

/** The credit of an exercise, or of one part of it; it shows itself as a table. */
export class Credit {
  readonly earned: number;
  readonly possible: number;

  constructor(
    readonly exercise: string,
    readonly parts: readonly PartCredit[],
  ) {
    this.earned = parts.reduce((total, part) => total + part.earned, 0);
    this.possible = parts.reduce((total, part) => total + part.points, 0);
  }

  toString(): string {
    const rows = this.parts.map(
      ({ name, earned, points, says }) => `  ${name}: ${earned} of ${points}: ${says}`,
    );
    return [`${this.exercise}: ${this.earned} of ${this.possible} points`, ...rows].join('\n');
  }
}

/** What a part is worth, without its name. */
export type Worth = Omit<PartCredit, 'name' | 'points'>;

/** What a right beginning is worth, and a right answer that was spoilt by what follows it, of a part's points. */
const BEGUN = 1 / 4;
const SPOILT = 1 / 2;

/**
 * The rule of credit for a derivation (docs/decisions/0601-credit.md). All points where the last line is right (proved or agrees) and free
 * of ∂. Else, of the right lines before the first wrong one: half where one of them was free of ∂ (the answer was there, and was
 * spoilt), a quarter where one of them says more than the question (a right beginning), nothing for any number of lines that say the same
 * in other words.
 */
export function worthOfDerivation(derivation: Derivation, points: number): Worth {
  const { steps, firstWrong } = derivation;
  const answer = steps.filter((step) => step.kind === 'line' && !isDeliberate(step)).at(-1);
  const wrong = firstWrong === undefined ? undefined : steps[firstWrong];
  const mistake = wrong?.verdict.diagnoses[0]?.mistake;
  const found = mistake === undefined ? {} : { mistake };
  const wrongSays =
    wrong === undefined ? '' : `Line ${(firstWrong ?? 0) + 1} is wrong: ${mistakeSays(wrong.verdict)}`;
  if (answer === undefined) return { earned: 0, says: wrongSays || 'No line yet.', ...found };
  const { status } = answer.verdict;
  if (isRight(answer) && isFinished(answer))
    return { earned: points, status, ...found, says: sentences(`Right: ${status}.`, wrongSays) };
  const right = steps.slice(0, firstWrong).filter((step) => step.kind === 'line' && isRight(step));
  const [finished, begun] = [right.find(isFinished), right.find((step) => isBegun(step, derivation))];
  const best = finished ?? begun;
  const share = finished !== undefined ? SPOILT : begun !== undefined ? BEGUN : 0;
  const bestSays =
    best === undefined
      ? right.length > 0 && 'What stands before says no more than the question.'
      : `Line ${steps.indexOf(best) + 1} is ${finished === undefined ? 'a right beginning' : 'right and free of ∂'}.`;
  const says = sentences(bestSays, wrongSays, wrong === undefined && openSays(answer));
  return { earned: points * share, status: status === 'refuted' ? status : 'undecided', ...found, says };
}

/** Numbers and code are right or not: all points, or none. */
export function worthOfVerdict(verdict: Verdict | undefined, points: number): Worth {
  if (verdict === undefined) return { earned: 0, says: 'No answer yet.' };
  const { status } = verdict;
  if (status === 'proved' || status === 'agrees')
    return { earned: points, status, says: `Right: ${status}.` };
  if (status === 'undecided') {
    const because = verdict.witnesses.map((witness) => `${witness.name}: ${witness.says}`).join('; ');
    return { earned: 0, status, says: `Undecided, so without credit: ${because}.` };
  }
  const mistake = verdict.diagnoses[0]?.mistake;
  return {
    earned: 0,
    status,
    says: `Wrong: ${mistakeSays(verdict)}`,
    ...(mistake === undefined ? {} : { mistake }),
  };
}

function openSays(answer: Step): string {
  if (answer.verdict.status === 'undecided')
    return 'The last line is undecided, so without credit: no witness could say whether it is right. Try to write it in another form.';
  return 'The last line is right, but not finished: a ∂ is left in it.';
}

/** The likeliest mistake by name and in words. */
function mistakeSays({ diagnoses, witnesses }: Verdict): string {
  const [likeliest] = diagnoses;
  if (likeliest !== undefined) return `${likeliest.mistake}: ${likeliest.message}`;
  return witnesses.find((witness) => witness.finds === 'against')?.says ?? 'it is refuted.';
}

function isRight({ verdict }: Step): boolean {
  return verdict.status === 'proved' || verdict.status === 'agrees';
}

/** Wrong, and meant to be. */
function isDeliberate({ verdict }: Step): boolean {
  return verdict.status === 'refuted' && verdict.expected === 'refuted';
}

function sentences(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join(' ');
}
