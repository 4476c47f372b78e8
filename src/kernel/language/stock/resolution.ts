/** Where the types of a module are: as Node would find it from the notebook's directory, then from handgrad's own. */
import { isBuiltin } from 'node:module';
import { isAbsolute, posix } from 'node:path';
import type TypeScript from 'typescript';
import type { InterpreterOptions } from '../interpreter.js';
import type { Documents } from './documents.js';
import { isLasting } from './documents.js';
import type { Compiler, Resolution } from './internals.js';

export class Resolver {
  readonly #compiler: Compiler;
  readonly #options: TypeScript.CompilerOptions;
  readonly #directory: string;
  readonly #fallback: string;
  readonly #provided: ReadonlySet<string>;
  readonly files: TypeScript.ModuleResolutionHost;
  #nodeTypes: string | undefined;

  constructor(
    compiler: Compiler,
    options: TypeScript.CompilerOptions,
    host: InterpreterOptions,
    documents: Documents,
  ) {
    this.#compiler = compiler;
    this.#options = options;
    this.#directory = withSlashes(host.directory);
    this.#fallback = withSlashes(host.fallbackDirectory);
    const { sys } = compiler;
    this.files = {
      fileExists: (name) => documents.provides(name) || sys.fileExists(name),
      readFile: sys.readFile,
      directoryExists: sys.directoryExists,
      getDirectories: sys.getDirectories,
      getCurrentDirectory: () => this.#directory,
      useCaseSensitiveFileNames: sys.useCaseSensitiveFileNames,
      ...(sys.realpath === undefined ? {} : { realpath: sys.realpath }),
    };
    const typed = [...host.modules].filter(([, module]) => module.types !== undefined);
    this.#provided = new Set(typed.map(([name]) => name));
    for (const [name, module] of typed) documents.provide(this.#providedFile(name), module.types ?? '');
  }

  /** The file with the types of `name` as imported by `containingFile`; nothing for Node's own modules, which are ambient. */
  module(
    name: string,
    containingFile: string,
    mode: TypeScript.ResolutionMode,
    cache?: TypeScript.ModuleResolutionCache,
  ): Resolution {
    if (isBuiltin(name)) return { resolvedModule: undefined };
    if (this.#provided.has(name)) {
      return {
        resolvedModule: {
          resolvedFileName: this.#providedFile(name),
          extension: this.#compiler.Extension.Dts,
          isExternalLibraryImport: false,
        },
      };
    }
    const here = this.#find(name, containingFile, mode, cache);
    if (here.resolvedModule !== undefined || isLasting(containingFile) || !isBare(name)) return here;
    const there = this.#find(name, posix.join(this.#fallback, 'cell.ts'), mode);
    return there.resolvedModule === undefined ? here : there;
  }

  /** The declarations of Node itself: the notebook's own @types/node, else handgrad's. */
  nodeTypes(): string | undefined {
    this.#nodeTypes ??= [this.#directory, this.#fallback]
      .map((directory) => this.typeReference('node', posix.join(directory, 'cell.ts')))
      .find((found) => found !== undefined)?.resolvedFileName;
    return this.#nodeTypes;
  }

  /** What `/// <reference types="…" />` means in a file. There is one @types/node, whoever asks. */
  typeReference(name: string, containingFile: string): TypeScript.ResolvedTypeReferenceDirective | undefined {
    if (name === 'node' && this.#nodeTypes !== undefined) {
      return { primary: true, resolvedFileName: this.#nodeTypes, isExternalLibraryImport: true };
    }
    return this.#compiler.resolveTypeReferenceDirective(name, containingFile, this.#options, this.files)
      .resolvedTypeReferenceDirective;
  }

  #find(
    name: string,
    containingFile: string,
    mode: TypeScript.ResolutionMode,
    cache?: TypeScript.ModuleResolutionCache,
  ): Resolution {
    return this.#compiler.resolveModuleName(
      name,
      containingFile,
      this.#options,
      this.files,
      cache,
      undefined,
      mode,
    );
  }

  #providedFile(name: string): string {
    return posix.join(this.#directory, `[provided]/${name.replaceAll('/', '+')}.d.ts`);
  }
}

/** Paths as TypeScript writes them, on Windows too. */
export function withSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

/** Whether a specifier names a package (and no path or URL). */
export function isBare(name: string): boolean {
  return (
    !/^\.{0,2}\//.test(name) && name !== '.' && name !== '..' && !isAbsolute(name) && !/^\w+:/.test(name)
  );
}
