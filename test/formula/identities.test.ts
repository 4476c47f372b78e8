import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  declare,
  prove,
  type Ranged,
  readAssumption,
  readDefinition,
  readLine,
  readQuestion,
  resolveDerivatives,
} from '../../src/formula/index.js';
import { type Identity, identities } from './identities.js';

export function state(identity: Identity) {
  let declarations = declare(identity.given);
  for (const line of identity.define) declarations = readDefinition(line, declarations).declarations;
  for (const line of identity.assume ?? []) declarations = readAssumption(line, declarations).declarations;
  const question = readQuestion(identity.ask, declarations);
  const line = readLine(identity.answer, declarations, { asked: question.ranged });
  assert.ok(line.kind === 'expression');
  return { declarations, question, answer: line.ranged as Ranged };
}

for (const identity of identities) {
  test(`${identity.id}: the listed derivative is proved`, () => {
    const { declarations, question, answer } = state(identity);
    const truth = resolveDerivatives(declarations, question.ranged.expr);
    assert.ok(prove(declarations, truth, answer.expr, question.ranged.ranges), 'not proved');
  });
}
