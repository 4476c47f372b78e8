/**
 * Everything a cell can refer to besides earlier cells: the library of the newest ECMAScript, Node, the host's globals and the
 * modules imported so far. One program holds it and one checker serves many cells: making a checker costs 1 ms with the bare
 * library and 8 ms with Node's types, checking a cell with the one at hand costs tenths.
 *
 * A new kernel begins with the bare library (`light`), which is enough to accept most cells, and reads the types of Node when
 * it is idle or when a cell needs them.
 */
import { posix } from 'node:path';
import type TypeScript from 'typescript';
import type { InterpreterOptions } from '../interpreter.js';
import { Documents, isLasting } from './documents.js';
import { ModuleGraph } from './graph.js';
import type { Checker, Compiler, ProgramInternals, SourceFile } from './internals.js';
import { lightConsole, lightLibrary } from './light.js';
import { compilerOptions } from './options.js';
import { Resolver, withSlashes } from './resolution.js';

/** After so many checked texts the checker is replaced: it remembers all that it has seen. */
const checkerLifetime = 200;
/** Without an idle moment it is replaced all the same, in the middle of the work. */
const overdue = 1000;

export class Environment {
  readonly compiler: Compiler;
  readonly options: TypeScript.CompilerOptions;
  readonly resolver: Resolver;
  readonly directory: string;
  readonly #documents: Documents;
  readonly #roots = new Set<string>();
  readonly #modules: ModuleGraph;
  readonly #lightConsole: string;
  /** Cells that extend global declarations, now and before the last of them came. */
  #augmenting: readonly SourceFile[] = [];
  #augmentingBefore: readonly SourceFile[] = [];
  #light = true;
  #current: { readonly program: ProgramInternals; readonly checker: Checker } | undefined;
  #base: TypeScript.Program | undefined;
  #checked = 0;

  constructor(compiler: Compiler, host: InterpreterOptions) {
    this.compiler = compiler;
    this.directory = withSlashes(host.directory);
    this.options = compilerOptions(compiler, this.directory);
    this.#documents = new Documents(compiler);
    this.resolver = new Resolver(compiler, this.options, host, this.#documents);
    this.#lightConsole = posix.join(this.directory, '[provided]/console.d.ts');
    this.#documents.provide(this.#lightConsole, lightConsole);
    const globals = posix.join(this.directory, '[provided]/globals.d.ts');
    this.#documents.provide(globals, host.declarations);
    this.#roots.add(this.#lightConsole).add(globals);
    this.#modules = new ModuleGraph(
      compiler,
      this.options,
      this.#documents,
      this.resolver,
      this.#parseOptions(),
    );
  }

  get isLight(): boolean {
    return this.#light;
  }

  /** Whether there is more to be read, so that an error may not be one. */
  get isPartial(): boolean {
    return this.#light || !this.#modules.isWhole;
  }

  /**
   * Whether a package's declarations name something that the bare library does not have (`Buffer`, say), so that what the cell
   * made of them is `any` without an error of its own. Only what the checker has come across so far.
   */
  get hidesErrors(): boolean {
    const { checker } = this;
    return this.#light && this.#modules.files.some((file) => checker.getDiagnostics(file).length > 0);
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

  /** Reads all there is to read: the types of Node, and of the modules imported so far. Cells known keep their meaning. */
  complete(): void {
    for (const _ of this.prepare());
  }

  /** The same file by file; each step takes a few milliseconds, the last ones some tens. */
  *prepare(): Generator<void, void, void> {
    if (this.#light) {
      yield* this.#parseNode();
      this.#finishNode();
      yield;
    }
    yield* this.#modules.complete(this.program);
    if (this.#modules.isStale) this.renew();
  }

  #finishNode(): void {
    if (!this.#light) return;
    const node = this.resolver.nodeTypes();
    this.#light = false;
    this.#roots.delete(this.#lightConsole);
    if (node !== undefined) this.#roots.add(node);
    this.#build();
  }

  *#parseNode(): Generator<void, void, void> {
    const library = posix.join(this.compiler.getDefaultLibFilePath(this.options), '..');
    const queue = [posix.join(library, 'lib.esnext.d.ts'), this.resolver.nodeTypes()];
    const seen = new Set<string>();
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const file = this.#documents.get(name, this.#parseOptions());
      if (file === undefined) continue;
      this.compiler.bindSourceFile(file, this.options);
      queue.push(
        ...file.referencedFiles.map(({ fileName }) => posix.join(file.fileName, '..', fileName)),
        ...file.libReferenceDirectives.map(({ fileName }) => posix.join(library, `lib.${fileName}.d.ts`)),
      );
      yield;
    }
  }

