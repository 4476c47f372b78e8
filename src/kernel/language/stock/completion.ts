/** What could stand at the cursor. */
import type TypeScript from 'typescript';
import type { Completion, CompletionMatch } from '../interpreter.js';
import type { Boxes } from './boxes.js';
import { readDocumentation } from './documentation.js';
import type { Environment } from './environment.js';
import type { SourceFile } from './internals.js';
import { liveMembers, liveValue } from './live.js';

/** Types are printed for so many matches: each costs a little, and nobody reads hundreds. */
const signatures = 40;
/** Doc comments are read for so many: a front end shows one at a time, and asks by inspection for what lies further down. */
const documented = 20;
const mostMatches = 500;

export const uncancelled: TypeScript.CancellationToken = {
  isCancellationRequested: () => false,
  throwIfCancellationRequested: () => undefined,
};

/** `file` is admitted, bound and sees the names of the cells. */
export function complete(
  environment: Environment,
  boxes: Boxes,
  file: SourceFile,
  cursor: number,
): Completion {
  const { compiler } = environment;
  const code = file.text;
  const found = compiler.Completions.getCompletionsAtPosition(
    serviceHost(environment),
    environment.program,
    () => undefined,
    file,
    cursor,
    { includeCompletionsWithInsertText: false, includeCompletionsForModuleExports: false },
    undefined,
    undefined,
    uncancelled,
    undefined,
    true,
  );
  const span = found?.optionalReplacementSpan;
  const start = found?.entries[0]?.replacementSpan?.start ?? span?.start ?? wordStart(code, cursor);
  const end = span === undefined ? cursor : Math.max(cursor, Math.min(span.start + span.length, code.length));
  const typed = code.slice(start, cursor);
  const matches = matchesOf(environment, file, found?.entries ?? [], typed, cursor);
  if (matches.length > 0) return { matches, start, end };
  const live = membersAtRunTime(
    environment,
    boxes,
    file,
    cursor,
    code.slice(wordStart(code, cursor), cursor),
  );
  return { matches: live, start: wordStart(code, cursor), end: cursor };
}

function matchesOf(
  environment: Environment,
  file: SourceFile,
  entries: readonly TypeScript.CompletionEntry[],
  typed: string,
  cursor: number,
): readonly CompletionMatch[] {
  const { compiler, checker } = environment;
  const lower = typed.toLowerCase();
  const ranked = entries
    .filter(
      (entry) =>
        entry.name.toLowerCase().startsWith(lower) && entry.kind !== compiler.ScriptElementKind.warning,
    )
    .map((entry) => ({ entry, rank: rankOf(compiler.ScriptElementKind, entry, typed) }))
    .sort((a, b) => a.rank.localeCompare(b.rank) || (a.entry.name < b.entry.name ? -1 : 1))
    .slice(0, mostMatches);
  const place = compiler.getTouchingPropertyName(file, Math.max(0, cursor - 1));
  return ranked.map(({ entry }, index) => {
    const type = kindOf(compiler.ScriptElementKind, entry);
    const { symbol } = entry as { readonly symbol?: TypeScript.Symbol };
    if (symbol === undefined || index >= signatures) return { text: entry.name, type };
    const isType = (symbol.flags & (compiler.SymbolFlags.Value | compiler.SymbolFlags.Alias)) === 0;
    const shown = isType
      ? checker.getDeclaredTypeOfSymbol(symbol)
      : checker.getTypeOfSymbolAtLocation(symbol, place);
    const signature = checker.typeToString(shown, place);
    const documentation = index < documented ? firstParagraph(environment, symbol) : '';
    return { text: entry.name, type, signature, ...(documentation === '' ? {} : { documentation }) };
  });
}

/** The first paragraph of a symbol's doc comment; of an imported name, that of what it stands for. */
function firstParagraph({ compiler, checker }: Environment, symbol: TypeScript.Symbol): string {
  const isAlias = (symbol.flags & compiler.SymbolFlags.Alias) !== 0;
  const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  readDocumentation(compiler, target);
  const whole = compiler.displayPartsToString(target.getDocumentationComment(checker));
  return whole.split(/\n\s*\n/, 1)[0]?.trim() ?? '';
}

/** The person's spelling first, then TypeScript's order (locals, members, globals, keywords); `_private` names last. */
function rankOf(
  kinds: typeof TypeScript.ScriptElementKind,
  entry: TypeScript.CompletionEntry,
  typed: string,
): string {
  const spelling = entry.name.startsWith(typed) ? 0 : 1;
  const isHidden = entry.name.startsWith('_') && !typed.startsWith('_') ? 1 : 0;
  const isKeyword = entry.kind === kinds.keyword ? 1 : 0;
  return `${spelling}${isHidden}${isKeyword}${entry.sortText}`;
}

function kindOf(kinds: typeof TypeScript.ScriptElementKind, entry: TypeScript.CompletionEntry): string {
  switch (entry.kind) {
    case kinds.memberVariableElement:
    case kinds.memberGetAccessorElement:
    case kinds.memberSetAccessorElement:
    case kinds.memberAccessorVariableElement:
      return 'property';
    case kinds.memberFunctionElement:
    case kinds.callSignatureElement:
      return 'method';
    case kinds.localFunctionElement:
    case kinds.functionElement:
      return 'function';
    case kinds.constElement:
    case kinds.letElement:
    case kinds.variableElement:
    case kinds.localVariableElement:
    case kinds.variableUsingElement:
    case kinds.variableAwaitUsingElement:
    case kinds.parameterElement:
      return 'variable';
    case kinds.directory:
    case kinds.scriptElement:
    case kinds.externalModuleName:
      return 'path';
    default:
      return entry.kind;
  }
}

/** Of a value whose type says nothing, its properties as they are now. */
function membersAtRunTime(
  environment: Environment,
  boxes: Boxes,
  file: SourceFile,
  cursor: number,
  typed: string,
): readonly CompletionMatch[] {
  const { compiler } = environment;
  const before = cursor - typed.length - 1;
  if (file.text[before] !== '.') return [];
  const node = compiler.getTouchingPropertyName(file, before - 1);
  const owner = liveValue(compiler, boxes, node);
  if (owner === undefined) return [];
  return liveMembers(owner.value)
    .filter((name) => name.startsWith(typed))
    .slice(0, mostMatches)
    .map((text) => ({ text, type: 'property' }));
}

function wordStart(code: string, cursor: number): number {
  const word = /[\p{ID_Continue}$#]*$/u.exec(code.slice(0, cursor))?.[0] ?? '';
  return cursor - word.length;
}

/** What completion of import paths asks of its host. */
function serviceHost(environment: Environment): TypeScript.LanguageServiceHost {
  const { sys } = environment.compiler;
  return {
    ...environment.resolver.files,
    readFile: (name) => sys.readFile(name),
    fileExists: (name) => sys.fileExists(name),
    readDirectory: sys.readDirectory,
    getDirectories: sys.getDirectories,
    directoryExists: sys.directoryExists,
    getCompilationSettings: () => environment.options,
    getScriptFileNames: () => [],
    getScriptVersion: () => '1',
    getScriptSnapshot: () => undefined,
    getCurrentDirectory: () => environment.directory,
    getDefaultLibFileName: (options) => environment.compiler.getDefaultLibFilePath(options),
    useCaseSensitiveFileNames: () => true,
  };
}
