import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Notebook, openNotebook } from './engine.js';

describe('errors of cells', () => {
  let notebook: Notebook;
  before(() => {
    notebook = openNotebook();
  });
  after(() => notebook.close());

  test('the stack points into the cells, the failing line first, nothing of the engine', async () => {
    await notebook.run(
      'interface Unused { a: number }\nfunction deep(n: number): never {\n  throw new RangeError(`deep ` + n);\n}',
    );
    const failure = await notebook.fail('const fine: number = 1;\n\ndeep(fine)');
    assert.equal(failure.kind, 'runtime');
    assert.equal(failure.name, 'RangeError');
    assert.equal(failure.message, 'deep 1');
    assert.deepEqual(failure.traceback, [
      'RangeError: deep 1',
      '      throw new RangeError(`deep ` + n);',
      '            ^',
      '    at deep (cell [1], line 3, column 9)',
      '    at cell [2], line 3, column 1',
    ]);
  });

  test('also after an await, in methods, and where code was rewritten', async () => {
    const failure = await notebook.fail(
      "enum E { A }\nclass Late {\n  async go() {\n    await 0;\n    throw new Error('x');\n  }\n}\nawait new Late().go()",
    );
    assert.match(failure.traceback.join('\n'), /at (?:async )?Late\.go \(cell \[3\], line 5, column 11\)/);
    assert.match(failure.traceback.join('\n'), /at cell \[3\], line 8, column 1/);
  });

  test('a person who prints a stack sees the cell', async () => {
    assert.match(
      String(await notebook.run('function where() {\n  return new Error("here").stack }\nwhere()')),
      /at where \(cell \[4\], line 2, column 10\)/,
    );
  });

  test('in modules beside the notebook', async () => {
    notebook.write(
      'thrower.ts',
      'type T = number;\nexport const thrower = (t: T): never => {\n  throw new Error(String(t));\n};\n',
    );
    const failure = await notebook.fail("import { thrower } from './thrower'; thrower(7)");
    assert.match(failure.traceback.join('\n'), /at thrower \(.*thrower\.ts, line 3, column 9\)/);
  });

  test('causes are told', async () => {
    const failure = await notebook.fail("throw new Error('outer', { cause: new TypeError('inner') })");
    assert.match(failure.traceback.join('\n'), /Caused by: TypeError: inner/);
  });

  test('anything can be thrown', async () => {
    assert.equal((await notebook.fail("throw 'text'")).message, 'text');
    assert.equal((await notebook.fail('throw null')).message, 'null');
    assert.equal((await notebook.fail('throw undefined')).message, 'undefined');
    assert.equal(typeof (await notebook.fail('throw Object.create(null)')).message, 'string');
    assert.equal(
      typeof (await notebook.fail('throw new Proxy({}, { get() { throw 1 } })')).message,
      'string',
    );
    assert.equal(
      (await notebook.fail('throw Object.assign(new Error("m"), { name: undefined, stack: 5 })')).message,
      'm',
    );
    assert.equal(
      typeof (
        await notebook.fail(
          'const e = new Error(); Object.defineProperty(e, "message", { get() { throw 1 } }); throw e',
        )
      ).message,
      'string',
    );
  });

  test('what only JavaScript refuses is a syntax error', async () => {
    const failure = await notebook.fail('// @ts-nocheck\nbreak');
    assert.equal(failure.kind, 'syntax');
    assert.match(failure.message, /Illegal break/);
    assert.equal(await notebook.run('2 + 2'), 4);
  });

  test('a person may replace Error.prepareStackTrace', async () => {
    await notebook.run('const prepare = Error.prepareStackTrace; Error.prepareStackTrace = undefined');
    const failure = await notebook.fail("type T = 1;\nthrow new Error('plain')");
    await notebook.run('Error.prepareStackTrace = prepare');
    assert.match(failure.traceback.join('\n'), /at cell \[\d+\], line 2, column 7/);
  });

  test('a deep stack does not hide the cell', async () => {
    const failure = await notebook.fail(
      "const dig = (n: number): number => {\n  if (n === 0) throw new Error('deep');\n  return dig(n - 1) + 1;\n};\nconst top = dig(30);",
    );
    assert.match(failure.traceback.join('\n'), /at cell \[\d+\], line 5, column 13/);
  });

  test('what is thrown outside a cell is described too', () => {
    const failure = notebook.interpreter.describe(new Error('outside'));
    assert.equal(failure.traceback[0], 'Error: outside');
  });

  test('recursion without end is an error like any other', async () => {
    const failure = await notebook.fail('function forever(): number { return forever() + 1 }\nforever()');
    assert.equal(failure.name, 'RangeError');
    assert.ok(failure.traceback.length < 40);
    assert.equal(await notebook.run('1 + 1'), 2);
  });
});
