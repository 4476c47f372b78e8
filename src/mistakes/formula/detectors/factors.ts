/** Factors and exponents at their place. */
import {
  add,
  call,
  delta,
  divide,
  type Expr,
  everyNode,
  multiply,
  num,
  type Power,
  power,
  simpleId,
} from '../../../formula/index.js';
import type { Scope } from '../sampler.js';
import type { Edit, EditRule } from './edits.js';

/** Whether an expression is made of numbers and sizes only. */
export function isConstant(expr: Expr): boolean {
  for (const node of everyNode(expr)) {
    if (
      node.kind === 'tensor' ||
      node.kind === 'delta' ||
      node.kind === 'position' ||
      node.kind === 'derivative'
    )
      return false;
  }
  return true;
}

function lost(to: Expr, what: Expr): Edit {
  const constant = isConstant(what);
  // f′ such as 1 − y² is a factor of its own: it is lost whole before its second term is
  const slope =
    what.kind === 'add' && what.terms.length === 2 && what.terms.some((term) => term.kind === 'number');
  return {
    to,
    mistake: constant ? 'constant-factor' : 'lost-factor',
    reverse: constant ? 'constant-factor' : 'extra-factor',
    // a number at one place stands behind what concerns whole terms
    later: constant ? 51.5 : slope ? -3.5 : 0,
    message: (right, wrong) => `A factor is missing: the rules give ${right} where you have ${wrong}.`,
    hint: constant
      ? 'Where does this number come from: an exponent brought down, a mean over n?'
      : 'Which rule gives this factor: the inner derivative of a chain rule, the 1/u of a logarithm?',
  };
}

/** δ_ik in the place of a square matrix M_ik: what is left of a matrix product when the matrix is. */
function unitFor(factor: Expr, scope: Scope): Expr | undefined {
  const indices =
    factor.kind === 'tensor' ? factor.indices : factor.kind === 'matrix' ? factor.at : undefined;
  const [row, column, more] = indices?.map(simpleId) ?? [];
  if (row === undefined || column === undefined || more !== undefined || row === column) return undefined;
  return scope.get(row) === scope.get(column) ? delta(row, column) : undefined;
}

/** x_j / r → x_j: one factor (or two) of a product is missing, or what it is divided by, or the numerator. */
export const lostFactor: EditRule = function* ({ node, scope }) {
  if (node.kind === 'divide') {
    yield lost(node.numerator, node.denominator);
    if (!isConstant(node.numerator)) yield lost(divide(num(1), node.denominator), node.numerator);
  }
  if (node.kind !== 'multiply') return;
  const { factors } = node;
  for (const [at, factor] of factors.entries()) {
    yield lost(multiply(...factors.filter((_, other) => other !== at)), factor);
    const unit = unitFor(factor, scope);
    if (unit !== undefined) {
      const to = multiply(...factors.map((each) => (each === factor ? unit : each)));
      yield { ...lost(to, factor), reverse: 'none', later: 0.4 };
    }
    for (let next = at + 1; next < factors.length && factors.length <= 6; next += 1) {
      const second = factors[next];
      if (second === undefined || (isConstant(factor) && isConstant(second))) continue;
      const rest = factors.filter((_, other) => other !== at && other !== next);
      yield { ...lost(multiply(...rest), multiply(factor, second)), later: 0.5 };
    }
  }
};

/** (a + b)² → a² + b², (Σ_k v_k)² → Σ_k v_k²: the power of a sum taken term by term. */
function powerInside({ base, exponent }: Power): Expr | undefined {
  if (base.kind === 'add') return add(...base.terms.map((term) => power(term, exponent)));
  return base.kind === 'total' && base.operation === 'sum'
    ? { ...base, body: power(base.body, exponent) }
    : undefined;
}

/** 1 − y² → 1 − y, 1/r² → 1/r, √v → v: an exponent is missing, or one too high or too low. */
export const changedPower: EditRule = function* ({ node }) {
  const say = (to: Expr): Edit => ({
    to,
    mistake: 'lost-power',
    message: (right, wrong) => `An exponent is not right: the rules give ${right} where you have ${wrong}.`,
    hint: 'Which power does the rule give: the denominator of a quotient is squared, x^n comes down to x^(n−1)?',
  });
  if (node.kind === 'call' && node.name === 'sqrt' && node.args[0] !== undefined) yield say(node.args[0]);
  if (node.kind !== 'power') return;
  const { exponent } = node;
  const inside = powerInside(node);
  if (inside !== undefined) yield say(inside);
  const high = exponent.kind === 'number' && exponent.value.compare(1) > 0;
  yield { ...say(node.base), reverse: high ? 'extra-factor' : 'lost-power' };
  if (exponent.kind === 'number') {
    for (const next of [exponent.value.add(1), exponent.value.sub(1)]) {
      if (next.equals(0) || next.equals(1)) continue;
      yield say(power(node.base, num(next)));
    }
    if (exponent.value.equals(2)) yield say(call('sqrt', node.base));
    return;
  }
  yield say(power(node.base, { kind: 'add', terms: [exponent, num(1)] }));
  yield say(power(node.base, { kind: 'add', terms: [exponent, num(-1)] }));
};
