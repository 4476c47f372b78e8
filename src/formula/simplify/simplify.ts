/** The shortest readable form of a formula: definitions folded back, common factors out, nothing unfolded that need not be. */
import { tensor as tensorRef } from '../build.js';
import {
  type Condition,
  type Context,
  cancelled,
  canonical,
  contextFor,
  type Poly,
  polyKey,
} from '../canonical/index.js';
import { freeIndices, renameBinders, simpleIndex, substituteIndices } from '../indices.js';
import type { Declarations, Expr, FieldFunction, Tensor } from '../nodes.js';
import { everyNode, mapChildren } from '../walk.js';
import { factored } from './factor.js';
import { foldings } from './fold.js';
import { knownSums } from './known-sums.js';
import { Naming, polyToExpr } from './to-expr.js';

export interface Simplified {
  readonly expr: Expr;
  /** Assumptions that were used, as the person wrote them. */
  readonly assumptions: readonly string[];
  /** Conditions under which it holds. */
  readonly conditions: readonly Condition[];
}

export interface SimplifyOptions {
  /** Whether definitions are put back; they are unless this is false. */
  readonly fold?: boolean;
}

/**
 * Components, in which no index is left, brought to a readable form one after the other: what they have in common (a denominator
 * written out) is worked on once. `open` components are sums of fractions, as when exponentials are written out; the others have
 * their common factors taken out.
 */
export class ComponentWriter {
  private readonly context: Context;

  constructor(
    declarations: Declarations,
    private readonly open: boolean,
  ) {
    this.context = contextFor(declarations, {
      ranges: new Map(),
      unfolds: () => false,
      keepsExponentials: open,
      budget: 50_000_000,
    });
  }

  write(expr: Expr): Expr {
    const poly = canonical(this.context, expr);
    if (this.open) return polyToExpr(poly, new Naming([]));
    return factored(this.context, poly, new Naming([], (p, naming) => factored(this.context, p, naming)));
  }
}

/** The readable form of an expression whose free indices have the given ranges. Derivatives in it are left as they are. */
export function simplify(
  declarations: Declarations,
  expr: Expr,
  ranges: ReadonlyMap<string, string>,
  options: SimplifyOptions = {},
): Simplified {
  const fields = new FieldNames(declarations, ranges);
  const named = fields.name(expr);
  const context = contextFor(fields.declarations, {
    ranges: fields.ranges,
    unfolds: () => false,
  });
  context.rules = [...context.rules, ...knownSums(fields.declarations, fields.ranges)];
  const readable = new ReadableForms(context, ranges);
  const plain = canonical(context, named);
  let best = readable.shortest(plain, [cancelled(context, plain)]);
  const foldable = options.fold === false ? [] : [...fields.declarations.tensors.values()].reverse();
  for (const tensor of foldable) {
    if (tensor.definition === undefined) continue;
    const tries = foldings(context, best.poly, tensor);
    const allowed = denominatorsOf(best.poly);
    const fit = [...tries, ...tries.map((p) => cancelled(context, p))].filter((p) =>
      within(denominatorsOf(p), allowed),
    );
    best = readable.shortest(best.poly, fit);
  }
  return {
    expr: fields.restore(best.expr),
    assumptions: [...context.used],
    conditions: [...context.conditions.values()],
  };
}

interface ReadableForm {
  readonly poly: Poly;
  readonly expr: Expr;
  readonly cost: number;
}

/** Polynomials with the formulas they are written as; one that was met before is not written again. */
class ReadableForms {
  private readonly known = new Map<string, ReadableForm>();

  constructor(
    private readonly context: Context,
    private readonly ranges: ReadonlyMap<string, string>,
  ) {}

  /** Of several polynomials that are equal the one with the shortest formula; the first where none is shorter. */
  shortest(first: Poly, others: readonly Poly[]): ReadableForm {
    return others
      .map((p) => this.of(p))
      .reduce((best, other) => (other.cost < best.cost ? other : best), this.of(first));
  }

  private of(poly: Poly): ReadableForm {
    const key = polyKey(poly);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const { context } = this;
    const naming = new Naming([...this.ranges.keys(), ...names(context)], (p, inner) =>
      factored(context, p, inner),
    );
    const expr = factored(context, poly, naming);
    const form = { poly, expr, cost: costOf(expr) };
    this.known.set(key, form);
    return form;
  }
}

