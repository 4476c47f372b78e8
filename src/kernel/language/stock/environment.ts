/**
 * Everything a cell can refer to besides earlier cells: the library of the newest ECMAScript, Node, the host's globals and the
 * modules imported so far. One program holds it and one checker serves many cells: making a checker costs 1 ms with the bare
 * library and 8 ms with Node's types, checking a cell with the one at hand costs tenths.
 *
 * A new kernel begins with the bare library (`light`), which is enough to accept most cells, and reads the types of Node when
 * it is idle or when a cell needs them.
 */
import { join } from 'node:path';
import type TypeScript from 'typescript';
import type { InterpreterOptions } from '../interpreter.js';
import { Documents, isLasting } from './documents.js';
import type { Checker, Compiler, ProgramInternals, Resolution, SourceFile } from './internals.js';
import { compilerOptions } from './options.js';
import { Resolver } from './resolution.js';

/** What `console` is until the types of Node are there: enough to accept a call, nothing that a later cell could name. */
const lightConsole = `interface Console { ${[
  'assert clear count countReset debug dir dirxml error group groupCollapsed groupEnd info log table time timeEnd timeLog trace warn',
]
  .join(' ')
  .split(' ')
  .map((name) => `${name}(...data: any[]): void;`)
  .join(' ')} }\ndeclare var console: Console;\n`;

/**
 * Of ECMAScript's library, what a new kernel begins with: half of its text. What is missing (Intl, Temporal, shared memory,
 * Reflect, …) is an error at first, and errors are what the whole library is read for.
 */
const lightLibrary = [
  'es5',
  'es2015.core',
  'es2015.collection',
  'es2015.generator',
  'es2015.iterable',
  'es2015.promise',
  'es2015.symbol',
  'es2015.symbol.wellknown',
  'es2017.object',
  'es2017.string',
  'es2018.asyncgenerator',
  'es2018.asynciterable',
  'es2019.array',
  'es2019.object',
  'es2019.string',
  'es2021.string',
  'es2022.array',
  'es2022.error',
  'es2022.object',
].map((name) => `lib.${name}.d.ts`);

/** After so many checked texts the checker is replaced: it remembers all that it has seen. */
const checkerLifetime = 200;

export class Environment {
  readonly compiler: Compiler;
  readonly options: TypeScript.CompilerOptions;
  readonly resolver: Resolver;
  readonly directory: string;
  readonly #documents: Documents;
  readonly #roots = new Set<string>();
  readonly #resolutions = new WeakMap<SourceFile, Map<string, Resolution>>();
  readonly #lightConsole: string;
  #augmenting: readonly SourceFile[] = [];
  #light = true;
  #current: { readonly program: ProgramInternals; readonly checker: Checker } | undefined;
  #base: TypeScript.Program | undefined;
  #checked = 0;

