import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../src/mistakes/index.js';
import { lineOf, seen, state, type WrongLine } from './formula.problems.js';

function first({ problem, line }: WrongLine) {
  const stated = state(problem);
  return diagnose({ ...stated, line: lineOf(stated, line) }).diagnoses[0];
}

describe('mistakes people were seen to make', () => {
  for (const wrong of seen) {
    it(`${wrong.name}: ${[wrong.expected].flat().join(' or ')}`, () => {
      const diagnosis = first(wrong);
      assert.ok(
        [wrong.expected].flat().some((id) => id === diagnosis?.mistake),
        `${wrong.line}: ${diagnosis?.mistake}: ${diagnosis?.message}`,
      );
    });
  }
});
