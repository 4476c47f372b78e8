/**
 * Doc comments of packages. They are left out when a package's files are first read (they are most of @types/node and of the
 * library), and put in for the one declaration that somebody asks about.
 */
import type TypeScript from 'typescript';
import { isLasting } from './documents.js';
import type { Compiler } from './internals.js';

type Documented = TypeScript.Node & { jsDoc?: readonly (TypeScript.Node & { parent: TypeScript.Node })[] };

/** Files read again with their comments; the last few, since questions come in runs. */
const twins = new Map<string, TypeScript.SourceFile>();
const kept = 4;

/** Gives the declarations of a symbol their doc comments. */
export function readDocumentation(compiler: Compiler, symbol: TypeScript.Symbol | undefined): void {
  for (const declaration of symbol?.declarations ?? []) {
    const file = declaration.getSourceFile();
    if (isLasting(file.fileName)) copyComments(compiler, declaration, twinOf(compiler, file));
  }
}

function twinOf(compiler: Compiler, file: TypeScript.SourceFile): TypeScript.SourceFile {
  const known = twins.get(file.fileName);
  if (known !== undefined) return known;
  const options = {
    languageVersion: compiler.ScriptTarget.ESNext,
    jsDocParsingMode: compiler.JSDocParsingMode.ParseAll,
  };
  const twin = compiler.createSourceFile(file.fileName, file.text, options, true);
  twins.set(file.fileName, twin);
  for (const name of [...twins.keys()].slice(0, -kept)) twins.delete(name);
  return twin;
}

/** The comment of `const x` belongs to the statement around it, so all ancestors get theirs. */
function copyComments(compiler: Compiler, node: TypeScript.Node, twin: TypeScript.SourceFile): void {
  const ancestors: Documented[] = [];
  for (let at = node; !compiler.isSourceFile(at); at = at.parent) ancestors.unshift(at);
  let inTwin: Documented = twin;
  for (const original of ancestors) {
    const match: Documented | undefined = compiler.forEachChild(inTwin, (child) =>
      child.kind === original.kind && child.pos === original.pos && child.end === original.end
        ? child
        : undefined,
    );
    if (match === undefined) return;
    inTwin = match;
    if (match.jsDoc === undefined || original.jsDoc !== undefined) continue;
    for (const comment of match.jsDoc) comment.parent = original;
    original.jsDoc = match.jsDoc;
  }
}
