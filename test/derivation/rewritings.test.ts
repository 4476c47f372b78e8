/** No right line is ever called wrong: the answers of the identities, rewritten at random by laws that no one doubts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { judge } from '../../src/check/index.js';
import { type Ranged, resolveDerivatives, simplify, toText } from '../../src/formula/index.js';
import { diagnose } from '../../src/mistakes/index.js';
import { identities, stated } from '../formula/identities.js';
import { rewritten } from '../formula/random-expressions.js';

/** 10,000 with HANDGRAD_REWRITINGS=10000; a few in every run of the tests. */
const runs = Number(process.env.HANDGRAD_REWRITINGS ?? 150);

const problems = identities.map((identity) => {
  const { declarations, question, answer } = stated(identity);
  const expr = simplify(
    { ...declarations, assumptions: [] },
    resolveDerivatives(declarations, question.ranged.expr),
    question.ranged.ranges,
  ).expr;
  return { identity, declarations, question, answer, truth: { ...question.ranged, expr } satisfies Ranged };
});

test(`${runs} right lines, rewritten at random: none refuted, none diagnosed, nearly all proved`, () => {
  let proved = 0;
  let judged = 0;
  fc.assert(
    fc.property(fc.constantFrom(...problems), fc.integer(), fc.boolean(), (problem, seed, fromAnswer) => {
      const { identity, declarations, question, answer, truth } = problem;
      const start = fromAnswer ? answer : truth;
      // Without its assumption an answer that needs one is another formula: it is rewritten, not the truth.
      const line: Ranged = { ...start, expr: rewritten(start.expr, seed) };
      const verdict = judge({ claim: identity.id, left: line, right: truth, declarations, question });
      judged += 1;
      if (verdict.status === 'proved') proved += 1;
      assert.notEqual(verdict.status, 'refuted', `${identity.id}: ${toText(line, declarations)}`);
      const accused = diagnose({ declarations, asked: question, right: truth, line }).diagnoses;
      if (declarations.assumptions.length === 0)
        assert.deepEqual(accused, [], `${identity.id}: ${toText(line, declarations)}`);
    }),
    { numRuns: runs, seed: 23 },
  );
  assert.ok(proved >= 0.9 * judged, `${proved} of ${judged} proved`);
});
