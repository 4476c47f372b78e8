/** What a line of a derivation is, once it has been judged. */
import type { Status, Verdict } from '../check/index.js';
import type { Formula } from './formula.js';

export interface StepOptions {
  /** Why, in the person's own words. */
  readonly because?: string;
  /** What the line is meant to be: 'refuted' makes a deliberate mistake part of the story. */
  readonly expect?: Status;
}

export interface Step {
  readonly kind: 'line' | 'let' | 'sub-result';
  /** As it was typed. */
  readonly text: string;
  readonly line: Formula;
  readonly because?: string;
  /** The rule that leads here from the line before, where it is one of the known ones. */
  readonly rule?: string;
  /** Does it follow from the line before? */
  readonly follows: Verdict;
  /** Is it the derivative that was asked (for a sub-result: the derivative it states)? */
  readonly verdict: Verdict;
  /** What the person should know of how the line was read. */
  readonly notes: readonly string[];
}

export interface Hint {
  readonly level: 1 | 2 | 3;
  readonly text: string;
}
