/** Something that depends on the variable (a mean, a normaliser) treated as constant. */
import { children, type Declarations, type Expr, everyNode, num } from '../../../formula/index.js';
import { type Detector, explained } from '../finding.js';
import { between, type Raw } from '../forms.js';
import type { Problem } from '../problem.js';
import { replaced } from '../replace.js';
import { carriersOf } from './contractions.js';

/** One thing that can be held constant: its name or formula, and the steps in which it was differentiated. */
interface Held {
  readonly text: string;
  readonly afters: readonly Expr[];
  /** Whether it takes several entries together, as a mean or a normaliser does. */
  readonly reduces: boolean;
}

const MOST_TOGETHER = 5;

/** What was differentiated in several rules and could have been held constant instead. */
function heldOf(problem: Problem, { trace }: Raw): readonly Held[] {
  const { declarations, asked } = problem;
  const [by] = asked?.by ?? [];
  if (asked === undefined || by === undefined) return [];
  const names = new Set(between(declarations, asked.of.name, by.name));
  const found = new Map<string, { afters: Expr[]; reduces: boolean }>();
  const outer = new Set(
    outerSums(asked.of, declarations).map((sum) => (sum.kind === 'tensor' ? sum.name : problem.text(sum))),
  );
  for (const { rule, before, after } of trace) {
    const named = rule === 'definition' && before.kind === 'tensor' && names.has(before.name);
    const reduces = before.kind === 'total' || (before.kind === 'field' && before.name !== 'softmax');
    if (!named && !reduces && before.kind !== 'field') continue;
    const text = before.kind === 'tensor' ? before.name : problem.text(before);
    const body = before.kind === 'tensor' ? declarations.tensors.get(before.name)?.definition?.body : before;
    const entry = found.get(text) ?? { afters: [], reduces: false };
    entry.afters.push(after);
    entry.reduces ||= !outer.has(text) && body !== undefined && isReduction(body);
    found.set(text, entry);
  }
  return [...found].map(([text, { afters, reduces }]) => ({ text, afters, reduces }));
}

/** Whether a formula is a sum of one thing (a mean, a normaliser) or made of one and numbers; a matrix product is none. */
function isReduction(expr: Expr): boolean {
  for (const node of everyNode(expr)) {
    if (node.kind === 'total') return node.operation !== 'sum' || carriersOf(node.body, node.binder.id) <= 1;
    if (node.kind === 'field') return node.name !== 'softmax';
    if (node.kind === 'multiply' || node.kind === 'tensor') return false;
  }
  return false;
}

/** The sums that the result itself is made of: not inside another sum, a function or a denominator. */
function outerSums(expr: Expr, declarations: Declarations): readonly Expr[] {
  switch (expr.kind) {
    case 'total':
      return [expr];
    case 'add':
    case 'multiply':
    case 'negate':
      return children(expr).flatMap((child) => outerSums(child, declarations));
    case 'divide':
      return outerSums(expr.numerator, declarations);
    case 'tensor': {
      const body = declarations.tensors.get(expr.name)?.definition?.body;
      return body === undefined || expr.indices.length > 0 ? [] : [expr, ...outerSums(body, declarations)];
    }
    default:
      return [];
  }
}

/** The derivative with a mean, a normaliser or a name between held constant, alone or several of them. */
export function heldConstant(raw: Raw): Detector {
  return function* (problem) {
    const all = heldOf(problem, raw);
    const reductions = all.filter(({ reduces }) => reduces).slice(0, MOST_TOGETHER);
    const groups = [...all.map((held) => [held]), ...subsets(reductions).filter((group) => group.length > 1)];
    for (const group of groups) {
      const gone = new Map(group.flatMap(({ afters }) => afters.map((after) => [after, num(0)] as const)));
      const names = group.map(({ text }) => text).join(' and ');
      const together = group.every(({ reduces }) => reduces);
      yield* explained(problem, replaced(raw.expr, gone), () => ({
        mistake: together ? 'held-constant' : 'lost-term',
        later: group.length * 0.01,
        message: together
          ? `${names} ${group.length > 1 ? 'were treated as constant, but they depend' : 'was treated as constant, but it depends'} on the variable.`
          : `The path through ${names} is missing: it depends on the variable too.`,
        hint: `What is the derivative of ${names}? It gives the terms that are missing.`,
      }));
    }
  };
}

function subsets<T>(list: readonly T[]): T[][] {
  const found: T[][] = [[]];
  for (const item of list) found.push(...found.map((subset) => [...subset, item]));
  return found;
}
