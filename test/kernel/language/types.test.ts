import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Notebook, openNotebook } from './engine.js';

describe('types of cells', () => {
  let notebook: Notebook;
  before(() => {
    notebook = openNotebook({
      declarations: '/** Shows a value. */\ndeclare function display(value: unknown): void;',
    });
  });
  after(() => notebook.close());

  test('a type error is reported before anything runs, with line and column', async () => {
    await notebook.run('let touched = false');
    const failure = await notebook.fail("touched = true;\nconst n: number = 'a'");
    assert.equal(failure.kind, 'type');
    assert.equal(failure.name, 'TypeScriptError');
    assert.equal(
      failure.message,
      "cell [2], line 2, column 7: Type 'string' is not assignable to type 'number'. (TS2322)",
    );
    assert.deepEqual(failure.traceback.slice(1), ["    const n: number = 'a'", '          ^']);
    assert.equal(await notebook.run('touched'), false);
    assert.match((await notebook.fail('n')).message, /Cannot find name 'n'/);
  });

  test('several errors are all shown', async () => {
    const failure = await notebook.fail('nowhere1;\nnowhere2;');
    assert.match(
      failure.traceback.join('\n'),
      /nowhere1[\s\S]*line 2, column 1: Cannot find name 'nowhere2'/,
    );
  });

  test('a syntax error names the place', async () => {
    const failure = await notebook.fail('const a = 1;\nconst = 2');
    assert.equal(failure.kind, 'syntax');
    assert.equal(failure.name, 'SyntaxError');
    assert.match(failure.message, /^cell \[\d+\], line 2, column 7: Variable declaration expected/);
  });

  test('// @ts-nocheck runs unchecked, and @ts-expect-error and @ts-ignore are heeded', async () => {
    assert.equal(await notebook.run("// @ts-nocheck\nconst wrong: number = 'text'; wrong.length"), 4);
    assert.equal(await notebook.run("// @ts-ignore\nconst ignored: number = 'text'; 1"), 1);
    assert.equal(await notebook.run("// @ts-expect-error\nconst expected: number = 'text'; 1"), 1);
    assert.match((await notebook.fail('// @ts-expect-error\nconst right = 1')).message, /Unused/);
  });

  test('types, interfaces, generics and overloads of earlier cells', async () => {
    await notebook.run(
      'interface Point { x: number; y?: number }\ntype Pair<T> = [T, T]\nfunction id<T>(t: T): T { return t }',
    );
    await notebook.run(
      'function over(a: string): string;\nfunction over(a: number): number;\nfunction over(a: any) { return a }',
    );
    assert.deepEqual(
      await notebook.run(
        'const point: Point = { x: 1 }; const pair: Pair<Point> = [point, id(point)]; pair[1].x',
      ),
      1,
    );
    assert.match((await notebook.fail('const bad: Point = { z: 1 }')).message, /'z' does not exist/);
    assert.match((await notebook.fail('over(true)')).message, /No overload matches/);
    assert.equal(await notebook.run('const s: string = over("a"); s'), 'a');
  });

  test('a type and a value of one name live side by side', async () => {
    await notebook.run('interface Both { a: number }');
    await notebook.run('const Both = (a: number): Both => ({ a })');
    assert.equal(await notebook.run('const both: Both = Both(3); both.a'), 3);
  });

  test('types without a name outside their cell are kept', async () => {
    await notebook.run(
      'const secret = (() => { class Hidden { private h = 1; open() { return this.h } } return new Hidden() })()',
    );
    assert.equal(await notebook.run('secret.open()'), 1);
    assert.match((await notebook.fail('secret.h')).message, /private/);
    assert.equal(await notebook.run('const other = secret; other.open()'), 1);
  });

  test('inference crosses cells: literals, tuples, unions, unique symbols, private members', async () => {
    await notebook.run(
      "const mode = 'fast' as const; const tuple = [1, 'a'] as const; const mark = Symbol('m'); class P { #x = 1; get x() { return this.#x } }",
    );
    assert.equal(
      await notebook.run(
        "const m: 'fast' = mode; const t: 1 = tuple[0]; const o = { [mark]: 2 }; o[mark] + new P().x + t",
      ),
      4,
    );
    assert.match((await notebook.fail("const slow: 'slow' = mode")).message, /not assignable/);
  });

  test('globals of the host, of Node and of the newest ECMAScript are typed', async () => {
    assert.match((await notebook.fail('display()')).message, /Expected 1 arguments/);
    assert.equal(await notebook.run('process.version'), process.version);
    assert.equal(await notebook.run("Buffer.from('a').toString('hex')"), '61');
    assert.equal(await notebook.run('typeof (setTimeout(() => {}, 0)).unref'), 'function');
    assert.equal(await notebook.run('Object.groupBy === undefined ? 1 : 1'), 1);
    assert.match((await notebook.fail('process.versoin')).message, /Did you mean 'version'/);
  });

  test('declare global extends what later cells see', async () => {
    await notebook.run(
      'declare global { interface Array<T> { lastOne(): T } }\nArray.prototype.lastOne = function () { return this[this.length - 1] }',
    );
    assert.equal(await notebook.run('[1, 2, 3].lastOne()'), 3);
    assert.equal(await notebook.run('// @ts-nocheck\ndelete Array.prototype.lastOne; 1'), 1);
  });

  test('a cell that extends globals can be written anew', async () => {
    await notebook.run(
      'declare global { interface Window2 { size: number } var window2: Window2 }\nglobalThis.window2 = { size: 1 }',
    );
    assert.equal(await notebook.run('window2.size.toFixed(1)'), '1.0');
    await notebook.run(
      "declare global { interface Window2 { size: string } var window2: Window2 }\nglobalThis.window2 = { size: 'big' }",
    );
    assert.equal(await notebook.run('window2.size.toUpperCase()'), 'BIG');
    // One that is refused leaves the earlier one in place.
    await notebook.fail(
      'declare global { interface Window2 { size: number } var window2: Window2 }\nnowhere',
    );
    assert.equal(await notebook.run('window2.size.toUpperCase()'), 'BIG');
  });

  test('cells are not strict unless a tsconfig.json beside the notebook says so', async () => {
    assert.equal(
      await notebook.run('function loose(x) { return x }\nconst nothing: string = null; loose(1)'),
      1,
    );
    const strict = openNotebook();
    try {
      strict.write('tsconfig.json', '{ "compilerOptions": { "strict": true } }');
      const { createInterpreter } = await import('../../../src/kernel/language/stock/index.js');
      const options = {
        directory: strict.directory,
        declarations: '',
        modules: new Map(),
        fallbackDirectory: process.cwd(),
      };
      const interpreter = createInterpreter(options);
      const outcome = await interpreter.execute({
        code: 'const nothing: string = null',
        count: 1,
        id: 'strict',
      });
      interpreter.dispose();
      assert.equal(outcome.status, 'error');
    } finally {
      strict.close();
    }
  });
});