/** Keys of what stands in a denominator: folding must not put anything new there. */
function denominatorsOf(poly: Poly): Set<string> {
  const keys = new Set<string>();
  for (const term of poly.terms.values()) {
    for (const { atom, exponent } of term.monomial.factors) {
      if (exponent.symbolic === undefined && exponent.rational.s < 0n) keys.add(atom.key);
    }
  }
  return keys;
}

function within(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((key) => all.has(key));
}

/** Letters that dummies must not take: dimensions, scalars. */
function names(context: Context): string[] {
  return [...context.declarations.dimensions, ...context.declarations.tensors.keys()];
}

/** How long a formula is to read: its nodes, indices counted a little, totals a little more. */
export function costOf(expr: Expr): number {
  let cost = 0;
  for (const node of everyNode(expr)) {
    cost +=
      node.kind === 'total'
        ? 4
        : node.kind === 'tensor'
          ? 2 + node.indices.length
          : node.kind === 'delta'
            ? 3
            : 2;
  }
  return cost;
}

/** softmax(x)_i and its like kept as names while the formula is worked on, so that they come back as they were written. */
class FieldNames {
  declarations: Declarations;
  readonly ranges: ReadonlyMap<string, string>;
  private readonly fields = new Map<string, { field: FieldFunction; indices: readonly string[] }>();

  constructor(declarations: Declarations, ranges: ReadonlyMap<string, string>) {
    this.declarations = declarations;
    this.ranges = ranges;
  }

  /** The expression with every function of the field (outermost first) as a name with the field's free indices. */
  name(expr: Expr, bound: ReadonlyMap<string, string> = this.ranges): Expr {
    if (expr.kind === 'field') return this.nameOf(expr, bound);
    const inner = new Map(bound);
    if (expr.kind === 'total') inner.set(expr.binder.id, expr.binder.dimension);
    if (expr.kind === 'matrix') for (const b of [expr.row, expr.column]) inner.set(b.id, b.dimension);
    return mapChildren(expr, (child) => this.name(child, inner));
  }

  private nameOf(field: FieldFunction, bound: ReadonlyMap<string, string>): Expr {
    const indices = freeIndices(field);
    const context = contextFor(this.declarations, { ranges: bound, unfolds: () => false });
    for (const [name, known] of this.fields) {
      if (known.indices.length !== indices.length || known.field.name !== field.name) continue;
      const moved = substituteIndices(
        known.field,
        new Map(known.indices.map((id, at) => [id, simpleIndex(indices[at] as string)])),
      );
      if (sameForm(context, moved, field)) return tensorRef(name, ...indices);
    }
    const own = this.definitionOf(context, field, indices);
    if (own !== undefined) return own;
    const name = `§${this.fields.size}`;
    this.fields.set(name, { field, indices });
    const dimensions = indices.map((id) => bound.get(id) ?? '?');
    const tensor: Tensor = { name, dimensions, definition: { indices, body: field } };
    this.declarations = {
      ...this.declarations,
      tensors: new Map([...this.declarations.tensors, [name, tensor]]),
    };
    return tensorRef(name, ...indices);
  }

  /** The name that was defined as just this, if there is one. */
  private definitionOf(context: Context, field: FieldFunction, indices: readonly string[]): Expr | undefined {
    for (const tensor of this.declarations.tensors.values()) {
      const { definition, name } = tensor;
      if (definition === undefined || name.startsWith('§') || definition.indices.length !== indices.length)
        continue;
      const put = new Map(definition.indices.map((id, at) => [id, simpleIndex(indices[at] as string)]));
      if (sameForm(context, substituteIndices(definition.body, put), field))
        return tensorRef(name, ...indices);
    }
    return undefined;
  }

  restore(expr: Expr): Expr {
    if (expr.kind === 'tensor') {
      const known = this.fields.get(expr.name);
      if (known === undefined) return expr;
      const put = new Map(known.indices.map((id, at) => [id, expr.indices[at] as (typeof expr.indices)[0]]));
      return renameBinders(
        substituteIndices(known.field, put),
        new Set(expr.indices.flatMap((i) => i.parts.map((p) => p.id))),
      );
    }
    return mapChildren(expr, (child) => this.restore(child));
  }
}

function sameForm(context: Context, a: Expr, b: Expr): boolean {
  const keys = [a, b].map((e) =>
    [...canonical(context, e).terms.entries()]
      .map(([k, t]) => `${t.coefficient.toFraction()}${k}`)
      .sort()
      .join(),
  );
  return keys[0] === keys[1];
}