  constructor(compiler: Compiler, host: InterpreterOptions) {
    this.compiler = compiler;
    this.directory = host.directory;
    this.options = compilerOptions(compiler, host.directory);
    this.#documents = new Documents(compiler);
    this.resolver = new Resolver(compiler, this.options, host, this.#documents);
    this.#lightConsole = join(host.directory, '[provided]/console.d.ts');
    this.#documents.provide(this.#lightConsole, lightConsole);
    const globals = join(host.directory, '[provided]/globals.d.ts');
    this.#documents.provide(globals, host.declarations);
    this.#roots.add(this.#lightConsole).add(globals);
  }

  get isLight(): boolean {
    return this.#light;
  }

  get program(): ProgramInternals {
    return this.#now().program;
  }

  get checker(): Checker {
    return this.#now().checker;
  }

  /** Whether the checker has seen so much that it should be replaced when there is time. */
  get isWorn(): boolean {
    return this.#checked >= checkerLifetime;
  }

  /** Makes a new checker; also after an interrupt in the midst of checking, which may have left the old one in pieces. */
  renew(): void {
    this.#checked = 0;
    if (this.#base !== undefined) this.#current = this.#serve(this.#base);
  }

  /** Reads the types of Node; the cells known so far keep their meaning. */
  complete(): void {
    if (!this.#light) return;
    const node = this.resolver.nodeTypes();
    this.#light = false;
    if (node === undefined) return;
    this.#roots.delete(this.#lightConsole);
    this.#roots.add(node);
    this.#build();
  }

  /** Parses the types of Node file by file, so that `complete` has little left to do. Each step takes a few milliseconds. */
  *prepare(): Generator<void, void, void> {
    const library = join(this.compiler.getDefaultLibFilePath(this.options), '..');
    const queue = [join(library, 'lib.esnext.d.ts'), this.resolver.nodeTypes()];
    const seen = new Set<string>();
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const file = this.#documents.get(name, this.#parseOptions());
      if (file === undefined) continue;
      this.compiler.bindSourceFile(file, this.options);
      queue.push(...file.referencedFiles.map((reference) => join(file.fileName, '..', reference.fileName)));
      yield;
    }
  }

  /** Parses a text as a module that lies in the notebook's directory. */
  parse(fileName: string, text: string): SourceFile {
    const file = this.compiler.createSourceFile(
      join(this.directory, fileName),
      text,
      this.#parseOptions(),
      true,
    ) as SourceFile;
    return this.adopt(file);
  }

  /** Gives a file the marks that a program gives its files. */
  adopt(file: SourceFile): SourceFile {
    const { compiler } = this;
    const path = compiler.toPath(file.fileName, this.directory, (name) => name);
    Object.assign(file, { path, resolvedPath: path, originalFileName: file.fileName });
    const { imports, augmentations } = moduleReferences(compiler, file);
    file.imports = imports;
    file.moduleAugmentations = augmentations;
    file.ambientModuleNames = [];
    return file;
  }

  bind(file: SourceFile): SourceFile {
    this.compiler.bindSourceFile(file, this.options);
    return file;
  }

  /**
   * Makes the modules that a file imports part of the program; reads those of the notebook's own directory again if they have
   * changed. A file that extends global declarations joins the program itself.
   */
  admit(file: SourceFile): void {
    this.#checked += 1;
    const program = this.program;
    const resolutions = new Map<string, Resolution>();
    this.#resolutions.set(file, resolutions);
    let missing = false;
    let local = false;
    const augmented = file.moduleAugmentations.filter((name) => this.compiler.isStringLiteral(name));
    for (const specifier of [...file.imports, ...augmented]) {
      const mode = program.getModeForUsageLocation(file, specifier);
      const resolution = this.resolver.module(specifier.text, file.fileName, mode);
      resolutions.set(`${specifier.text}|${mode}`, resolution);
      const found = resolution.resolvedModule;
      if (found === undefined || !isTyped(found.extension)) continue;
      local ||= !isLasting(found.resolvedFileName);
      if (program.getSourceFile(found.resolvedFileName) !== undefined) continue;
      this.#roots.add(found.resolvedFileName);
      missing = true;
    }
    if (file.moduleAugmentations.length > 0) {
      this.#augmenting = [...this.#augmenting, file];
      if (!missing) this.renew();
    }
    if (missing || (local && this.#hasChanged())) this.#build();
  }

  /** Takes a file out again that `admit` let in: its cell was refused, or its declarations have taken its place. */
  dismiss(file: SourceFile): void {
    if (!this.#augmenting.includes(file)) return;
    this.#augmenting = this.#augmenting.filter((other) => other !== file);
    this.renew();
  }

  /** The sources beside the notebook that a file imports, directly or through others. */
  localSources(file: SourceFile): readonly SourceFile[] {
    const found = new Set<SourceFile>();
    const visit = (importing: SourceFile): void => {
      for (const specifier of importing.imports) {
        const resolution = this.program.getResolvedModuleFromModuleSpecifier(specifier, importing);
        const name = resolution?.resolvedModule?.resolvedFileName;
        const source =
          name === undefined ? undefined : (this.program.getSourceFile(name) as SourceFile | undefined);
        if (source === undefined || source.isDeclarationFile || found.has(source)) continue;
        if (isLasting(source.fileName) || source.fileName.endsWith('.json')) continue;
        found.add(source);
        visit(source);
      }
    };
    visit(file);
    return [...found];
  }

  #now(): { readonly program: ProgramInternals; readonly checker: Checker } {
    if (this.#current === undefined) this.#build();
    if (this.#current === undefined) throw new Error('The program of the cells could not be built.');
    return this.#current;
  }

  #hasChanged(): boolean {
    const files = this.#base?.getSourceFiles() ?? [];
    return files.some((file) => this.#documents.changed(file.fileName));
  }

  #build(): void {
    const { compiler } = this;
    const options = this.#light ? { ...this.options, lib: lightLibrary } : this.options;
    const cache = compiler.createModuleResolutionCache(this.directory, (name) => name, options);
    const host: TypeScript.CompilerHost = {
      ...this.resolver.files,
      getSourceFile: (name, version) =>
        this.#documents.get(name, typeof version === 'object' ? version : { languageVersion: version }),
      getDefaultLibFileName: (forOptions) => compiler.getDefaultLibFilePath(forOptions),
      getDefaultLibLocation: () => join(compiler.getDefaultLibFilePath(options), '..'),
      getCurrentDirectory: () => this.directory,
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => '\n',
      writeFile: () => undefined,
      resolveModuleNameLiterals: (literals, containing, _redirected, _options, source) =>
        literals.map((literal) =>
          this.resolver.module(
            literal.text,
            containing,
            compiler.getModeForUsageLocation(source, literal, options),
            cache,
          ),
        ),
      resolveTypeReferenceDirectiveReferences: (references, containing) =>
        references.map((reference) => ({
          resolvedTypeReferenceDirective: this.resolver.typeReference(
            typeof reference === 'string' ? reference : reference.fileName,
            containing,
          ),
        })),
    };
    this.#base = compiler.createProgram([...this.#roots], options, host);
    this.#checked = 0;
    this.#current = this.#serve(this.#base);
  }

  /** A program as the checker and the services see it: the real one, with our checker and the resolutions of our own files. */
  #serve(base: TypeScript.Program): { readonly program: ProgramInternals; readonly checker: Checker } {
    const files = [...base.getSourceFiles(), ...this.#augmenting];
    const inner = base as ProgramInternals;
    const resolved = (file: SourceFile, name: string, mode: TypeScript.ResolutionMode) =>
      this.#resolutions.get(file)?.get(`${name}|${mode}`) ?? inner.getResolvedModule(file, name, mode);
    let checker: Checker | undefined;
    const own = {
      getSourceFiles: () => files,
      getResolvedModule: resolved,
      getResolvedModuleFromModuleSpecifier: (specifier: TypeScript.StringLiteralLike, file?: SourceFile) => {
        const source = file ?? (specifier.getSourceFile() as SourceFile);
        return resolved(source, specifier.text, inner.getModeForUsageLocation(source, specifier));
      },
      getTypeChecker: () => checker,
    };
    const program = Object.assign(Object.create(base) as ProgramInternals, own) as ProgramInternals;
    checker = this.compiler.createTypeChecker(program);
    return { program, checker };
  }

  #parseOptions(): TypeScript.CreateSourceFileOptions {
    return {
      languageVersion: this.compiler.ScriptTarget.ESNext,
      setExternalModuleIndicator: this.compiler.getSetExternalModuleIndicator(this.options),
    };
  }
}

/** Whether types are read from files with this ending (JavaScript has none to give). */
function isTyped(extension: string): boolean {
  return !/^\.[cm]?jsx?$/.test(extension);
}

/** The module names of a file, in imports, exports, `import()` and import types; and its extensions of other modules. */
function moduleReferences(
  compiler: Compiler,
  file: SourceFile,
): {
  readonly imports: readonly TypeScript.StringLiteralLike[];
  readonly augmentations: readonly TypeScript.Node[];
} {
  const imports: TypeScript.StringLiteralLike[] = [];
  const augmentations: TypeScript.Node[] = [];
  const add = (node: TypeScript.Node | undefined): void => {
    if (node !== undefined && compiler.isStringLiteralLike(node) && node.text !== '') imports.push(node);
  };
  const visit = (node: TypeScript.Node): void => {
    if (compiler.isImportDeclaration(node) || compiler.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (compiler.isExternalModuleReference(node)) add(node.expression);
    else if (compiler.isImportTypeNode(node) && compiler.isLiteralTypeNode(node.argument))
      add(node.argument.literal);
    else if (compiler.isCallExpression(node) && node.expression.kind === compiler.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    } else if (compiler.isModuleDeclaration(node) && isAugmentation(compiler, node))
      augmentations.push(node.name);
    compiler.forEachChild(node, visit);
  };
  // Most texts have none of these.
  if (/\b(?:import|export|declare)\b/.test(file.text)) compiler.forEachChild(file, visit);
  return { imports, augmentations };
}

function isAugmentation(compiler: Compiler, node: TypeScript.ModuleDeclaration): boolean {
  return compiler.isStringLiteral(node.name) || (node.flags & compiler.NodeFlags.GlobalAugmentation) !== 0;
}
