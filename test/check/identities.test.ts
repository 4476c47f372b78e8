/** The identities of the field before all three witnesses: none may be against, float64 must speak, autograd nearly always. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { judge } from '../../src/check/index.js';
import { resolveDerivatives } from '../../src/formula/index.js';
import { identities, stated } from '../formula/identities.js';

/** Where autograd has nothing to say, and why. */
const silent = new Set<string>();

for (const identity of identities) {
  test(`${identity.id}: proved, and no witness against it`, () => {
    const { declarations, question, answer } = stated(identity);
    const truth = { ...question.ranged, expr: resolveDerivatives(declarations, question.ranged.expr) };
    const verdict = judge({ claim: identity.answer, left: answer, right: truth, declarations, question });
    assert.equal(verdict.status, 'proved');
    for (const witness of verdict.witnesses)
      assert.notEqual(witness.finds, 'against', `${witness.name}: ${witness.says}`);
    const [, float64, autograd] = verdict.witnesses;
    assert.equal(float64?.finds, 'for', float64?.says);
    if (autograd?.finds !== 'for') silent.add(`${identity.id}: ${autograd?.says}`);
  });
}

test('autograd speaks for nearly all of them', () => {
  assert.ok(silent.size <= 3, [...silent].join('\n'));
});

after(() => {
  for (const line of silent) console.log(`autograd silent — ${line}`);
});
