/** What a line of a derivation is, once it has been judged. */
import type { Status, Verdict } from '../check/index.js';
import type { Formula } from './formula.js';

/** What a line comes with: the person’s reason, and the verdict that is expected of it. */
export interface StepOptions {
  /** Why, in the person's own words. */
  readonly because?: string;
  /** What the line is meant to be: 'refuted' makes a deliberate mistake part of the story. */
  readonly expect?: Status;
}

/** What there is to know of a line. */
export interface StepFields {
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

/** A line of a derivation with its verdict; it shows itself where the package's entrance gave it the way. */
export class Step implements StepFields {
  readonly kind: StepFields['kind'];
  readonly text: string;
  readonly line: Formula;
  readonly because?: string;
  readonly rule?: string;
  readonly follows: Verdict;
  readonly verdict: Verdict;
  readonly notes: readonly string[];

  constructor(fields: StepFields) {
    this.kind = fields.kind;
    this.text = fields.text;
    this.line = fields.line;
    if (fields.because !== undefined) this.because = fields.because;
    if (fields.rule !== undefined) this.rule = fields.rule;
    this.follows = fields.follows;
    this.verdict = fields.verdict;
    this.notes = fields.notes;
  }
}

/** A hint for the next line: at level 1 the rule, at 2 also where it applies, at 3 the line itself. */
export interface Hint {
  readonly level: 1 | 2 | 3;
  readonly text: string;
}
