import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { openNotebook } from './engine.js';

/** Runs `work` and unwinds it after so many milliseconds as an interrupt does: without `catch` and `finally`. */
function unwind(work: () => void, milliseconds: number): boolean {
  const start = new Script('(work) => globalThis[Symbol.for("handgrad.test")] = work').runInThisContext() as (
    work: () => void,
  ) => void;
  start(work);
  try {
    new Script('globalThis[Symbol.for("handgrad.test")]()').runInThisContext({ timeout: milliseconds });
    return false;
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT');
    return true;
  }
}

test('a cell that loops is unwound, and what it had assigned is kept', async () => {
  const notebook = openNotebook();
  try {
    const code = 'let turns = 0; const before = 1; while (true) turns += 1; const after = 2;';
    const run = () => void notebook.interpreter.execute({ code, count: 1, id: 'loop' });
    assert.ok(unwind(run, 300));
    assert.equal(await notebook.run('turns > 0 && before === 1 && after === undefined'), true);
    assert.equal(await notebook.run('const next = turns; typeof next'), 'number');
  } finally {
    notebook.close();
  }
});

test('an interrupt while the compiler works leaves the engine usable', async () => {
  const notebook = openNotebook();
  try {
    await notebook.run('const kept = process.pid; interface Kept { a: number }');
    // A cell whose types take minutes.
    const code = `type Many<T extends string> = \`\${T}0\` | \`\${T}1\` | \`\${T}2\` | \`\${T}3\` | \`\${T}4\` | \`\${T}5\`;
      type All = Many<Many<Many<Many<''>>>>;
      ${Array.from({ length: 400 }, (_, n) => `declare const x${n}: { [K in All]: { [L in K]: ${n} } }; const y${n}: { [K in All]: { [L in All]: ${n} } } = x${n};`).join('\n')}`;
    let finished = false;
    const run = () => {
      void notebook.interpreter.execute({ code, count: 1, id: 'slow' });
      finished = true;
    };
    assert.ok(unwind(run, 100));
    assert.equal(finished, false);
    assert.equal(await notebook.run('const value: Kept = { a: kept }; value.a'), process.pid);
    assert.equal(notebook.interpreter.complete('value.', 6).matches[0]?.text, 'a');
    assert.match((await notebook.fail('y1')).message, /Cannot find name/);
  } finally {
    notebook.close();
  }
});
