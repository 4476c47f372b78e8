/** How cells are read and checked, and what of a notebook's tsconfig.json is honoured. */
import { posix } from 'node:path';
import type TypeScript from 'typescript';
import type { Compiler } from './internals.js';

/**
 * A tsconfig.json beside the notebook may make checking stricter (or choose the older decorators); everything else is the
 * engine's business. Without one cells are checked as tslab's are: not `strict`, so that its notebooks run unchanged.
 */
const honoured = [
  'strict',
  'alwaysStrict',
  'exactOptionalPropertyTypes',
  'experimentalDecorators',
  'noFallthroughCasesInSwitch',
  'noImplicitAny',
  'noImplicitOverride',
  'noImplicitReturns',
  'noImplicitThis',
  'noPropertyAccessFromIndexSignature',
  'noUncheckedIndexedAccess',
  'paths',
  'strictBindCallApply',
  'strictFunctionTypes',
  'strictNullChecks',
  'strictPropertyInitialization',
  'useUnknownInCatchVariables',
] as const;

/** The options of every program and checker for notebooks in `directory`. */
export function compilerOptions(compiler: Compiler, directory: string): TypeScript.CompilerOptions {
  return {
    strict: false,
    ...honouredOptions(compiler, directory),
    // Node 20 runs all of ES2023; decorators, `using` and what is newer are rewritten to it.
    target: compiler.ScriptTarget.ES2023,
    lib: ['lib.esnext.d.ts'],
    types: [],
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Bundler,
    moduleDetection: compiler.ModuleDetectionKind.Force,
    customConditions: ['node'],
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    esModuleInterop: true,
    allowSyntheticDefaultImports: true,
    skipLibCheck: true,
    skipDefaultLibCheck: true,
    preserveConstEnums: true,
    declaration: true,
    sourceMap: true,
    newLine: compiler.NewLineKind.LineFeed,
    outDir: posix.join(directory, 'out'),
    rootDir: directory,
  };
}

function honouredOptions(compiler: Compiler, directory: string): TypeScript.CompilerOptions {
  const path = posix.join(directory, 'tsconfig.json');
  if (!compiler.sys.fileExists(path)) return {};
  const { config } = compiler.readConfigFile(path, compiler.sys.readFile);
  const host = { ...compiler.sys, readDirectory: () => [] };
  const parsed = compiler.parseJsonConfigFileContent(config ?? {}, host, directory);
  return Object.fromEntries(
    Object.entries(parsed.options).filter(([name]) => (honoured as readonly string[]).includes(name)),
  );
}
