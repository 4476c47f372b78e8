/** The rule that leads from one line to the next, named where it can be seen from the two lines. */
import { type Declarations, type Expr, everyNode } from '../formula/index.js';

/** What is looked at in a line. */
interface Features {
  readonly derivatives: number;
  readonly deltas: number;
  readonly totals: number;
  readonly terms: number;
  readonly brackets: number;
  readonly names: ReadonlySet<string>;
  readonly squaredDivisor: boolean;
}

/**
 * The name of the rule between two lines that are equal, or undefined where none is recognised. `previous` is undefined for
 * the first line, which follows from the question itself.
 */
export function recognise(
  previous: Expr | undefined,
  line: Expr,
  context: {
    readonly declarations: Declarations;
    readonly body: Expr | undefined;
    readonly assumptions: readonly string[];
  },
): string | undefined {
  const [assumption] = context.assumptions;
  if (assumption !== undefined) return `assumption used: ${assumption}`;
  const now = featuresOf(line);
  if (previous === undefined) return firstRule(context.body, line, now);
  const before = featuresOf(previous);
  if (before.derivatives === 0 && now.derivatives > 0) return 'chain rule';
  if (before.derivatives > now.derivatives) return 'derivatives put in';
  if (newDefinition(before, now, context.declarations)) return 'substitution of a definition';
  if (before.deltas > now.deltas && before.totals >= now.totals) return 'δ contraction';
  if (now.totals > before.totals && now.terms > before.terms) return 'sum split';
  if (now.terms < before.terms && now.brackets > before.brackets) return 'common factor taken out';
  if (now.terms > before.terms && now.brackets < before.brackets) return 'multiplied out';
  if (now.terms < before.terms) return 'terms collected';
  return undefined;
}

/** What was done to the definition itself to get the first line. */
function firstRule(body: Expr | undefined, line: Expr, now: Features): string | undefined {
  if (now.derivatives > 1) return 'chain rule';
  if (body === undefined) return undefined;
  switch (strip(body).kind) {
    case 'divide':
      return now.squaredDivisor ? 'quotient rule' : undefined;
    case 'multiply':
      return line.kind === 'add' ? 'product rule' : undefined;
    case 'power':
      return 'power rule';
    case 'call':
      return 'chain rule';
    case 'total':
      return 'derivative of a total';
    case 'add':
      return 'sum rule';
    default:
      return undefined;
  }
}

function strip(expr: Expr): Expr {
  return expr.kind === 'negate' ? strip(expr.operand) : expr;
}

/** A defined name that stands in the line and not in the one before. */
function newDefinition(before: Features, now: Features, declarations: Declarations): boolean {
  for (const name of now.names) {
    if (!before.names.has(name) && declarations.tensors.get(name)?.definition !== undefined) return true;
  }
  return false;
}

function featuresOf(expr: Expr): Features {
  const counts = {
    derivatives: 0,
    deltas: 0,
    totals: 0,
    terms: expr.kind === 'add' ? expr.terms.length : 1,
    brackets: 0,
  };
  const names = new Set<string>();
  let squaredDivisor = false;
  for (const node of everyNode(expr)) {
    if (node.kind === 'derivative') counts.derivatives += 1;
    else if (node.kind === 'delta') counts.deltas += 1;
    else if (node.kind === 'total') counts.totals += 1;
    else if (node.kind === 'tensor') names.add(node.name);
    else if (node.kind === 'multiply') counts.brackets += node.factors.filter((f) => f.kind === 'add').length;
    else if (node.kind === 'divide' && node.denominator.kind === 'power') squaredDivisor = true;
  }
  return { ...counts, names, squaredDivisor };
}
