/**
 * What this engine uses of TypeScript beyond its published types. All of it is exported by the stock package's `typescript.js`
 * (its own server needs it), and the package is pinned to one version, so an upgrade is a deliberate act: `compiler.test.ts`
 * says what an upgrade has broken.
 */
import type TypeScript from 'typescript';

export type SourceFile = TypeScript.SourceFile & SourceFileInternals;

interface SourceFileInternals {
  parent: TypeScript.Node;
  path: string;
  resolvedPath: string;
  originalFileName: string;
  /** Names declared in the file, once it is bound. */
  locals?: TypeScript.SymbolTable;
  symbol?: TypeScript.Symbol;
  /** Every identifier's text in the file. */
  readonly identifiers: ReadonlyMap<string, string>;
  readonly parseDiagnostics: readonly TypeScript.DiagnosticWithLocation[];
  readonly bindDiagnostics: readonly TypeScript.DiagnosticWithLocation[];
  readonly commentDirectives?: readonly CommentDirective[];
  readonly checkJsDirective?: { readonly enabled: boolean };
  imports: readonly TypeScript.StringLiteralLike[];
  moduleAugmentations: readonly (TypeScript.StringLiteral | TypeScript.Identifier)[];
  ambientModuleNames: readonly string[];
}

interface CommentDirective {
  readonly range: TypeScript.TextRange;
}

export interface CommentDirectives {
  markUsed(line: number): boolean;
  getUnusedExpectations(): readonly CommentDirective[];
}

export type Checker = TypeScript.TypeChecker & CheckerInternals;

interface CheckerInternals {
  getDiagnostics(
    file: SourceFile,
    cancellation?: TypeScript.CancellationToken,
  ): readonly TypeScript.Diagnostic[];
  getEmitResolver(file: SourceFile): object;
  resolveName(
    name: string,
    location: TypeScript.Node | undefined,
    meaning: TypeScript.SymbolFlags,
    excludeGlobals: boolean,
  ): TypeScript.Symbol | undefined;
  tryFindAmbientModule(name: string): TypeScript.Symbol | undefined;
  isUnknownSymbol(symbol: TypeScript.Symbol): boolean;
}

export type Resolution = TypeScript.ResolvedModuleWithFailedLookupLocations;

/** What `createTypeChecker` and the services ask of a program. */
export type ProgramInternals = TypeScript.Program & {
  /** Ours: the file of the program itself, not of the modules that joined it. */
  getBaseSourceFile(fileName: string): SourceFile | undefined;
  getResolvedModule(file: SourceFile, name: string, mode: TypeScript.ResolutionMode): Resolution | undefined;
  getResolvedModuleFromModuleSpecifier(
    specifier: TypeScript.StringLiteralLike,
    file?: SourceFile,
  ): Resolution | undefined;
  getModeForUsageLocation(
    file: SourceFile,
    specifier: TypeScript.StringLiteralLike,
  ): TypeScript.ResolutionMode;
};

export interface EmitOutcome {
  readonly diagnostics: readonly TypeScript.Diagnostic[];
}

interface CompilerInternals {
  createTypeChecker(host: TypeScript.Program): Checker;
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
  emitFiles(
    resolver: object,
    host: object,
    file: SourceFile,
    transformers: object,
    emitOnly: undefined,
  ): EmitOutcome;
  getTransformers(
    options: TypeScript.CompilerOptions,
    custom: TypeScript.CustomTransformers,
    emitOnly: undefined,
  ): object;
  getImpliedNodeFormatForFileWorker(
    fileName: string,
    cache: TypeScript.PackageJsonInfoCache,
    host: TypeScript.ModuleResolutionHost,
    options: TypeScript.CompilerOptions,
  ):
    | TypeScript.ResolutionMode
    | { readonly impliedNodeFormat: TypeScript.ResolutionMode; readonly packageJsonScope?: object };
  getSetExternalModuleIndicator(options: TypeScript.CompilerOptions): (file: TypeScript.SourceFile) => void;
  createCommentDirectivesMap(file: SourceFile, directives: readonly CommentDirective[]): CommentDirectives;
  skipOuterExpressions(node: TypeScript.Expression): TypeScript.Expression;
  isExpressionNode(node: TypeScript.Node): boolean;
  getTouchingPropertyName(file: TypeScript.SourceFile, position: number): TypeScript.Node;
  getContainerNode(node: TypeScript.Node): TypeScript.Node | undefined;
  toPath(
    fileName: string,
    base: string | undefined,
    canonical: (name: string) => string,
  ): string & TypeScript.Path;
  typeToDisplayParts(
    checker: TypeScript.TypeChecker,
    type: TypeScript.Type,
    enclosing?: TypeScript.Node,
  ): TypeScript.SymbolDisplayPart[];
  readonly emptyOptions: object;
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: TypeScript.TypeChecker,
      symbol: TypeScript.Symbol,
      file: TypeScript.SourceFile,
      enclosing: TypeScript.Node | undefined,
      location: TypeScript.Node,
    ): {
      readonly displayParts: TypeScript.SymbolDisplayPart[];
      readonly documentation: TypeScript.SymbolDisplayPart[];
      readonly symbolKind: string;
      readonly tags: readonly TypeScript.JSDocTagInfo[] | undefined;
    };
  };
  readonly SignatureHelp: {
    getSignatureHelpItems(
      program: TypeScript.Program,
      file: TypeScript.SourceFile,
      position: number,
      reason: undefined,
      cancellation: TypeScript.CancellationToken,
    ): TypeScript.SignatureHelpItems | undefined;
  };
  readonly Completions: {
    getCompletionsAtPosition(
      host: TypeScript.LanguageServiceHost,
      program: TypeScript.Program,
      log: (text: string) => void,
      file: TypeScript.SourceFile,
      position: number,
      preferences: TypeScript.UserPreferences,
      trigger: undefined,
      kind: undefined,
      cancellation: TypeScript.CancellationToken,
      format: undefined,
      includeSymbol: boolean,
    ): TypeScript.WithMetadata<TypeScript.CompletionInfo> | undefined;
  };
}

export type Compiler = typeof TypeScript & CompilerInternals;
