import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadCompiler } from '../../../src/kernel/language/stock/compiler.js';
import { languageVersion } from '../../../src/kernel/language/stock/version.js';

test('everything that the engine uses of the compiler beyond its typings is there', () => {
  const compiler = loadCompiler();
  assert.equal(compiler.version, languageVersion());
  const functions: readonly unknown[] = [
    compiler.createTypeChecker,
    compiler.bindSourceFile,
    compiler.emitFiles,
    compiler.getTransformers,
    compiler.getImpliedNodeFormatForFileWorker,
    compiler.getSetExternalModuleIndicator,
    compiler.createCommentDirectivesMap,
    compiler.skipOuterExpressions,
    compiler.isExpressionNode,
    compiler.getTouchingPropertyName,
    compiler.getContainerNode,
    compiler.toPath,
    compiler.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind,
    compiler.SignatureHelp.getSignatureHelpItems,
    compiler.Completions.getCompletionsAtPosition,
  ];
  for (const [index, value] of functions.entries()) assert.equal(typeof value, 'function', String(index));
});

describe("V8's code cache", {
  skip: process.platform === 'win32' && 'file modes are not those of Windows',
}, () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'handgrad-cache-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  /** Whether a new process found a cache it could use; it leaves one behind. */
  const start = (): boolean => {
    const compiler = new URL('../../../src/kernel/language/stock/compiler.js', import.meta.url).href;
    const code = `import { loadCompiler, isCodeCacheKept, keepCodeCache } from '${compiler}';
      const { version } = loadCompiler(); const found = isCodeCacheKept(); keepCodeCache(); console.log(version, found);`;
    const env = { ...process.env, XDG_CACHE_HOME: home };
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      env,
      encoding: 'utf8',
    });
    const [version, found] = out.trim().split(' ');
    assert.equal(version, languageVersion());
    return found === 'true';
  };
  const folder = (): string => join(home, 'handgrad', 'code');
  const file = (): string => join(folder(), readdirSync(folder())[0] ?? '');

  test('is written once, readable by nobody else, and used from then on', () => {
    assert.equal(start(), false);
    assert.equal(readdirSync(folder()).length, 1);
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    assert.equal(statSync(folder()).mode & 0o777, 0o700);
    assert.equal(start(), true);
  });

  test('is not trusted where others could write: it is code', () => {
    chmodSync(folder(), 0o777);
    assert.equal(start(), false);
    chmodSync(folder(), 0o700);
    chmodSync(file(), 0o666);
    assert.equal(start(), false);
    assert.equal(start(), true);
  });

  test('one that is damaged is done without, and replaced', () => {
    const bytes = readFileSync(file());
    writeFileSync(file(), bytes.subarray(0, bytes.length >> 1));
    assert.equal(start(), false);
    assert.equal(start(), true);
  });
});
