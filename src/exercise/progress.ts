/** Whether a right line gets anywhere: what is still open in it must be less than what was asked. */
import type { Derivation, Step } from '../derivation/index.js';
import {
  type Declarations,
  type Derivative,
  derivative,
  type Expr,
  everyNode,
  unfold,
} from '../formula/index.js';

/** How much there is to differentiate: how often, and how much of a formula. */
interface Task {
  readonly order: number;
  readonly weight: number;
}

/** Nothing is left to differentiate in the line, nor in the names it uses. */
export function isFinished({ line }: Step): boolean {
  return derivativesIn(line.ranged.expr, line.declarations).length === 0;
}

/**
 * The line says more than the question: every derivative left in it is of lower order than what was asked, or of a smaller formula
 * (numbers, signs and constant factors do not count), also behind names that were given on the way. So `∂L/∂x_j + 0`, `Σ_k δ_jk ∂L/∂x_k`
 * and `let M = 2 L` with `∂M/∂x_j / 2` get nowhere; `Σ_i ∂L/∂s_i ∂s_i/∂x_j` does.
 */
export function isBegun({ line }: Step, { question }: Derivation): boolean {
  const { declarations } = line;
  const asked = taskOf(derivative(question.of, ...question.by), declarations);
  return derivativesIn(line.ranged.expr, declarations).every((left) =>
    isLess(taskOf(left, declarations), asked),
  );
}

function isLess(task: Task, than: Task): boolean {
  return task.order < than.order || (task.order === than.order && task.weight < than.weight);
}

/** The derivatives in an expression and in what its names stand for. */
function derivativesIn(
  expr: Expr,
  declarations: Declarations,
  seen: Set<string> = new Set(),
): readonly Derivative[] {
  return [...everyNode(expr)].flatMap((node) => {
    if (node.kind === 'derivative') return [node];
    if (node.kind !== 'tensor' || seen.has(node.name)) return [];
    seen.add(node.name);
    const body = declarations.tensors.get(node.name)?.definition?.body;
    return body === undefined ? [] : derivativesIn(body, declarations, seen);
  });
}

/** The order counts derivatives inside what is differentiated; the formula is measured down to the variable, where that is a defined name. */
function taskOf({ of, by }: Derivative, declarations: Declarations): Task {
  const within = derivativesIn(of, declarations).map((inner) => taskOf(inner, declarations).order);
  const variable = by[0]?.name ?? '';
  return {
    order: by.length + Math.max(0, ...within),
    weight: weightOf(of, declarations, variable, new Map()),
  };
}

/** The operations and variables of a formula, definitions put in; numbers, sizes and signs weigh nothing. */
function weightOf(
  expr: Expr,
  declarations: Declarations,
  variable: string,
  known: Map<string, number>,
): number {
  const weigh = (e: Expr): number => weightOf(e, declarations, variable, known);
  const joined = (parts: readonly Expr[]): number => {
    const weights = parts.map(weigh).filter((weight) => weight > 0);
    return weights.reduce((total, weight) => total + weight, 0) + Math.max(0, weights.length - 1);
  };
  switch (expr.kind) {
    case 'number':
    case 'constant':
    case 'size':
      return 0;
    case 'position':
    case 'delta':
      return 1;
    case 'tensor': {
      const before = known.get(expr.name);
      if (before !== undefined) return before;
      const body = declarations.tensors.get(expr.name)?.definition?.body;
      const weight = body === undefined || expr.name === variable ? 1 : weigh(body);
      known.set(expr.name, weight);
      return weight;
    }
    case 'add':
      return joined(expr.terms);
    case 'multiply':
      return joined(expr.factors);
    case 'divide':
      return joined([expr.numerator, expr.denominator]);
    case 'negate':
      return weigh(expr.operand);
    case 'power':
      return 1 + weigh(expr.base) + weigh(expr.exponent);
    case 'bracket':
      return 1 + joined([expr.left, expr.right]);
    case 'call':
      return 1 + joined(expr.args);
    case 'total':
    case 'matrix':
      return 1 + weigh(expr.body);
    case 'field':
      return weigh(unfold(expr));
    case 'cases': {
      const values = expr.branches.map(({ value }) => value);
      return 1 + joined(expr.otherwise === undefined ? values : [...values, expr.otherwise]);
    }
    case 'derivative':
      return 1 + weigh(expr.of);
  }
}
