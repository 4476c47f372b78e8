import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inspect } from 'node:util';
import { publish, type Verdict } from '../../src/check/index.js';
import { jupyterDisplay, showAnnouncedVerdicts, verdictBundle } from '../../src/display/index.js';

const verdict: Verdict = { claim: 'c', status: 'agrees', witnesses: [], diagnoses: [], warnings: [] };

it('a verdict shows itself once it is announced, and stays plain data', () => {
  showAnnouncedVerdicts();
  const announced = publish({ ...verdict }) as Verdict & { [jupyterDisplay](): unknown };
  assert.deepEqual(announced[jupyterDisplay](), verdictBundle(verdict));
  assert.equal(inspect(announced), '✓ agrees: c');
  assert.equal(`${announced}`, '✓ agrees: c');
  assert.deepEqual(announced, verdict);
  assert.doesNotThrow(() => publish(Object.freeze({ ...verdict })));
});
