/** A derivation worked by the machine, in the steps a person would write. */
import {
  add,
  type Declarations,
  type Derivative,
  derivative,
  differentiate,
  type Expr,
  everyNode,
  freshId,
  multiply,
  type Question,
  type Ranged,
  resolveDerivatives,
  simplify,
  sum,
  type TensorRef,
  type TraceStep,
  tensor,
  toText,
} from '../formula/index.js';

/** One line of a worked derivation. */
export interface WorkedLine {
  readonly expr: Expr;
  /** The rule that gave it. */
  readonly rule: string;
  /** Where it was applied, as text. */
  readonly place: string;
  /** Every application of a rule of differentiation behind this line, innermost first. */
  readonly trace: readonly TraceStep[];
}

/**
 * The lines from the question to its shortest form: the chain rule through the names that were defined on the way, the rules
 * of differentiation, the sums contracted, the definitions put back, what is assumed used. Lines that say nothing new are left out.
 */
export function workedLines(declarations: Declarations, question: Question, ranged: Ranged): WorkedLine[] {
  const { ranges } = ranged;
  const unassuming: Declarations = { ...declarations, assumptions: [] };
  const { result, trace } = differentiate(declarations, question.of, question.by);
  const place = toText({ ...ranged, expr: derivative(question.of, ...question.by) }, declarations);
  const lines: WorkedLine[] = [];
  const put = (expr: Expr, rule: string, steps: readonly TraceStep[] = []): void => {
    const text = toText({ ...ranged, expr }, declarations);
    const last = lines.at(-1);
    if (last !== undefined && toText({ ...ranged, expr: last.expr }, declarations) === text) return;
    lines.push({
      expr,
      rule,
      place: last === undefined ? place : toText({ ...ranged, expr: last.expr }, declarations),
      trace: steps,
    });
  };
  const chain = chainRule(declarations, question);
  if (chain !== undefined) {
    put(chain, 'chain rule');
    put(partsWorkedOut(unassuming, chain, ranges), 'derivatives put in', trace);
  } else {
    put(result, firstRule(trace), trace);
    put(simplify(unassuming, result, ranges, { fold: false }).expr, 'multiplied out, δ contracted');
  }
  put(
    simplify(unassuming, result, ranges).expr,
    chain === undefined ? 'substitution of a definition' : 'sums contracted',
  );
  const short = simplify(declarations, result, ranges);
  const used =
    short.assumptions.length > 0 ? `assumption used: ${short.assumptions.join(', ')}` : 'terms collected';
  put(short.expr, used);
  return lines;
}

/** The rule applied last, to the whole definition. */
function firstRule(trace: readonly TraceStep[]): string {
  const outer = [...trace].reverse().find((step) => step.rule !== 'definition');
  return outer?.rule ?? 'derivative';
}

/** ∂L/∂x_j = Σ_i ∂L/∂s_i ∂s_i/∂x_j over the defined names through which alone x reaches L; undefined where x stands in L itself. */
function chainRule(declarations: Declarations, { of, by }: Question): Expr | undefined {
  const [variable, second] = by;
  const definition = declarations.tensors.get(of.name)?.definition;
  if (variable === undefined || second !== undefined || definition === undefined) return undefined;
  const between = new Set<string>();
  for (const node of everyNode(definition.body)) {
    if (node.kind !== 'tensor') continue;
    if (node.name === variable.name) return undefined;
    if (
      declarations.tensors.get(node.name)?.definition !== undefined &&
      reaches(declarations, node.name, variable.name)
    )
      between.add(node.name);
  }
  if (between.size === 0) return undefined;
  const taken = new Set(
    [of, variable].flatMap((ref) => ref.indices.flatMap((i) => i.parts.map((p) => p.id))),
  );
  return add(...[...between].map((name) => through(declarations, of, name, variable, taken)));
}

function through(
  declarations: Declarations,
  of: TensorRef,
  name: string,
  variable: TensorRef,
  taken: Set<string>,
): Expr {
  const dimensions = declarations.tensors.get(name)?.dimensions ?? [];
  const letters = dimensions.map((_, axis) => {
    const letter = freshId(preferred(declarations, name, axis), taken);
    taken.add(letter);
    return letter;
  });
  const ref = tensor(name, ...letters);
  const product = multiply(derivative(of, ref), derivative(ref, variable));
  return dimensions.reduceRight<Expr>(
    (inner, dimension, axis) => sum(letters[axis] as string, dimension, inner),
    product,
  );
}

/** The letters the name was defined with. */
function preferred(declarations: Declarations, name: string, axis: number): string {
  return declarations.tensors.get(name)?.definition?.indices[axis] ?? 'k';
}

function reaches(declarations: Declarations, name: string, variable: string): boolean {
  if (name === variable) return true;
  const body = declarations.tensors.get(name)?.definition?.body;
  if (body === undefined) return false;
  for (const node of everyNode(body))
    if (node.kind === 'tensor' && reaches(declarations, node.name, variable)) return true;
  return false;
}

/** Every derivative in the line by its own shortest form. */
function partsWorkedOut(declarations: Declarations, expr: Expr, ranges: ReadonlyMap<string, string>): Expr {
  const all = new Map(ranges);
  for (const node of everyNode(expr))
    if (node.kind === 'total') all.set(node.binder.id, node.binder.dimension);
  const visit = (e: Expr): Expr => {
    if (e.kind === 'derivative')
      return simplify(declarations, resolveDerivatives(declarations, e), rangesOf(e, all)).expr;
    if (e.kind === 'add') return { ...e, terms: e.terms.map(visit) };
    if (e.kind === 'multiply') return { ...e, factors: e.factors.map(visit) };
    if (e.kind === 'total') return { ...e, body: visit(e.body) };
    return e;
  };
  return visit(expr);
}

function rangesOf(node: Derivative, all: ReadonlyMap<string, string>): Map<string, string> {
  const ids = [node.of, ...node.by].flatMap((ref) => ref.indices.flatMap((i) => i.parts.map((p) => p.id)));
  return new Map(ids.map((id) => [id, all.get(id) ?? '?']));
}
