/** Is it zero? Are two formulas equal? The strategies, in the order in which they are tried. */
import { simpleIndex, substituteIndices } from '../indices.js';
import type { Declarations, Expr } from '../nodes.js';
import { everyNode } from '../walk.js';
import { positiveNames, solvedRule, symmetryRule } from './assumptions.js';
import type { Condition, Context } from './context.js';
import { conditionInWords, freshId } from './context.js';
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
  /** Keeps e^u + e^v as it is. */
  readonly keepsExponentials?: boolean;
  /** How many products of terms may be made. */
  readonly budget?: number;
}

/** A context with the assumptions of the declarations as rules. */
export function contextFor(declarations: Declarations, options: ContextOptions): Context {
  const assuming = options.assuming !== false;
  const positive = new Set([...(assuming ? positiveNames(declarations) : []), ...(options.positive ?? [])]);
  const context: Context = {
    declarations,
    dimensions: new Map(options.ranges),
    unfolds: options.unfolds ?? (() => true),
    positive,
    rules: [] as Context['rules'],
    matching: false,
    keepsExponentials: options.keepsExponentials ?? false,
    used: new Set<string>(),
    conditions: new Map<string, Condition>(),
    budget: { left: options.budget ?? 400_000 },
    counter: { next: 0 },
    memo: new Map<string, unknown>(),
    converted: new WeakMap<Expr, Poly>(),
  };
  if (assuming) context.rules = rulesOf(context, declarations);
  context.memo.clear();
  context.converted = new WeakMap();
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
    // Its letters are its own: the same ones may stand for indices of other ranges in what is to be decided.
    const ids = new Map(
      [...assumption.ranges].map(([id, dimension]) => [id, simpleIndex(freshId(context, dimension))]),
    );
    const side = (expr: Expr): Poly => convert(context, substituteIndices(expr, ids));
    const difference = subtract(side(assumption.left), side(assumption.right));
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
  /** Assumptions that were used, as the person wrote them. */
  readonly assumptions: readonly string[];
  /** What must hold beside them: a polynomial that is not zero, or words. */
  readonly conditions: readonly Condition[];
  /** How it was found: what is needed to make it again. */
  readonly attempt: Attempt;
}

/** The way in which a proof was tried. */
export type Attempt = ContextOptions;

/**
 * A proof that two formulas are equal for all sizes and values, or undefined where none was found. Definitions are first left
 * closed, then opened; assumptions are used only where it does not go without; last, names that stand under a logarithm or
 * a root are taken to be positive, which is named as a condition.
 */
export function prove(
  declarations: Declarations,
  left: Expr,
  right: Expr,
  ranges: ReadonlyMap<Id, string>,
): Proof | undefined {
  for (const options of attempts(declarations, left, right)) {
    const attempt = { ...options, ranges };
    const context = contextFor(declarations, attempt);
    for (const name of options.positive ?? []) conditionInWords(context, `${name} > 0`);
    if (isZero(context, subtract(canonical(context, left), canonical(context, right)))) {
      return { assumptions: [...context.used], conditions: [...context.conditions.values()], attempt };
    }
  }
  return undefined;
}

function* attempts(
  declarations: Declarations,
  left: Expr,
  right: Expr,
): Generator<Omit<ContextOptions, 'ranges'>> {
  const defined = [...declarations.tensors.values()].some((t) => t.definition !== undefined);
  const closed = (): boolean => false;
  const assumptions = declarations.assumptions.length > 0 ? [false, true] : [false];
  for (const assuming of assumptions) {
    yield { unfolds: closed, assuming };
    if (defined) yield { assuming };
  }
  const known = positiveNames(declarations);
  const positive = new Set(
    [...namesUnderRoots(declarations, [left, right])].filter((name) => !known.has(name)),
  );
  if (positive.size > 0) yield { positive };
}

/** Names that stand as a factor (to no even power) under a logarithm, a root or a power that is not whole. */
function namesUnderRoots(declarations: Declarations, exprs: readonly Expr[]): Set<string> {
  const bodies = [...declarations.tensors.values()].flatMap((t) =>
    t.definition === undefined ? [] : [t.definition.body],
  );
  const names = new Set<string>();
  for (const expr of [...exprs, ...bodies]) {
    for (const node of everyNode(expr)) {
      const argument = rootedArgument(node);
      if (argument === undefined) continue;
      for (const factor of factorsOf(argument)) {
        if (factor.kind === 'tensor' && declarations.tensors.get(factor.name)?.definition === undefined)
          names.add(factor.name);
      }
    }
  }
  return names;
}

function rootedArgument(node: Expr): Expr | undefined {
  if (node.kind === 'call' && (node.name === 'log' || node.name === 'sqrt')) return node.args[0];
  if (node.kind === 'power' && !(node.exponent.kind === 'number' && node.exponent.value.d === 1n))
    return node.base;
  return undefined;
}

function factorsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'multiply':
      return expr.factors.flatMap(factorsOf);
    case 'divide':
      return [...factorsOf(expr.numerator), ...factorsOf(expr.denominator)];
    case 'power': {
      const { exponent } = expr;
      const even = exponent.kind === 'number' && exponent.value.d === 1n && exponent.value.n % 2n === 0n;
      return even ? [] : factorsOf(expr.base);
    }
    default:
      return [expr];
  }
}
