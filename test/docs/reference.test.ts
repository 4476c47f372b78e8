/** The reference is made from the doc comments: so each public name has one, and typedoc finds nothing to complain about. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import typescript from 'typescript';
import { root } from '../project/places.js';
import { runToEnd } from '../project/process.js';

/** The public names without a doc comment, each with the file it is from. */
function undocumented(): readonly string[] {
  const config = join(root, 'tsconfig.json');
  const { options } = typescript.parseJsonConfigFileContent(
    typescript.readConfigFile(config, (file) => readFileSync(file, 'utf8')).config,
    typescript.sys,
    root,
  );
  const entrance = join(root, 'src/index.ts');
  const program = typescript.createProgram([entrance], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entrance);
  const module = source && checker.getSymbolAtLocation(source);
  assert.ok(module);
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const isAlias = (symbol.flags & typescript.SymbolFlags.Alias) !== 0;
    const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    if (target.getDocumentationComment(checker).length > 0) return [];
    const [declaration] = target.declarations ?? [];
    return [`${symbol.name} (${declaration?.getSourceFile().fileName.slice(root.length)})`];
  });
}

test('every public name has a doc comment', () => {
  assert.deepEqual(undocumented(), []);
});

test('npm run docs: typedoc makes the reference without a warning', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handgrad-reference-'));
  try {
    const { code, stdout, stderr } = await runToEnd(process.execPath, [
      join(root, 'node_modules/typedoc/bin/typedoc'),
      '--treatWarningsAsErrors',
      '--out',
      folder,
    ]);
    assert.equal(code, 0, `${stdout}${stderr}`);
    assert.match(readFileSync(join(folder, 'functions/checkJacobian.html'), 'utf8'), /Throws|Example/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
