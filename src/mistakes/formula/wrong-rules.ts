/** Known wrong rules: what they make of a node in place of the right rule. */
import {
  divide,
  type Expr,
  everyNode,
  mapChildren,
  multiply,
  negate,
  num,
  power,
  subtract,
  type TraceStep,
} from '../../formula/index.js';
import type { MistakeId } from '../diagnosis.js';
import { commutingInverse, logSoftmax, softmaxDiagonal } from './wrong-rules-of-tensors.js';

/** A wrong rule's result for one step of the derivation. */
export interface WrongStep {
  readonly to: Expr;
  readonly mistake: MistakeId;
  readonly message: string;
  readonly hint: string;
  readonly later?: number;
  /** What must stand below in the line for this to be what happened. */
  readonly below?: Expr;
}

/** ∂before = after by the right rule; what a wrong one gives. */
export type WrongRule = (step: TraceStep) => Iterable<WrongStep>;

/** The parts of (f′ g − f g′)/g². */
function quotientParts({ before, after }: TraceStep) {
  if (before.kind !== 'divide' || after.kind !== 'divide' || after.denominator.kind !== 'power')
    return undefined;
  if (after.denominator.base !== before.denominator) return undefined;
  return { top: after.numerator, below: before.denominator, numerator: before.numerator };
}

/** (f/g)′ = (f g′ − f′ g)/g²: the numerator of the quotient rule the wrong way round. */
export const swappedNumerator: WrongRule = function* (step) {
  const parts = quotientParts(step);
  if (parts === undefined) return;
  yield {
    to: negate(step.after),
    mistake: 'sign-of-term',
    message: 'The numerator of the quotient rule is the wrong way round: (f/g)′ = (f′ g − f g′)/g².',
    hint: 'Which comes first in the numerator: the derivative of the upper part or of the lower?',
  };
};

/** (f/g)′ = (f′ g − f g′)/g: the denominator not squared. */
export const denominatorNotSquared: WrongRule = function* (step) {
  const parts = quotientParts(step);
  if (parts === undefined) return;
  yield {
    to: divide(parts.top, parts.below),
    mistake: 'lost-power',
    later: -8,
    below: parts.below,
    message: 'The denominator of the quotient rule is not squared: (f/g)′ = (f′ g − f g′)/g².',
    hint: 'What stands below in the quotient rule?',
  };
};

/** (f/g)′ = f′/g′: a quotient taken as the quotient of the derivatives. */
export const quotientOfDerivatives: WrongRule = function* (step) {
  const { before, after } = step;
  if (before.kind !== 'divide' || after.kind !== 'divide') return;
  const { numerator } = after;
  const [first, second] = numerator.kind === 'add' ? numerator.terms : [numerator];
  const top = first === undefined ? undefined : without(first, before.denominator);
  const below = second?.kind === 'negate' ? without(second.operand, before.numerator) : undefined;
  // where the derivatives still carry δ there is nothing one could have divided by
  if (top === undefined || below === undefined || hasDelta(top) || hasDelta(below)) return;
  yield {
    to: divide(top, below),
    mistake: 'product-of-derivatives',
    message: 'A quotient was differentiated as f′/g′; the quotient rule is (f′ g − f g′)/g².',
    hint: 'Try the rule on x²/x: what must come out?',
  };
};

/** A product without one factor. */
function without(product: Expr, factor: Expr): Expr | undefined {
  if (product.kind !== 'multiply' || !product.factors.includes(factor)) return undefined;
  return multiply(...product.factors.filter((other) => other !== factor));
}

/** (f g)′ = f′ g′: a product taken as the product of the derivatives. */
export const productOfDerivatives: WrongRule = function* ({ before, after }) {
  if (before.kind !== 'multiply' || after.kind !== 'add') return;
  const changed = after.terms.map((term) =>
    term.kind === 'multiply' ? term.factors.find((factor) => !before.factors.includes(factor)) : undefined,
  );
  const kept = before.factors.filter((factor) =>
    after.terms.every((term) => term.kind === 'multiply' && term.factors.includes(factor)),
  );
  const known = changed.flatMap((factor) => (factor === undefined ? [] : [factor]));
  if (known.length < after.terms.length) return;
  yield {
    to: multiply(...kept, ...known),
    mistake: 'product-of-derivatives',
    message: 'A product was differentiated as f′ g′; the product rule is f′ g + f g′.',
    hint: 'Try the rule on x · x: what must come out?',
  };
};

