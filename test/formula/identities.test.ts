import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  agree,
  multiply,
  negate,
  num,
  prove,
  type Ranged,
  resolveDerivatives,
  simpleIndex,
  substituteIndices,
} from '../../src/formula/index.js';
import { identities, stated } from './identities.js';

for (const identity of identities) {
  test(`${identity.id}: the listed derivative is proved`, () => {
    const { declarations, question, answer } = stated(identity);
    const truth = resolveDerivatives(declarations, question.ranged.expr);
    assert.ok(prove(declarations, truth, answer.expr, question.ranged.ranges), 'not proved');
  });
}

/** Wrong readings of an answer: each must not be proved, and numbers must refute it. */
const mutations: Readonly<Record<string, (answer: Ranged) => Ranged | undefined>> = {
  sign: (a) => ({ ...a, expr: negate(a.expr) }),
  factor: (a) => ({ ...a, expr: multiply(num(2), a.expr) }),
  'dropped term': (a) => (a.expr.kind === 'add' ? { ...a, expr: add(...a.expr.terms.slice(1)) } : undefined),
  transposed: (a) => {
    const [i, j] = a.free;
    if (i === undefined || j === undefined || a.free.length !== 2 || a.ranges.get(i) !== a.ranges.get(j))
      return undefined;
    return {
      ...a,
      expr: substituteIndices(
        a.expr,
        new Map([
          [i, simpleIndex(j)],
          [j, simpleIndex(i)],
        ]),
      ),
    };
  },
};

for (const identity of identities) {
  test(`${identity.id}: mutated answers are refuted`, () => {
    const { declarations, question, answer } = stated(identity);
    const truth: Ranged = {
      ...question.ranged,
      expr: resolveDerivatives(declarations, question.ranged.expr),
    };
    for (const [name, mutate] of Object.entries(mutations)) {
      const wrong = mutate(answer);
      if (wrong === undefined) continue;
      const proof = prove(declarations, truth.expr, wrong.expr, truth.ranges);
      const numbers = agree(wrong, truth, declarations);
      const same = proof !== undefined && !('none' in numbers) && numbers.agrees;
      // A symmetric result is its own transpose, and must be accepted as such.
      if (name === 'transposed' && same) continue;
      assert.equal(proof, undefined, `${name}: proved`);
      assert.ok('none' in numbers || !numbers.agrees, `${name}: agrees`);
    }
  });
}
