import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Notebook, openNotebook } from './engine.js';

/** Cells that use each other's names as different things, fail in every way, or make no sense. */
const pool = [
  'const a = 1',
  "let a = 'text'; let b = a.length",
  'class a { private x = 1; static s = new a() }',
  'interface a { n: number }',
  'type a = b extends string ? 1 : 2; declare const b: number',
  'enum a { X, Y = 3 }',
  'namespace a { export const k = 1; export type T = number }',
  'function a<T>(t: T) { return { t } }',
  'function* a() { yield* [1, 2] }',
  'var a; for (var i = 0; i < 2; i++) { var b = i }',
  'const { a, ...b } = { a: 1, c: 2 }; [a, b]',
  'const [a = 1, [b]] = [undefined, [2]] as const',
  'const b = (() => { class Hidden { private h = 1 } return new Hidden() })()',
  'const c = b; let d = a; d',
  'const c = [a, b].map((x) => x); c',
  'a',
  'b = 5',
  'a = undefined',
  'typeof a; void b',
  'import { sep as a } from "node:path"; a',
  'import type { Stats as a } from "node:fs"',
  'import a = require("node:os")',
  'export default 1; export const b = 2',
  'export { a }',
  'throw new Error("x")',
  'const e = 1; throw e; const f = 2',
  'await Promise.reject(1)',
  'const g = await Promise.resolve(a)',
  'missing.member',
  'const h: number = "wrong"',
  '// @ts-nocheck\nconst b: number = "x"; unknownName = 1',
  'declare global { interface Array<T> { own: T } }',
  'declare module "made-up" { export const z: number }',
  'using r = { [Symbol.dispose]() {} }',
  'await using s = { async [Symbol.asyncDispose]() {} }',
  'const t = (x: any, c: any) => x; class U { @t m() {} }',
  'label: for (;;) { break label }',
  'type R<T> = T extends [infer H, ...infer Q] ? [H, ...R<Q>] : []; type Big = R<[1, 2, 3]>; const big: Big = [1, 2, 3]',
  'const self = { get me() { return self } }',
  'const f2 = () => f3(); function f3(): any { return f2 }',
  '}{',
  'const = ',
  '`${',
  'import',
  'import { } from ""',
  'class extends {',
  '\u{1d4b3} = "\\u{1F600}"; const 𝒳 = 1; 𝒳',
  '"use strict"',
  ';;;',
  '/* only a comment */',
  'return 5',
  'yield 1',
  '// @ts-nocheck\nbreak',
  '// @ts-nocheck\nyield 1; await 1',
  '// @ts-nocheck\nvar let = 1; with (a) {}',
  'new.target; import.meta.url',
  'super.x; this',
  '#private in a',
  'const enum CE { A = 1 } CE.A',
  'abstract class Q { abstract m(): void } class W extends Q { m() {} }',
  'for await (const x of [Promise.resolve(1)]) b',
  '({ a, b } = { a: 1, b: 2 })',
  'a?.b?.[0]?.(); a!; a satisfies unknown; <any>a',
];

describe('cells in any order', () => {
  let notebook: Notebook;
  before(() => {
    notebook = openNotebook();
    process.on('unhandledRejection', ignore);
  });
  after(() => {
    process.off('unhandledRejection', ignore);
    notebook.close();
  });
  const ignore = (): void => undefined;

  test('never break the engine', async () => {
    const text = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...pool) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...pool), fc.constantFrom(...pool)).map((two) => two.join('\n')),
      },
      // A cell somebody is still writing.
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...pool), fc.nat(30)).map(([code, end]) => code.slice(0, end)),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, fc.nat(40)), { minLength: 1, maxLength: 8 }),
        async (cells) => {
          for (const [code, position] of cells) {
            count += 1;
            const cursor = Math.min(position, code.length);
            const { matches, start, end } = notebook.interpreter.complete(code, cursor);
            assert.ok(start <= cursor && end <= code.length && start <= end);
            assert.ok(matches.every((match) => typeof match.text === 'string'));
            notebook.interpreter.inspect(code, cursor, 1);
            assert.ok(
              ['complete', 'incomplete', 'invalid'].includes(notebook.interpreter.isComplete(code).status),
            );
            const outcome = await notebook.interpreter.execute({ code, count, id: `random ${count}` });
            if (outcome.status === 'error') {
              assert.notEqual(outcome.failure.name, 'EngineError', outcome.failure.traceback.join('\n'));
              assert.ok(outcome.failure.traceback.length > 0);
            }
          }
          assert.equal(await notebook.run('1 + 1'), 2);
        },
      ),
      { numRuns: 60 },
    );
  });
});
