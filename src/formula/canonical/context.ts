/** What the canonical form may know and use, and what it used: passed to every function of this folder. */
import { TooLargeError } from '../errors.js';
import type { Binder, Declarations, Expr, Rational } from '../nodes.js';
import type { AssumptionRule } from './assumptions.js';
import { type Exponent, type Factor, type Id, type Poly, polyKey } from './terms.js';

/** A polynomial that must not be zero, or a condition in words: "away from kinks". */
export type Condition = { readonly nonzero: Poly } | { readonly words: string };

/**
 * One use of a named rule, as it happened: what was there (a sum of a product, a function or a power of canonical parts, or a
 * polynomial) and what the rule made of it.
 */
export type RuleUse = { readonly rule: string; readonly after: Poly } & (
  | {
      readonly kind: 'product';
      readonly binders: readonly Binder[];
      readonly coefficient: Rational;
      readonly factors: readonly Factor[];
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Poly[] }
  | { readonly kind: 'power'; readonly base: Poly; readonly exponent: Exponent }
  | { readonly kind: 'polynomial'; readonly before: Poly }
);

export interface Context {
  readonly declarations: Declarations;
  /** Dimension of each index id that has one, temporary ones included. */
  readonly dimensions: Map<Id, string>;
  /** Names whose definitions are put in their place. */
  readonly unfolds: (name: string) => boolean;
  /** Names of tensors whose entries are known to be positive. */
  readonly positive: ReadonlySet<string>;
  rules: readonly AssumptionRule[];
  /** Keeps e^u + e^v as it is, where otherwise it is written with σ(v − u). */
  readonly keepsExponentials: boolean;
  /** Set while a pattern is held against a formula: rules must not rewrite the pattern itself. */
  matching: boolean;
  /** Texts of the assumptions that were used. */
  readonly used: Set<string>;
  /** Conditions under which the rewriting holds, by a key: a polynomial that must not be zero, or words. */
  readonly conditions: Map<string, Condition>;
  /** Hears of every use of a rule that is worth a name, while a proof is written down. */
  note?: (use: RuleUse) => void;
  /** Counts down with each product of terms; at zero the work is refused as too large. */
  budget: { left: number };
  /** Names in play; distinguishes temporary ids. */
  counter: { next: number };
  /** Canonical forms of expressions already met (the same object). */
  converted: WeakMap<Expr, Poly>;
  /** Rebuilt atoms, by key and substitution; the canonical form of definitions. */
  readonly memo: Map<string, unknown>;
}

/** A new index id, unlike any other, with the given range. */
export function freshId(context: Context, dimension: string): Id {
  context.counter.next += 1;
  const id = `%${context.counter.next}`;
  context.dimensions.set(id, dimension);
  return id;
}

/** Spends some of the work allowed. */
export function spend(context: Context, amount: number): void {
  context.budget.left -= amount;
  if (context.budget.left < 0) {
    throw new TooLargeError(
      'This formula grows too large when it is multiplied out. Name a part of it with define(…) and derive in terms of that name.',
    );
  }
}

export function conditionInWords(context: Context, words: string): void {
  context.conditions.set(words, { words });
}

export function conditionNonzero(context: Context, poly: Poly): void {
  context.conditions.set(polyKey(poly), { nonzero: poly });
}
