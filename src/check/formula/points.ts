/** The points at which the lines of one derivation are tried: drawn once, with autograd's answer at the first of them. */
import { type AutogradDerivative, autogradDerivative, type NoDerivative } from '../../autograd/index.js';
import {
  type Agreement,
  agree,
  agreeWithDifferences,
  type Declarations,
  type Deviation,
  everyNode,
  type NoVerdict,
  type Point,
  type Probes,
  probePoints,
  type Question,
  type Ranged,
  reachedBy,
} from '../../formula/index.js';

interface Tried {
  readonly probes: Probes;
  readonly autograd: Map<Point, AutogradDerivative | NoDerivative>;
  differences?: { readonly against?: Deviation };
}

const tried = new WeakMap<Ranged, Tried>();

function triedFor(truth: Ranged, declarations: Declarations, question: Question | undefined): Tried {
  let known = tried.get(truth);
  if (known === undefined) {
    const reached = question === undefined ? [] : reachedBy(question, declarations);
    known = { probes: probePoints(declarations, [truth, ...reached]), autograd: new Map() };
    tried.set(truth, known);
  }
  return known;
}

/** The claim against the truth at the truth's own points; at points of both where those tell nothing. */
export function agreeAtPoints(
  claim: Ranged,
  truth: Ranged,
  declarations: Declarations,
  question?: Question,
): Agreement | NoVerdict {
  const { probes } = triedFor(truth, declarations, question);
  if ('none' in probes) return agree(claim, truth, declarations);
  const numbers = agreeThere(claim, truth, declarations, probes.points);
  if (numbers === undefined || 'none' in numbers) return agree(claim, truth, declarations);
  return probes.notes.length === 0
    ? numbers
    : { ...numbers, note: [numbers.note, ...probes.notes].join('; ') };
}

/** Undefined where the claim speaks of more than has values at the points. */
function agreeThere(
  claim: Ranged,
  truth: Ranged,
  declarations: Declarations,
  points: readonly Point[],
): Agreement | NoVerdict | undefined {
  const names = valuedNames(points);
  const needed = namesIn(claim, declarations);
  if ([...needed].some((name) => !names.has(name))) return undefined;
  return agree(claim, truth, declarations, { points });
}

function valuedNames(points: readonly Point[]): ReadonlySet<string> {
  return new Set(points[0]?.values.keys() ?? []);
}

/**
 * The worked-out derivative held against differences of the definition, once: where they part, the error is in this program. Undefined
 * where they agree or cannot tell.
 */
export function truthAgainstDifferences(
  truth: Ranged,
  question: Question,
  declarations: Declarations,
): Deviation | undefined {
  const known = triedFor(truth, declarations, question);
  if (known.differences !== undefined) return known.differences.against;
  const { probes } = known;
  const [point] = 'none' in probes ? [] : probes.points;
  known.differences = {};
  if (point === undefined || question.by.length > 2) return undefined;
  const result = agreeWithDifferences(truth, question, declarations, { points: [point] });
  if (!('none' in result) && !result.agrees && result.worst !== undefined)
    known.differences = { against: result.worst };
  return known.differences.against;
}

/** Autograd's derivative at a point, computed once for all lines. */
export function autogradAt(
  question: Question,
  truth: Ranged,
  declarations: Declarations,
  point: Point,
): AutogradDerivative | NoDerivative {
  const { autograd } = triedFor(truth, declarations, question);
  const before = autograd.get(point);
  if (before !== undefined) return before;
  const answer = autogradDerivative(question, declarations, point);
  autograd.set(point, answer);
  return answer;
}

/** Names without definition that the formula needs, through definitions. */
function namesIn(
  formula: Ranged,
  declarations: Declarations,
  seen = new Set<string>(),
  found = new Set<string>(),
): Set<string> {
  for (const node of everyNode(formula.expr)) {
    if (node.kind !== 'tensor' || seen.has(node.name)) continue;
    seen.add(node.name);
    const body = declarations.tensors.get(node.name)?.definition?.body;
    if (body === undefined) found.add(node.name);
    else namesIn({ ...formula, expr: body }, declarations, seen, found);
  }
  return found;
}
