/** The part of tslab's converter that is used here, with its types; the package exports it only by its file. */
import { createRequire } from 'node:module';

export interface Diagnostic {
  /** Zero-based. */
  readonly start: { readonly line: number; readonly character: number };
  readonly messageText: string;
  readonly code: number;
  /** Only for other files than the cell. */
  readonly fileName?: string;
}

export interface Conversion {
  readonly output?: string;
  readonly declOutput?: string;
  /** When there is any, nothing else is set. */
  readonly diagnostics: readonly Diagnostic[];
  readonly lastExpressionVar?: string;
  readonly hasToplevelAwait?: boolean;
  readonly sideOutputs?: readonly { readonly path: string; readonly data: string }[];
}

interface SymbolPart {
  readonly text: string;
}

export interface QuickInfo {
  readonly displayParts?: readonly SymbolPart[];
  readonly documentation?: readonly SymbolPart[];
  readonly tags?: readonly { readonly name: string; readonly text?: readonly SymbolPart[] }[];
}

export interface CompletionInfo {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  readonly original?: { readonly entries: readonly { readonly name: string; readonly kind: string }[] };
}

export interface Converter {
  convert(previousDeclarations: string, source: string): Conversion;
  inspect(previousDeclarations: string, source: string, position: number): QuickInfo | undefined;
  complete(previousDeclarations: string, source: string, position: number): CompletionInfo;
  close(): void;
}

interface ConverterModule {
  createConverter(): Converter;
  isCompleteCode(source: string): { readonly completed: boolean; readonly indent?: string };
}

const require = createRequire(import.meta.url);

/** Loading it takes some hundred milliseconds: the TypeScript compiler comes with it. */
export function loadConverter(): ConverterModule {
  return require('tslab/dist/converter.js') as ConverterModule;
}
