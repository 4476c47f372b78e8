/** The modules that a file names. */
import type TypeScript from 'typescript';
import type { Compiler, SourceFile } from './internals.js';

export interface References {
  readonly imports: readonly TypeScript.StringLiteralLike[];
  /** Names in `declare module 'm'` and `declare global` of a module: what they hold is added to something that exists. */
  readonly augmentations: readonly (TypeScript.StringLiteral | TypeScript.Identifier)[];
}

/** Imports, exports from, `import()` and import types; and extensions of other modules. */
export function referencesOf(compiler: Compiler, file: SourceFile): References {
  const imports: TypeScript.StringLiteralLike[] = [];
  const augmentations: (TypeScript.StringLiteral | TypeScript.Identifier)[] = [];
  const isModule = compiler.isExternalModule(file);
  // `import()` and import types can stand anywhere, everything else only at the top level and in ambient modules.
  const isDeep = /\bimport\s*\(/.test(file.text);
  const add = (node: TypeScript.Node | undefined): void => {
    if (node !== undefined && compiler.isStringLiteralLike(node) && node.text !== '') imports.push(node);
  };
  const visit = (node: TypeScript.Node): void => {
    if (compiler.isImportDeclaration(node) || compiler.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (compiler.isImportEqualsDeclaration(node)) {
      const { moduleReference } = node;
      if (compiler.isExternalModuleReference(moduleReference)) add(moduleReference.expression);
    } else if (compiler.isImportTypeNode(node)) {
      if (compiler.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    } else if (compiler.isCallExpression(node)) {
      if (node.expression.kind === compiler.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    } else if (compiler.isModuleDeclaration(node)) {
      const isGlobal = (node.flags & compiler.NodeFlags.GlobalAugmentation) !== 0;
      if (isGlobal || (isModule && compiler.isStringLiteral(node.name))) augmentations.push(node.name);
      else if (!isDeep && compiler.isStringLiteral(node.name)) node.body?.forEachChild(visit);
    }
    if (isDeep) compiler.forEachChild(node, visit);
  };
  // Most cells have none of these.
  if (/\b(?:import|export|declare)\b/.test(file.text)) compiler.forEachChild(file, visit);
  return { imports, augmentations };
}
