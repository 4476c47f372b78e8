/** Source files that stand on disk or are provided by the host: read and parsed once, again only when they have changed. */
import { statSync } from 'node:fs';
import type TypeScript from 'typescript';
import type { Compiler, SourceFile } from './internals.js';

interface Document {
  /** Empty for files that do not change while a kernel lives: those of packages and of the compiler. */
  readonly version: string;
  readonly file: SourceFile;
}

export type ParseOptions = TypeScript.CreateSourceFileOptions;

export class Documents {
  readonly #documents = new Map<string, Document>();
  readonly #provided = new Map<string, string>();
  readonly #compiler: Compiler;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  /** A file that exists only in memory, and wins over one on disk. */
  provide(fileName: string, text: string): void {
    this.#provided.set(fileName, text);
    this.#documents.delete(fileName);
  }

  provides(fileName: string): boolean {
    return this.#provided.has(fileName);
  }

  /** The parsed file, or nothing if it cannot be read. */
  get(fileName: string, options: ParseOptions): SourceFile | undefined {
    const version = this.#version(fileName);
    const known = this.#documents.get(fileName);
    if (known !== undefined && known.version === version) {
      known.file.impliedNodeFormat = options.impliedNodeFormat;
      return known.file;
    }
    const text = this.#provided.get(fileName) ?? this.#compiler.sys.readFile(fileName);
    if (text === undefined) return undefined;
    const file = this.#compiler.createSourceFile(fileName, text, {
      ...options,
      jsDocParsingMode: this.#documentation(fileName),
    }) as SourceFile;
    this.#documents.set(fileName, { version, file });
    return file;
  }

  /** Whether a file that was read before has changed on disk since. */
  changed(fileName: string): boolean {
    const known = this.#documents.get(fileName);
    return known !== undefined && known.version !== this.#version(fileName);
  }

  /** Comments of packages are read when somebody asks for them (documentation.ts): most of @types/node is comments. */
  #documentation(fileName: string): TypeScript.JSDocParsingMode {
    const { ParseAll, ParseNone } = this.#compiler.JSDocParsingMode;
    return isLasting(fileName) && !this.#provided.has(fileName) ? ParseNone : ParseAll;
  }

  #version(fileName: string): string {
    if (isLasting(fileName) || this.#provided.has(fileName)) return '';
    const status = statSync(fileName, { throwIfNoEntry: false });
    return status === undefined ? 'missing' : `${status.mtimeMs}:${status.size}`;
  }
}

/** Whether the file belongs to a package (the compiler's library included). */
export function isLasting(fileName: string): boolean {
  return fileName.includes('/node_modules/');
}
