import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  add,
  allIndices,
  children,
  divide,
  type Expr,
  mapChildren,
  multiply,
  negate,
  num,
  renameBinders,
  unfoldDefinition,
} from '../../src/formula/index.js';
import { diagnose, warnings } from '../../src/mistakes/index.js';
import * as problems from './formula.problems.js';
import { lineOf, type Problem, type Stated, state } from './formula.problems.js';

const all = Object.values(problems).filter(
  (value): value is Problem => typeof value === 'object' && 'ask' in value,
);

/** A way to write a formula otherwise that changes nothing. */
type Rewriting = (expr: Expr, stated: Stated) => Expr;

const rewritings: readonly Rewriting[] = [
  (e) => (e.kind === 'add' ? { ...e, terms: e.terms.toReversed() } : e),
  (e) => (e.kind === 'multiply' ? { ...e, factors: e.factors.toReversed() } : e),
  (e) => negate(negate(e)),
  (e) => add(e, num(0)),
  (e) => multiply(num(1), e),
  (e) => divide(multiply(num(3), e), num(3)),
  (e) => add(multiply(num(2), e), negate(e)),
  (e) => (e.kind === 'total' ? renameBinders(e, new Set(allIndices(e))) : e),
  (e) =>
    e.kind === 'power' && e.exponent.kind === 'number' && e.exponent.value.equals(2)
      ? multiply(e.base, e.base)
      : e,
  (e) => (e.kind === 'divide' ? multiply(e.numerator, divide(num(1), e.denominator)) : e),
  (e) =>
    e.kind === 'multiply' && e.factors.length === 2 && e.factors[1]?.kind === 'add'
      ? add(...e.factors[1].terms.map((term) => multiply(e.factors[0] as Expr, term)))
      : e,
  (e, { declarations }) =>
    e.kind === 'tensor'
      ? (unfoldDefinition(e, declarations, new Set(['i', 'j', 'k', 'l', 'a', 'b'])) ?? e)
      : e,
];

/** One rewriting at one place, found by number among all places. */
function rewritten(expr: Expr, place: number, rewriting: Rewriting, stated: Stated): Expr {
  let count = -1;
  const visit = (node: Expr): Expr => {
    count += 1;
    if (count === place) return rewriting(node, stated);
    return mapChildren(node, visit);
  };
  return visit(expr);
}

function size(expr: Expr): number {
  return children(expr).reduce((total, child) => total + size(child), 1);
}

describe('right lines', () => {
  it('are not accused, however they are rewritten', () => {
    const step = fc.record({ place: fc.nat(60), rewriting: fc.constantFrom(...rewritings) });
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.array(step, { minLength: 1, maxLength: 6 }),
        (problem, steps) => {
          const stated = state(problem);
          const expr = steps.reduce(
            (e, { place, rewriting }) => rewritten(e, place % size(e), rewriting, stated),
            stated.right.expr,
          );
          assert.deepEqual(diagnose({ ...stated, line: { ...stated.right, expr } }).diagnoses, []);
        },
      ),
      { numRuns: 300 },
    );
  });

  const same: readonly (readonly [string, Problem, string])[] = [
    [
      'an extra term that is zero',
      problems.layerNorm,
      '(h_j - Σ_k h_k / n - y_j Σ_k h_k y_k / n + (Σ_k h_k y_k / n) (Σ_l y_l / n)) / σ',
    ],
    ['a Jacobian transposed that is symmetric', problems.softmax, 's_j (δ_ij - s_i)'],
    ['cases', problems.softmax, '{ s_i (1 - s_i) if i = j; -s_i s_j otherwise }'],
    ['an assumption that was made', problems.crossEntropyOne, 's_j - t_j'],
    ['a chain rule left as it is', problems.crossEntropy, 'Σ_i ∂L/∂s_i · ∂s_i/∂x_j'],
  ];
  for (const [name, problem, text] of same) {
    it(`${name}: no mistake`, () => {
      const stated = state(problem);
      assert.deepEqual(diagnose({ ...stated, line: lineOf(stated, text) }).diagnoses, []);
    });
  }
});

describe('warnings of right lines', () => {
  const warned = (problem: Problem, text: string) => {
    const stated = state(problem);
    return warnings({ ...stated, line: lineOf(stated, text) }).map(
      ({ mistake, wrong }) => `${mistake}: ${wrong}`,
    );
  };
  it('exponentials that overflow', () => {
    assert.deepEqual(warned(problems.softmax, 'exp(x_i) / (Σ_k exp(x_k)) · (δ_ij - s_j)'), [
      'unstable: exp(x_i)',
    ]);
  });
  it('the logarithm of a softmax', () => {
    const entropy: Problem = {
      given: { x: ['n'], t: ['n'] },
      define: ['s_i = softmax(x)_i', 'y = Σ_i t_i log(s_i)'],
      ask: '∂y/∂t_j',
    };
    assert.deepEqual(warned(entropy, 'log(softmax(x)_j)'), ['unstable: log(softmax(x)_j)']);
    assert.deepEqual(warned(entropy, 'x_j - logsumexp(x)'), []);
  });
  it('none where nothing breaks down', () => {
    assert.deepEqual(warned(problems.softmax, 's_i (δ_ij - s_j)'), []);
    assert.deepEqual(warned(problems.layerNorm, 'h_j / σ - Σ_k h_k / (n σ) - y_j Σ_k h_k y_k / (n σ)'), []);
  });
});
