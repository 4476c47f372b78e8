/** The package as others get it: packed, unpacked elsewhere, imported and required, by new resolvers and old. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import typescript from 'typescript';
import { root } from './places.js';
import { plainEnvironment, runToEnd } from './process.js';

let home = '';

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'handgrad-package-'));
  const packed = await runToEnd('npm', ['pack', '--silent', '--pack-destination', home]);
  assert.equal(packed.code, 0, packed.stderr);
  const tarball = join(home, packed.stdout.trim().split('\n').at(-1) ?? '');
  const modules = join(home, 'node_modules');
  mkdirSync(join(modules, 'handgrad'), { recursive: true });
  const unpacked = await runToEnd('tar', [
    '-xzf',
    tarball,
    '--strip-components=1',
    '-C',
    join(modules, 'handgrad'),
  ]);
  assert.equal(unpacked.code, 0, unpacked.stderr);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'handgrad')
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
});

after(() => rmSync(home, { recursive: true, force: true }));

const names = 'Object.keys(handgrad).sort().join()';

async function evaluates(cwd: string, code: string, ...flags: readonly string[]): Promise<string> {
  const ended = await runToEnd(process.execPath, [...flags, '-e', code], { cwd, env: plainEnvironment() });
  assert.equal(ended.code, 0, ended.stderr);
  return ended.stdout.trim();
}

test('import gives the same names from inside the checkout and from the package', async () => {
  const code = `import * as handgrad from 'handgrad'; console.log(${names})`;
  const inside = await evaluates(root, code, '--input-type=module');
  assert.equal(await evaluates(home, code, '--input-type=module'), inside);
  assert.notEqual(inside, '');
});

test('require gives them too', { skip: !canRequire() && 'this Node cannot require ES modules' }, async () => {
  const imported = await evaluates(
    home,
    `import * as handgrad from 'handgrad'; console.log(${names})`,
    '--input-type=module',
  );
  const required = await evaluates(
    home,
    `const handgrad = require('handgrad'); console.log(${names.replace('handgrad)', "handgrad).filter((name) => name !== '__esModule')")})`,
    '--no-warnings',
  );
  assert.equal(required, imported);
});

function canRequire(): boolean {
  return (process.features as { require_module?: boolean }).require_module === true;
}

test('old and new resolvers find the types', () => {
  const { ModuleKind, ModuleResolutionKind } = typescript;
  const resolvers = {
    'Node 10, as tslab': { moduleResolution: ModuleResolutionKind.Node10 },
    NodeNext: { moduleResolution: ModuleResolutionKind.NodeNext, module: ModuleKind.NodeNext },
    bundler: { moduleResolution: ModuleResolutionKind.Bundler, module: ModuleKind.ESNext },
  };
  for (const [name, options] of Object.entries(resolvers)) {
    const file = join(home, 'cell.mts');
    const { resolvedModule } = typescript.resolveModuleName('handgrad', file, options, typescript.sys);
    assert.match(resolvedModule?.resolvedFileName ?? '', /handgrad\/dist\/index\.d\.ts$/, name);
  }
});

test('a program that uses the package type-checks', async () => {
  writeFileSync(
    join(home, 'program.mts'),
    "import type { Verdict } from 'handgrad';\nexport const isRight = (verdict: Verdict): boolean => verdict.status === 'proved';\n",
  );
  // The declarations of TensorFlow.js contradict those of the browser that TypeScript itself carries, hence skipLibCheck.
  const args = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    'program.mts',
  ];
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { code, stdout } = await runToEnd(process.execPath, [compiler, ...args], { cwd: home });
  assert.equal(code, 0, stdout);
});

test('the installed command runs', async () => {
  const { code, stdout } = await runToEnd(process.execPath, [
    join(home, 'node_modules/handgrad/dist/cli.js'),
    '--help',
  ]);
  assert.equal(code, 0);
  assert.match(stdout, /doctor/);
});

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pkgDir: root, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg ?? {}, { color: false })),
    [],
  );
});
