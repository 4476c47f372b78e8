import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type Notebook, openNotebook } from './engine.js';

describe('completion, inspection, completeness', () => {
  let notebook: Notebook;
  before(async () => {
    notebook = openNotebook({
      declarations: '/** Shows a value. */\ndeclare function display(value: unknown): void;',
    });
    notebook.write('data.json', '{ "alpha": 1, "beta": { "gamma": "g" } }');
    notebook.write('folder/helper.ts', '/** Helps. */\nexport const helper = 1;\n');
    await notebook.run(
      '/** Adds one. @param n what to add to */\nfunction addOne(n: number): number { return n + 1 }',
    );
    await notebook.run(
      'const object = { first: 1, second: { third: "t" }, method(a: string) { return a } };',
    );
    await notebook.run('const untyped: any = { runtimeOnly: 1, other: 2 };');
    await notebook.run("import data from './data.json';");
  });
  after(() => notebook.close());

  /** Completes at `|`. */
  const complete = (marked: string) => {
    const cursor = marked.indexOf('|');
    const code = marked.replace('|', '');
    const { matches, start, end } = notebook.interpreter.complete(code, cursor);
    const texts = matches.map(({ text }) => text);
    const results = texts.map((text) => code.slice(0, start) + text + code.slice(end));
    return { matches, texts, results, start, end };
  };
  const inspectAt = (marked: string, level: 0 | 1 = 0): string => {
    const found = notebook.interpreter.inspect(marked.replace('|', ''), marked.indexOf('|'), level);
    return found.found ? String(found.data['text/plain']) : '';
  };

  test('members, with their types', () => {
    const { matches, texts } = complete('object.|');
    assert.deepEqual(texts.slice(0, 3), ['first', 'method', 'second']);
    assert.deepEqual(matches[0], { text: 'first', type: 'property', signature: 'number' });
    assert.equal(matches[1]?.signature, '(a: string) => string');
    assert.deepEqual(complete('object.second.th|').results, ['object.second.third']);
    assert.deepEqual(complete('object.second.th|').texts, ['third']);
  });

  test('with the first paragraph of their documentation, in files that were never read as well', () => {
    assert.equal(complete('addO|').matches[0]?.documentation, 'Adds one.');
    assert.match(
      complete('Math.ma|').matches[0]?.documentation ?? '',
      /^Returns the larger of a set of supplied numeric/,
    );
    assert.match(
      complete("import { readFileS| } from 'node:fs'").matches[0]?.documentation ?? '',
      /^Returns the contents of the/,
    );
    assert.equal(complete("import { helpe| } from './folder/helper'").matches[0]?.documentation, 'Helps.');
    assert.equal(complete('object.fir|').matches[0]?.documentation, undefined);
  });

  test('names of earlier cells, of this one, of the host and of the library', () => {
    assert.equal(complete('addO|').texts[0], 'addOne');
    assert.deepEqual(complete('const inThisCell = 1;\ninThis|').results, [
      'const inThisCell = 1;\ninThisCell',
    ]);
    assert.ok(complete('displ|').texts.includes('display'));
    assert.ok(complete('proc|').texts.includes('process'));
    assert.ok(complete('Math.ma|').texts.includes('max'));
  });

  test('what is spelled as typed comes first, keywords last', () => {
    const { texts } = complete('a|');
    assert.ok(texts.indexOf('addOne') < texts.indexOf('async'), texts.join());
    assert.ok(texts.indexOf('addOne') < texts.indexOf('AbortController'), texts.join());
    assert.ok(texts.every((text) => text.toLowerCase().startsWith('a')));
  });

  test('of code that was never run, and that does not parse', () => {
    assert.deepEqual(complete('const fresh = { inside: 1 };\nfresh.|').texts, ['inside']);
    assert.ok(complete('if (object.fi| {').results.includes('if (object.first {'));
  });

  test('after characters beyond the basic plane', () => {
    const { results, start } = complete("const s = '𝒳😀'; object.fir|");
    assert.deepEqual(results, ["const s = '𝒳😀'; object.first"]);
    assert.equal(start, "const s = '𝒳😀'; object.".length);
  });

  test('import paths and their exports', () => {
    assert.ok(
      complete("import { helper } from './fol|'").results.includes("import { helper } from './folder'"),
    );
    assert.ok(
      complete("import { helper } from './folder/|'").texts.some((text) => text.startsWith('helper')),
    );
    assert.ok(complete("import { | } from './folder/helper'").texts.includes('helper'));
    assert.ok(complete("import fs from 'node:f|'").texts.includes('node:fs'));
  });

  test('keys of JSON, of object literals and of string unions', async () => {
    assert.deepEqual(complete('data.|').texts, ['alpha', 'beta']);
    assert.deepEqual(complete('data.beta.g|').texts, ['gamma']);
    assert.deepEqual(complete("data['al|']").results, ["data['alpha']"]);
    await notebook.run("type Options = { mode: 'fast' | 'slow' }; function go(options: Options) {}");
    assert.deepEqual(complete('go({ m| })').texts, ['mode']);
    assert.deepEqual(complete("go({ mode: '|' })").texts, ['fast', 'slow']);
  });

  test('properties of values whose type says nothing', () => {
    assert.deepEqual(complete('untyped.run|').texts, ['runtimeOnly']);
  });

  test('completion changes nothing', async () => {
    complete('const object = 5; object.|');
    assert.deepEqual(complete('declare global { var made: { up: 1 } }\nmade.|').texts, ['up']);
    assert.equal((await notebook.fail('made.up')).kind, 'type');
    assert.equal(await notebook.run('object.first'), 1);
  });

  test('signature and documentation of names, of cells, host and library', () => {
    assert.match(inspectAt('add|One(1)'), /function addOne\(n: number\): number\n\nAdds one/);
    assert.match(inspectAt('addOne|'), /Parameter n what to add to/);
    assert.match(inspectAt('display|'), /Shows a value/);
    assert.match(inspectAt('Math.max|'), /Returns the larger of a set of supplied numeric expressions/);
    assert.match(
      inspectAt("import { readFileSync } from 'node:fs'; readFile|Sync"),
      /Returns the contents of the `path`/,
    );
    assert.match(inspectAt('/** Of this cell. */\nconst mine = 1; min|e'), /const mine: 1\n\nOf this cell/);
    assert.match(inspectAt("import { hel|per } from './folder/helper'"), /Helps/);
  });

  test('in the brackets of a call, what it takes', () => {
    assert.match(inspectAt('addOne(|'), /addOne\(n: number\): number/);
    assert.match(inspectAt('Math.max(1, |'), /max\(\.\.\.values: number\[\]\)/);
  });

  test('nothing where nothing is', () => {
    assert.equal(notebook.interpreter.inspect('  ', 1, 0).found, false);
    assert.equal(notebook.interpreter.inspect('nowhere', 3, 0).found, false);
  });

  test('level 1 shows the overloads', () => {
    assert.match(inspectAt("'a'.replac|e", 1), /replace\(searchValue: string \| RegExp[\s\S]*\n.*replacer/);
  });

  test('a live value is shown, by its own maths where it has some', async () => {
    assert.match(inspectAt('objec|t'), /first: 1/);
    const display = Symbol.for('Jupyter.display');
    await notebook.run(
      `const formula = { [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'x squared', 'text/latex': '$x^2$' }) }`,
    );
    const found = notebook.interpreter.inspect('formula', 3, 0);
    assert.ok(found.found, inspect(display));
    assert.match(String(found.data['text/plain']), /x squared/);
    assert.match(String(found.data['text/markdown']), /\$x\^2\$/);
  });

  test('looking runs nothing of the person', async () => {
    await notebook.run('let looked = 0; const trap: any = { get inner() { looked += 1; return {} } }');
    complete('trap.inner.|');
    inspectAt('trap.inn|er');
    assert.equal(await notebook.run('looked'), 0);
  });

  test('whether code is complete', () => {
    const status = (code: string) => notebook.interpreter.isComplete(code);
    for (const code of ['1 + 1', 'if (a) { b }', '', '// comment', 'await x', "import a from 'a'"]) {
      assert.deepEqual(status(code), { status: 'complete' }, code);
    }
    assert.deepEqual(status('if (a) {'), { status: 'incomplete', indent: '  ' });
    assert.deepEqual(status('  f(1,'), { status: 'incomplete', indent: '  ' });
    for (const code of [
      'f(',
      '[1,',
      'const x =',
      '`open',
      '/* open',
      'class A {\n  b() {',
      'x = {\n  a: 1,',
      '(a) =>',
    ]) {
      assert.equal(status(code).status, 'incomplete', code);
    }
    for (const code of ['const = 1', 'x +* 2', 'f)', "'open", 'a b c', 'const x = ;', 'if (a) } {']) {
      assert.equal(status(code).status, 'invalid', code);
    }
  });
});
