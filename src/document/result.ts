/** What came of a document. */
import type { Verdict } from '../check/index.js';
import { meetsExpectation } from '../display/index.js';
import type { Place } from './source-text.js';

/** A statement that was judged, or that could not be. */
export interface Finding extends Place {
  /** `line` of a derivation, `check` of an equality, `derivation` that ends too early, `unreadable`. */
  readonly kind: 'line' | 'check' | 'derivation' | 'unreadable';
  /** The statement as it stands in the document. */
  readonly text: string;
  readonly verdict?: Verdict;
  /** The mistake that was expected, by name. */
  readonly expectedMistake?: string;
  /** Why it does not pass, where that is not the verdict. */
  readonly problem?: string;
}

export interface DocumentResult {
  readonly path: string;
  /** In the order of the document. */
  readonly findings: readonly Finding[];
  readonly blocks: number;
  readonly derivations: number;
  /** Statements that were not judged because something before them could not be read. */
  readonly notChecked: number;
}

/** Whether a statement is what it should be. */
export function passes({ verdict, problem, expectedMistake }: Finding): boolean {
  if (problem !== undefined || verdict === undefined) return false;
  if (!meetsExpectation(verdict)) return false;
  return (
    expectedMistake === undefined || verdict.diagnoses.some(({ mistake }) => mistake === expectedMistake)
  );
}

/** Why a statement does not pass, in a few words. */
export function reasonOf({ verdict, problem, expectedMistake, kind }: Finding): string {
  if (problem !== undefined) return kind === 'derivation' ? 'unfinished' : 'unreadable';
  if (verdict === undefined) return 'not judged';
  const { status, expected } = verdict;
  if (!meetsExpectation(verdict))
    return expected === undefined ? status : `${status}, though ${expected} was expected`;
  const found = verdict.diagnoses[0]?.mistake ?? 'no mistake by name';
  return `${status} as expected, but as ${found}, not as ${expectedMistake ?? ''}`;
}
