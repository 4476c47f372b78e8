/**
 * The modules that cells have imported. They join the program one by one, without building it anew: most declare nothing
 * global, and then even the checker stays.
 */
import { posix } from 'node:path';
import type TypeScript from 'typescript';
import type { Documents } from './documents.js';
import { isLasting } from './documents.js';
import type { Compiler, ProgramInternals, Resolution, SourceFile } from './internals.js';
import { referencesOf } from './references.js';
import type { Resolver } from './resolution.js';

export class ModuleGraph {
  readonly #compiler: Compiler;
  readonly #options: TypeScript.CompilerOptions;
  readonly #documents: Documents;
  readonly #resolver: Resolver;
  readonly #parseOptions: TypeScript.CreateSourceFileOptions;
  readonly #files = new Map<string, SourceFile>();
  readonly #resolutions = new WeakMap<SourceFile, Map<string, Resolution>>();
  /** The first file of each package in each version: copies of a package elsewhere are the same to the checker. */
  readonly #packages = new Map<string, string>();

  constructor(
    compiler: Compiler,
    options: TypeScript.CompilerOptions,
    documents: Documents,
    resolver: Resolver,
    parseOptions: TypeScript.CreateSourceFileOptions,
  ) {
    this.#compiler = compiler;
    this.#options = options;
    this.#documents = documents;
    this.#resolver = resolver;
    this.#parseOptions = parseOptions;
  }

  get files(): readonly SourceFile[] {
    return [...this.#files.values()];
  }

  find(fileName: string): SourceFile | undefined {
    return this.#files.get(fileName);
  }

  /** Where a module is that a file of ours names. */
  resolved(file: SourceFile, name: string, mode: TypeScript.ResolutionMode): Resolution | undefined {
    return this.#resolutions.get(file)?.get(`${name}|${mode}`);
  }

  /** Gives a file the marks that a program gives its files. */
  adopt(file: SourceFile, directory: string): SourceFile {
    const path = this.#compiler.toPath(file.fileName, directory, (name) => name);
    const { imports, augmentations } = referencesOf(this.#compiler, file);
    return Object.assign(file, {
      path,
      resolvedPath: path,
      originalFileName: file.fileName,
      imports,
      moduleAugmentations: augmentations,
      ambientModuleNames: [],
    });
  }

  /**
   * Finds the modules that a file names and reads those that are not there yet, with all that they name in turn. Local files
   * that have changed are read again. True if the checker must be replaced for it: something global was declared, or a file
   * that it knows has changed.
   */
  admit(file: SourceFile, program: ProgramInternals): boolean {
    const cache = this.#compiler.createModuleResolutionCache(
      posix.dirname(file.fileName),
      (name) => name,
      this.#options,
    );
    const queue = this.#targets(file, program, cache);
    let isGlobal = queue.some((name) => !isLasting(name)) && this.#dropChanged();
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (this.#files.has(name) || program.getSourceFile(name) !== undefined) continue;
      const read = this.#read(name, cache);
      if (read === undefined) continue;
      this.#files.set(name, read);
      queue.push(...this.#targets(read, program, cache));
      isGlobal ||= read.moduleAugmentations.length > 0 || !isModule(this.#compiler, read);
    }
    return isGlobal;
  }

  #read(name: string, cache: TypeScript.ModuleResolutionCache): SourceFile | undefined {
    const format = this.#compiler.getImpliedNodeFormatForFileWorker(
      name,
      cache.getPackageJsonInfoCache(),
      this.#resolver.files,
      this.#options,
    );
    const { impliedNodeFormat, packageJsonScope } =
      typeof format === 'object' ? format : { impliedNodeFormat: format, packageJsonScope: undefined };
    const file = this.#documents.get(name, {
      ...this.#parseOptions,
      ...(impliedNodeFormat === undefined ? {} : { impliedNodeFormat }),
    });
    if (file === undefined) return undefined;
    this.adopt(file, posix.dirname(name));
    Object.assign(file, { packageJsonScope });
    this.#compiler.bindSourceFile(file, this.#options);
    return file;
  }

  /** The files that a file needs, as far as types are read from them; remembers how its module names were resolved. */
  #targets(file: SourceFile, program: ProgramInternals, cache: TypeScript.ModuleResolutionCache): string[] {
    const resolutions = new Map<string, Resolution>();
    this.#resolutions.set(file, resolutions);
    const targets: string[] = [];
    const names = file.moduleAugmentations.filter((name) => this.#compiler.isStringLiteral(name));
    for (const specifier of [...file.imports, ...names]) {
      const mode = program.getModeForUsageLocation(file, specifier);
      const resolution = this.#one(this.#resolver.module(specifier.text, file.fileName, mode, cache));
      resolutions.set(`${specifier.text}|${mode}`, resolution);
      const found = resolution.resolvedModule;
      if (found !== undefined && isTyped(found.extension)) targets.push(found.resolvedFileName);
    }
    for (const { fileName } of file.referencedFiles) {
      targets.push(posix.join(posix.dirname(file.fileName), fileName));
    }
    for (const { fileName } of file.typeReferenceDirectives) {
      const found = this.#resolver.typeReference(fileName, file.fileName)?.resolvedFileName;
      if (found !== undefined) targets.push(found);
    }
    return targets;
  }

  /** The same package, installed in two places in one version, is one. */
  #one(resolution: Resolution): Resolution {
    const found = resolution.resolvedModule;
    const id = found?.packageId;
    if (found === undefined || id === undefined) return resolution;
    const key = `${id.name}/${id.subModuleName}@${id.version}`;
    const first = this.#packages.get(key);
    if (first === undefined) this.#packages.set(key, found.resolvedFileName);
    return first === undefined || first === found.resolvedFileName
      ? resolution
      : { ...resolution, resolvedModule: { ...found, resolvedFileName: first } };
  }

  /** Forgets local files that are no longer what was read, so that they are read again. */
  #dropChanged(): boolean {
    const changed = [...this.#files.keys()].filter((name) => this.#documents.changed(name));
    for (const name of changed) this.#files.delete(name);
    return changed.length > 0;
  }
}

/** Whether types are read from files with this ending (JavaScript has none to give). */
function isTyped(extension: string): boolean {
  return !/^\.[cm]?jsx?$/.test(extension);
}

function isModule(compiler: Compiler, file: SourceFile): boolean {
  return compiler.isExternalModule(file) || file.fileName.endsWith('.json');
}
