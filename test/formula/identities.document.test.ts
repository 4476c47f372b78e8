/** docs/identities.md says what is proved (identities.test.ts proves it) and what cannot be stated. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { declare, FormulaError, readDefinition } from '../../src/formula/index.js';
import { instead, refused, tables } from './identities.document.js';
import { identities } from './identities.js';

const document = readFileSync(new URL('../../../docs/identities.md', import.meta.url), 'utf8');
const given = declare({ X: ['n', 'n'], A: ['n', 'n'], B: ['n', 'n'], x: ['n'], t: ['n'], p: [] });

test('the document lists every identity as it is stated and proved, and no other', () => {
  assert.ok(document.includes(tables()), `docs/identities.md should hold:\n\n${tables()}\n`);
  const rows = document.match(/^\| [A-Z]\d+ /gm) ?? [];
  assert.equal(rows.length, identities.length);
  assert.ok(document.includes(`${identities.length} identities`));
});

for (const line of refused) {
  test(`cannot be stated: ${line}`, () => {
    assert.ok(document.includes(`\`${line}\``), `docs/identities.md does not mention ${line}`);
    assert.throws(() => readDefinition(line, given), FormulaError);
  });
}

for (const line of instead) {
  test(`can be stated: ${line}`, () => {
    assert.ok(document.includes(`\`${line}\``), `docs/identities.md does not mention ${line}`);
    assert.ok(readDefinition(line, given).tensor.definition);
  });
}
