/** Wrong rules and detectors of one's own, which every diagnosis consults beside the catalogue. */
import {
  type CustomRule,
  call,
  type Declarations,
  differentiate,
  type Expr,
  mapChildren,
  multiply,
  type Ranged,
  readLine,
  type TensorRef,
  tensor,
  toText,
} from '../../formula/index.js';
import type { MistakeId } from '../diagnosis.js';
import type { Additions } from './catalogue.js';
import { type Detector, explained } from './finding.js';
import type { WrongRule } from './wrong-rules.js';

const wrongRules = new Map<string, WrongRule>();
const detectors = new Map<string, Detector>();

/** Makes a wrong rule known; one of the same name is replaced. */
export function addWrongRule(name: string, rule: WrongRule): void {
  wrongRules.set(name, rule);
}

/** Makes a detector known; one of the same name is replaced. */
export function addDetector(name: string, look: Look): void {
  detectors.set(name, detectorOf(look));
}

export function forgetAdditions(): void {
  wrongRules.clear();
  detectors.clear();
}

export function registeredAdditions(): Additions {
  return { wrongRules: [...wrongRules.values()], detectors: [...detectors.values()] };
}

/** What is said where a mistake of one's own explains a line. */
export interface OwnSays {
  readonly mistake: MistakeId;
  readonly message: string;
  readonly hint: string;
}

/** Who went to the trouble of naming a mistake means it before any that the catalogue sees as well. */
const FIRST = -100;

/** f(u)′ = f′(u) u′ with another derivative in place of f′: a mistake people make with this function. */
export function wrongDerivative(name: string, wrong: CustomRule, says: OwnSays): WrongRule {
  return function* ({ before, after }) {
    if (before.kind !== 'call' || before.name !== name || before.args.length !== 1) return;
    const [argument] = before.args;
    if (argument === undefined) return;
    const alone = toText(after) === toText(derivativeOf(name, argument));
    const inner = !alone && after.kind === 'multiply' ? after.factors.slice(1) : [];
    yield { ...says, later: FIRST, to: multiply(wrong([argument], 0), ...inner) };
  };
}

/** f′(u) by the right rule. */
function derivativeOf(name: string, argument: Expr): Expr {
  const u = tensor('u');
  const declarations: Declarations = {
    tensors: new Map([['u', { name: 'u', dimensions: [] }]]),
    assumptions: [],
    dimensions: [],
  };
  const { trace } = differentiate(declarations, call(name, u), [u]);
  const { after } = trace.at(-1) ?? { after: u };
  return put(after, u, argument);
}

/** A formula with an expression in the place of a number. */
function put(expr: Expr, name: TensorRef, value: Expr): Expr {
  if (expr.kind === 'tensor') return expr.name === name.name ? value : expr;
  return mapChildren(expr, (child) => put(child, name, value));
}

/** A formula that would explain the line if it were equal to it. */
export interface Candidate extends OwnSays {
  /** Over the indices of the right result, as text or as an expression. */
  readonly formula: string | Expr;
}

/** A wrong line and the right result, as a detector of one's own sees them. */
export interface Seen {
  readonly line: string;
  readonly right: string;
  readonly expressions: { readonly line: Expr; readonly right: Expr };
  readonly declarations: Declarations;
}

/** Looks at a wrong line and names formulas that may be what was written, each with the mistake that leads to it. */
export type Look = (seen: Seen) => Iterable<Candidate>;

/** Whether a candidate is the line is decided here, at points; what is merely suspected is never said. */
function detectorOf(look: Look): Detector {
  return function* (problem) {
    const { declarations, right, line } = problem;
    const seen: Seen = {
      line: problem.text(line.expr),
      right: problem.text(right.expr),
      expressions: { line: line.expr, right: right.expr },
      declarations,
    };
    for (const { formula, mistake, message, hint } of look(seen)) {
      const candidate = typeof formula === 'string' ? read(formula, declarations, right) : formula;
      if (candidate === undefined) continue;
      yield* explained(problem, candidate, () => ({
        mistake,
        message,
        hint,
        later: FIRST,
        wrong: problem.text(candidate),
      }));
    }
  };
}

/** The expression a text stands for; undefined where it is another kind of line. */
function read(text: string, declarations: Declarations, right: Ranged): Expr | undefined {
  const line = readLine(text, declarations, { asked: right });
  return line.kind === 'expression' ? line.ranged.expr : undefined;
}