/** f′(u) u′ → f′(f(u)) u′: the derivative of an activation taken at its output in place of its input. */
export const derivativeAtOutput: WrongRule = function* ({ before, after }) {
  if (before.kind !== 'call' || before.args.length !== 1) return;
  const [argument] = before.args;
  if (argument === undefined) return;
  const [outer, ...inner] = after.kind === 'multiply' ? after.factors : [after];
  if (outer === undefined) return;
  yield {
    to: multiply(putFor(outer, argument, before), ...inner),
    mistake: 'derivative-at-output',
    message: `The derivative of ${before.name} was taken at its output: it is ${before.name}′(u), not ${before.name}′(${before.name}(u)).`,
    hint: `At which number is ${before.name}′ to be taken: what goes in or what comes out?`,
  };
};

/** An expression with one part put for another, known by identity. */
function putFor(expr: Expr, part: Expr, other: Expr): Expr {
  if (expr === part) return other;
  return mapChildren(expr, (child) => putFor(child, part, other));
}

/** f′(u) u′ → f′(u): the inner derivative of the chain rule forgotten, but for the δ that says which entry is meant. */
export const innerForgotten: WrongRule = function* ({ before, after }) {
  const chained = before.kind === 'call' || before.kind === 'power';
  if (!chained || after.kind !== 'multiply' || after.factors.length < 2) return;
  const inner = after.factors.at(-1);
  if (inner === undefined || inner.kind === 'delta') return;
  const says = {
    mistake: 'lost-factor',
    // behind a number at one term
    later: -2,
    message: 'The inner derivative of the chain rule is missing: f(u)′ = f′(u) u′.',
    hint: 'What does the function act on, and what is the derivative of that?',
  } as const;
  yield { ...says, to: multiply(...after.factors.slice(0, -1)) };
  const deltas = deltasIn(inner);
  if (deltas.length > 0) yield { ...says, to: multiply(...after.factors.slice(0, -1), ...deltas) };
};

function hasDelta(expr: Expr): boolean {
  for (const node of everyNode(expr)) if (node.kind === 'delta') return true;
  return false;
}

function deltasIn(expr: Expr): readonly Expr[] {
  if (expr.kind === 'delta') return [expr];
  if (expr.kind === 'multiply') return expr.factors.flatMap(deltasIn);
  if (expr.kind === 'divide') return deltasIn(expr.numerator);
  return expr.kind === 'negate' ? deltasIn(expr.operand) : [];
}

/** e^u → u e^(u−1): the power rule on an exponential. */
export const powerRuleOnExponential: WrongRule = function* ({ before, after, rule }) {
  const exponent = before.kind === 'call' && before.name === 'exp' ? before.args[0] : undefined;
  const [base, raised] =
    exponent !== undefined
      ? [{ kind: 'constant', name: 'e' } as const, exponent]
      : before.kind === 'power' && rule === 'exponential rule'
        ? [before.base, before.exponent]
        : [];
  if (base === undefined || raised === undefined) return;
  const factors = after.kind === 'multiply' ? after.factors : [after];
  const inner = factors.slice(base.kind === 'constant' ? 1 : 2);
  yield {
    to: multiply(raised, power(base, subtract(raised, num(1))), ...inner),
    mistake: 'lost-power',
    later: -8,
    message:
      'The power rule was used on an exponential: (e^u)′ = e^u u′; only (u^c)′ = c u^(c−1) u′ brings the exponent down.',
    hint: 'Where does the variable stand: in the base or in the exponent?',
  };
};

/** (u^c)′ → u^(c−1) u′ or c u^c u′: the power rule with its factor or its lower exponent forgotten. */
export const powerRuleHalf: WrongRule = function* ({ before, after, rule }) {
  if (before.kind !== 'power' || rule !== 'power rule' || after.kind !== 'multiply') return;
  const inner = after.factors.slice(1);
  yield {
    to: multiply(before.exponent, before, ...inner),
    mistake: 'lost-power',
    later: -8,
    message: 'The exponent did not come down by one: (u^c)′ = c u^(c−1) u′.',
    hint: 'What is the derivative of u²?',
  };
};

/** log(u)′ = u′: the 1/u of the logarithm lost. */
export const logarithmHalf: WrongRule = function* ({ before, after }) {
  if (before.kind !== 'call' || before.name !== 'log' || after.kind !== 'multiply') return;
  yield {
    to: multiply(...after.factors.slice(1)),
    mistake: 'lost-factor',
    later: -8,
    message: 'The 1/u of the logarithm is missing: log(u)′ = u′/u.',
    hint: 'What is the derivative of log(u)?',
  };
};

/** All of them, in the order they are tried. */
export const wrongRules: readonly WrongRule[] = [
  swappedNumerator,
  denominatorNotSquared,
  quotientOfDerivatives,
  productOfDerivatives,
  derivativeAtOutput,
  innerForgotten,
  powerRuleOnExponential,
  powerRuleHalf,
  logarithmHalf,
  softmaxDiagonal,
  logSoftmax,
  commutingInverse,
];
