/** Is it zero? Are two formulas equal? The strategies, in the order in which they are tried. */
import type { Declarations, Expr } from '../nodes.js';
import { positiveNames, solvedRule, symmetryRule } from './assumptions.js';
import type { Context } from './context.js';
import { convert } from './convert.js';
import { cancel, isZeroOverDenominators, joinSums } from './denominators.js';
import { subtract } from './poly.js';
import { applyRelations } from './relations.js';
import type { Id, Poly } from './terms.js';

export interface ContextOptions {
  /** The range of each free index. */
  readonly ranges: ReadonlyMap<Id, string>;
  /** Which defined names are replaced by their definitions; all unless given. */
  readonly unfolds?: (name: string) => boolean;
  /** Whether assumptions are used; they are unless this is false. */
  readonly assuming?: boolean;
  /** Names taken to be positive beyond what was assumed. */
  readonly positive?: ReadonlySet<string>;
  /** How many products of terms may be made. */
  readonly budget?: number;
}

/** A context with the assumptions of the declarations as rules. */
export function contextFor(declarations: Declarations, options: ContextOptions): Context {
  const assuming = options.assuming !== false;
  const positive = new Set([...(assuming ? positiveNames(declarations) : []), ...(options.positive ?? [])]);
  const context = {
    declarations,
    dimensions: new Map(options.ranges),
    unfolds: options.unfolds ?? (() => true),
    positive,
    rules: [] as Context['rules'],
    matching: false,
    used: new Set<string>(),
    conditions: new Set<string>(),
    budget: { left: options.budget ?? 400_000 },
    counter: { next: 0 },
    memo: new Map<string, unknown>(),
  };
  if (assuming) context.rules = rulesOf(context, declarations);
  context.memo.clear();
  context.used.clear();
  return context;
}

function rulesOf(context: Context, declarations: Declarations): Context['rules'] {
  const rules: Context['rules'][number][] = [];
  for (const assumption of declarations.assumptions) {
    if (assumption.relation !== '=') continue;
    const symmetry = symmetryRule(assumption);
    if (symmetry !== undefined) {
      rules.push(symmetry);
      continue;
    }
    for (const [id, dimension] of assumption.ranges) context.dimensions.set(id, dimension);
    const difference = subtract(convert(context, assumption.left), convert(context, assumption.right));
    const rule = solvedRule(difference, assumption.text);
    if (rule !== undefined) rules.push(rule);
  }
  return rules;
}

/** The canonical form of a formula. */
export function canonical(context: Context, expr: Expr): Poly {
  return convert(context, expr);
}

/** Whether a polynomial is zero: by its form, over common denominators, after joining sums, after the relations. */
export function isZero(context: Context, poly: Poly): boolean {
  if (poly.terms.size === 0) return true;
  if (isZeroOverDenominators(context, poly)) return true;
  const related = applyRelations(context, poly);
  if (related.terms.size === 0 || isZeroOverDenominators(context, related)) return true;
  const joined = cancel(context, joinSums(context, cancel(context, related)));
  return joined.terms.size === 0 || isZeroOverDenominators(context, joined);
}

export interface Proof {
  readonly assumptions: readonly string[];
  readonly conditions: readonly string[];
}

/** A proof that two formulas are equal for all sizes and values, or undefined where none was found. */
export function prove(
  declarations: Declarations,
  left: Expr,
  right: Expr,
  ranges: ReadonlyMap<Id, string>,
): Proof | undefined {
  const defined = [...declarations.tensors.values()].some((t) => t.definition !== undefined);
  const attempts: ContextOptions[] = [
    { ranges, unfolds: () => false, assuming: false },
    { ranges, assuming: false },
    { ranges, unfolds: () => false },
    { ranges },
  ];
  for (const [at, options] of attempts.entries()) {
    if (!defined && at % 2 === 1) continue;
    if (options.assuming !== false && declarations.assumptions.length === 0) continue;
    const context = contextFor(declarations, options);
    if (isZero(context, subtract(canonical(context, left), canonical(context, right)))) {
      return { assumptions: [...context.used], conditions: [...context.conditions] };
    }
  }
  return undefined;
}
