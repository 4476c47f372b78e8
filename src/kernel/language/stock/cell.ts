/**
 * A cell as the compiler sees it: a module in the notebook's directory that exports all its top-level names. What a person
 * writes as `export` is blanked first, character for character, so that every position stays that of the cell.
 */
import type TypeScript from 'typescript';
import type { Environment } from './environment.js';
import type { Compiler, SourceFile } from './internals.js';

export interface ParsedCell {
  /** The text as it was written. */
  readonly text: string;
  /** Of `text` with `export` blanked and the names exported at the end; only its first `text.length` characters are the cell. */
  readonly file: SourceFile;
  /** The names that the cell declares for later cells: values and types, imports among them. */
  readonly names: ReadonlySet<string>;
  /** Whether it must be run as an async function. */
  readonly isAsync: boolean;
  /** Whether the file can be checked: it could be read. */
  readonly syntaxErrors: readonly TypeScript.Diagnostic[];
}

/** Parses a cell; `fileName` must not have been used before (the checker remembers what it has seen by file). */
export function parseCell(environment: Environment, fileName: string, text: string): ParsedCell {
  const { compiler } = environment;
  const written = environment.parse(fileName, text);
  const syntaxErrors = written.parseDiagnostics;
  const blanked = blankExports(compiler, written);
  const names = topLevelNames(compiler, written);
  const isAsync = needsAsync(compiler, written);
  if (syntaxErrors.length > 0) return { text, file: written, names, isAsync, syntaxErrors };
  const exported = names.size === 0 ? '' : `\n;export { ${[...names].join(', ')} };`;
  const whole = blanked + exported;
  if (whole === text) return { text, file: written, names, isAsync, syntaxErrors };
  const file =
    blanked === text
      ? environment.adopt(
          compiler.updateSourceFile(written, whole, {
            span: { start: text.length, length: 0 },
            newLength: exported.length,
          }) as SourceFile,
        )
      : environment.parse(fileName, whole);
  return { text, file, names, isAsync, syntaxErrors };
}

/**
 * `export const x = 1` declares x; `export default f()` is an expression, and a default function or class its name;
 * `export { a } from 'm'` imports a; `export { a }` and `export * from 'm'` say nothing that a cell could use.
 */
function blankExports(compiler: Compiler, file: SourceFile): string {
  let { text } = file;
  const blank = (start: number, end: number, by = ''): void => {
    text = text.slice(0, start) + by.padEnd(end - start) + text.slice(end);
  };
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (compiler.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (
        clause !== undefined &&
        statement.moduleSpecifier !== undefined &&
        compiler.isNamedExports(clause)
      ) {
        blank(start, start + 'export'.length, 'import');
      } else blank(start, statement.end, text[statement.end - 1] === ';' ? ';' : '');
    } else if (compiler.isExportAssignment(statement)) {
      blank(start, statement.expression.getStart(file));
    } else if (compiler.canHaveModifiers(statement)) {
      for (const modifier of statement.modifiers ?? []) {
        const isExport = modifier.kind === compiler.SyntaxKind.ExportKeyword;
        const isDefault = modifier.kind === compiler.SyntaxKind.DefaultKeyword;
        if (isExport || isDefault) blank(modifier.getStart(file), modifier.end);
      }
    }
  }
  return text;
}

/** What a cell declares for later ones: its own top level, and every `var` that is not in a function. */
function topLevelNames(compiler: Compiler, file: SourceFile): Set<string> {
  const names = new Set<string>();
  const declare = (name: TypeScript.BindingName | undefined): void => {
    if (name === undefined) return;
    if (compiler.isIdentifier(name)) {
      if (name.text !== '') names.add(name.text);
    } else for (const element of name.elements) if (compiler.isBindingElement(element)) declare(element.name);
  };
  for (const statement of file.statements) {
    if (compiler.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      declare(clause?.name);
      const bindings = clause?.namedBindings;
      if (bindings !== undefined && compiler.isNamespaceImport(bindings)) declare(bindings.name);
      else for (const element of bindings?.elements ?? []) declare(element.name);
    } else if (compiler.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (statement.moduleSpecifier === undefined || clause === undefined) continue;
      if (!compiler.isNamedExports(clause)) continue;
      for (const { name } of clause.elements) if (compiler.isIdentifier(name)) declare(name);
    } else if (compiler.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) declare(name);
    } else if (compiler.isModuleDeclaration(statement)) {
      if (compiler.isIdentifier(statement.name) && statement.name.text !== 'global') declare(statement.name);
    } else if (
      compiler.isFunctionDeclaration(statement) ||
      compiler.isClassDeclaration(statement) ||
      compiler.isEnumDeclaration(statement) ||
      compiler.isInterfaceDeclaration(statement) ||
      compiler.isTypeAliasDeclaration(statement) ||
      compiler.isImportEqualsDeclaration(statement)
    ) {
      declare(statement.name);
    } else hoistedVariables(compiler, statement, declare);
  }
  return names;
}

/** Calls `found` with each `var` of a statement and its blocks, not with those of functions and classes within. */
function hoistedVariables(
  compiler: Compiler,
  statement: TypeScript.Node,
  found: (name: TypeScript.BindingName) => void,
): void {
  const visit = (node: TypeScript.Node): void => {
    if (compiler.isFunctionLike(node) || compiler.isClassLike(node) || compiler.isModuleBlock(node)) return;
    if (compiler.isVariableDeclarationList(node) && (node.flags & compiler.NodeFlags.BlockScoped) === 0) {
      for (const { name } of node.declarations) found(name);
    }
    compiler.forEachChild(node, visit);
  };
  visit(statement);
}

/** Imports are awaited; so are `await`, `for await` and `await using` outside functions. */
function needsAsync(compiler: Compiler, file: SourceFile): boolean {
  const { SyntaxKind } = compiler;
  const visit = (node: TypeScript.Node): boolean | undefined => {
    if (compiler.isFunctionLike(node)) {
      // Names of members are evaluated outside the function: { [await key]() {} }
      const name = node.name;
      return name !== undefined && compiler.isComputedPropertyName(name) ? visit(name) : undefined;
    }
    if (node.kind === SyntaxKind.AwaitExpression) return true;
    if (compiler.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    if (compiler.isVariableDeclarationList(node)) {
      const kind = node.flags & compiler.NodeFlags.BlockScoped;
      if (kind === compiler.NodeFlags.AwaitUsing) return true;
    }
    if (compiler.isImportDeclaration(node)) return true;
    if (compiler.isExportDeclaration(node) && node.moduleSpecifier !== undefined) return true;
    return compiler.forEachChild(node, visit);
  };
  return compiler.forEachChild(file, visit) === true;
}
