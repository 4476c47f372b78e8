/**
 * The modules that cells have imported. They join the program one by one, without building it anew, and only when the checker
 * asks for them: a cell that names one type of a package with a thousand files needs a few of them. What such a partial view
 * hides (a package that extends another's types) can only be missed, and then it is an error: errors are what the rest is
 * read for, and idle moments.
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
  /** Files that were named and not read so far. */
  readonly #named = new Set<string>();
  /** Files that were read and whose imports have not all been named. */
  readonly #open = new Set<SourceFile>();
  /** The first file of each package in each version: copies of a package elsewhere are the same to the checker. */
  readonly #packages = new Map<string, string>();
  #cache: TypeScript.ModuleResolutionCache;
  #isStale = false;

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
    this.#cache = this.#newCache();
  }

  /** Whether something was read that a checker must be made anew for: global declarations, a changed file. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Whether all that was named has been read. */
  get isWhole(): boolean {
    return this.#named.size === 0 && this.#open.size === 0;
  }

  get files(): readonly SourceFile[] {
    return [...this.#files.values()];
  }

  /** The files read so far, for a new checker. */
  take(): readonly SourceFile[] {
    this.#isStale = false;
    return this.files;
  }

  /** A file; one that was named is read now. */
  find(fileName: string): SourceFile | undefined {
    return this.#files.get(fileName) ?? (this.#named.has(fileName) ? this.#read(fileName) : undefined);
  }

  /** Where a module is that a file of ours names; nothing for other files. */
  resolved(file: SourceFile, name: string, mode: TypeScript.ResolutionMode): Resolution | undefined {
    const known = this.#resolutions.get(file);
    if (known === undefined) return undefined;
    const key = `${name}|${mode}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const resolution = this.#one(this.#resolver.module(name, file.fileName, mode, this.#cache));
    known.set(key, resolution);
    const found = resolution.resolvedModule;
    if (found !== undefined && isTyped(found.extension)) this.#name(found.resolvedFileName);
    return resolution;
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

  /** Finds the modules that a cell names, anew each time; local files that have changed since are read again. */
  admit(file: SourceFile, program: ProgramInternals): void {
    this.#cache = this.#newCache();
    this.#resolutions.set(file, new Map());
    const targets = this.#targets(file, program);
    if (targets.some((name) => !isLasting(name))) this.#dropChanged();
  }

  /** Reads all that is named by what was read, file by file. */
  *complete(program: ProgramInternals): Generator<void, void, void> {
    while (!this.isWhole) {
      for (const name of this.#named) {
        this.#read(name);
        yield;
      }
      for (const file of this.#open) {
        this.#open.delete(file);
        this.#targets(file, program);
      }
    }
  }

  #newCache(): TypeScript.ModuleResolutionCache {
    return this.#compiler.createModuleResolutionCache('/', (name) => name, this.#options);
  }

  #name(fileName: string): void {
    if (!this.#files.has(fileName)) this.#named.add(fileName);
  }

  #read(name: string): SourceFile | undefined {
    this.#named.delete(name);
    const format = this.#compiler.getImpliedNodeFormatForFileWorker(
      name,
      this.#cache.getPackageJsonInfoCache(),
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
    this.#files.set(name, file);
    this.#resolutions.set(file, new Map());
    this.#open.add(file);
    this.#isStale ||= file.moduleAugmentations.length > 0 || !isModule(this.#compiler, file);
    return file;
  }

  /** The files that a file needs, as far as types are read from them. */
  #targets(file: SourceFile, program: ProgramInternals): string[] {
    const targets: string[] = [];
    const names = file.moduleAugmentations.filter((name) => this.#compiler.isStringLiteral(name));
    for (const specifier of [...file.imports, ...names]) {
      const mode = program.getModeForUsageLocation(file, specifier);
      const found = this.resolved(file, specifier.text, mode)?.resolvedModule;
      if (found !== undefined && isTyped(found.extension)) targets.push(found.resolvedFileName);
    }
    for (const { fileName } of file.referencedFiles) {
      targets.push(posix.join(posix.dirname(file.fileName), fileName));
    }
    for (const { fileName } of file.typeReferenceDirectives) {
      const found = this.#resolver.typeReference(fileName, file.fileName)?.resolvedFileName;
      if (found !== undefined) targets.push(found);
    }
    for (const name of targets) {
      // What the program has without us is not read twice.
      if (program.getBaseSourceFile(name) === undefined) this.#name(name);
      else this.#named.delete(name);
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
  #dropChanged(): void {
    for (const name of [...this.#files.keys()]) {
      if (!this.#documents.changed(name)) continue;
      this.#files.delete(name);
      this.#named.add(name);
      this.#isStale = true;
    }
  }
}

/** Whether types are read from files with this ending (JavaScript has none to give). */
function isTyped(extension: string): boolean {
  return !/^\.[cm]?jsx?$/.test(extension);
}

function isModule(compiler: Compiler, file: SourceFile): boolean {
  return compiler.isExternalModule(file) || file.fileName.endsWith('.json');
}
