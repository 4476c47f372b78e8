/** A checked cell as JavaScript, with its source map, and as the declarations that later cells are checked against. */
import type TypeScript from 'typescript';
import type { Environment } from './environment.js';
import type { SourceFile } from './internals.js';

export interface Emitted {
  readonly javaScript: string;
  /** A source map (version 3) as JSON. */
  readonly map: string;
  /** Nothing where a type cannot be written down (it has no name outside the cell). */
  readonly declarations: string | undefined;
}

export function emit(
  environment: Environment,
  file: SourceFile,
  transformers: TypeScript.CustomTransformers,
): Emitted {
  const { compiler, options, program, checker } = environment;
  const written = new Map<string, string>();
  const host = Object.assign(Object.create(program) as object, {
    getCanonicalFileName: (name: string) => name,
    getCommonSourceDirectory: () => `${environment.directory}/`,
    getCompilerOptions: () => options,
    getCurrentDirectory: () => environment.directory,
    useCaseSensitiveFileNames: () => true,
    isEmitBlocked: () => false,
    writeFile: (name: string, text: string) =>
      written.set(/\.(?:d\.ts|js\.map|js)$/.exec(name)?.[0] ?? name, text),
    readFile: environment.resolver.files.readFile,
    fileExists: environment.resolver.files.fileExists,
    redirectTargetsMap: new Map(),
  });
  const outcome = compiler.emitFiles(
    checker.getEmitResolver(file),
    host,
    file,
    compiler.getTransformers(options, transformers, undefined),
    undefined,
  );
  return {
    javaScript: (written.get('.js') ?? '').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
    map: written.get('.js.map') ?? '',
    declarations: outcome.diagnostics.length === 0 ? written.get('.d.ts') : undefined,
  };
}
