import assert from 'node:assert/strict';
import { it } from 'node:test';
import { diagnose } from '../../src/mistakes/index.js';
import { families } from './formula.families.js';
import { lineOf, seen, state } from './formula.problems.js';

/** How many of the first diagnoses must be right. */
const ENOUGH = 0.9;

it(`${families.length} wrong lines of the same families: refuted, and the mistake named`, (t) => {
  const missed: string[] = [];
  for (const { name, problem, line, expected } of families) {
    const stated = state(problem);
    const { diagnoses } = diagnose({ ...stated, line: lineOf(stated, line) });
    assert.notEqual(diagnoses.length, 0, `${name}: ${line} counts as right`);
    const [first] = diagnoses;
    if (![expected].flat().some((id) => id === first?.mistake))
      missed.push(`${name}: ${first?.mistake} for ${expected}`);
  }
  const score = `${families.length - missed.length} of ${families.length} first diagnoses right`;
  t.diagnostic(score);
  for (const miss of missed) t.diagnostic(miss);
  assert.ok(missed.length <= (1 - ENOUGH) * families.length, `${score}; missed: ${missed.join('; ')}`);
});

it('every diagnosis says what was written, what is right, and asks a question', () => {
  for (const { problem, line } of [...seen, ...families]) {
    const stated = state(problem);
    for (const { message, wrong, right, hint } of diagnose({ ...stated, line: lineOf(stated, line) })
      .diagnoses) {
      assert.match(message, /\.$/u);
      assert.ok(wrong.length > 0 && right.length > 0, message);
      assert.match(hint, /[?.]$/u);
    }
  }
});
