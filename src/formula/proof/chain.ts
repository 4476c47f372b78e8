/** A proof written down: every use of a named rule, as an equality between two formulas. */
import { call, divide, multiply, num, power, sum } from '../build.js';
import {
  type Attempt,
  type Context,
  canonical,
  contextFor,
  type Id,
  isZero,
  monomialOf,
  type Poly,
  polyIds,
  type RuleUse,
  subtract,
} from '../canonical/index.js';
import type { Declarations, Expr, Ranged } from '../nodes.js';
import { Naming, polyToExpr, termToExpr } from '../simplify/index.js';

/** One step: the rule says that the two formulas are equal for all values of their free indices. */
export interface ProofStep {
  readonly rule: string;
  readonly before: Ranged;
  readonly after: Ranged;
}

/** How many uses of one rule are written down, and how many in all. */
const mostOfOneRule = 3;
const most = 24;

/**
 * The proof found by `attempt`, made once more and written down: both sides to their normal form, every rule that was used on the
 * way, and that nothing is left of their difference.
 */
export function writeProof(
  declarations: Declarations,
  left: Expr,
  right: Expr,
  attempt: Attempt,
): ProofStep[] {
  const context = contextFor(declarations, attempt);
  const uses: RuleUse[] = [];
  const counts = new Map<string, number>();
  context.note = (use) => {
    // What happens under the labels of dummies is seen again where they have ranges.
    if ([...idsBefore(use), ...polyIds(use.after)].some((id) => !context.dimensions.has(id))) return;
    const count = (counts.get(use.rule) ?? 0) + 1;
    counts.set(use.rule, count);
    if (count <= mostOfOneRule && uses.length < most) uses.push(use);
  };
  const sides = [left, right].map((side) => ({ side, form: canonical(context, side) }));
  isZero(context, subtract((sides[0] as (typeof sides)[0]).form, (sides[1] as (typeof sides)[0]).form));
  delete context.note;
  const inner = uses.map((use) => stepOf(context, use));
  const outer = sides.map(({ side, form }) => ({
    rule: 'normal form',
    before: { expr: side, free: [...attempt.ranges.keys()], ranges: attempt.ranges },
    after: ranged(form, attempt.ranges),
  }));
  return [...inner, ...outer];
}

function stepOf(context: Context, use: RuleUse): ProofStep {
  const ids = new Set([...idsBefore(use), ...polyIds(use.after)]);
  const letters = [...ids];
  const ranges = new Map<string, string>();
  for (const id of letters) {
    const dimension = context.dimensions.get(id);
    if (dimension !== undefined) ranges.set(id, dimension);
  }
  const naming = new Naming(letters);
  const before = beforeOf(use, naming);
  return {
    rule: use.rule,
    before: { expr: before, free: letters, ranges },
    after: { expr: polyToExpr(use.after, naming), free: letters, ranges },
  };
}

function idsBefore(use: RuleUse): Iterable<Id> {
  switch (use.kind) {
    case 'product': {
      const bound = new Set(use.binders.map((b) => b.id));
      const all = use.factors.flatMap((f) => [
        ...f.atom.ids,
        ...(f.exponent.symbolic ? polyIds(f.exponent.symbolic) : []),
      ]);
      return all.filter((id) => !bound.has(id));
    }
    case 'call':
      return use.args.flatMap((p) => [...polyIds(p)]);
    case 'power':
      return [...polyIds(use.base), ...(use.exponent.symbolic ? polyIds(use.exponent.symbolic) : [])];
    case 'polynomial':
      return polyIds(use.before);
  }
}

/** What was there before the rule, not simplified. */
function beforeOf(use: RuleUse, naming: Naming): Expr {
  switch (use.kind) {
    case 'product': {
      const body = multiply(
        num(use.coefficient),
        ...use.factors.map((f) => termToExpr({ coefficient: one, monomial: monomialOf([f]) }, naming)),
      );
      return use.binders.reduceRight<Expr>((inner, b) => sum(b.id, b.dimension, inner), body);
    }
    case 'call':
      return call(use.name, ...use.args.map((p) => polyToExpr(p, naming)));
    case 'power': {
      const { rational, symbolic } = use.exponent;
      const base = polyToExpr(use.base, naming);
      const plain = num(rational);
      if (symbolic === undefined)
        return rational.s < 0n ? divide(num(1), power(base, num(rational.neg()))) : power(base, plain);
      return power(base, { kind: 'add', terms: [plain, polyToExpr(symbolic, naming)] });
    }
    case 'polynomial':
      return polyToExpr(use.before, naming);
  }
}

const one = num(1).value;

function ranged(form: Poly, ranges: ReadonlyMap<string, string>): Ranged {
  return { expr: polyToExpr(form, new Naming(ranges.keys())), free: [...ranges.keys()], ranges };
}
