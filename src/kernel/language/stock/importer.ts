/**
 * The modules of cells at run time. Node loads them, as ECMAScript modules where a package has them, from the notebook's
 * directory and then from handgrad's own; JSON and TypeScript files beside the notebook are loaded here, and read again when
 * they have changed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import type { InterpreterOptions } from '../interpreter.js';
import { type Box, bindBox } from './boxes.js';
import type { LocalModules } from './local-modules.js';
import { isBare } from './resolution.js';

export type Namespace = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, string>>;
/** A box and the export that is bound to it; `*` is the module itself. */
export type Binding = readonly [Box, string];

type NativeImport = (specifier: string, options?: object) => Promise<Namespace>;

export class Importer {
  readonly #options: InterpreterOptions;
  readonly #native = new Map<string, NativeImport>();
  readonly #local: LocalModules;

  constructor(options: InterpreterOptions, local: LocalModules) {
    this.#options = options;
    this.#local = local;
  }

  /** Loads a module for a cell's `import` declaration and binds its exports. */
  async bind(specifier: string, attributes: Attributes, bindings: readonly Binding[]): Promise<void> {
    const { directory, onImport } = this.#options;
    const namespace = await this.load(specifier, directory, attributes);
    await onImport?.(specifier, namespace);
    for (const [box, name] of bindings) {
      if (name === '*') {
        const whole = wholeModule(namespace);
        bindBox(box, () => whole);
      } else bindBox(box, () => member(namespace, name));
    }
  }

  /** What `import(specifier)` in a cell gives. */
  async dynamic(specifier: unknown, options?: { readonly with?: Attributes }): Promise<Namespace> {
    const name = String(specifier);
    const namespace = await this.load(name, this.#options.directory, options?.with ?? {});
    await this.#options.onImport?.(name, namespace);
    return namespace;
  }

  /** The module that `specifier` means in a file of `directory`. */
  async load(specifier: string, directory: string, attributes: Attributes): Promise<Namespace> {
    const provided = this.#options.modules.get(specifier);
    if (provided !== undefined) return provided.exports as Namespace;
    const path = pathOf(specifier, directory);
    if (path !== undefined) {
      const source = this.#local.find(path);
      if (source !== undefined) return this.#local.load(source);
      if (extname(path) === '.json') return jsonModule(path);
    }
    try {
      return await this.#import(
        path === undefined ? specifier : pathToFileURL(path).href,
        directory,
        attributes,
      );
    } catch (error) {
      const { fallbackDirectory } = this.#options;
      if (directory === fallbackDirectory || !isBare(specifier) || !isMissing(error, specifier)) throw error;
      try {
        return await this.load(specifier, fallbackDirectory, attributes);
      } catch (second) {
        // What is nowhere was looked for from the notebook.
        throw isMissing(second, specifier) ? error : second;
      }
    }
  }

  async #import(specifier: string, directory: string, attributes: Attributes): Promise<Namespace> {
    if (specifier.endsWith('.json') && isBare(specifier)) {
      return jsonModule(createRequire(join(directory, 'cell.js')).resolve(specifier));
    }
    const hasAttributes = Object.keys(attributes).length > 0;
    return await this.#importFrom(directory)(specifier, hasAttributes ? { with: attributes } : undefined);
  }

  /** `import()` as a file of that directory would do it. */
  #importFrom(directory: string): NativeImport {
    const known = this.#native.get(directory);
    if (known !== undefined) return known;
    const made = nativeImport(directory);
    this.#native.set(directory, made);
    return made;
  }
}

function nativeImport(directory: string): NativeImport {
  const filename = join(directory, '[cell].js');
  // Node 20.12 and later; before, a script cannot import relative to a place of its own.
  if (constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER !== undefined) {
    silenceWarning();
    return new Script('(specifier, options) => import(specifier, options)', {
      filename,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as NativeImport;
  }
  const require = createRequire(filename);
  return async (specifier) => {
    const found = /^\w+:/.test(specifier) ? specifier : require.resolve(specifier);
    return (await import(isAbsolute(found) ? pathToFileURL(found).href : found)) as Namespace;
  };
}

let isSilenced = false;

/** Node 20 calls that constant experimental, at the first import of every notebook; it is stable since 22.8. */
function silenceWarning(): void {
  if (isSilenced) return;
  isSilenced = true;
  const { emitWarning } = process;
  process.emitWarning = (...given: readonly unknown[]) => {
    if (!String(given[0]).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER'))
      Reflect.apply(emitWarning, process, given);
  };
}

function pathOf(specifier: string, directory: string): string | undefined {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (isBare(specifier) || (/^\w+:/.test(specifier) && !isAbsolute(specifier))) return undefined;
  return resolve(directory, specifier);
}

/** JSON, read at every import; its members are exports too, as TypeScript sees them. */
function jsonModule(path: string): Namespace {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return { ...members, default: value };
}

/** An export; of a CommonJS module whose exports Node could not foresee, a member of `module.exports`. */
function member(namespace: Namespace, name: string): unknown {
  const whole = namespace.default;
  if (name === 'default') {
    // A module compiled from `export default`: its default is what it calls so.
    const isCompiled =
      namespace.__esModule === true && isObject(whole) && '__esModule' in whole && 'default' in whole;
    return isCompiled ? whole.default : 'default' in namespace ? whole : wholeModule(namespace);
  }
  if (name in namespace) return namespace[name];
  return isObject(whole) ? whole[name] : undefined;
}

/** `import * as m`: with the members of a CommonJS module that Node did not foresee. */
function wholeModule(namespace: Namespace): Namespace {
  const whole = namespace.default;
  if (!isCommonJs(whole)) return namespace;
  const unforeseen = Object.keys(whole).filter((key) => !(key in namespace));
  if (unforeseen.length === 0) return namespace;
  const all: Record<string, unknown> = {};
  for (const key of [...Object.keys(namespace), ...unforeseen]) {
    Object.defineProperty(all, key, { get: () => member(namespace, key), enumerable: true });
  }
  return all;
}

/** Whether a value is the exports of a module that `require` has loaded. */
function isCommonJs(value: unknown): value is Namespace {
  if (!isObject(value)) return false;
  const { cache } = createRequire(import.meta.url);
  return Object.values(cache).some((module) => module?.exports === value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether it is this very package that was not found (and not one that it needs). */
function isMissing(error: unknown, specifier: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return isNotFound && error.message.includes(`'${name}`);
}
