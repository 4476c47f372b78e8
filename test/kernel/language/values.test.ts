import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Notebook, openNotebook } from './engine.js';

describe('values and state of cells', () => {
  let notebook: Notebook;
  before(() => {
    notebook = openNotebook();
  });
  after(() => notebook.close());
  const gives = async (code: string, expected: unknown) =>
    assert.deepEqual(await notebook.run(code), expected, code);

  test('the last expression is the value; null, NaN and bigints are values, undefined is none', async () => {
    await gives('1 + 1', 2);
    await gives('1; 2;', 2);
    await gives("'text'", 'text');
    await gives('null', null);
    await gives('NaN', Number.NaN);
    await gives('10n', 10n);
    for (const code of ['undefined', 'const u = 1', 'if (true) { 3 }', '', '// nothing']) {
      const outcome = await notebook.interpreter.execute({ code, count: 1, id: `none ${code}` });
      assert.deepEqual(outcome, { status: 'ok', hasValue: false }, code);
    }
  });

  test('values are ordinary objects of this process', async () => {
    assert.ok((await notebook.run('new Map([[1, 2]])')) instanceof Map);
    assert.ok((await notebook.run('[1, 2]')) instanceof Object);
  });

  test('a promise as the last expression is a value, not awaited', async () => {
    const outcome = await notebook.interpreter.execute({
      code: 'await 0; Promise.resolve(5)',
      count: 1,
      id: 'promise',
    });
    assert.ok(outcome.status === 'ok' && outcome.hasValue && outcome.value instanceof Promise);
  });

  test('await, for await and async generators at the top level', async () => {
    await gives('const awaited = await Promise.resolve(7); awaited', 7);
    await notebook.run('async function* numbers() { yield 1; yield 2; }');
    await gives('let total = 0; for await (const n of numbers()) total += n; total', 3);
  });

  test('const, let, class, function, enum and namespace can be declared again with another type', async () => {
    await gives('const again = 1; again', 1);
    await gives("const again = 'one'; again.toUpperCase()", 'ONE');
    await gives('class Again { a = 1 } new Again().a', 1);
    await gives('class Again { b = 2 } new Again().b', 2);
    await gives('function twice(n: number) { return 2 * n } twice(2)', 4);
    await gives("function twice(s: string) { return s + s } twice('x')", 'xx');
    await gives('enum Colour { Red, Green = Red + 5 } Colour.Green', 5);
    await gives("enum Colour { Blue = 'blue' } Colour.Blue", 'blue');
    await gives(
      'namespace Space { export const depth = 3; export namespace Inner { export const x = depth + 1 } } Space.Inner.x',
      4,
    );
    await gives('Space.depth', 3);
    assert.match((await notebook.fail('again.toFixed()')).message, /toFixed/);
  });

  test('a value keeps its class when the class is declared again', async () => {
    await notebook.run('class Kept { first = 1 }\nconst kept = new Kept()');
    await notebook.run('class Kept { second = 2 }');
    await gives('kept.first', 1);
    assert.match((await notebook.fail('kept.second')).message, /second/);
    await gives('new Kept().second', 2);
    await gives('const made = kept; made.first', 1);
    await gives('made.first', 1);
  });

  test('closures see later assignments and declarations of the same variable', async () => {
    await gives('let x = 1; const readX = () => x; readX()', 1);
    await notebook.run('x = 5');
    await gives('readX()', 5);
    await notebook.run('let x = 6');
    await gives('readX()', 6);
    await notebook.run('function helper() { return 1 }\nfunction caller() { return helper() }');
    await notebook.run('function helper() { return 2 }');
    await gives('caller()', 2);
    await gives('const bump = () => { x += 1 }; bump(); bump(); x', 8);
  });

  test('a cell that throws leaves its declarations and what it had assigned', async () => {
    const failure = await notebook.fail("const early = 1; let late = 2; throw new Error('stop'); late = 3;");
    assert.equal(failure.name, 'Error');
    await gives('early + late', 3);
    await notebook.fail(
      "const { one, two } = { one: 1, get two(): number { throw new Error('no') } }; const three = 3",
    );
    await gives('one', 1);
    await gives('[two, three]', [undefined, undefined]);
  });

  test('destructuring, with defaults, rests, nesting and computed keys', async () => {
    await gives(
      "const key = 'k'; const { a, b: [c = 5, ...d], [key]: e, ...rest } = { a: 1, b: [undefined, 2, 3], k: 4, z: 9 }; [a, c, d, e, rest]",
      [1, 5, [2, 3], 4, { z: 9 }],
    );
    await gives(
      'let p = 1, q = 2; [p, q] = [q, p]; ({ p, q = 7 } = { p: 3 } as { p: number; q?: number }); [p, q]',
      [3, 7],
    );
    await gives('const [first, , third = first] = [1, 2]; third', 1);
  });

  test('var is shared from blocks and loops; let in blocks is not', async () => {
    await gives('for (var i = 0; i < 3; i++) { var inner = i; }\ni + inner', 5);
    await gives('if (true) { var fromBlock = 1; let hidden = 2; }\nfromBlock', 1);
    await gives('for (var item of [1, 2]) ;\nitem', 2);
    await gives('var i: number; i', 3);
    assert.match((await notebook.fail('hidden')).message, /hidden/);
  });

  test('functions are hoisted, recursive and keep their names', async () => {
    await gives('const early2 = hoisted(); function hoisted(): number { return 4 } early2', 4);
    await gives(
      'function factorial(n: number): number { return n < 2 ? 1 : n * factorial(n - 1) } factorial(5)',
      120,
    );
    await gives('const arrow = () => 1; const Klass = class {}; [arrow.name, Klass.name]', [
      'arrow',
      'Klass',
    ]);
    await gives('(function (this: unknown) { return this })()', undefined);
    await gives('function self(this: unknown) { return this }; self() === undefined', true);
  });

  test('names inside functions, blocks and classes hide those of cells', async () => {
    await notebook.run('const shadow = 1');
    await gives('((shadow: number) => shadow + 1)(10)', 11);
    await gives('{ const shadow = 5; shadow }', undefined);
    await gives(
      'class Static { static self = Static.name; shadow = shadow + 1 } [Static.self, new Static().shadow]',
      ['Static', 2],
    );
    await gives(
      'const object = { shadow, twice() { return shadow * 2 } }; [object.shadow, object.twice()]',
      [1, 2],
    );
    await gives('try { throw 3 } catch (shadow) { var caught = shadow }\ncaught', 3);
  });

  test('generators, tagged templates, optional calls, labels, regular expressions', async () => {
    await gives('function* two() { yield 1; yield 2 }\n[...two()]', [1, 2]);
    await gives(
      'const tag = (parts: TemplateStringsArray, n: number) => parts.join(String(n)); tag`a$' + '{3}b`',
      'a3b',
    );
    await gives('const maybe: undefined | (() => number) = undefined as any; maybe?.()', undefined);
    await gives(
      'outer: for (const a of [1, 2]) { for (const b of [1]) { if (a > b) break outer } }',
      undefined,
    );
    await gives("'aéb'.match(/\\p{L}+/v)?.[0]", 'aéb');
  });

  test('standard decorators, using and await using', async () => {
    await gives(
      'function plus(method: (n: number) => number, _: ClassMethodDecoratorContext) { return function (this: unknown, n: number) { return method.call(this, n) + 1 } }\nclass Decorated { @plus m(n: number) { return n } }\nnew Decorated().m(1)',
      2,
    );
    await gives(
      "const order: string[] = [];\n{ using a = { [Symbol.dispose]() { order.push('a') } }; await using b = { async [Symbol.asyncDispose]() { order.push('b') } }; order.push('in'); }\norder",
      ['in', 'b', 'a'],
    );
    await gives("using open = { name: 'o', [Symbol.dispose]() { order.push('top') } }; open.name", 'o');
    await gives('order', ['in', 'b', 'a', 'top']);
  });

  test('export is allowed and means nothing', async () => {
    await gives('export const exported = 1; export function f() { return exported } export default f()', 1);
    await gives('export { exported };', undefined);
    await gives('exported', 1);
  });

  test('names with any letters, and those that the rewriting uses', async () => {
    await gives(
      'const ε = 1, ε$ = 2, value = 3, result$ = 4, imports$ = 5; [ε, ε$, value, result$, imports$]',
      [1, 2, 3, 4, 5],
    );
    await gives('[ε, ε$, value, result$, imports$]', [1, 2, 3, 4, 5]);
    await gives('const __proto = 1, __p = 2, _ = 3; __proto + __p + _', 6);
    await gives(
      'const toString = 5, constructor = 6, hasOwnProperty = 7; [toString, constructor, hasOwnProperty]',
      [5, 6, 7],
    );
  });

  test('a name may hide a global, and the global is there again elsewhere', async () => {
    await gives("const name = 'n', Map2 = Map; name", 'n');
    await gives("const console = { log: () => 'mine' }; console.log()", 'mine');
    await gives('typeof globalThis.console.error', 'function');
  });
});
