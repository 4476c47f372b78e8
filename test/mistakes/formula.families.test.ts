import assert from 'node:assert/strict';
import { it } from 'node:test';
import { diagnose } from '../../src/mistakes/index.js';
import { again } from './formula.again.js';
import { families } from './formula.families.js';
import { further } from './formula.further.js';
import { lineOf, state } from './formula.problems.js';

/** How many of the first diagnoses must be right. */
const ENOUGH = 0.9;

const lines = [...families, ...further, ...again];

it(`${lines.length} wrong lines of the same families: refuted, and the mistake named`, (t) => {
  const missed: string[] = [];
  for (const { name, problem, line, expected } of lines) {
    const stated = state(problem);
    const { diagnoses } = diagnose({ ...stated, line: lineOf(stated, line) });
    assert.notEqual(diagnoses.length, 0, `${name}: ${line} counts as right`);
    for (const { message, wrong, right, hint } of diagnoses) {
      assert.match(message, /\.$/u);
      assert.ok(wrong.length > 0 && right.length > 0, message);
      assert.match(hint, /[?.]$/u);
    }
    const [first] = diagnoses;
    if (![expected].flat().some((id) => id === first?.mistake))
      missed.push(`${name}: ${first?.mistake} for ${expected}`);
  }
  const score = `${lines.length - missed.length} of ${lines.length} first diagnoses right`;
  t.diagnostic(score);
  for (const miss of missed) t.diagnostic(miss);
  assert.ok(missed.length <= (1 - ENOUGH) * lines.length, `${score}; missed: ${missed.join('; ')}`);
});
