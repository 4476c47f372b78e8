import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { diagnose } from '../../src/mistakes/index.js';
import { lineOf, type Problem, state } from './formula.problems.js';

const text = readFileSync(new URL('../../../docs/mistakes.md', import.meta.url), 'utf8');
const rows = text
  .split('\n')
  .filter((row) => row.startsWith('|'))
  .map((row) => row.split('|').map((cell) => cell.trim()));
const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/gu)].map(([, code = '']) => code);

/** The problems of the document by their letter. */
const problems = new Map<string, Problem>(
  rows
    .filter(([, letter = '']) => /^[A-Z]$/u.test(letter))
    .map(([, letter = '', given, define, asked]) => {
      const tensors = codes(given).map((code) => {
        const [name = '', axes = ''] = code.split(':');
        return [name, axes.split(' ').filter((axis) => axis !== '')] as const;
      });
      return [
        letter,
        { given: Object.fromEntries(tensors), define: codes(define), ask: codes(asked)[0] ?? '' },
      ];
    }),
);

describe('docs/mistakes.md', () => {
  const examples = rows.filter((cells) => problems.has(cells[3] ?? '') && codes(cells[1]).length === 1);
  it('has an example of every mistake that a wrong line can be', () => {
    assert.equal(examples.length, 27);
  });
  for (const [, name, , letter = '', line] of examples) {
    const [mistake] = codes(name);
    const [wrong = ''] = codes(line);
    it(`${mistake}: ${wrong}`, () => {
      const stated = state(problems.get(letter) as Problem);
      assert.equal(diagnose({ ...stated, line: lineOf(stated, wrong) }).diagnoses[0]?.mistake, mistake);
    });
  }
});
