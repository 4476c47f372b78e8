/**
 * The names that earlier cells have declared, and what each of them means. A name's meaning is a symbol of the file that its
 * cell left behind: the declarations emitted from the cell. Every such file sees the names as they stood when its cell ran, so
 * that `const a = new A()` keeps its type when A is declared anew.
 */
import type TypeScript from 'typescript';
import type { Environment } from './environment.js';
import type { Compiler, SourceFile } from './internals.js';

type Name = TypeScript.__String;

export class Scope {
  readonly #environment: Environment;
  /** The newest declaration of each name. */
  readonly #newest = new Map<Name, TypeScript.Symbol>();
  /** What newer declarations left standing: the type P beside a later `const P`. */
  readonly #older = new Map<Name, TypeScript.Symbol>();
  readonly #whole: SourceFile;

  constructor(environment: Environment) {
    this.#environment = environment;
    const older = this.#file(this.#older);
    this.#whole = this.#file(this.#newest);
    this.#whole.parent = older;
  }

  has(name: string): boolean {
    return this.#newest.has(this.#escape(name));
  }

  get(name: string): TypeScript.Symbol | undefined {
    return this.#newest.get(this.#escape(name));
  }

  /** Lets a file see all names. For the time it is checked: afterwards `settle` it or forget it. */
  open(file: SourceFile): void {
    file.parent = this.#whole;
  }

  /** Lets a file, which must be bound, see the names that stand in it as they are now, whatever is declared later. */
  settle(file: SourceFile): void {
    const newest = this.#mentioned(file, this.#newest);
    const older = this.#mentioned(file, this.#older);
    const scope = this.#file(newest);
    if (older.size > 0) scope.parent = this.#file(older);
    file.parent = scope;
  }

  /** Declares the names with the meaning they have in `file`, which must be bound. */
  declare(names: Iterable<string>, file: SourceFile): void {
    for (const name of names) {
      const key = this.#escape(name);
      const symbol = file.locals?.get(key);
      if (symbol === undefined) continue;
      const before = this.#newest.get(key);
      this.#newest.set(key, symbol);
      if (before !== undefined && leavesMeaning(this.#environment.compiler, before, symbol)) {
        this.#older.set(key, before);
      } else if (!leavesMeaning(this.#environment.compiler, this.#older.get(key), symbol)) {
        this.#older.delete(key);
      }
    }
  }

  #mentioned(file: SourceFile, scope: ReadonlyMap<Name, TypeScript.Symbol>): Map<Name, TypeScript.Symbol> {
    const mentioned = new Map<Name, TypeScript.Symbol>();
    for (const name of file.identifiers.keys()) {
      const key = this.#escape(name);
      const symbol = scope.get(key);
      // What the file declares itself it does not see; holding on to it would keep every version of a name that was ever.
      if (symbol !== undefined && file.locals?.has(key) !== true) mentioned.set(key, symbol);
    }
    return mentioned;
  }

  /** An empty module whose names are those of `locals`. */
  #file(locals: Map<Name, TypeScript.Symbol>): SourceFile {
    const file = this.#environment.bind(this.#environment.parse('[scope].d.ts', 'export {};'));
    file.locals = locals;
    return file;
  }

  #escape(name: string): Name {
    return this.#environment.compiler.escapeLeadingUnderscores(name);
  }
}

/** Whether `before` means something (a type, a value) that `after` does not. */
function leavesMeaning(
  compiler: Compiler,
  before: TypeScript.Symbol | undefined,
  after: TypeScript.Symbol,
): boolean {
  if (before === undefined) return false;
  const { Value, Type, Namespace, Alias } = compiler.SymbolFlags;
  // What an import means is known only when it is resolved; it is taken to mean everything.
  if ((after.flags & Alias) !== 0) return false;
  const meaning = Value | Type | Namespace;
  const meant = (before.flags & Alias) !== 0 ? meaning : before.flags & meaning;
  const isOnlyValue = (after.flags & Type) === 0 && (after.flags & Value) !== 0;
  const isOnlyType = (after.flags & Value) === 0;
  return (isOnlyValue && (meant & Type) !== 0) || (isOnlyType && (meant & Value) !== 0);
}
