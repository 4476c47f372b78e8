/** Errors of the text and of its types, as a person reads them. */
import { relative } from 'node:path';
import type TypeScript from 'typescript';
import type { Failure } from '../interpreter.js';
import type { Environment } from './environment.js';
import type { SourceFile } from './internals.js';
import { excerpt } from './traces.js';

/**
 * What is no error in a cell: `import x = require()` and `export =` in a module (1202, 1203), and packages without types
 * (7016), which are `any`.
 */
const allowed: ReadonlySet<number> = new Set([1202, 1203, 7016]);

/** The errors of a bound file, all of them before `end`; `// @ts-nocheck`, `@ts-expect-error` and `@ts-expect-error` are heeded. */
export function typeErrors(
  environment: Environment,
  file: SourceFile,
  end: number,
): readonly TypeScript.Diagnostic[] {
  const { compiler, checker } = environment;
  if (file.checkJsDirective?.enabled === false) return [];
  const all = [...file.bindDiagnostics, ...checker.getDiagnostics(file)].filter(
    (diagnostic) =>
      diagnostic.category === compiler.DiagnosticCategory.Error &&
      !allowed.has(diagnostic.code) &&
      diagnostic.file === file &&
      (diagnostic.start ?? 0) < Math.max(end, 1),
  );
  const directives = file.commentDirectives ?? [];
  if (directives.length === 0) return all;
  const map = compiler.createCommentDirectivesMap(file, directives);
  const lines = file.text.split('\n');
  const stands = all.filter((diagnostic) => {
    const { line } = file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    for (let above = line - 1; above >= 0; above -= 1) {
      if (map.markUsed(above)) return false;
      if (!/^\s*(?:\/\/.*)?$/.test(lines[above] ?? '')) return true;
    }
    return true;
  });
  const unused = map.getUnusedExpectations().map(({ range }) => ({
    file,
    start: range.pos,
    length: range.end - range.pos,
    messageText: "Unused '@ts-expect-error' directive.",
    category: compiler.DiagnosticCategory.Error,
    code: 2578,
  }));
  return [...stands, ...unused];
}

/** The failure that errors of a cell (or of files it imports) amount to. */
export function failureOf(
  environment: Environment,
  errors: readonly TypeScript.Diagnostic[],
  cell: { readonly file: SourceFile; readonly label: string },
  kind: 'syntax' | 'type',
): Failure {
  const { compiler, directory } = environment;
  const name = kind === 'syntax' ? 'SyntaxError' : 'TypeScriptError';
  const shown = errors.slice(0, 10).map((error) => {
    const text = compiler.flattenDiagnosticMessageText(error.messageText, '\n');
    const { file } = error;
    if (file === undefined) return { line: text, details: [] };
    const start = Math.min(error.start ?? 0, file.text.length);
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const label = file.fileName === cell.file.fileName ? cell.label : relative(directory, file.fileName);
    const source = file.text.split('\n')[line]?.replace(/\r$/, '') ?? '';
    return {
      line: `${label}, line ${line + 1}, column ${character + 1}: ${text} (TS${error.code})`,
      details: excerpt(source, character + 1, error.length ?? 1),
    };
  });
  const [first] = shown;
  const more = errors.length - shown.length;
  const message = first?.line ?? 'The cell could not be read.';
  return {
    kind,
    name,
    message,
    traceback: [
      `${name}: ${message}`,
      ...(first?.details ?? []),
      ...shown.slice(1).flatMap(({ line, details }) => [line, ...details]),
      ...(more > 0 ? [`… and ${more} more`] : []),
    ],
  };
}
