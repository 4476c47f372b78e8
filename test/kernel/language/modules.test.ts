import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Notebook, openNotebook } from './engine.js';

const imported: string[] = [];

describe('modules in cells', () => {
  let notebook: Notebook;
  before(() => {
    const shown: string[] = [];
    notebook = openNotebook({
      modules: new Map([
        [
          'tslab',
          {
            exports: { display: { html: (text: string) => shown.push(text) }, shown },
            types:
              'export declare const display: { html(text: string): number }; export declare const shown: string[];',
          },
        ],
      ]),
      onImport: (specifier) => {
        imported.push(specifier);
        return undefined;
      },
    });
    const { write } = notebook;
    write('node_modules/common/package.json', '{ "name": "common", "main": "main.js" }');
    write('node_modules/common/main.js', "const all = { one: 1, ['t' + 'wo']: 2 }; module.exports = all;");
    write('node_modules/common/main.d.ts', 'declare const all: { one: number; two: number }; export = all;');
    write(
      'node_modules/compiled/package.json',
      '{ "name": "compiled", "main": "main.js", "types": "main.d.ts" }',
    );
    write(
      'node_modules/compiled/main.js',
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'def'; exports.named = 'n';",
    );
    write(
      'node_modules/compiled/main.d.ts',
      'declare const def: string; export default def; export const named: string;',
    );
    write(
      'node_modules/modern/package.json',
      '{ "name": "modern", "type": "module", "exports": { ".": { "types": "./m.d.ts", "import": "./m.js" }, "./sub": { "types": "./sub.d.ts", "default": "./sub.js" } } }',
    );
    write(
      'node_modules/modern/m.js',
      'export const answer = await Promise.resolve(42); export default class Modern {}',
    );
    write(
      'node_modules/modern/m.d.ts',
      '/** The answer. */\nexport declare const answer: number;\nexport default class Modern { private own: 1 }\nexport interface Shape { side: number }',
    );
    write('node_modules/modern/sub.js', "export const sub = 'sub'");
    write('node_modules/modern/sub.d.ts', 'export declare const sub: string;');
    write('node_modules/untyped/package.json', '{ "name": "untyped", "main": "main.js" }');
    write('node_modules/untyped/main.js', 'exports.anything = () => 5;');
    write('data.json', '{ "size": 3, "list": [1, 2] }');
    write(
      'local.ts',
      "import { base } from './nested/base';\nexport let count: number = base;\nexport const bump = (): void => { count += 1 };\nexport interface Local { a: number }\nexport const here = import.meta.filename;\nexport const late = await Promise.resolve('late');\n",
    );
    write('nested/base.ts', 'export const base: number = 1;\n');
    write('plain.mjs', "export const plain = 'mjs';\n");
  });
  after(() => notebook.close());
  const gives = async (code: string, expected: unknown) =>
    assert.deepEqual(await notebook.run(code), expected, code);

  test('node: modules, by every form of import', async () => {
    await gives(
      "import fs, { existsSync as exists } from 'node:fs'; import * as path from 'path'; [typeof fs.readFileSync, exists('/'), path.sep]",
      ['function', true, '/'],
    );
    await gives("const os = await import('node:os'); typeof os.cpus", 'function');
    await gives("import util = require('node:util'); util.format('%d', 1)", '1');
    await gives("require('path').basename('/a/b')", 'b');
    await gives('exists("/nowhere at all")', false);
  });

  test('CommonJS packages, also with exports that Node does not foresee', async () => {
    await gives("import all, { one, two } from 'common'; [all.one, one, two]", [1, 1, 2]);
    await gives("import * as whole from 'common'; whole.two", 2);
    await gives("import def, { named } from 'compiled'; [def, named]", ['def', 'n']);
    assert.match((await notebook.fail("import { three } from 'common'")).message, /three/);
  });

  test('packages with only an exports map, only ECMAScript modules, and top-level await', async () => {
    await gives(
      "import Modern, { answer, type Shape } from 'modern'; import { sub } from 'modern/sub'; const shape: Shape = { side: answer }; [shape.side, sub, typeof Modern]",
      [42, 'sub', 'function'],
    );
    await gives('const again: Shape = { side: 1 }; answer + again.side', 43);
    assert.match((await notebook.fail("import { missing } from 'modern'")).message, /missing/);
    await gives("(await import('modern')).answer", 42);
  });

  test('import type costs nothing at run time', async () => {
    await gives("import type { Shape as Form } from 'modern'; const form: Form = { side: 2 }; form.side", 2);
    await gives(
      "import { type Shape as Form2 } from 'modern'; let form2: Form2 | undefined; form2",
      undefined,
    );
  });

  test('a package without types is any; one that does not exist is an error before the cell runs', async () => {
    await gives("import { anything } from 'untyped'; anything()", 5);
    const failure = await notebook.fail("import { x } from 'no-such-package'");
    assert.equal(failure.kind, 'type');
    assert.match(failure.message, /no-such-package/);
    const late = await notebook.fail("// @ts-nocheck\nimport { x } from 'no-such-package'");
    assert.equal(late.kind, 'runtime');
    assert.match(late.message, /Cannot find package 'no-such-package'/);
  });

  test('a package installed between two cells is found by the second', async () => {
    await notebook.fail("import { fresh } from 'fresh-package'");
    notebook.write(
      'node_modules/fresh-package/package.json',
      '{ "name": "fresh-package", "main": "m.js", "types": "m.d.ts" }',
    );
    notebook.write('node_modules/fresh-package/m.js', 'exports.fresh = 1;');
    notebook.write('node_modules/fresh-package/m.d.ts', 'export declare const fresh: number;');
    await gives("import { fresh } from 'fresh-package'; fresh", 1);
  });

  test('JSON, with attributes and without, is typed and read again when it has changed', async () => {
    await gives("import data from './data.json'; data.size", 3);
    await gives("import data2 from './data.json' with { type: 'json' }; data2.list[1]", 2);
    assert.match((await notebook.fail("import d from './data.json'; d.depth")).message, /depth/);
    notebook.write('data.json', '{ "size": 4, "depth": "now there" }');
    await gives("import data3 from './data.json'; data3.depth", 'now there');
  });

  test('TypeScript files are compiled, checked, live, and read again when they or theirs have changed', async () => {
    await gives(
      "import { count, bump, here, late, type Local } from './local'; const local: Local = { a: count }; [local.a, late, here]",
      [1, 'late', join(notebook.directory, 'local.ts')],
    );
    await gives('bump(); count', 2);
    await gives("import { plain } from './plain.mjs'; plain", 'mjs');
    notebook.write('nested/base.ts', "export const base: number = 10;\nexport const added = 'added';\n");
    await gives(
      "import { count as count2 } from './local.ts'; import { added } from './nested/base.js'; [count2, added]",
      [10, 'added'],
    );
    notebook.write('wrong.ts', "export const wrong: number = 'text';\n");
    assert.match(
      (await notebook.fail("import { wrong } from './wrong'")).message,
      /^wrong\.ts, line 1, column 14/,
    );
    notebook.write('wrong.ts', 'export const wrong: number = 100;\n');
    await gives("import { wrong } from './wrong'; wrong", 100);
  });

  test('modules beside the notebook may import each other', async () => {
    notebook.write(
      'even.ts',
      "import { odd } from './odd';\nexport function even(n: number): boolean { return n === 0 || odd(n - 1) }\n",
    );
    notebook.write(
      'odd.ts',
      "import { even } from './even';\nexport function odd(n: number): boolean { return n !== 0 && even(n - 1) }\n",
    );
    await gives("import { even } from './even'; [even(4), even(3)]", [true, false]);
  });

  test('tslab is provided, typed', async () => {
    await gives("import { display, shown } from 'tslab'; display.html('<b>'); shown", ['<b>']);
    assert.match((await notebook.fail("import { display } from 'tslab'; display.html(1)")).message, /number/);
    await gives("const tslab = await import('tslab'); tslab.shown.length", 1);
  });

  test('what the directory does not have comes from the fallback', async () => {
    await gives("import Fraction from 'fraction.js'; new Fraction(1, 2).add(1).toString()", '1.5');
    await gives("(await import('fraction.js')).default.name", 'Fraction');
  });

  test('a package is found by its own name, from inside and from outside', async () => {
    const files = {
      'package.json':
        '{ "name": "selfish", "type": "module", "exports": { ".": { "types": "./m.d.ts", "default": "./m.js" } } }',
      'm.js': "export const self = 'self';",
      'm.d.ts': 'export declare const self: string;',
    };
    const inside = openNotebook();
    const outside = openNotebook({ fallbackDirectory: join(inside.directory, 'deep', 'down') });
    try {
      for (const [name, text] of Object.entries(files)) inside.write(name, text);
      for (const { run, fail } of [inside, outside]) {
        assert.equal(await run("import { self } from 'selfish'; self.toUpperCase()"), 'SELF');
        assert.match((await fail("import { other } from 'selfish'")).message, /no exported member 'other'/);
      }
    } finally {
      inside.close();
      outside.close();
    }
  });

  test('a package that extends what others declare does so from its import on', async () => {
    notebook.write(
      'node_modules/extender/package.json',
      '{ "name": "extender", "main": "m.js", "types": "m.d.ts" }',
    );
    notebook.write(
      'node_modules/extender/m.js',
      'String.prototype.shout = function () { return this + "!" };',
    );
    notebook.write(
      'node_modules/extender/m.d.ts',
      'declare global { interface String { shout(): string } }\nexport {};',
    );
    assert.match((await notebook.fail("'a'.shout()")).message, /shout/);
    await gives("import 'extender'; 'a'.shout()", 'a!');
    await gives("'b'.shout()", 'b!');
  });

  test('a new kernel, which knows little, refuses nothing and hides nothing', async () => {
    const fresh = openNotebook();
    try {
      fresh.write(
        'node_modules/buffered/package.json',
        '{ "name": "buffered", "main": "m.js", "types": "m.d.ts" }',
      );
      fresh.write('node_modules/buffered/m.js', "exports.bytes = Buffer.from('a'); exports.plain = 1;");
      fresh.write(
        'node_modules/buffered/m.d.ts',
        'export declare const bytes: Buffer; export declare const plain: number;',
      );
      assert.equal(await fresh.run("import { plain } from 'buffered'; plain"), 1);
      assert.equal(await fresh.run("import { bytes } from 'buffered'; bytes.toString('hex')"), '61');
      assert.match((await fresh.fail('bytes.nothing')).message, /'nothing' does not exist/);
      assert.equal(await fresh.run('// @ts-nocheck\nconst version = process.version; 1'), 1);
      assert.match(
        (await fresh.fail('version.nothing')).message,
        /'nothing' does not exist on type 'string'/,
      );
    } finally {
      fresh.close();
    }
  });

  test('the host is told of each import before the cell goes on', () => {
    assert.ok(imported.includes('node:fs') && imported.includes('modern') && imported.includes('./local'));
  });

  test('import.meta and require are those of a file in the directory', async () => {
    const { directory } = notebook;
    await gives('[import.meta.dirname, import.meta.filename, import.meta.url, __dirname]', [
      directory,
      join(directory, 'notebook.ts'),
      pathToFileURL(join(directory, 'notebook.ts')).href,
      directory,
    ]);
    await gives("import.meta.resolve('./data.json')", pathToFileURL(join(directory, 'data.json')).href);
    await gives("require('./data.json').size", 4);
  });
});