  /** Parses a text as a module that lies in the notebook's directory. */
  parse(fileName: string, text: string): SourceFile {
    const file = this.compiler.createSourceFile(
      posix.join(this.directory, fileName),
      text,
      this.#parseOptions(),
      true,
    ) as SourceFile;
    return this.adopt(file);
  }

  /** Gives a file the marks that a program gives its files. */
  adopt(file: SourceFile): SourceFile {
    return this.#modules.adopt(file, this.directory);
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
    if (this.#checked > overdue) this.renew();
    const isAugmenting = file.moduleAugmentations.length > 0;
    if (file.imports.length > 0 || isAugmenting) this.#modules.admit(file, this.program);
    if (isAugmenting) this.#augment(file);
    if (isAugmenting || this.#modules.isStale) this.renew();
  }

  /** A cell that is written anew takes the place of the one that extended the same things. */
  #augment(file: SourceFile): void {
    const extended = extensionsOf(this.compiler, file);
    this.#augmentingBefore = this.#augmenting;
    const others = this.#augmenting.filter((other) => extensionsOf(this.compiler, other) !== extended);
    this.#augmenting = [...others, file];
  }

  /** Takes the file that `admit` let in last out again: its cell was refused. */
  dismiss(file: SourceFile): void {
    if (!this.#augmenting.includes(file)) return;
    this.#augmenting = this.#augmentingBefore;
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

  #build(): void {
    const { compiler } = this;
    const options = this.#light ? { ...this.options, lib: lightLibrary } : this.options;
    const cache = compiler.createModuleResolutionCache(this.directory, (name) => name, options);
    const host: TypeScript.CompilerHost = {
      ...this.resolver.files,
      getSourceFile: (name, version) =>
        this.#documents.get(name, typeof version === 'object' ? version : { languageVersion: version }),
      getDefaultLibFileName: (forOptions) => compiler.getDefaultLibFilePath(forOptions),
      getDefaultLibLocation: () => posix.join(compiler.getDefaultLibFilePath(options), '..'),
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
    const inner = base as ProgramInternals;
    const find = (name: string): SourceFile | undefined =>
      this.#modules.find(name) ?? (base.getSourceFile(name) as SourceFile | undefined);
    const resolved = (file: SourceFile, name: string, mode: TypeScript.ResolutionMode) =>
      this.#modules.resolved(file, name, mode) ?? inner.getResolvedModule(file, name, mode);
    let checker: Checker | undefined;
    const files = [...base.getSourceFiles(), ...this.#modules.take(), ...this.#augmenting];
    const own = {
      getSourceFiles: () => files,
      getBaseSourceFile: (name: string) => base.getSourceFile(name),
      getSourceFile: find,
      getSourceFileByPath: find,
      isSourceFileFromExternalLibrary: (file: SourceFile) => isLasting(file.fileName),
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

/** What `declare global` and `declare module` of a file extend, by name. */
function extensionsOf(compiler: Compiler, file: SourceFile): string {
  const names = file.moduleAugmentations.flatMap((name) => {
    const { body } = name.parent as TypeScript.ModuleDeclaration;
    const statements = body !== undefined && compiler.isModuleBlock(body) ? body.statements : [];
    return statements.map((statement) => {
      const declared = compiler.isVariableStatement(statement)
        ? statement.declarationList.declarations.map((declaration) => declaration.name.getText(file)).join()
        : compiler.getNameOfDeclaration(statement as TypeScript.DeclarationStatement)?.getText(file);
      return `${name.getText(file)}.${declared ?? ''}`;
    });
  });
  return names.sort().join(' ');
}
